// The follower's two coroutines.
#include "capture/follower.hpp"

#include "capture/live_follower.hpp"

namespace rec::capture {

ResolveRequest resolve_request_of(const Take& take) {
  ResolveRequest out;
  out.page_url = take.request.page_url;
  out.broadcast = take.request.broadcast;
  out.quality = take.request.quality;
  out.codecs = take.request.codecs;
  out.cookies_file = take.request.cookies_file;
  out.proxy = take.request.proxy;
  out.refusals = take.refusals;
  out.group = take.request.channel.str();
  out.cookies = take.cookies;
  return out;
}

asio::awaitable<void> follow_playlist(std::shared_ptr<Take> take) {
  LiveFollower follower(take);
  co_await follower.run();
  while (true) co_await take->changed.wait();
}

asio::awaitable<void> resolve_on_demand(std::shared_ptr<Take> take) {
  while (true) {
    if (!take->resolve_wanted || take->end) {
      co_await take->changed.wait();
      continue;
    }
    auto request = resolve_request_of(*take);
    auto resolved = co_await take->resolver.resolve(std::move(request));
    take->resolution.emplace(std::move(resolved));
    take->resolve_wanted = false;
    take->changed.notify();
  }
}

}  // namespace rec::capture
