// Several attempts, one answer.
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
  int rivals = 1;  ///< at most
  /// Since when the first attempt is on the wire; long ago: it still waits for its turn. Written by the
  /// client's thread, which may keep it for longer than the race lasts.
  std::shared_ptr<std::atomic<SteadyTime>> asked = std::make_shared<std::atomic<SteadyTime>>(SteadyTime{});
  Signal changed;     ///< `over` did
  bool over = false;  ///< an attempt is the answer
  int running = 1;    ///< the first attempt, and its rivals once they have started

  /// Whether an attempt that ended like this is the answer; else the others are waited for.
  bool decides(const Result<HttpResponse>& response) {
    --running;
    return running == 0 || (response && response->status / 100 == 2);
  }
  /// When the rival of this number, from 1, is due, as far as is known.
  [[nodiscard]] SteadyTime rival_at(int number) const {
    const SteadyTime since = *asked;
    return (since == SteadyTime{} ? take->clock.steady() : since) + number * patience;
  }
};

asio::awaitable<void> wait_to_be_cancelled(std::shared_ptr<Take> take) {
  while (true) co_await take->changed.wait();
}

Result<HedgedAnswer> answered(Result<HttpResponse> response, std::shared_ptr<BodyReceiver> receiver) {
  REC_TRY(auto answer, std::move(response));
  return HedgedAnswer{std::move(answer), std::move(receiver)};
}

/// `fresh`: a rival, over a connection of its own.
Task<HedgedAnswer> attempt(std::shared_ptr<HedgeRace> race, bool fresh) {
  auto request = race->request;
  if (race->receiver) request.receiver = race->receiver();
  if (fresh)
    request.fresh_connection = true;
  else
    request.on_asked = [at = race->asked](SteadyTime now) { *at = now; };
  const auto receiver = request.receiver;
  auto response = co_await race->take->http.fetch(std::move(request));
  if (!race->decides(response)) co_await wait_to_be_cancelled(race->take);
  race->over = true;
  race->changed.notify();  // a rival that only waits then ends without the cost of being cancelled
  co_return answered(std::move(response), receiver);
}

Task<HedgedAnswer> rival_attempt(std::shared_ptr<HedgeRace> race, int number);

/// The attempt of this number, 0 being the first, and the rival that it may have.
Task<HedgedAnswer> attempt_and_rival(std::shared_ptr<HedgeRace> race, int number) {
  using asio::experimental::awaitable_operators::operator||;
  if (number == race->rivals) co_return co_await attempt(race, number > 0);
  auto ended = co_await (attempt(race, number > 0) || rival_attempt(race, number + 1));
  if (ended.index() == 0) co_return std::get<0>(std::move(ended));
  co_return std::get<1>(std::move(ended));
}

Task<HedgedAnswer> rival_attempt(std::shared_ptr<HedgeRace> race, int number) {
  struct Place {
    Take& take;
    explicit Place(Take& of) : take(of) { ++take.rivals; }
    ~Place() {
      --take.rivals;
      take.changed.notify();
    }
  };
  const auto take = race->take;
  for (auto due = race->rival_at(number); !race->over && take->clock.steady() < due;
       due = race->rival_at(number))
    co_await race->changed.wait_until(take->clock, due);
  if (race->over) co_return fail(Errc::cancelled, "cancelled");
  while (take->rivals >= kMostRivals) co_await take->changed.wait();
  const Place place(*take);
  ++race->running;
  log::debug("segment.hedged", {{"channel", take->request.channel}});
  co_return co_await attempt_and_rival(race, number);
}

}  // namespace

Task<HedgedAnswer> fetch_hedged(std::shared_ptr<Take> take, HttpRequest request,
                                std::chrono::nanoseconds patience, int rivals,
                                std::function<std::shared_ptr<BodyReceiver>()> receiver) {
  const auto race = std::make_shared<HedgeRace>(co_await asio::this_coro::executor);
  race->take = std::move(take);
  race->request = std::move(request);
  race->patience = patience;
  race->receiver = std::move(receiver);
  race->rivals = rivals;
  co_return co_await attempt_and_rival(race, 0);
}

}  // namespace rec::capture
