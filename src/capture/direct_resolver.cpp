// A playlist URL -> what is recorded of it.
#include "capture/direct_resolver.hpp"

#include "capture/variant_choice.hpp"

namespace rec::capture {
namespace {

/// The group's rendition, when it has a playlist of its own.
const Rendition* separate_sound(const MultivariantPlaylist& playlist, std::string_view group) {
  const auto* found = group.empty() ? nullptr : audio_rendition(playlist, group);
  return found == nullptr || found->url.empty() ? nullptr : found;
}

std::string sound_of(const MultivariantPlaylist& playlist, const Variant& variant) {
  const auto* found = variant.audio_only ? nullptr : separate_sound(playlist, variant.audio);
  return found == nullptr ? std::string() : found->url;
}

/// The group of the best variant that has one, else any.
std::string_view best_group(const MultivariantPlaylist& playlist) {
  for (const auto index : choose_variants(playlist.variants, "best"))
    if (!playlist.variants[index].audio.empty()) return playlist.variants[index].audio;
  for (const auto& one : playlist.renditions)
    if (one.type == "AUDIO") return one.group;
  return {};
}

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
    REC_CO_TRY(auto resolved, resolved_from(response.body, response.url, request));
    resolved.page_is_playlist = true;
    resolved.from_private_host = response.from_private_host;
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
  out.cookies = request.cookies;
  out.group = request.group;
  out.timeout = Millis{15'000};
  return out;
}

Result<Resolved> resolved_from(std::string_view text, const std::string& url, const ResolveRequest& request) {
  REC_TRY(const auto playlist, parse_playlist(text, url));
  if (const auto* master = std::get_if<MultivariantPlaylist>(&playlist))
    return resolved_from(*master, request);
  Resolved out;
  out.media_playlist_url = url;
  out.live = !std::get<MediaPlaylist>(playlist).endlist;
  return out;
}

Result<Resolved> resolved_from(const MultivariantPlaylist& playlist, const ResolveRequest& request) {
  const auto chosen = choose_variants(playlist.variants, request.quality, request.codecs);
  if (chosen.empty()) return fail(Errc::not_found, "offline: the multivariant playlist lists no variant");
  const auto& first = playlist.variants[chosen.front()];
  Resolved out;
  out.defines = playlist.defines;
  const bool sound_alone = wants_audio(request.quality) && !first.audio_only;
  const Rendition* rendition = sound_alone ? separate_sound(playlist, best_group(playlist)) : nullptr;
  if (rendition != nullptr) {
    out.media_playlist_url = rendition->url;
    out.quality = "audio";
  } else {
    out.media_playlist_url = first.url;
    out.audio_playlist_url = sound_of(playlist, first);
    out.quality = first.name;
    if (!sound_alone) out.picture = picture_of(first);
  }
  for (std::size_t i = rendition == nullptr ? 1 : 0; i < chosen.size(); ++i) {
    const auto& next = playlist.variants[chosen[i]];
    out.fallback_urls.push_back(next.url);
    out.fallback_audio_urls.push_back(sound_of(playlist, next));
    out.fallback_pictures.push_back(sound_alone ? Picture{} : picture_of(next));
  }
  return out;
}

std::unique_ptr<Resolver> make_direct_resolver(HttpClient& http) {
  return std::make_unique<DirectResolver>(http);
}

}  // namespace rec::capture
