// Puts follower, resolver, fetchers and assembler of one capture together.
#include "capture/engine.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>

#include "base/log.hpp"
#include "capture/assembler.hpp"
#include "capture/fetcher.hpp"
#include "capture/follower.hpp"
#include "capture/take.hpp"
#include "capture/tracks.hpp"

namespace rec::capture {
namespace {

constexpr std::chrono::seconds kSoundPause{5};

asio::awaitable<void> assemble_into(std::shared_ptr<Take> take, std::shared_ptr<CaptureEnd> end) {
  *end = co_await assemble(take);
}

/// One playlist, until it is over.
asio::awaitable<CaptureEnd> run_take(std::shared_ptr<Take> take) {
  const auto executor = co_await asio::this_coro::executor;
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

class NativeRecorder final : public Recorder {
 public:
  NativeRecorder(HttpClient& http, Clock& clock, Resolver& resolver)
      : http_(http), clock_(clock), resolver_(resolver) {}

  asio::awaitable<CaptureEnd> record(CaptureRequest request, SegmentSink& sink) override {
    const auto executor = co_await asio::this_coro::executor;
    auto merge = std::make_shared<TrackMerge>(sink, clock_, executor);
    merge->begin_with(request.recent_sound);
    // Not `||`: when both are cancelled, that throws something else than a cancellation.
    auto group = asio::experimental::make_parallel_group(
        asio::co_spawn(executor, record_main(request, merge), asio::deferred),
        asio::co_spawn(executor, record_sound(request, merge), asio::deferred));
    auto [order, main_threw, ended, sound_threw] =
        co_await group.async_wait(asio::experimental::wait_for_one(), asio::use_awaitable);
    if (const auto& first = order[0] == 0 ? main_threw : sound_threw) std::rethrow_exception(first);
    co_return std::move(ended);
  }

 private:
  asio::awaitable<CaptureEnd> record_main(CaptureRequest request, std::shared_ptr<TrackMerge> merge) {
    TrackResolver resolver(resolver_, merge, kMainTrack);
    TrackSink sink(merge, kMainTrack);
    const auto executor = co_await asio::this_coro::executor;
    const ChannelId request_channel = request.channel;
    auto take = std::make_shared<Take>(http_, clock_, resolver, sink, std::move(request), executor);
    auto end = co_await run_take(std::move(take));
    merge->main_ended();
    const auto patience_ends = clock_.steady() + TrackMerge::kMostLag;
    while (merge->sound_running() && clock_.steady() < patience_ends)
      co_await merge->wait_until(patience_ends);
    if (const auto told = co_await merge->tell_missing_sound(); !told)
      log::warn("sound.gap_not_kept", {{"channel", request_channel}, {"error", told.error().text}});
    co_return end;
  }

  /// Whenever the page says that sound is elsewhere; never returns.
  asio::awaitable<void> record_sound(CaptureRequest request, std::shared_ptr<TrackMerge> merge) {
    TrackResolver resolver(resolver_, merge, kSoundTrack);
    TrackSink sink(merge, kSoundTrack);
    const auto executor = co_await asio::this_coro::executor;
    request.reopen_url.clear();
    request.recent_checksums.clear();
    bool known = !request.recent_sound.empty();
    while (true) {
      while (merge->main_over() || !(merge->has_sound() || known)) co_await merge->wait();
      known = false;
      request.recent = merge->recent_sound();
      auto of_this = request;
      auto take = std::make_shared<Take>(http_, clock_, resolver, sink, std::move(of_this), executor);
      const auto end = co_await run_take(std::move(take));
      log::info("sound.ended", {{"channel", request.channel}, {"reason", word(end.reason)}});
      merge->sound_runs(false);
      co_await clock_.sleep(kSoundPause);
    }
  }

  HttpClient& http_;
  Clock& clock_;
  Resolver& resolver_;
};

}  // namespace

std::unique_ptr<Recorder> make_native_recorder(HttpClient& http, Clock& clock, Resolver& resolver) {
  return std::make_unique<NativeRecorder>(http, clock, resolver);
}

}  // namespace rec::capture
