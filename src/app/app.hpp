// The brain's body: watches, keeps captures running exactly where a channel is live, has effects performed,
// and picks up after a crash by doing the same as always. One per process; lives on the decision thread.
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "app/channel_view.hpp"
#include "app/disk_guard.hpp"
#include "app/effects.hpp"
#include "app/file_effects.hpp"
#include "app/file_post.hpp"
#include "app/file_takes.hpp"
#include "app/ledger.hpp"
#include "app/rolling_sink.hpp"
#include "app/session_actions.hpp"
#include "app/session_sink.hpp"
#include "app/settings.hpp"
#include "app/status_view.hpp"
#include "app/untouched_clock.hpp"
#include "app/upload_outlook.hpp"
#include "ports/watcher.hpp"
#include "runtime/supervisor.hpp"

namespace rec {

class App : private WatchList {
 public:
  struct Needs {
    asio::any_io_executor executor;
    Clock& clock;
    Store& store;
    Worker& store_worker;
    Worker& disk;    ///< writes the segment logs: nothing else may hold it up
    Worker& chores;  ///< reads and removes files
    std::vector<Watcher*> watchers;
    Recorder& recorder;
    MediaMaker& media;
    CodecsOf codecs_of{};  ///< the codec signature of a segment's bytes; called on the disk worker
    Publisher* publisher =
        nullptr;             ///< null: no Telegram is set up, finished parts stay in the output folder
    DiskSpaceOf space_of{};  ///< empty: what the file systems say
    FileRecorder* file_recorder = nullptr;  ///< both null: nothing but the native engine records
    FileCutter* file_cutter = nullptr;
    Compressor* compressor = nullptr;  ///< null: nothing is compressed
  };
  App(Needs needs, Settings settings);
  ~App() override;

  /// Loads what the store holds, then runs until stop() or, when until_idle() was asked for, until nothing is
  /// left to do. Errors: what keeps it from starting (store, folders).
  Task<> run();
  /// Captures end at once, what is on disk stays and goes on at the next start; run() returns soon.
  void stop();
  /// Every channel is taken out (its session closes and is finished), then run() returns when all is done.
  void finish_up();
  /// run() returns when no channel has an open session and no work is left, once one has been recorded or,
  /// with `has_work`, what an earlier run left is done.
  void until_idle(bool has_work = false) {
    until_idle_ = true;
    had_work_ = had_work_ || has_work;
  }

  /// Nothing is watched, and of all that is in the store only this session is worked on; run() returns when
  /// it is done, or, while more may come of it, when all that came is.
  void only(SessionId session) {
    only_ = std::move(session);
    until_idle(true);
  }
  /// Existing files become a session; of what was posted before it is the one of then. Durable when it
  /// returns. Errors: those of take_post() and lay_out(), and unavailable.
  Task<PostedFiles> post_files(FilePost post);

  /// How a capture ended, for whoever asks (`record`).
  using OnCaptureEnd = std::function<void(const ChannelId&, const CaptureEnd&)>;
  void on_capture_end(OnCaptureEnd callback) { on_capture_end_ = std::move(callback); }

  /// Hears of each session that is done and leaves the model, before it does; may hear of it more than once.
  void on_forget(std::function<void(const SessionId&)> callback) { on_forget_ = std::move(callback); }
  /// What the store held is in the model.
  [[nodiscard]] bool loaded() const { return loaded_; }
  /// Everything that the model holds at the call is on disk when it returns.
  asio::awaitable<void> durable() { return ledger_.durable(); }

