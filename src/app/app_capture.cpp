// App, the half that keeps captures running and tells people how they are.
#include <unistd.h>

#include <boost/asio/experimental/awaitable_operators.hpp>

#include "app/app.hpp"
#include "app/cursor.hpp"
#include "app/keep.hpp"
#include "app/part_media.hpp"
#include "app/picture_view.hpp"
#include "base/log.hpp"

namespace rec {

using asio::experimental::awaitable_operators::operator||;  // NOLINT(misc-unused-using-decls): used below

namespace {

// A capture that brings nothing (denied, unreadable page, no room) is tried again after this long, doubled
// each time.
constexpr std::chrono::seconds kFirstHold{20};
constexpr std::chrono::seconds kLongestHold{300};
// A disk that refuses is no reason to be late when it is mended.
constexpr std::chrono::seconds kDiskHold{2};

/// "" when the file is not there: a recording without its account's rights is better than none.
std::string existing_cookies(const std::string& path) {
  if (path.empty() || ::access(path.c_str(), F_OK) == 0) return path;
  log::warn("capture.no_cookies", {{"path", path}, {"cure", "put the file there, or take the key out"}});
  return {};
}

}  // namespace

// Capture runs exactly where a channel is live: derived from the state, so a restart needs no case of its
// own.
void App::keep_captures() {
  for (const auto& [id, row] : model().channels) {
    const std::string name = "capture/" + id.str();
    if (stopping_ || finishing_ || !std::holds_alternative<channel::Live>(row.state) ||
        leaving_.contains(id) || supervisor_.running(name))
      continue;
    supervisor_.start(name, capture(id));
  }
}

Task<std::shared_ptr<SessionSink>> App::sink_for(SessionId session) {
  const auto found = sinks_.find(session);
  if (found != sinks_.end()) co_return found->second;
  SessionSink::Needs needs{
      ledger_, needs_.disk, chunks_, needs_.clock, settings_, needs_.codecs_of, [this](const Error& error) {
        disk_refused(error);
      }};
  auto opened = co_await SessionSink::open(needs, session);
  if (!opened) {
    if (!is_damage(opened.error())) refused_logs_.insert(session);
    co_return fail(std::move(opened).error());
  }
  std::shared_ptr<SessionSink> sink = *std::move(opened);
  if (refused_logs_.erase(session) > 0) sink->was_refused();
  sinks_[session] = sink;
  co_return sink;
}

/// On whose page the broadcast goes on (cross), empty = the channel's own.
ChannelId App::source_of(const ChannelRow& row) {
  const auto* live = std::get_if<channel::Live>(&row.state);
  return live == nullptr ? ChannelId() : live->source;
}

Task<CaptureRequest> App::capture_request(ChannelRow row, SessionId session,
                                          std::shared_ptr<SessionSink> sink) {
  CaptureRequest request;
  request.channel = row.id;
  request.page_url = page_of(row);
  request.broadcast = broadcast_of(row);
  const ChannelId source = source_of(row);
  const CaptureSettings& how = capture_settings(source.empty() ? row.id : source);
  request.quality = how.quality;
  request.codecs = settings_.codecs;
  request.cookies_file = existing_cookies(how.cookies_file);
  request.proxy = how.proxy;
  REC_CO_TRY(auto newest, co_await newest_segments(model(), settings_, needs_.chores, *sink, session));
  for (SegmentRecord& record : newest) {
    request.recent.push_back(std::move(record.info));
    request.recent_checksums.push_back(record.checksum);
  }
  for (SegmentRecord& record : sink->recent(1)) request.recent_sound.push_back(std::move(record.info));
  const auto takes = model().takes.find(session);
  if (takes != model().takes.end() && !takes->second.empty()) {
    const TakeRow& last = takes->second.back();
    if (last.end_reason.empty() &&
        last.source == source) {  // the program was stopped in the middle of it: go on where it was
      request.take = last.number;
      request.reopen_url = last.playlist_url;
      request.reopen_picture = last.picture;
    } else {
      request.take = last.number + 1;
    }
    const auto newest_take = request.recent.empty() ? 0U : request.recent.back().take;
    const auto of_newest = std::ranges::find(takes->second, newest_take, &TakeRow::number);
    request.moved = of_newest != takes->second.end() && of_newest->source != source;
  }
  co_return request;
}

RollingSink::Needs App::rolling_needs() {
  return {ledger_, needs_.clock, settings_,
          [this](SessionId session) { return sink_for(std::move(session)); },
          [this] { return guard_.room_to_record(); }};
}

std::uint64_t App::own_segments(const SessionId& session) const {
  const SessionSink* open = sink(session);
  return open == nullptr ? 0 : open->media_segments();
}

bool App::segments_needed(const SessionId& session) const {
  return cursor_needed(model(), session, [this](const SessionId& id) { return own_segments(id); });
}

/// It was sealed just now, and the rest of its last group of pictures comes with the next segments.
bool App::ends_amid_pictures(const SessionId& session, int part) const {
  const auto known = model().sessions.find(session);
  const SessionSink* open = sink(session);
  if (known == model().sessions.end() || open == nullptr || known->second.phase != session::Phase::recording)
    return false;
  const session::Part& ended = known->second.parts.at(static_cast<std::size_t>(part) - 1);
  return ended.file_take == 0 && open->keyframe_may_follow(ended.last_ordinal);
}

bool App::part_waits(const SessionId& session, int part) const {
  if (!guard_.room_to_record()) return false;  // what is posted makes room
  if (ends_amid_pictures(session, part)) return true;
  return waits_for_next(model(), session, part, [this](const SessionId& id) { return own_segments(id); });
}

Task<> App::capture(ChannelId id) {
  const ChannelRow row = model().channels.at(id);
  const auto session = channel::open_session(row.state);
  if (!session) co_return Result<void>();
  had_work_ = true;
  // The session is in the store before its folder is on the disk, unless the store is stuck: then footage
  // comes first.
  co_await (ledger_.durable() || needs_.clock.sleep(std::chrono::seconds(2)));
  auto sink = co_await sink_for(*session);
  CaptureEnd end{EndReason::failed, sink ? "" : sink.error().text};
  std::uint64_t before = 0;
  std::weak_ptr<SessionSink> first;  // a recording that goes on in other sessions does not keep it open
  const SteadyTime began = needs_.clock.steady();
  const bool opened = sink.has_value();
  const bool damaged = !opened && sink.error().code == Errc::corrupt;
  if (opened) {
    before = (*sink)->media_segments();
    first = *sink;
    end = co_await take(row, *session, *std::move(sink));
    // It may have gone on in another one meanwhile.
    note_end(row, channel::open_session(model().channels.at(id).state).value_or(*session), end);
  } else {
    log::error("capture.failed", {{"channel", id}, {"error", sink.error().text}});
    disk_refused(sink.error());
  }
  const auto grew = file_growth_.find(*session);
  const auto still = first.lock();
  const bool brought = (opened && (!still || still->media_segments() > before)) ||
                       (grew != file_growth_.end() && grew->second.heard >= began);
  const bool no_use = end.reason == EndReason::denied || end.reason == EndReason::failed;
  if (on_capture_end_) on_capture_end_(id, end);
  if (!opened && !damaged && !until_idle_) {
    co_await needs_.clock.sleep(kDiskHold);
    co_return Result<void>();
  }
  if (!brought && no_use && !until_idle_) {  // still live, as far as anybody knows: the loop starts it again
    const auto hold =
        std::min<std::chrono::seconds>(kFirstHold * (1 << std::min(barren_[id]++, 5)), kLongestHold);
    co_await needs_.clock.sleep(hold);
    co_return Result<void>();
  }
  barren_.erase(id);
  ledger_.channel_event(id, channel::CaptureEnded{needs_.clock.now()});
  if (end.reason == EndReason::offline || end.reason == EndReason::endlist) go_on_with_other(id);
  wake_.notify();
  co_return Result<void>();
}

asio::awaitable<CaptureEnd> App::take_segments(ChannelRow row, SessionId session,
                                               std::shared_ptr<SessionSink> sink) {
  auto asked = co_await capture_request(row, session, sink);
  if (!asked) co_return CaptureEnd{EndReason::failed, asked.error().text};
  CaptureRequest request = *std::move(asked);
  sink->begin_take(request.take, source_of(row));
  log::info("capture.started", {{"channel", row.id}, {"session", session}, {"take", request.take}});
  auto reached = std::make_shared<Notifier>(needs_.executor);
  sink->on_duration_reached([reached] { reached->notify(); });
  RollingSink rolling(rolling_needs(), row.id, session, std::move(sink));
  if (!settings_.record_duration) co_return co_await needs_.recorder.record(std::move(request), rolling);
  co_return co_await record_until(std::move(request), rolling, reached);
}

asio::awaitable<CaptureEnd> App::record_until(CaptureRequest request, SegmentSink& sink,
                                              std::shared_ptr<Notifier> reached) {
  auto ended = co_await (needs_.recorder.record(std::move(request), sink) || reached->wait());
  if (ended.index() == 0) co_return std::get<0>(std::move(ended));
  co_return CaptureEnd{EndReason::duration, "the length asked for is recorded"};
}

void App::note_end(const ChannelRow& row, const SessionId& session, const CaptureEnd& end) {
  log::info("capture.ended",
            {{"channel", row.id}, {"session", session}, {"reason", word(end.reason)}, {"text", end.text}});
  const auto takes = model().takes.find(session);
  if (takes == model().takes.end() || takes->second.empty() || end.reason == EndReason::cancelled) return;
  TakeRow last = takes->second.back();
  last.end_reason = std::string(word(end.reason));
  ledger_.put_take(std::move(last));
}

// Files that recording.keep lets go of are asked to go; true while one of them is still there.
bool App::make_room(OnDisk full) {
  if (!full.parts) {
    remove_phantoms_for_room();
    return false;
  }
  const auto parts = past_keep(model(), settings_, needs_.clock.now());
  for (const KeptPart& part : parts) effects_.let_go(part.session, part.number);
  if (!parts.empty()) wake_.notify();
  if (parts.empty()) {
    give_up_compression_for_room();
    if (full.segments) remove_phantoms_for_room();
  }
  return !parts.empty();
}

// Posted parts stay only because a smaller version is to be made of them: a recording needs the room more.
void App::give_up_compression_for_room() {
  std::vector<SessionId> waiting;
  for (const auto& [id, session] : model().sessions) {
    const bool posted = std::ranges::find(session.parts, session::PartState::posted, &session::Part::state) !=
                        session.parts.end();
    const session::Stage made = session.compressed.made;
    const bool open = made == session::Stage::open || made == session::Stage::wanted;
    const bool over = session.phase == session::Phase::done || session.flags.cancelled;
    if (posted && open && !over && session.target.compression.enabled && !session.flags.skip_compression)
      waiting.push_back(id);
  }
  for (const SessionId& id : waiting) {
    log::warn("compression.given_up", {{"session", id}, {"reason", "the disk is nearly full"}});
    ledger_.session_event(
        id, session::Asked{session::Wish::skip_compression, effects_.under_way(id), needs_.clock.now()});
  }
}

// Rows that wait have been given their time when they were made: a shorter one counts for them, too.
void App::enforce_keep() {
  for (const KeptPart& part : past_keep(model(), settings_, needs_.clock.now()))
    effects_.let_go(part.session, part.number);
  for (const KeptPart& part : over_keep_size(model(), settings_)) {
    if (effects_.let_go(part.session, part.number))
      log::info("keep.over_size", {{"session", part.session}, {"part", part.number}});
  }
}

StatusFacts App::facts_of(const session::Session& session) {
  StatusFacts facts;
  facts.no_room = !guard_.room_to_record();
  facts.now = ledger_.time_of(session.id);
  facts.picture = picture_of(session, model());
  facts.posted_at_end = settings_.session_policy.mode == session::PostMode::after_end;
  const auto gaps = model().gaps.find(session.id);
  if (gaps != model().gaps.end()) facts.gaps = gaps->second;
  const auto channel = model().channels.find(session.channel);
  facts.dropped =
      channel != model().channels.end() && std::holds_alternative<channel::Grace>(channel->second.state);
  facts.compression = effects_.compression_of(session.id);
  const auto report = effects_.upload_report();
  if (report) facts.wait_until = report->flood_wait_until;
  if (const auto upload = effects_.upload_of(session.id)) {
    facts.uploading_part = upload->part;
    facts.uploaded_bytes = upload->sent;
    facts.upload_size = upload->size;
    facts.upload_left =
        pace_of_[session.id].left(upload->part, upload->sent, upload->size, needs_.clock.steady());
    facts.upload_silent = report && report->silent;
  }
  return facts;
}

}  // namespace rec
