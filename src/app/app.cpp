#include "app/app.hpp"

#include <algorithm>

#include <boost/asio/experimental/awaitable_operators.hpp>

#include "base/log.hpp"
#include "core/post_plan.hpp"

namespace rec {

using asio::experimental::awaitable_operators::operator||;  // NOLINT(misc-unused-using-decls): used below

namespace {

// What the disk did not take is tried again every five seconds at the latest.
constexpr std::chrono::seconds kRefusedLately{6};

}  // namespace

App::App(Needs needs, Settings settings)
    : needs_(needs),
      settings_(std::move(settings)),
      ledger_({needs.store, needs.store_worker, needs.clock, needs.executor, settings_,
               [this](const Error& error) { disk_is_full(error); }}),
      supervisor_(needs.executor,
                  [](const std::string& name, const Error& error) {
                    log::error("task.failed", {{"task", name}, {"error", error.text}});
                  }),
      file_effects_({ledger_, needs.clock, needs.chores, needs.file_recorder, needs.file_cutter, settings_,
                     [this](std::uint64_t bytes) { return guard_.room_for_part(bytes); },
                     [this](const session::Session& session, int file) { return was_live(session, file); }}),
      raw_release_({ledger_, needs.disk, needs.chores, settings_,
                    [this](const SessionId& id) {
                      const auto open = sinks_.find(id);
                      return open == sinks_.end() ? nullptr : open->second;
                    },
                    [this](const SessionId& id) { return segments_needed(id); },
                    [this] { return !guard_.room_to_record(); }}),
      effects_({ledger_, needs.clock, needs.chores, supervisor_, needs.media, needs.publisher, settings_,
                [this](const session::Session& session) { return facts_of(session); },
                [this](const Error& error) { disk_is_full(error); },
                [this](std::uint64_t bytes) { return guard_.room_for_part(bytes); },
                [this](const SessionId& id) { return segments_needed(id); },
                [this](const SessionId& id, int part) { return part_waits(id, part); },
                [this](const SessionId& id, int number) { return file_effects_.cut(id, number); },
                &raw_release_,
                [this](const SessionId& id, int part) { return file_effects_.cut_smaller(id, part); },
                needs.compressor, [this] { wake_.notify(); }}),
      guard_({needs.clock, needs.disk, settings_, needs.space_of,
              [this](OnDisk full) { return make_room(full); }, [this] { wake_.notify(); }}),
      wake_(needs.executor) {
  ledger_.on_effects([this] { wake_.notify(); });
  ledger_.on_dropped(
      [this](const SessionId& id, const session::Effect& effect) { effects_.give_up(id, effect); });
  ledger_.on_close([this](const SessionId& id) -> Result<std::optional<session::PartSealed>> {
    const SessionSink* open = sink(id);
    if (open == nullptr) return fail(Errc::unavailable, "the segment log is not open");  // end_orphans()
    return open->tail();
  });
}

App::~App() = default;

const SessionSink* App::sink(const SessionId& session) const {
  const auto found = sinks_.find(session);
  return found == sinks_.end() ? nullptr : found->second.get();
}

std::optional<SessionProgress> App::progress_of(const SessionId& session) const {
  const SessionSink* open = sink(session);
  const auto upload = effects_.upload_of(session);
  const auto known = model().sessions.find(session);
  const auto compression = effects_.compression_of(session);
  const bool nothing = open == nullptr && !upload && !compression;
  if (nothing || known == model().sessions.end()) return std::nullopt;
  SessionProgress progress;
  progress.age = ledger_.age_of(session);
  progress.compression = compression;
  if (open != nullptr) {
    progress.recorded = open->recorded();
    progress.bytes = open->bytes();
    progress.segment_bytes = open->bytes_on_disk();
    progress.last_segment = open->last_append();
  } else {
    for (const session::Part& part : known->second.parts) {
      progress.recorded += duration_of(part.file);
      progress.bytes += bytes_of(part.file);
    }
  }
  if (const auto grew = file_growth_.find(session); grew != file_growth_.end()) {
    progress.bytes += grew->second.bytes;
    progress.last_segment = std::max(progress.last_segment.value_or(grew->second.at), grew->second.at);
  }
  if (upload) {
    progress.uploading_part = upload->part;
    progress.uploaded_bytes = upload->sent;
  }
  return progress;
}

Task<> App::run() {
  auto started = co_await start();
  if (started) co_await loop();
  if (started && only_ && !stopping_) co_await show_open_post();
  stop_watching();
  for (const auto& [id, row] : model().channels) supervisor_.cancel("capture/" + id.str());
  for (const auto& [id, row] : model().channels) co_await supervisor_.join("capture/" + id.str());
  // A store that cannot write must not keep us: the next start decides again what it did not hear of.
  if (started && !full_) co_await (ledger_.durable() || needs_.clock.sleep(std::chrono::seconds(2)));
  supervisor_.cancel_all();
  co_await supervisor_.join();
  if (full_) co_return fail(*std::exchange(full_, {}));
  co_return started;
}

void App::disk_is_full(const Error& error) {
  if (!settings_.stop_when_full || full_) return;
  full_ = error;
  stop();
}

void App::disk_refused(const Error& error) {
  refused_ = error.text;
  refused_at_ = needs_.clock.steady();
  if (error.code == Errc::no_space) disk_is_full(error);
}

std::string App::disk_trouble() const {
  if (!ledger_.trouble().empty()) return ledger_.trouble();
  const bool lately = needs_.clock.steady() - refused_at_ < kRefusedLately;
  return lately && !refused_.empty() ? refused_ : std::string();
}

asio::awaitable<void> App::loop() {
  while (!stopping_) {
    keep_captures();
    effects_.start_due();
    if (until_idle_ && idle()) co_return;
    co_await (wake_.wait() || needs_.clock.sleep(std::chrono::seconds(1)));
  }
}

void App::stop() {
  stopping_ = true;
  wake_.notify();
}

void App::finish_up() {
  until_idle_ = true;
  finishing_ = true;
  had_work_ = true;
  stop_watching();
  for (const auto& [id, row] : model().channels) supervisor_.start("remove/" + id.str(), remove_channel(id));
}

Task<> App::remove_channel(ChannelId id) {
  supervisor_.cancel("capture/" + id.str());
  co_await supervisor_.join("capture/" + id.str());
  REC_CO_CHECK(co_await give_up_beginning(id));
  ledger_.channel_event(id, channel::Removed{needs_.clock.now()});
  wake_.notify();
  co_return Result<void>();
}

// A file that is kept for a while (recording.keep) is removed by whoever runs then.
bool App::idle() const {
  const auto is_work = [now = needs_.clock.now()](const OutboxRow& row) {
    return !std::holds_alternative<session::RemovePart>(row.effect) || row.not_before <= now;
  };
  if (!had_work_ || std::ranges::any_of(model().outbox, is_work)) return false;
  // What was just done may have more to be done, which nobody sees before it is on disk.
  if (!ledger_.all_kept() && ledger_.trouble().empty()) return false;
  for (const auto& [id, row] : model().channels) {
    if (channel::open_session(row.state)) return false;
  }
  for (const auto& [id, session] : model().sessions) {
    const bool more_may_come = only_ && is_open_post(session) && ledger_.all_kept();
    if (session.phase != session::Phase::done && !more_may_come) return false;
  }
  return true;
}

Task<> App::tick() {
  for (;;) {
    co_await needs_.clock.sleep(std::chrono::seconds(1));
    const Instant now = needs_.clock.now();
    std::vector<ChannelId> waiting;
    for (const auto& [id, row] : model().channels) {
      const bool announced = std::holds_alternative<channel::Waiting>(row.state);
      if (announced || std::holds_alternative<channel::Grace>(row.state)) waiting.push_back(id);
    }
    for (const ChannelId& id : waiting) ledger_.channel_event(id, channel::Tick{tick_now(id)});
    end_orphans();
    give_up_held();
    enforce_keep();
    if (!only_) end_silent_posts();
    forget_finished();
    // Most posts follow from an event; an album's patience runs out by itself, and what was made while
    // Telegram was switched off has nothing else to wake it.
    if (!settings_.session_policy.publish) continue;
    std::vector<SessionId> sessions;
    for (const auto& [id, session] : model().sessions) {
      if (session::is_posted(session, settings_.session_policy) &&
          next_post(session, settings_.session_policy, now))
        sessions.push_back(id);
    }
    for (const SessionId& id : sessions) ledger_.session_event(id, session::Tick{now});
  }
}

// Not while a capture still holds what it wrote there: whoever opens the log anew cuts that off.
void App::close_sinks() {
  std::erase_if(sinks_, [this](const auto& one) {
    const auto known = model().sessions.find(one.first);
    const bool recording =
        known != model().sessions.end() && known->second.phase == session::Phase::recording;
    return !recording && one.second.use_count() == 1 && one.second->log().use_count() == 1;
  });
}

// What is over leaves the memory, and its log's descriptors go with it: this program runs for months.
void App::forget_finished() {
  if (!until_idle_) close_sinks();
  std::vector<SessionId> over;
  for (const auto& [id, session] : model().sessions) {
    if (session.phase == session::Phase::done) over.push_back(id);
  }
  if (until_idle_) return;  // a short life, and somebody reads its outcome at the end
  for (const OutboxRow& row : model().outbox) std::erase(over, row.session);
  for (const SessionId& id : over) {
    if (on_forget_) on_forget_(id);
    if (!ledger_.forget(id)) continue;
    shown_status_.erase(id);
    spoken_of_.erase(id);
    pace_of_.erase(id);
    file_growth_.erase(id);
  }
}

}  // namespace rec