  [[nodiscard]] const Model& model() const { return ledger_.model(); }
  [[nodiscard]] const Settings& settings() const { return settings_; }
  /// Of a session that is being recorded or posted; nothing of any other.
  [[nodiscard]] std::optional<SessionProgress> progress_of(const SessionId& session) const;
  /// How uploads go; nothing where no Telegram is set up.
  [[nodiscard]] std::optional<UploadReport> upload_report() const { return effects_.upload_report(); }
  /// The file systems that are recorded to; none before the first look, or without recording.min_free.
  [[nodiscard]] std::vector<DiskGuard::View> disks() const { return guard_.views(); }
  /// Why what is to be kept cannot be written at present, "" = it can.
  [[nodiscard]] std::string disk_trouble() const;
  /// What is wrong with the chats that are posted to, "" = nothing: by their names or numbers.
  [[nodiscard]] const std::map<std::string, std::string>& chat_trouble() const { return chat_trouble_; }
  /// How the watchers go about it; of those that have nothing to watch, nothing.
  [[nodiscard]] std::vector<WatchReport> watch_reports() const;
  [[nodiscard]] std::size_t channel_count() const { return settings_.channels.size(); }
  /// Channels come, change and go: in effect at once, kept when it returns. What is recorded of one that is
  /// in the plans no more is finished; of one that is paused it goes on to its end. no_space, unavailable: in
  /// effect, but not kept so far.
  Task<> change_channels(ChannelOrder order, ChannelPlans plans);
  /// Where channels are posted that name no target, and the targets by name: of the next sessions on, kept
  /// when it returns. Errors as above.
  Task<> change_targets(TargetOrder order, TargetPlan main, std::map<std::string, TargetPlan> targets);
  /// The configuration is another one. Of it counts at once what does, and the rest for recordings that begin
  /// then: what is being recorded and posted goes on, but of channels that are in it no more, which are
  /// finished as by change_channels(). What this program is (its folders, its account) stays.
  Task<> change_settings(Settings settings);
  /// Others watch from now on; the former ones are not used any more when it returns.
  Task<> change_watchers(std::vector<Watcher*> watchers);
  /// What a person asks of a session, one that is done too: in effect and kept when it returns, with a word
  /// on what came of it. not_found: there is no such session; conflict: it is past that.
  Task<SessionOutcome> act_on_session(SessionId session, SessionAction action);
  [[nodiscard]] ChannelNote news_of(const ChannelId& channel) const;
  /// The open log of a session that is being recorded, or null.
  [[nodiscard]] const SessionSink* sink(const SessionId& session) const;
  /// What was recorded of it last, by either backend, to make a picture of; without extents: there is
  /// nothing.
  Task<MediaRun> newest_media(SessionId session);

