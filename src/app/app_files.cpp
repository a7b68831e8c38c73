// App, the half that has yt-dlp record by itself: instead of the native engine, after it, or beside it for
// what was broadcast before.
#include <filesystem>

#include <boost/asio/experimental/awaitable_operators.hpp>

#include "app/app.hpp"
#include "app/cursor.hpp"
#include "app/taken_files.hpp"
#include "base/log.hpp"

namespace rec {

using asio::experimental::awaitable_operators::operator||;  // NOLINT(misc-unused-using-decls): used below

namespace {

/// Whatever recording.keep says of what was posted: a phantom may be somebody's last minute.
constexpr std::chrono::hours kPhantomsStay{7 * 24};
constexpr std::chrono::minutes kFirstSegmentWithin{5};
constexpr std::chrono::seconds kLooksAgain{10};
constexpr std::chrono::seconds kBeginningAgain{30};  ///< twice as long each time
constexpr std::chrono::seconds kBeginningAgainAtMost{1800};

std::string beginning_task(const SessionId& session) { return "beginning/" + session.str(); }

bool is_youtube(const ChannelRow& row) {
  return row.platform == "youtube" || row.page_url.find("youtube.com/") != std::string::npos ||
         row.page_url.find("youtu.be/") != std::string::npos;
}

/// What was tried of a broadcast's beginning brought nothing.
bool nothing_came_of(const session::Session& session) {
  return std::ranges::all_of(session.files, [&](const session::FileTake& file) {
    return file.beginning && file.state == session::FileState::cut &&
           std::ranges::find(session.parts, file.number, &session::Part::file_take) == session.parts.end();
  });
}

constexpr std::uint64_t kMostPicturedOfFile = 12U << 20U;  ///< a keyframe is in there, at any usual bitrate

}  // namespace

const CaptureSettings& App::capture_settings(const ChannelId& channel) const {
  return capture_for(settings_, channel);
}

// A broadcast that yt-dlp has begun to record is yt-dlp's to the end: what it was given up for has not gone,
// and the parts stay in order. Also in another session, where the platform called it over for a while: the
// native engine would record again what its playlist still offers.
bool App::recorded_by_files(const ChannelId& channel, const SessionId& session) const {
  if (needs_.file_recorder == nullptr) return false;
  const auto found = model().sessions.find(session);
  if (found == model().sessions.end()) return false;
  if (capture_settings(channel).backend == CaptureBackend::ytdlp) return true;
  const std::string& stream = found->second.stream_id;
  if (ends_in_files(model(), session)) return true;
  return !stream.empty() && std::ranges::any_of(model().sessions, [&](const auto& known) {
    const session::Session& one = known.second;
    return one.channel == channel && one.stream_id == stream && ends_in_files(model(), known.first);
  });
}

FileCaptureRequest App::file_request(const ChannelRow& row, const SessionId& session) const {
  const CaptureSettings& how = capture_settings(row.id);
  FileCaptureRequest request;
  request.channel = row.id;
  request.page_url = row.page_url;
  request.broadcast = broadcast_of(row);
  request.quality = how.quality;
  request.codecs = settings_.codecs;
  request.format = how.format;
  request.cookies_file = how.cookies_file;
  request.proxy = how.proxy;
  request.retries = settings_.ytdlp.retries;
  request.fragment_retries = settings_.ytdlp.fragment_retries;
  request.use_mpegts = settings_.ytdlp.use_mpegts;
  const session::Session& known = model().sessions.at(session);
  request.continues = !known.parts.empty() || !known.files.empty() || !known.continues.empty();
  return request;
}

FileTakeSink::Needs App::file_take_needs() {
  return {ledger_,
          needs_.chores,
          needs_.clock,
          settings_,
          file_growth_,
          [this](const ChannelId& channel) { return live_of(channel); },
          [this] { return guard_.room_to_record(); }};
}

std::optional<bool> App::live_of(const ChannelId& channel) const {
  const auto said = platform_says_.find(channel);
  return said == platform_says_.end() ? std::nullopt : std::optional(said->second);
}

/// When the file had ended: the end of a broadcast is cut minutes later, and nothing is live then.
std::optional<bool> App::was_live(const session::Session& session, int file) const {
  if (const auto grew = file_growth_.find(session.id); grew != file_growth_.end()) {
    if (const auto live = grew->second.live.find(file); live != grew->second.live.end()) return live->second;
  }
  return live_of(session.channel);
}

asio::awaitable<CaptureEnd> App::take(ChannelRow row, SessionId session, std::shared_ptr<SessionSink> sink) {
  const bool own_page = source_of(row).empty();
  if (own_page && recorded_by_files(row.id, session)) co_return co_await take_files(row, session, sink);
  if (own_page) begin_beginning(row, session, sink);
  CaptureEnd end = co_await take_segments(row, session, std::move(sink));
  if (!end.try_other_backend || !own_page || needs_.file_recorder == nullptr) co_return end;
  log::error("capture.other_backend",
             {{"channel", row.id}, {"text", end.text}, {"now", "yt-dlp records the rest of this broadcast"}});
  const auto open = channel::open_session(model().channels.at(row.id).state);
  if (!open) co_return end;
  auto now_open = co_await sink_for(*open);  // it may have gone on in another one meanwhile
  if (!now_open) co_return CaptureEnd{EndReason::failed, now_open.error().text};
  note_end(row, *open, end);
  co_return co_await take_files(row, *open, *std::move(now_open));
}

asio::awaitable<CaptureEnd> App::take_files(ChannelRow row, SessionId session,
                                            std::shared_ptr<SessionSink> sink) {
  // What the native engine recorded comes before it, in a part of its own.
  if (const auto tail = sink->tail()) ledger_.session_event(session, *tail);
  std::optional<Millis> segments_age;
  if (sink->media_segments() > 0) segments_age = sink->silence();
  sink.reset();
  for (bool goes_on = false;; goes_on = true) {
    log::info("capture.started", {{"channel", row.id}, {"session", session}, {"backend", "yt-dlp"}});
    FileTakeSink files(file_take_needs(), session, false);
    if (goes_on) files.reserve();
    FileCaptureRequest request = file_request(row, session);
    auto age = co_await newest_footage_age(model().sessions.at(session), needs_.chores, needs_.clock);
    request.newest_age = age && *age ? *age : std::exchange(segments_age, {});
    const Millis most = settings_.record_duration ? std::chrono::ceil<Millis>(*settings_.record_duration)
                                                  : time_left_of(row.id, session);
    auto ended =
        co_await (needs_.file_recorder->record(std::move(request), files) || needs_.clock.sleep(most));
    files.end_all();
    if (ended.index() == 0) co_return std::get<0>(std::move(ended));
    if (settings_.record_duration)
      co_return CaptureEnd{EndReason::duration, "the length asked for is recorded"};
    session = begin_next_session(row.id, session);
  }
}

/// Until a session that is recorded as a whole goes on in the next one.
Millis App::time_left_of(const ChannelId& channel, const SessionId& session) const {
  const auto longest = session_duration_for(settings_, channel);
  if (!longest) return std::chrono::hours(24 * 365);
  const Millis elapsed = ledger_.age_of(session);
  return std::max<Millis>(std::chrono::ceil<Millis>(*longest) - elapsed, std::chrono::seconds(1));
}

// What yt-dlp misses while it is started anew is the price of parts that come while the stream goes on.
SessionId App::begin_next_session(const ChannelId& channel, const SessionId& session) {
  const auto row = model().channels.find(channel);
  const auto* live = row == model().channels.end() ? nullptr : std::get_if<channel::Live>(&row->second.state);
  if (live == nullptr || live->session != session) return session;
  const session::Session& known = model().sessions.at(session);
  const session::Title title = known.newest_title();
  const Instant now = needs_.clock.now();
  const SessionId next(make_uuid7(unix_ms(now)));
  ledger_.channel_event(channel,
                        channel::LengthReached{now, next, {known.stream_id, title.title, title.category}});
  log::info("session.goes_on", {{"channel", channel}, {"session", session}, {"in", next}});
  return next;
}

// The recording does not wait for it, and hears nothing of it.
void App::begin_beginning(const ChannelRow& row, const SessionId& session,
                          const std::shared_ptr<SessionSink>& sink) {
  if (needs_.file_recorder == nullptr || !capture_settings(row.id).live_from_start || !is_youtube(row))
    return;
  const session::Session& known = model().sessions.at(session);
  if (!known.continues.empty() || !nothing_came_of(known)) return;
  const std::string name = beginning_task(session);
  if (!supervisor_.running(name)) supervisor_.start(name, fetch_beginning(row, session, sink));
}

Task<> App::fetch_beginning(ChannelRow row, SessionId session, std::shared_ptr<SessionSink> sink) {
  const SteadyTime began = needs_.clock.steady();
  while (sink->media_segments() == 0) {
    if (needs_.clock.steady() - began > kFirstSegmentWithin) co_return Result<void>();
    co_await needs_.clock.sleep(std::chrono::seconds(1));
  }
  const auto row_now = model().channels.find(row.id);
  const session::Session& known = model().sessions.at(session);
  // Numbers are told apart by broadcast alone, and a session may hold several, one after the other.
  if (row_now == model().channels.end() || broadcast_of(row_now->second) != known.stream_id)
    co_return Result<void>();
  // YouTube numbers a broadcast's segments from 0, here and there.
  std::optional<std::int64_t> first;
  if (!known.parts.empty())
    first = known.parts.front().first_sequence;
  else if (const auto tail = sink->tail())
    first = tail->first_sequence;
  sink.reset();
  if (first && *first <= 0) co_return Result<void>();
  std::chrono::seconds pause = kBeginningAgain;
  for (;; pause = std::min(2 * pause, kBeginningAgainAtMost)) {
    FileCaptureRequest request = file_request(row, session);
    request.until_sequence = first;
    FileTakeSink files(file_take_needs(), session, true);
    const CaptureEnd end = co_await needs_.file_recorder->record_beginning(std::move(request), files);
    files.end_all();
    wake_.notify();
    if (end.reason == EndReason::endlist) {
      log::info("beginning.fetched", {{"channel", row.id}, {"session", session}});
      co_return Result<void>();
    }
    log::warn("beginning.failed", {{"channel", row.id}, {"session", session}, {"text", end.text}});
    for (auto waited = std::chrono::seconds(0); waited < pause || is_being_cut(session);
         waited += kLooksAgain) {
      co_await needs_.clock.sleep(kLooksAgain);
      const auto now = model().channels.find(row.id);
      if (now == model().channels.end() || channel::open_session(now->second.state) != session)
        co_return Result<void>();
    }
    if (!nothing_came_of(model().sessions.at(session))) break;  // what came once would come again
  }
  co_return Result<void>();
}

/// What was tried of its beginning is not in parts yet, if there is anything in it.
bool App::is_being_cut(const SessionId& session) const {
  const auto known = model().sessions.find(session);
  return known != model().sessions.end() &&
         std::ranges::any_of(known->second.files, [](const session::FileTake& file) {
           return file.state == session::FileState::recording || file.state == session::FileState::recorded;
         });
}

Task<> App::give_up_beginning(ChannelId channel) {
  std::vector<SessionId> sessions;
  for (const auto& [id, session] : model().sessions)
    if (session.channel == channel) sessions.push_back(id);
  for (const SessionId& id : sessions) {
    supervisor_.cancel(beginning_task(id));
    co_await supervisor_.join(beginning_task(id));
  }
  end_files_of(channel, true);
  co_return Result<void>();
}

void App::end_files_of(const ChannelId& channel, bool beginnings_only) {
  std::vector<std::pair<SessionId, int>> open;
  for (const auto& [id, session] : model().sessions) {
    for (const session::FileTake& file : session.files) {
      if (session.channel == channel && (file.beginning || !beginnings_only))
        open.emplace_back(id, file.number);
    }
  }
  for (const auto& [id, number] : open)
    ledger_.session_event(id, session::FileEnded{number, needs_.clock.now()});
}

// Nothing of this program records yet: what is said to be recorded was left behind by an earlier life of it.
void App::take_over_files() {
  std::set<ChannelId> channels;
  for (const auto& [id, session] : model().sessions) channels.insert(session.channel);
  for (const ChannelId& channel : channels) end_files_of(channel, false);
}

Task<> App::watch_phantoms() {
  for (;;) {
    auto removed =
        co_await file_effects_.remove_phantoms(std::max<Millis>(kPhantomsStay, settings_.keep_posted));
    if (!removed) log::warn("file.phantoms_kept", {{"error", removed.error().text}});
    co_await needs_.clock.sleep(std::chrono::hours(1));
  }
}

// They go before a recording has to pause for them.
void App::remove_phantoms_for_room() {
  constexpr const char* kName = "phantoms.room";
  if (needs_.file_recorder == nullptr || supervisor_.running(kName)) return;
  supervisor_.start(kName, file_effects_.remove_phantoms(Millis(0)));
}

Task<MediaRun> App::newest_media(SessionId session) {
  if (const SessionSink* const segments = sink(session)) {
    MediaRun run = segments->newest_media();
    if (!run.extents.empty()) co_return run;
  }
  const auto known = model().sessions.find(session);
  if (known == model().sessions.end()) co_return MediaRun();
  const auto is_live = [](const session::FileTake& file) {
    return !file.beginning && file.state == session::FileState::recording;
  };
  const auto file = std::ranges::find_if(known->second.files, is_live);
  if (file == known->second.files.end()) co_return MediaRun();
  auto look = [folder = file->folder] { return newest_of_file(folder, kMostPicturedOfFile); };
  co_return co_await run_on(needs_.chores, std::move(look));
}

}  // namespace rec
