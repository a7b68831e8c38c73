// Puts follower, resolver, fetchers and assembler of one capture together.
#include "capture/engine.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>

#include "capture/assembler.hpp"
#include "capture/fetcher.hpp"
#include "capture/follower.hpp"
#include "capture/take.hpp"

namespace rec::capture {
namespace {

asio::awaitable<void> assemble_into(std::shared_ptr<Take> take, std::shared_ptr<CaptureEnd> end) {
  *end = co_await assemble(take);
}

class NativeRecorder final : public Recorder {
 public:
  NativeRecorder(HttpClient& http, Clock& clock, Resolver& resolver)
      : http_(http), clock_(clock), resolver_(resolver) {}

  asio::awaitable<CaptureEnd> record(CaptureRequest request, SegmentSink& sink) override {
    const auto executor = co_await asio::this_coro::executor;
    auto take = std::make_shared<Take>(http_, clock_, resolver_, sink, std::move(request), executor);
    const auto& known = take->request.recent_checksums;
    for (std::size_t i = 0; i < known.size(); ++i) take->content.remember(take->request.recent[i], known[i]);
    auto end = std::make_shared<CaptureEnd>();
    const auto spawn_one = [&executor](asio::awaitable<void> work) {
      return asio::co_spawn(executor, std::move(work), asio::deferred);
    };
    static_assert(kFetchersPerStream == 4);
    auto group = asio::experimental::make_parallel_group(
        spawn_one(assemble_into(take, end)), spawn_one(follow_playlist(take)),
        spawn_one(resolve_on_demand(take)), spawn_one(fetch_segments(take)), spawn_one(fetch_segments(take)),
        spawn_one(fetch_segments(take)), spawn_one(fetch_segments(take)));
    const auto token = asio::use_awaitable;
    auto [order, assembled, followed, resolved, f1, f2, f3, f4] =
        co_await group.async_wait(asio::experimental::wait_for_one(), token);
    const std::exception_ptr ends[] = {assembled, followed, resolved, f1, f2, f3, f4};
    if (const auto& first = ends[order[0]]) std::rethrow_exception(first);
    co_return std::move(*end);
  }

 private:
  HttpClient& http_;
  Clock& clock_;
  Resolver& resolver_;
};

}  // namespace

std::unique_ptr<Recorder> make_native_recorder(HttpClient& http, Clock& clock, Resolver& resolver) {
  return std::make_unique<NativeRecorder>(http, clock, resolver);
}

}  // namespace rec::capture
