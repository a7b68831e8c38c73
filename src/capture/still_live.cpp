// Resolves the page and looks for the end of its playlist.
#include "capture/still_live.hpp"

#include "capture/playlist.hpp"

namespace rec::capture {
namespace {

Task<bool> page_is_live(HttpClient& http, Resolver& resolver, FileCaptureRequest request) {
  ResolveRequest question;
  question.page_url = request.page_url;
  question.broadcast = request.broadcast;
  question.cookies_file = request.cookies_file;
  question.proxy = request.proxy;
  auto resolved = co_await resolver.resolve(std::move(question));
  if (!resolved) co_return resolved.error().code != Errc::not_found;
  if (!resolved->live) co_return false;
  if (resolved->media_playlist_url.empty()) co_return true;
  HttpRequest get = playlist_request(*resolved, request.proxy, request.cookies_file);
  get.timeout = Millis{15'000};
  const auto response = co_await http.fetch(std::move(get));
  if (!response) co_return true;
  if (response->status == 404 || response->status == 410) co_return false;
  const auto playlist = parse_playlist(response->body, response->url, resolved->defines);
  const auto* media = playlist ? std::get_if<MediaPlaylist>(&*playlist) : nullptr;
  co_return media == nullptr || !media->endlist;
}

}  // namespace

std::function<Task<bool>(FileCaptureRequest)> make_still_live(HttpClient& http, Resolver& resolver) {
  return [&http, &resolver](FileCaptureRequest request) {
    return page_is_live(http, resolver, std::move(request));
  };
}

}  // namespace rec::capture
