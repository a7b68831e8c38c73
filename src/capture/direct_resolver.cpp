// A playlist URL -> what is recorded of it.
#include "capture/direct_resolver.hpp"

#include "capture/variant_choice.hpp"

namespace rec::capture {
namespace {

class DirectResolver final : public Resolver {
 public:
  explicit DirectResolver(HttpClient& http) : http_(http) {}

  Task<Resolved> resolve(ResolveRequest request) override {
    auto get = resolver_request(request, request.page_url);
    REC_CO_TRY(const auto response, co_await http_.fetch(std::move(get)));
    if (response.status / 100 != 2) {
      auto error = http_error(response, "playlist");
      if (error.code == Errc::not_found) error.text = "offline: " + error.text;
      co_return fail(std::move(error));
    }
    REC_CO_TRY(auto resolved, resolved_from(response.body, response.url, request.quality));
    resolved.page_is_playlist = true;
    co_return resolved;
  }

 private:
  HttpClient& http_;
};

}  // namespace

HttpRequest resolver_request(const ResolveRequest& request, std::string url) {
  HttpRequest out;
  out.url = std::move(url);
  out.proxy = request.proxy;
  out.cookies_file = request.cookies_file;
  out.timeout = Millis{15'000};
  return out;
}

Result<Resolved> resolved_from(std::string_view text, const std::string& url, std::string_view quality) {
  REC_TRY(const auto playlist, parse_playlist(text, url));
  if (const auto* master = std::get_if<MultivariantPlaylist>(&playlist))
    return resolved_from(*master, quality);
  Resolved out;
  out.media_playlist_url = url;
  out.live = !std::get<MediaPlaylist>(playlist).endlist;
  return out;
}

Result<Resolved> resolved_from(const MultivariantPlaylist& playlist, std::string_view quality) {
  const auto chosen = choose_variants(playlist.variants, quality);
  if (chosen.empty()) return fail(Errc::not_found, "offline: the multivariant playlist lists no variant");
  const auto& first = playlist.variants[chosen.front()];
  Resolved out;
  out.media_playlist_url = first.url;
  out.quality = first.name;
  out.width = first.width;
  out.height = first.height;
  out.frame_rate = first.frame_rate;
  out.defines = playlist.defines;
  for (std::size_t i = 1; i < chosen.size(); ++i)
    out.fallback_urls.push_back(playlist.variants[chosen[i]].url);
  return out;
}

std::unique_ptr<Resolver> make_direct_resolver(HttpClient& http) {
  return std::make_unique<DirectResolver>(http);
}

}  // namespace rec::capture