 private:
  struct Beside {
    Sighting seen;
    SteadyTime at;
  };
  Task<> start();
  Task<> reopen_sessions();
  void register_channels();
  static void keep_identity(ChannelRow& row, const ChannelRow& known);
  [[nodiscard]] bool same_channel(const ChannelRow& row, const WatchedChannel& channel) const;
  [[nodiscard]] bool may_be_renamed(const ChannelRow& row) const;
  bool goes_on_elsewhere(const ChannelRow& row);
  bool goes_on_renamed(const ChannelId& gone);
  void go_on_renamed(const ChannelId& seen);
  Task<> rename_recording(ChannelId was, ChannelId is);
  void give_up_held();
  void post_what_was_not();
  void end_orphans();
  Task<> end_unread(SessionId session);
  void end_session(const SessionId& session, Instant at);
  void resume_what_was_interrupted();
  void ask_where_grace_is_over();
  Task<> set_aside(SessionId session, Error error);
  Task<> name_strangers();
  asio::awaitable<void> loop();
  [[nodiscard]] std::vector<WatchTarget> targets() const override;
  void saw(Sighting seen) override;
  [[nodiscard]] WatchTarget target_of(const WatchedChannel& channel) const;
  [[nodiscard]] Urgency urgency_of(const ChannelId& channel) const;
  void start_watching();
  void stop_watching();
  static void identify(ChannelRow& row, const Sighting& seen);
  void note(const ChannelId& channel, const std::string& said);
  void learn(const Sighting& seen);
  [[nodiscard]] bool same_as_another(const Sighting& seen);
  void saw_partner(Sighting seen, const ChannelId& main);
  void note_partner(const ChannelId& partner, const Sighting& seen);
  [[nodiscard]] bool by_itself(const ChannelId& partner) const;
  [[nodiscard]] bool left_to_its_main(const ChannelId& partner, const ChannelId& main);
  [[nodiscard]] bool watched_for_its_partner(const ChannelId& main, const ChannelId& partner) const;
  void close_another(const Sighting& seen, const ChannelRow& row);
  [[nodiscard]] bool is_still_on(const Sighting& seen) const;
  void seen_live(const Sighting& seen, const ChannelId& source);
  void note_next(const Sighting& seen);
  void give_up_capture(ChannelRow row);
  [[nodiscard]] bool brings_nothing(const ChannelRow& row) const;
  void seen_offline(const Sighting& seen);
  [[nodiscard]] Millis silence_of(const SessionId& session) const;
  [[nodiscard]] bool long_silent(const SessionId& session) const;
  [[nodiscard]] Instant grace_now(const ChannelId& channel);
  [[nodiscard]] Instant tick_now(const ChannelId& channel);
  void forget_finished();
  void end_silent_posts();
  asio::awaitable<void> show_open_post();
  void close_sinks();
  Task<> tick();
  Task<> edit_statuses();
  Task<> edit_status(SessionId session);
  [[nodiscard]] bool says_last_words(const SessionId& session) const;
  Task<> know_account();
  Task<> check_chats();
  Task<> kept();
  Task<> recall(SessionId session);
  Task<> stop_recording(SessionId session);
  [[nodiscard]] bool is_stopped(ChannelRow row, const channel::Broadcast& seen, SteadyTime last_live);
  void note_went_offline(const ChannelId& channel);
  void keep_captures();
  Task<> capture(ChannelId channel);
  [[nodiscard]] static ChannelId source_of(const ChannelRow& row);
  [[nodiscard]] std::string page_of(const ChannelRow& row) const;
  asio::awaitable<CaptureEnd> take(ChannelRow row, SessionId session, std::shared_ptr<SessionSink> sink);
  asio::awaitable<CaptureEnd> take_segments(ChannelRow row, SessionId session,
                                            std::shared_ptr<SessionSink> sink);
  asio::awaitable<CaptureEnd> take_files(ChannelRow row, SessionId session,
                                         std::shared_ptr<SessionSink> sink);
  [[nodiscard]] const CaptureSettings& capture_settings(const ChannelId& channel) const;
  [[nodiscard]] bool recorded_by_files(const ChannelId& channel, const SessionId& session) const;
  [[nodiscard]] FileCaptureRequest file_request(const ChannelRow& row, const SessionId& session) const;
  [[nodiscard]] FileTakeSink::Needs file_take_needs();
  [[nodiscard]] std::optional<bool> live_of(const ChannelId& channel) const;
  [[nodiscard]] std::optional<bool> was_live(const session::Session& session, int file) const;
  [[nodiscard]] Millis time_left_of(const ChannelId& channel, const SessionId& session) const;
  SessionId begin_next_session(const ChannelId& channel, const SessionId& session);
  void begin_beginning(const ChannelRow& row, const SessionId& session,
                       const std::shared_ptr<SessionSink>& sink);
  [[nodiscard]] bool is_being_cut(const SessionId& session) const;
  Task<> fetch_beginning(ChannelRow row, SessionId session, std::shared_ptr<SessionSink> sink);
  Task<> give_up_beginning(ChannelId channel);
  void end_files_of(const ChannelId& channel, bool beginnings_only);
  void take_over_files();
  Task<> watch_phantoms();
  void remove_phantoms_for_room();
  asio::awaitable<CaptureEnd> record_until(CaptureRequest request, SegmentSink& sink,
                                           std::shared_ptr<Notifier> reached);
  Task<std::shared_ptr<SessionSink>> sink_for(SessionId session);
  Task<CaptureRequest> capture_request(ChannelRow row, SessionId session, std::shared_ptr<SessionSink> sink);
  [[nodiscard]] RollingSink::Needs rolling_needs();
  [[nodiscard]] bool segments_needed(const SessionId& session) const;
  [[nodiscard]] bool ends_amid_pictures(const SessionId& session, int part) const;
  [[nodiscard]] bool part_waits(const SessionId& session, int part) const;
  [[nodiscard]] std::uint64_t own_segments(const SessionId& session) const;
  bool make_room(OnDisk full);
  void give_up_compression_for_room();
  void enforce_keep();
  Task<> remove_channel(ChannelId channel);
  Task<> leave(ChannelId channel);
  void go_by(ChannelPlans plans, bool may_be_renamed = false);
  void put_planned_rows();
  [[nodiscard]] bool goes_on_though_paused(const ChannelId& channel) const;
  [[nodiscard]] bool watched(const ChannelId& channel) const;
  [[nodiscard]] std::string broadcast_of(const ChannelRow& row) const;
  [[nodiscard]] bool is_beside(const Sighting& seen, const ChannelRow& row) const;
  void go_on_with_other(const ChannelId& channel);
  channel::Broadcast last_told(const Sighting& seen);
  static channel::Broadcast shown_by(const channel::Broadcast& told, const ChannelRow& channel);
  [[nodiscard]] bool needs_a_title(const ChannelRow& channel) const;
  [[nodiscard]] bool may_begin(const ChannelId& channel, const channel::Broadcast& broadcast);
  [[nodiscard]] bool may_announce(const ChannelId& channel, const channel::Broadcast& broadcast) const;
  void disk_is_full(const Error& error);
  void disk_refused(const Error& error);
  void note_end(const ChannelRow& row, const SessionId& session, const CaptureEnd& end);
  [[nodiscard]] StatusFacts facts_of(const session::Session& session);
  [[nodiscard]] bool idle() const;

