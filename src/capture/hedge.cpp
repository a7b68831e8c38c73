// Several attempts, one answer.
#include "capture/hedge.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>

#include "base/log.hpp"
#include "runtime/signal.hpp"

namespace rec::capture {
namespace {

struct HedgeRace {
  explicit HedgeRace(const asio::any_io_executor& executor) : asked(executor) {}

  std::shared_ptr<Take> take;
  HttpRequest request;
  std::chrono::nanoseconds patience;
  std::function<std::shared_ptr<BodyReceiver>()> receiver;
  int rivals = 1;
  Signal asked;
  bool was_asked = false;  ///< the first attempt, on the wire
  int running = 1;         ///< the first attempt, and its rivals once they have started

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
};

// The client says it on a thread of its own, and may keep what it says it with for longer than the race
// lasts.
std::function<void()> note_asked(const asio::any_io_executor& executor,
                                 const std::shared_ptr<HedgeRace>& race) {
  return [executor, weak = std::weak_ptr(race)] {
    asio::post(executor, [weak] {
      const auto here = weak.lock();
      if (!here) return;
      here->was_asked = true;
      here->asked.notify();
    });
  };
}

asio::awaitable<void> wait_to_be_cancelled(std::shared_ptr<Take> take) {
  while (true) co_await take->changed.wait();
}

Result<HedgedAnswer> answered(Result<HttpResponse> response, std::shared_ptr<BodyReceiver> receiver) {
  REC_TRY(auto answer, std::move(response));
  return HedgedAnswer{std::move(answer), std::move(receiver)};
}

Task<HedgedAnswer> first_attempt(std::shared_ptr<HedgeRace> race) {
  auto request = race->attempt();
  request.on_asked = note_asked(co_await asio::this_coro::executor, race);
  const auto receiver = request.receiver;
  auto response = co_await race->take->http.fetch(std::move(request));
  if (!race->decides(response)) co_await wait_to_be_cancelled(race->take);
  co_return answered(std::move(response), receiver);
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
  if (number > race->rivals) co_await wait_to_be_cancelled(take);
  while (!race->was_asked) co_await race->asked.wait();
  co_await take->clock.sleep(number * race->patience);
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
                                std::function<std::shared_ptr<BodyReceiver>()> receiver, int rivals) {
  using namespace asio::experimental::awaitable_operators;
  const auto race = std::make_shared<HedgeRace>(co_await asio::this_coro::executor);
  race->take = std::move(take);
  race->request = std::move(request);
  race->patience = patience;
  race->receiver = std::move(receiver);
  race->rivals = rivals;
  auto ended = co_await (first_attempt(race) || rival_attempt(race, 1) || rival_attempt(race, 2));
  if (ended.index() == 0) co_return std::get<0>(std::move(ended));
  if (ended.index() == 1) co_return std::get<1>(std::move(ended));
  co_return std::get<2>(std::move(ended));
}

}  // namespace rec::capture
