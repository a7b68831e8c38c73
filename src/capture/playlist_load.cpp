// HTTP answer -> media playlist, or what is wrong with it.
#include "capture/playlist_load.hpp"

#include <fmt/format.h>

#include "capture/aes128.hpp"

namespace rec::capture {
namespace {

LoadedPlaylist not_loaded(Error error) {
  LoadedPlaylist out;
  out.error = std::move(error);
  return out;
}

/// A key that some segment needs and nobody but a licensed player can use.
const KeyInfo* locked_key(const MediaPlaylist& playlist) {
  for (const auto& segment : playlist.segments) {
    if (segment.key < 0) continue;
    const auto& key = playlist.keys[static_cast<std::size_t>(segment.key)];
    if (!is_plain_aes128(key) || key.url.empty()) return &key;
  }
  return nullptr;
}

}  // namespace

asio::awaitable<LoadedPlaylist> load_playlist(std::shared_ptr<Take> take, PlaylistSource source,
                                              Millis timeout) {
  auto request = take->get(source.url);
  request.headers = source.headers;
  request.timeout = timeout;
  auto response = co_await take->http.fetch(std::move(request));
  if (!response) co_return not_loaded(std::move(response).error());
  if (response->status / 100 != 2) {
    auto out = not_loaded(http_error(*response, "playlist"));
    out.gone = out.error->code == Errc::denied || out.error->code == Errc::not_found;
    co_return out;
  }
  auto parsed = parse_playlist(response->body, response->url, source.imports, source.ranges);
  if (!parsed) {
    auto out = not_loaded(std::move(parsed).error());
    out.fatal = out.error->code == Errc::denied;
    co_return out;
  }
  auto* media = std::get_if<MediaPlaylist>(&*parsed);
  if (media == nullptr) {
    auto out =
        not_loaded(Error{Errc::corrupt, "a multivariant playlist came instead of a media playlist", {}});
    out.gone = true;
    co_return out;
  }
  if (const auto* key = locked_key(*media)) {
    auto out = not_loaded(Error{
        Errc::denied, fmt::format("stream is encrypted ({}), which cannot be recorded", key->method), {}});
    out.fatal = true;
    co_return out;
  }
  LoadedPlaylist out;
  out.playlist = std::move(*media);
  co_return out;
}

}  // namespace rec::capture
