// Loads the playlist until its newest segment is another one.
#include "capture/gives_segments.hpp"

#include <algorithm>

#include "capture/playlist.hpp"

namespace rec::capture {
namespace {

constexpr Millis kLoadAgainAfter{2'000};
constexpr Millis kLongestLook{6'000};

struct Newest {
  std::int64_t sequence = 0;
  Millis target_duration{0};
};

/// The newest segment, unset: there is none, or it is the last.
Result<std::optional<Newest>> newest_in(const HttpResponse& response) {
  if (response.status / 100 != 2) return fail(http_error(response, "the playlist"));
  REC_TRY(const auto playlist, parse_playlist(response.body, response.url));
  const auto* media = std::get_if<MediaPlaylist>(&playlist);
  if (media == nullptr || media->endlist || media->segments.empty()) return std::optional<Newest>();
  return Newest{media->segments.back().sequence, std::chrono::ceil<Millis>(media->target_duration)};
}

Task<std::optional<Newest>> load_newest(HttpClient& http, HttpRequest request) {
  REC_CO_TRY(const auto response, co_await http.fetch(std::move(request)));
  co_return newest_in(response);
}

Task<bool> moves_on(HttpClient& http, Resolver& resolver, Clock& clock, ResolveRequest request) {
  REC_CO_TRY(const auto resolved, co_await resolver.resolve(request));
  if (!resolved.live || resolved.media_playlist_url.empty()) co_return false;
  HttpRequest get = playlist_request(resolved, request.proxy, request.cookies_file);
  get.timeout = Millis{10'000};
  REC_CO_TRY(const auto first, co_await load_newest(http, get));
  if (!first) co_return false;
  const auto until = clock.steady() + std::min(first->target_duration, kLongestLook);
  while (clock.steady() < until) {
    co_await clock.sleep(kLoadAgainAfter);
    REC_CO_TRY(const auto again, co_await load_newest(http, get));
    if (!again) co_return false;
    if (again->sequence > first->sequence) co_return true;
  }
  co_return false;
}

Task<bool> gives(HttpClient& http, Resolver& resolver, Clock& clock, ResolveRequest request) {
  const auto moves = co_await moves_on(http, resolver, clock, std::move(request));
  co_return moves && *moves;
}

}  // namespace

std::function<Task<bool>(ResolveRequest)> make_gives_segments(HttpClient& http, Resolver& resolver,
                                                              Clock& clock) {
  return [&http, &resolver, &clock](ResolveRequest request) {
    return gives(http, resolver, clock, std::move(request));
  };
}

}  // namespace rec::capture
