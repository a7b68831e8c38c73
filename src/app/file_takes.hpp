// Files that another program records, from the side that has them recorded: places, and what is heard of
// them.
#pragma once
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "app/ledger.hpp"
#include "ports/file_recorder.hpp"

namespace rec {

/// <data folder>/takes/<session>/<number>
std::string take_folder(const SessionId& session, int number, const Settings& settings);
/// Where phantoms are moved to: <data folder>/phantoms/<session>/<number>
std::string phantom_folder(const SessionId& session, int number, const Settings& settings);

/// How old the newest footage of the session's files is; nullopt: there is none. `session` may be gone when
/// it returns.
Task<std::optional<Millis>> newest_footage_age(session::Session session, Worker& chores, Clock& clock);

/// When the files of a session grew last, and how large they are.
struct FileGrowth {
  std::uint64_t bytes = 0;  ///< of all its files that were measured in this run of the program
  Instant at{};
  SteadyTime heard{};          ///< the same by the monotonic clock
  std::map<int, bool> live{};  ///< what the platform said of the channel when a file had ended, by its number
};
using GrowthBySession = std::map<SessionId, FileGrowth>;

/// A session's files as a FileRecorder wants them. One per recording; lives on the decision thread.
class FileTakeSink final : public FileSink {
 public:
  struct Needs {
    Ledger& ledger;
    Worker& chores;
    Clock& clock;
    const Settings& settings;
    GrowthBySession& growth;
    /// What the platform said last of a channel; nothing: it could not be asked. Empty: it is not asked.
    std::function<std::optional<bool>(const ChannelId&)> live_of{};
    std::function<Result<void>()> room{};  ///< no_space while nothing may be recorded; empty: there is room
  };
  FileTakeSink(Needs needs, SessionId session, bool beginning)
      : needs_(std::move(needs)), session_(std::move(session)), beginning_(beginning) {}

  /// The first place of a session that has none is in the store with whatever was said of the session just
  /// now: after a crash it is known as one that is recorded by files.
  void reserve();
  /// Waits while there is no room. A place that stayed empty is given out again.
  Task<FilePlace> begin_file() override;
  Task<std::uint64_t> measure(FilePlace place) override;
  void end_file(int number) override;
  void gap(int number, Micros duration, GapCause cause) override;

  /// Nothing of what was begun here is written any more.
  void end_all();

 private:
  [[nodiscard]] const session::FileTake* reusable() const;
  FilePlace begin_place();
  [[nodiscard]] std::string stem() const;

  Needs needs_;
  SessionId session_;
  bool beginning_;
  std::map<int, std::uint64_t> measured_;  ///< bytes, by file
};

}  // namespace rec
