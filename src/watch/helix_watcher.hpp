// Watches Twitch through Helix: a hundred channels a request.
#pragma once
#include "watch/batch_watcher.hpp"
#include "watch/helix_answers.hpp"
#include "watch/helix_api.hpp"
#include "watch/twitch.hpp"

namespace rec {

class HelixWatcher final : public BatchWatcher {
 public:
  HelixWatcher(HttpClient& http, Clock& clock, TwitchWatchOptions options);

  Task<> watch(WatchList& list) override;
  Task<> look_up(WatchList& list) override;

 private:
  Task<std::vector<ChannelNews>> ask(std::vector<TwitchKey> keys) override;
  [[nodiscard]] std::optional<Error> held() const override { return api_.held(); }
  [[nodiscard]] bool must_feel_its_way() const override { return !api_.points().known(clock().steady()); }

  asio::awaitable<void> keep_looking_up(WatchList& list);
  Task<> look_up_names();
  Task<> look_up_titles(WatchList& list);
  /// Points that the looks until the bucket is full again will want.
  [[nodiscard]] std::int64_t points_for_looks() const;

  TwitchWatchOptions options_;
  HelixApi api_;
};

}  // namespace rec
