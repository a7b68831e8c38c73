// Watches Twitch through the website's GraphQL, for those who have no developer key. Second best: nobody
// promises that it stays as it is.
#pragma once
#include "runtime/http.hpp"
#include "watch/batch_watcher.hpp"
#include "watch/twitch.hpp"

namespace rec {

class GqlWatcher final : public BatchWatcher {
 public:
  GqlWatcher(HttpClient& http, Clock& clock, TwitchWatchOptions options);

 private:
  Task<std::vector<ChannelNews>> ask(std::vector<TwitchKey> keys) override;
  [[nodiscard]] std::optional<Error> held() const override;
  [[nodiscard]] std::string note() const override;
  /// Once, when there are more channels than this way is good for.
  void warn_of_many();

  HttpClient& http_;
  TwitchWatchOptions options_;
  std::optional<SteadyTime> held_until_{};  ///< it was asked too much
  bool warned_ = false;
};

}  // namespace rec
