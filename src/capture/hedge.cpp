// Two attempts, one answer.
#include "capture/hedge.hpp"

#include <atomic>

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/this_coro.hpp>

#include "base/log.hpp"
#include "runtime/signal.hpp"

namespace rec::capture {
namespace {

struct HedgeRace {
  explicit HedgeRace(const asio::any_io_executor& executor) : changed(executor) {}

  std::shared_ptr<Take> take;
  HttpRequest request;
  std::chrono::nanoseconds patience;
  std::function<std::shared_ptr<BodyReceiver>()> receiver;
  /// Since when the first attempt is on the wire; long ago: it still waits for its turn. Written by the client's
  /// thread, which may keep it for longer than the race lasts.
  std::shared_ptr<std::atomic<SteadyTime>> asked = std::make_shared<std::atomic<SteadyTime>>(SteadyTime{});
  Signal changed;     ///< `over` did
  bool over = false;  ///< the first attempt is the answer
  int running = 1;    ///< the first attempt, and its rival once that has started

  [[nodiscard]] HttpRequest attempt() const {
    HttpRequest out = request;
    if (receiver) out.receiver = receiver();
    return out;
  }
  /// Whether an attempt that ended like this is the answer; else the other one is waited for.
  bool decides(const Result<HttpResponse>& response) {
    --running;
    return running == 0 || (response && response->status / 100 == 2);
  }
  /// When a rival is due, as far as is known.
  [[nodiscard]] SteadyTime rival_at() const {
    const SteadyTime since = *asked;
    return (since == SteadyTime{} ? take->clock.steady() : since) + patience;
  }
};

asio::awaitable<void> wait_to_be_cancelled(std::shared_ptr<Take> take) {
  while (true) co_await take->changed.wait();
}

Result<HedgedAnswer> answered(Result<HttpResponse> response, std::shared_ptr<BodyReceiver> receiver) {
  REC_TRY(auto answer, std::move(response));
  return HedgedAnswer{std::move(answer), std::move(receiver)};
}

Task<HedgedAnswer> first_attempt(std::shared_ptr<HedgeRace> race) {
  auto request = race->attempt();
  request.on_asked = [at = race->asked](SteadyTime now) { *at = now; };
  const auto receiver = request.receiver;
  auto response = co_await race->take->http.fetch(std::move(request));
  if (!race->decides(response)) co_await wait_to_be_cancelled(race->take);
  race->over = true;
  race->changed.notify();  // a rival that only waits then ends without the cost of being cancelled
  co_return answered(std::move(response), receiver);
}

Task<HedgedAnswer> rival_attempt(std::shared_ptr<HedgeRace> race) {
  struct Place {
    Take& take;
    explicit Place(Take& of) : take(of) { ++take.rivals; }
    ~Place() {
      --take.rivals;
      take.changed.notify();
    }
  };
  const auto take = race->take;
  for (auto due = race->rival_at(); !race->over && take->clock.steady() < due; due = race->rival_at())
    co_await race->changed.wait_until(take->clock, due);
  if (race->over) co_return fail(Errc::cancelled, "the first attempt was the answer");
  while (take->rivals >= kMostRivals) co_await take->changed.wait();
  const Place place(*take);
  ++race->running;
  log::debug("segment.hedged", {{"channel", take->request.channel}});
  auto request = race->attempt();
  request.fresh_connection = true;
  const auto receiver = request.receiver;
  auto response = co_await take->http.fetch(std::move(request));
  if (!race->decides(response)) co_await wait_to_be_cancelled(take);
  co_return answered(std::move(response), receiver);
}

}  // namespace

Task<HedgedAnswer> fetch_hedged(std::shared_ptr<Take> take, HttpRequest request,
                                std::chrono::nanoseconds patience,
                                std::function<std::shared_ptr<BodyReceiver>()> receiver) {
  using namespace asio::experimental::awaitable_operators;
  const auto race = std::make_shared<HedgeRace>(co_await asio::this_coro::executor);
  race->take = std::move(take);
  race->request = std::move(request);
  race->patience = patience;
  race->receiver = std::move(receiver);
  auto ended = co_await (first_attempt(race) || rival_attempt(race));
  if (ended.index() == 0) co_return std::get<0>(std::move(ended));
  co_return std::get<1>(std::move(ended));
}

}  // namespace rec::capture
