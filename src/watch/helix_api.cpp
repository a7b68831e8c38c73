#include "watch/helix_api.hpp"

namespace rec {
namespace {

constexpr Millis kHelixTimeout{10'000};

/// Counts a request as under way until its answer has been told, whichever way that ends.
struct PointUnderWay {
  RatePoints& points;
  bool over = false;
  explicit PointUnderWay(RatePoints& of) : points(of) { points.send(); }
  ~PointUnderWay() {
    if (!over) points.lost();
  }
  PointUnderWay(const PointUnderWay&) = delete;
  PointUnderWay& operator=(const PointUnderWay&) = delete;
  void told(const HttpResponse& response, Instant now, SteadyTime steady) {
    over = true;
    points.told(response, now, steady);
  }
};

}  // namespace

std::optional<Error> HelixApi::held() const {
  Error used_up{Errc::rate_limited, "Twitch: the requests of this minute are used up",
                points_.empty_for(clock_.steady())};
  if (!used_up.retry_after) return std::nullopt;
  return used_up;
}

Task<HttpResponse> HelixApi::fetch_once(std::string call, std::string token) {
  HttpRequest request;
  request.url = options_.helix_url + call;
  request.headers = {"Authorization: Bearer " + token, "Client-Id: " + options_.client_id};
  request.proxy = options_.proxy;
  request.timeout = kHelixTimeout;
  PointUnderWay point(points_);
  auto response = co_await http_.fetch(std::move(request));
  if (response) point.told(*response, clock_.now(), clock_.steady());
  co_return response;
}

Task<std::string> HelixApi::get(std::string call, std::string doing) {
  for (int attempt = 1;; ++attempt) {
    REC_CO_TRY(const auto token, co_await token_.get());
    if (auto error = held()) co_return fail(*std::move(error));
    auto response = co_await fetch_once(call, token);
    if (!response) co_return fail(std::move(response).error().in(doing));
    if (response->status == 401 && attempt == 1) {
      token_.reject(token);
      continue;
    }
    if (response->status == 401) {
      co_return fail(Errc::denied, doing +
                                       " refuses a fresh access token: check twitch.client_id and "
                                       "twitch.client_secret at https://dev.twitch.tv/console/apps");
    }
    if (response->status == 429) {
      if (auto error = held()) co_return fail(*std::move(error));
      co_return fail(Errc::unavailable, doing + ": 429 although points are left");
    }
    if (response->status == 400)  // one of the names can be none
      co_return fail(Errc::invalid, http_error(*response, doing).text);
    if (response->status / 100 != 2) co_return fail(http_error(*response, doing));
    co_return std::move(response->body);
  }
}

}  // namespace rec
