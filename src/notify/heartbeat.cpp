#include "notify/heartbeat.hpp"

#include <utility>

#include "base/log.hpp"
#include "notify/http_messengers.hpp"
#include "notify/signature.hpp"

namespace rec::notify {

Heartbeat::Heartbeat(HttpClient& http, Clock& clock, std::string url, std::string proxy)
    : http_(http),
      clock_(clock),
      url_(std::move(url)),
      proxy_(std::move(proxy)),
      name_("heartbeat " + short_hash(url_)) {}

Task<> Heartbeat::run() {
  for (SteadyTime next = clock_.steady();; next = std::max(next + std::chrono::minutes(1), clock_.steady())) {
    co_await clock_.sleep_until(next);
    const auto beaten = co_await beat();
    const std::string now = beaten ? "" : without_secrets(beaten.error().text, url_);
    if (now != trouble_ && !now.empty()) log::warn("heartbeat.failed", {{"to", name_}, {"error", now}});
    if (now.empty() && !trouble_.empty()) log::info("heartbeat.recovered", {{"to", name_}});
    trouble_ = now;
  }
}

Task<> Heartbeat::beat() {
  HttpRequest request;
  request.url = url_;
  request.proxy = proxy_;
  request.timeout = Millis(20'000);
  request.max_bytes = 1U << 20U;
  REC_CO_TRY(const HttpResponse answer, co_await http_.fetch(std::move(request)));
  if (answer.status / 100 != 2) co_return fail(http_error(answer, name_));
  co_return Result<void>();
}

}  // namespace rec::notify
