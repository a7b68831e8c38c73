// HTTP answer -> media playlist, or what is wrong with it.
#include "capture/playlist_load.hpp"

#include <fmt/format.h>

#include "capture/aes128.hpp"
#include "capture/hedge.hpp"
#include "capture/uri.hpp"
#include "runtime/private_hosts.hpp"

namespace rec::capture {
namespace {

constexpr Millis kPlaylistPatience{3'500};

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

/// The first URL that names a private address, other than `own`, where the playlist came from; names are
/// looked up later, when they are asked.
const std::string* private_url(const MediaPlaylist& playlist, const std::string& own) {
  std::string_view last;
  const auto leads_inside = [&](const std::string& url) {
    const auto authority = split_uri(url).authority;
    if (authority == last) return false;
    last = authority;
    return host_of(url) != own && is_private_host(host_of(url));
  };
  for (const auto& segment : playlist.segments)
    if (leads_inside(segment.url)) return &segment.url;
  for (const auto& map : playlist.maps)
    if (leads_inside(map.url)) return &map.url;
  for (const auto& key : playlist.keys)
    if (leads_inside(key.url)) return &key.url;
  return nullptr;
}

}  // namespace

asio::awaitable<LoadedPlaylist> load_playlist(std::shared_ptr<Take> take, PlaylistSource source,
                                              Millis timeout) {
  auto request = take->get(source.url);
  request.headers = source.headers;
  request.timeout = timeout;
  request.allow_private_hosts = source.private_hosts;
  // Over a connection that a router has forgotten no answer comes, and the window does not wait; a first
  // rival may have begun on a line that was silent still.
  constexpr int kPlaylistRivals = 2;
  std::function<std::shared_ptr<BodyReceiver>()> into_the_answer;
  auto answer = co_await fetch_hedged(take, std::move(request), kPlaylistPatience, std::move(into_the_answer),
                                      kPlaylistRivals);
  if (!answer) {
    auto out = not_loaded(std::move(answer).error());
    out.misled = out.fatal = out.denied();  // where it leads to, not what a server says
    co_return out;
  }
  const HttpResponse* response = &answer->response;
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
  if (const auto* inside =
          response->from_private_host ? nullptr : private_url(*media, host_of(response->url))) {
    auto out = not_loaded(Error{
        Errc::denied,
        fmt::format("playlist refused: it is public, and leads to the private address {}", host_of(*inside)),
        {}});
    out.fatal = true;
    co_return out;
  }
  LoadedPlaylist out;
  out.from_private_host = response->from_private_host;
  out.playlist = std::move(*media);
  co_return out;
}

}  // namespace rec::capture
