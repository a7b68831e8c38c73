// Performs the outbox: each row until it is done, with backoff, whatever fails. Performing a row again, after
// a crash, has the outcome of once. Decision thread only.
#pragma once
#include <map>
#include <memory>
#include <set>
#include <string>

#include "app/ledger.hpp"
#include "app/raw_release.hpp"
#include "app/texts.hpp"
#include "ports/media_maker.hpp"
#include "ports/publisher.hpp"
#include "runtime/supervisor.hpp"
#include "spool/segment_log.hpp"

namespace rec {

class Effects {
 public:
  struct Needs {
    Ledger& ledger;
    Clock& clock;
    Worker& chores;  ///< reading and removing: nothing that a recording waits for
    Supervisor& supervisor;
    MediaMaker& media;
    Publisher* publisher;  ///< null: no Telegram is set up
    const Settings& settings;
    /// What the status message shows of what only the app knows.
    std::function<StatusFacts(const session::Session&)> facts;
    std::function<void(const Error&)> on_full;  ///< hears of a full disk, once per attempt
    /// Is there room for a part of so many bytes? Empty: always.
    std::function<Result<void>(std::uint64_t)> room_for_part{};
    /// Must the session's segments stay, though it is done? Empty: never.
    std::function<bool(const SessionId&)> segments_needed{};
    /// Must a part wait, because what ends it is not recorded yet? Empty: never.
    std::function<bool(const SessionId&, int)> part_waits{};
    /// What comes of a file that another program recorded (file_effects.hpp). Empty: it waits.
    std::function<Task<session::Event>(const SessionId&, int)> cut_file{};
    RawRelease* raw = nullptr;  ///< null: segments stay until their session is done
  };
  explicit Effects(Needs needs) : needs_(std::move(needs)) {}

  /// Starts every row that is due and whose lane is free. Cheap; call it whenever something changed.
  void start_due();

  /// This posted file need not be kept any longer: it is removed at once (and tried again later if it cannot
  /// be). Saying it again changes nothing, and answers false.
  bool let_go(const SessionId& session, int part);

  struct Upload {
    int part = 0;
    std::uint64_t sent = 0;
    std::uint64_t size = 0;
  };
  /// The upload that is on its way for a session, if any.
  [[nodiscard]] std::optional<Upload> upload_of(const SessionId& session) const;

 private:
  Task<> perform(OutboxRow row, std::string lane);
  Task<session::Event> attempt(OutboxRow row);
  Task<session::Event> post_status(OutboxRow row);
  Task<session::Event> make_part(OutboxRow row, int number);
  Task<session::Event> publish_post(OutboxRow row, int number);
  Task<session::Event> finish_status(OutboxRow row);
  Task<> remove(OutboxRow row);
  Task<> remove_part(OutboxRow row, int number);
  Task<> remove_raw(OutboxRow row);
  Task<MakePartRequest> part_media(SessionId session, int number);
  Task<> retry_later(OutboxRow row, Error error);
  [[nodiscard]] std::string lane_of(const OutboxRow& row) const;
  [[nodiscard]] std::function<Task<>()> mark_submitted(const OutboxRow& row);
  /// The newest message of ours in the chat: a post that is looked for lies behind it.
  [[nodiscard]] std::int64_t newest_message() const;

  Needs needs_;
  [[nodiscard]] bool can_start(const OutboxRow& row, Instant now) const;

  std::map<std::string, int> lanes_;  ///< rows running, by lane
  std::map<std::pair<SessionId, int>, int>
      refused_parts_;  ///< how often a part could not be made of what is there
  std::map<SessionId, Upload> uploads_;
  /// Posted parts that go before their time; true: their removal was not tried yet.
  std::map<std::pair<SessionId, int>, bool> let_go_;
};

}  // namespace rec
