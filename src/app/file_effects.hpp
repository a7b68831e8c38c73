// Makes parts of what another program recorded: the outbox's cut_file. Performing it again, after a crash,
// has the outcome of once. Decision thread only.
#pragma once
#include <functional>
#include <map>
#include <optional>

#include "app/ledger.hpp"
#include "app/taken_files.hpp"
#include "ports/file_cutter.hpp"
#include "ports/file_recorder.hpp"

namespace rec {

class FileEffects {
 public:
  struct Needs {
    Ledger& ledger;
    Clock& clock;
    Worker& chores;
    FileRecorder* recorder;  ///< both null: files wait until there is a backend again
    FileCutter* cutter;
    const Settings& settings;
    std::function<Result<void>(std::uint64_t)> room_for_part{};  ///< empty: always
    /// What the platform said of the channel when a session's file had ended; nothing: it could not be asked.
    std::function<std::optional<bool>(const session::Session&, int)> live_of{};
  };
  explicit FileEffects(Needs needs) : needs_(std::move(needs)) {}

  /// Ends what still writes there; then the file is cut, or set aside as a phantom, or is a failure. Errors
  /// are of those that pass.
  Task<session::Event> cut(SessionId session, int number);
  /// A part that is too large for the account in smaller files (Part::most_bytes), cut from its own.
  Task<session::PartFile> cut_smaller(SessionId session, int part);
  /// Phantoms that were set aside longer ago go, each with a word.
  Task<> remove_phantoms(Millis older_than);

 private:
  struct Found {
    std::string input{};  ///< paths; "" = there is nothing
    std::string sound{};
    std::uint64_t bytes = 0;
    bool linked = false;  ///< somebody's own file: nothing that a capture left
    std::string lost{};   ///< what is wrong with somebody's own file; "" = nothing
    std::string away{};   ///< of one that is lost: what speaks for a disk that is away; "" = nothing does
  };
  Task<Found> look_into(std::string folder);
  Result<session::Event> without_its_file(const SessionId& id, int number, const Found& found);
  Task<std::optional<session::Event>> phantom(session::Session session, session::FileTake file, Found found);
  Task<session::Event> set_aside(session::Session session, session::FileTake file, std::string why);
  Task<session::Event> cut_found(session::Session session, session::FileTake file, Found found);

  Needs needs_;
  std::map<std::pair<SessionId, int>, int> refused_;  ///< how often a file could not be cut
  std::map<std::pair<SessionId, int>, SteadyTime> away_since_;
};

}  // namespace rec
