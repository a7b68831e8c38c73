// URL -> resolver.
#include "capture/chain_resolver.hpp"

#include "base/log.hpp"
#include "capture/direct_resolver.hpp"
#include "capture/twitch_resolver.hpp"
#include "capture/uri.hpp"

namespace rec::capture {
namespace {

bool is_playlist_path(std::string_view url) {
  const auto path = split_uri(url).path;
  return path.ends_with(".m3u8") || path.ends_with(".m3u") || path.ends_with(".M3U8");
}

bool is_youtube(const std::string& host) {
  return host == "youtu.be" || host == "youtube.com" || host.ends_with(".youtube.com");
}

class ChainResolver final : public Resolver {
 public:
  ChainResolver(HttpClient& http, std::unique_ptr<Resolver> direct, std::unique_ptr<Resolver> twitch,
                std::unique_ptr<Resolver> yt_dlp)
      : http_(http), direct_(std::move(direct)), twitch_(std::move(twitch)), yt_dlp_(std::move(yt_dlp)) {}

  Task<Resolved> resolve(ResolveRequest request) override {
    if (!is_http_url(request.page_url))
      co_return fail(Errc::invalid, request.page_url + " is no http or https URL");
    if (is_playlist_path(request.page_url)) co_return co_await direct_->resolve(std::move(request));
    if (twitch_login(request.page_url)) co_return co_await resolve_twitch(std::move(request));
    if (!is_youtube(host_of(request.page_url))) {
      const bool playlist = co_await answers_with_playlist(request);
      if (playlist) co_return co_await direct_->resolve(std::move(request));
    }
    co_return co_await yt_dlp_->resolve(std::move(request));
  }

 private:
  Task<Resolved> resolve_twitch(ResolveRequest request) {
    auto native = co_await twitch_->resolve(request);
    if (native || native.error().code == Errc::not_found) co_return native;
    log::warn("resolve.native_failed", {{"page", request.page_url}, {"why", native.error().text}});
    auto other = co_await yt_dlp_->resolve(std::move(request));
    if (other || other.error().code == Errc::not_found) co_return other;
    co_return native;
  }

  asio::awaitable<bool> answers_with_playlist(ResolveRequest request) {
    auto get = resolver_request(request, request.page_url);
    const auto response = co_await http_.fetch(std::move(get));
    if (!response || response->status / 100 != 2) co_return false;
    co_return response->header("content-type").find("mpegurl") != std::string::npos ||
        response->body.starts_with("#EXTM3U");
  }

  HttpClient& http_;
  std::unique_ptr<Resolver> direct_;
  std::unique_ptr<Resolver> twitch_;
  std::unique_ptr<Resolver> yt_dlp_;
};

}  // namespace

std::unique_ptr<Resolver> make_chain_resolver(HttpClient& http, std::unique_ptr<Resolver> direct,
                                              std::unique_ptr<Resolver> twitch,
                                              std::unique_ptr<Resolver> yt_dlp) {
  return std::make_unique<ChainResolver>(http, std::move(direct), std::move(twitch), std::move(yt_dlp));
}

}  // namespace rec::capture
