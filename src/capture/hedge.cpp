// Two attempts, one answer.
#include "capture/hedge.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>

#include "base/log.hpp"

namespace rec::capture {
namespace {

struct HedgeRace {
  std::shared_ptr<Take> take;
  HttpRequest request;
  std::chrono::nanoseconds patience;
  std::function<std::shared_ptr<BodyReceiver>()> receiver;
  int running = 1;  ///< the first attempt, and its rival once that has started

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

asio::awaitable<void> wait_to_be_cancelled(std::shared_ptr<Take> take) {
  while (true) co_await take->changed.wait();
}

Result<HedgedAnswer> answered(Result<HttpResponse> response, std::shared_ptr<BodyReceiver> receiver) {
  REC_TRY(auto answer, std::move(response));
  return HedgedAnswer{std::move(answer), std::move(receiver)};
}

Task<HedgedAnswer> first_attempt(std::shared_ptr<HedgeRace> race) {
  auto request = race->attempt();
  const auto receiver = request.receiver;
  auto response = co_await race->take->http.fetch(std::move(request));
  if (!race->decides(response)) co_await wait_to_be_cancelled(race->take);
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
  co_await take->clock.sleep(race->patience);
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
  const auto race = std::make_shared<HedgeRace>();
  race->take = std::move(take);
  race->request = std::move(request);
  race->patience = patience;
  race->receiver = std::move(receiver);
  auto ended = co_await (first_attempt(race) || rival_attempt(race));
  if (ended.index() == 0) co_return std::get<0>(std::move(ended));
  co_return std::get<1>(std::move(ended));
}

}  // namespace rec::capture
