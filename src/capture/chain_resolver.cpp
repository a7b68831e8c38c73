// URL -> resolver.
#include "capture/chain_resolver.hpp"

#include <set>

#include "base/log.hpp"
#include "capture/direct_resolver.hpp"
#include "capture/twitch_resolver.hpp"
#include "capture/uri.hpp"
#include "capture/youtube_path.hpp"
#include "runtime/private_hosts.hpp"

namespace rec::capture {
namespace {

bool is_playlist_path(std::string_view url) {
  const auto path = split_uri(url).path;
  return path.ends_with(".m3u8") || path.ends_with(".m3u") || path.ends_with(".M3U8");
}

class ChainResolver final : public Resolver {
 public:
  ChainResolver(HttpClient& http, ResolverChain chain) : http_(http), chain_(std::move(chain)) {}

  Task<Resolved> resolve(ResolveRequest request) override {
    if (!is_http_url(request.page_url))
      co_return fail(Errc::invalid, request.page_url + " is no http or https URL");
    request.page_url = page_of_broadcast(request.page_url, request.broadcast, chain_.youtube_url);
    if (is_playlist_path(request.page_url)) co_return co_await chain_.direct->resolve(std::move(request));
    if (twitch_login(request.page_url)) {
      const bool inside = is_private_host(host_of(chain_.twitch_url));
      if (request.refusals > 1)
        co_return co_await by_yt_dlp_first(*chain_.twitch, std::move(request), inside);
      co_return co_await natively(*chain_.twitch, std::move(request), inside);
    }
    if (youtube_path(request.page_url, chain_.youtube_url)) {
      const bool inside = is_private_host(host_of(chain_.youtube_url));
      if (request.refusals > 0)
        co_return co_await by_yt_dlp_first(*chain_.youtube, std::move(request), inside);
      co_return co_await natively(*chain_.youtube, std::move(request), inside);
    }
    PageLook look;
    if (!is_youtube_page(request.page_url)) look = co_await look_at(request);
    if (look.playlist) co_return co_await chain_.direct->resolve(std::move(request));
    co_return co_await by_yt_dlp(std::move(request), look.from_private_host);
  }

 private:
  struct PageLook {
    bool playlist = false;
    bool from_private_host = false;
  };

  /// It asks the page itself, so what is private about that one must be told.
  Task<Resolved> by_yt_dlp(ResolveRequest request, bool page_is_private) {
    const bool counted = chain_.youtube_by_yt_dlp && (is_youtube_page(request.page_url) ||
                                                      youtube_path(request.page_url, chain_.youtube_url));
    if (counted) chain_.youtube_by_yt_dlp();
    auto found = co_await chain_.yt_dlp->resolve(std::move(request));
    if (found) found->from_private_host = page_is_private;
    co_return found;
  }

  /// What gave URLs that were refused is better than nothing: it may have been the servers' mood.
  Task<Resolved> by_yt_dlp_first(Resolver& native, ResolveRequest request, bool private_endpoint) {
    auto found = co_await by_yt_dlp(request, private_endpoint);
    if (found || found.error().code == Errc::not_found) co_return found;
    auto again = co_await native.resolve(std::move(request));
    if (again || again.error().code == Errc::not_found) co_return again;
    co_return found;
  }

  Task<Resolved> natively(Resolver& native, ResolveRequest request, bool private_endpoint) {
    const std::string page = request.page_url;
    auto found = co_await native.resolve(request);
    if (found || found.error().code == Errc::not_found) {
      if (found && failing_.erase(page) > 0) log::info("resolve.native_again", {{"page", page}});
      co_return found;
    }
    if (failing_.insert(page).second)
      log::warn("resolve.native_failed", {{"page", page}, {"why", found.error().text}});
    auto other = co_await by_yt_dlp(std::move(request), private_endpoint);
    if (other || other.error().code == Errc::not_found || found.error().code != Errc::denied) co_return other;
    co_return found;
  }

  asio::awaitable<PageLook> look_at(ResolveRequest request) {
    PageLook look;
    look.from_private_host = is_private_host(host_of(request.page_url));
    auto get = resolver_request(request, request.page_url);
    const auto response = co_await http_.fetch(std::move(get));
    if (!response) co_return look;
    look.from_private_host = response->from_private_host;
    look.playlist = response->status / 100 == 2 &&
                    (response->header("content-type").find("mpegurl") != std::string::npos ||
                     response->body.starts_with("#EXTM3U"));
    co_return look;
  }

  HttpClient& http_;
  ResolverChain chain_;
  std::set<std::string> failing_;  ///< pages that were left to yt-dlp
};

}  // namespace

std::unique_ptr<Resolver> make_chain_resolver(HttpClient& http, ResolverChain chain) {
  return std::make_unique<ChainResolver>(http, std::move(chain));
}

}  // namespace rec::capture
