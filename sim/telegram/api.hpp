// The methods of Telegram's API that TDLib uses, acting on the World. Thread-safe: one mutex guards all of
// it.
#pragma once
#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "sim/telegram/faults.hpp"
#include "sim/telegram/tl_schema.hpp"
#include "sim/telegram/world.hpp"

namespace rec::sim {

/// What is to be done on the wire about one call.
struct Outcome {
  TlValue answer{};                        ///< the result, or an mt_rpc_error
  bool cut = false;                        ///< close the connection instead of answering
  bool silent = false;                     ///< never answer
  std::chrono::milliseconds delay{};       ///< answer after this
  std::vector<ChannelEvent> for_others{};  ///< the caller has these in the answer
  std::vector<ChannelEvent> for_all{};
};

class Api {
 public:
  /// Uploaded content is kept in `folder`.
  Api(std::shared_ptr<const TlSchema> schema, std::filesystem::path folder);

  /// `query` without its wrappers; `key` is the id of the caller's authorization key, `dc` the data centre
  /// that it speaks to (negative for media).
  Outcome call(std::uint64_t key, int dc, const TlObject& query);
  /// The updates{…} that tell the account behind a key of these events; nothing when nobody is signed in
  /// there.
  TlValue push(std::uint64_t key, const std::vector<ChannelEvent>& events);

  /// Runs `use(world)` under the lock. References into the world must not leave it.
  template <class F>
  auto with_world(F use) {
    const std::scoped_lock lock(mutex_);
    return use(world_);
  }
  template <class F>
  auto with_faults(F use) {
    const std::scoped_lock lock(mutex_);
    return use(faults_);
  }
  /// Methods that were called and have no handler: each is answered 400 METHOD_INVALID.
  std::vector<std::string> unanswered();
  /// Bytes of file parts that came, also in calls that failed.
  std::uint64_t bytes_received();

 private:
  std::shared_ptr<const TlSchema> schema_;
  std::mutex mutex_;
  World world_;
  Faults faults_;
  std::set<std::string> unanswered_;
  std::uint64_t bytes_received_ = 0;
};

}  // namespace rec::sim
