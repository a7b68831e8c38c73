// Performs the outbox: each row until it is done, with backoff, whatever fails. Performing a row again, after
// a crash, has the outcome of once. Decision thread only.
#pragma once
#include <map>
#include <memory>
#include <set>
#include <string>

#include "app/ledger.hpp"
#include "app/raw_release.hpp"
#include "app/telegram_effects.hpp"
#include "app/untouched_clock.hpp"
#include "ports/compressor.hpp"
#include "ports/media_maker.hpp"
#include "runtime/supervisor.hpp"
#include "spool/segment_log.hpp"

namespace rec {

class Effects {
 public:
  using Upload = rec::Upload;
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
    /// A part whose segments are gone, or that never had any, cut into smaller files (file_effects.hpp).
    std::function<Task<session::PartFile>(const SessionId&, int)> cut_smaller{};
    Compressor* compressor = nullptr;  ///< null: nothing is compressed
    /// Hears of each lane that has room again: what waits for it may start.
    std::function<void()> on_room{};
  };
  explicit Effects(Needs needs);

  /// Starts every row that is due and whose lane is free. Cheap; call it whenever something changed, and when
  /// a lane has room again.
  void start_due();

  /// This posted file need not be kept any longer: it is removed at once (and tried again later if it cannot
  /// be). Saying it again changes nothing, and answers false.
  bool let_go(const SessionId& session, int part);

  /// The upload that is on its way for a session, if any.
  [[nodiscard]] std::optional<Upload> upload_of(const SessionId& session) const {
    return telegram_.upload_of(session);
  }
  /// How all of them go; nothing where no Telegram is set up.
  [[nodiscard]] std::optional<UploadReport> upload_report() const { return telegram_.upload_report(); }
  /// How far its compression is, 0 to 1; nothing: none is under way.
  [[nodiscard]] std::optional<double> compression_of(const SessionId& session) const;
  /// For whoever else speaks to a session's chats.
  TelegramEffects& telegram() { return telegram_; }

  /// What of the session may be on Telegram, or is about to be: it cannot be taken back.
  [[nodiscard]] std::vector<session::Effect> under_way(const SessionId& session) const;
  /// It is not to be done any more: what is being done for it ends.
  void give_up(const SessionId& session, const session::Effect& effect);
  /// What waits of the session is tried now; how many of its rows there are.
  Task<int> try_now(SessionId session);

 private:
  /// Of a lane, for as long as it lives.
  struct Place;
  Task<> perform(OutboxRow row, std::shared_ptr<Place> place);
  Task<session::Event> attempt(OutboxRow row);
  Task<session::Event> make_part(OutboxRow row, int number);
  Task<std::optional<session::Event>> deleted_file(OutboxRow row);
  Task<session::PartFile> part_file(session::Session session, int number);
  Task<session::PartFile> made_of_segments(session::Session session, int number);
  Task<session::Event> compress(OutboxRow row);
  Task<session::PartFile> compressed_file(session::Session session);
  Task<> remove(OutboxRow row);
  Task<> remove_part(OutboxRow row, int number);
  Task<> remove_compressed(OutboxRow row);
  Task<> remove_raw(OutboxRow row);
  Task<MakePartRequest> part_media(SessionId session, int number);
  Task<> retry_later(OutboxRow row, Error error);
  [[nodiscard]] std::string lane_of(const OutboxRow& row) const;
  [[nodiscard]] bool has_room(const std::string& lane) const;

  Needs needs_;
  [[nodiscard]] bool goes_behind(const SessionId& session) const;
  [[nodiscard]] bool can_start(const OutboxRow& row, Instant now);
  [[nodiscard]] bool is_due(const OutboxRow& row, Instant now);

  UntouchedClock<std::string> waits_;  ///< by the row's name
  std::map<std::string, int> lanes_;   ///< rows running, by lane
  /// How often a part, or 0 the compressed version, could not be made of what is there.
  std::map<std::pair<SessionId, int>, int> refused_parts_;
  TelegramEffects telegram_;
  std::map<SessionId, double> compressions_;
  /// Posted parts that go before their time; true: their removal was not tried yet.
  std::map<std::pair<SessionId, int>, bool> let_go_;
};

}  // namespace rec
