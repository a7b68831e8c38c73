// The follower's two coroutines.
#include "capture/follower.hpp"

#include "capture/live_follower.hpp"

namespace rec::capture {

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
    ResolveRequest request{take->request.page_url, take->request.quality, take->request.cookies_file,
                           take->request.proxy};
    auto resolved = co_await take->resolver.resolve(std::move(request));
    take->resolution.emplace(std::move(resolved));
    take->resolve_wanted = false;
    take->changed.notify();
  }
}

}  // namespace rec::capture
