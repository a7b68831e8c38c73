// What watching has learnt and need not learn again after a restart: one small JSON file, of mode 0600.
#pragma once
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "base/ids.hpp"
#include "base/secret.hpp"
#include "base/time.hpp"
#include "runtime/worker.hpp"

namespace rec {

/// Reading happens once, when it is made (blocking); writing on the worker, the newest state last. What
/// cannot be read or written costs nothing but learning it again, and is logged. Decision thread only.
class WatchMemory {
 public:
  struct TwitchToken {
    std::string client_id{};  ///< whose it is
    Secret token{};
    Instant renew_at{};
  };

  /// `worker` outlives it.
  WatchMemory(std::string path, Worker& worker);

  [[nodiscard]] const std::optional<TwitchToken>& twitch_token() const { return token_; }
  void keep_twitch_token(std::optional<TwitchToken> token);
  /// YouTube channels whose page has asked for a sign-in.
  [[nodiscard]] const std::set<ChannelId>& signed_in() const { return signed_in_; }
  void keep_signed_in(const std::set<ChannelId>& channels);
  /// Pages of one broadcast that is over.
  [[nodiscard]] const std::set<ChannelId>& over() const { return over_; }
  void keep_over(const std::set<ChannelId>& channels);

 private:
  void read();
  void write();

  std::string path_;
  Worker& worker_;
  std::optional<TwitchToken> token_{};
  std::set<ChannelId> signed_in_{};
  std::set<ChannelId> over_{};
};

}  // namespace rec