  Needs needs_;
  const SteadyTime started_ = needs_.clock.steady();
  /// Of all streams together; one that is crowded out waits for the disk.
  std::shared_ptr<ChunkPool> chunks_ = ChunkPool::make(256);
  Settings settings_;
  Ledger ledger_;
  Supervisor supervisor_;
  GrowthBySession file_growth_;
  std::map<ChannelId, bool> platform_says_;  ///< live or not, of those it said anything of
  std::map<ChannelId, SteadyTime> last_live_;
  std::map<ChannelId, int> unannounced_;    ///< looks in a row that found nothing of what was announced
  std::map<ChannelId, std::string> notes_;  ///< what a watcher had to say of a channel
  std::map<ChannelId, Instant> looked_at_;
  std::map<ChannelId, channel::Broadcast> told_of_;             ///< while live
  std::map<ChannelId, std::set<std::string>> stopped_numbers_;  ///< in this run of the program
  std::map<ChannelId, Beside> beside_;                          ///< the newest, while another one is recorded
  std::set<ChannelId> over_;                 ///< pages of one broadcast of which nothing more will come
  std::map<ChannelId, std::string> denied_;  ///< live, and why it is not recorded all the same
  std::set<ChannelId> leaving_;              ///< their recordings are being ended
  std::map<ChannelId, SteadyTime> held_;  ///< in the list no more, but perhaps under another name; until when
  std::map<ChannelId, SteadyTime> partner_live_since_;  ///< while nothing is known of its main channel
  std::map<ChannelId, SteadyTime> asked_first_;  ///< their grace ended while nobody was there; until when
  FileEffects file_effects_;
  RawRelease raw_release_;
  Effects effects_;
  DiskGuard guard_;
  UntouchedClock<ChannelId> grace_;
  UntouchedClock<ChannelId> waiting_;
  Notifier wake_;
  std::map<SessionId, std::shared_ptr<SessionSink>> sinks_;
  std::set<SessionId> refused_logs_;  ///< so far the disk did not let them be opened
  std::map<SessionId, std::string> shown_status_;
  std::map<SessionId, UploadOutlook> pace_of_;
  std::map<SessionId, SteadyTime> spoken_of_;        ///< open posts, by whoever records them
  std::map<std::int64_t, SteadyTime> quiet_until_;   ///< chats that want no edit until then
  std::map<std::string, std::string> chat_trouble_;  ///< what was said last of a chat, by its name or number
  std::map<ChannelId, int> barren_;                  ///< captures in a row that brought nothing
  OnCaptureEnd on_capture_end_;
  std::function<void(const SessionId&)> on_forget_;
  std::optional<Error> full_;
  std::string refused_;  ///< what the disk said when it last did not take a segment
  SteadyTime refused_at_{};
  bool loaded_ = false;  ///< what the store held is known, and all channels are in the model
  bool stopping_ = false;
  bool finishing_ = false;
  bool until_idle_ = false;
  std::optional<SessionId> only_{};
  bool had_work_ = false;
};

}  // namespace rec
