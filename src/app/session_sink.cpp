#include "app/session_sink.hpp"

#include <algorithm>
#include <utility>

#include "app/names.hpp"
#include "app/section_end.hpp"
#include "base/log.hpp"
#include "core/codecs.hpp"
#include "ports/append_bytes.hpp"

namespace rec {
namespace {

constexpr std::size_t kRecent = 200;
constexpr std::size_t kPictured = 3;  ///< in which a keyframe is most likely
constexpr std::uint64_t kMostPictured = 32U << 20U;
constexpr std::size_t kMostUntilKeyframe = 8;  ///< segments; as many as a part is made with (parts.cpp)
constexpr std::chrono::seconds kNothingFollows{30};
constexpr std::chrono::seconds kLikeliest{5};   ///< a clock that is off by less was not set
constexpr std::size_t kInMemory = 3 * kRecent;  ///< of the log's records: picture and sound, and some

}  // namespace

SessionSink::SessionSink(Needs needs, SessionId session, std::shared_ptr<SegmentLog> log)
    : needs_(std::move(needs)),
      session_(std::move(session)),
      disk_(lane_of(needs_.ledger.model().sessions.at(session_).channel, needs_.disk)),
      log_(std::move(log)),
      plan_(part_limits_for(needs_.settings, needs_.ledger.model().sessions.at(session_))) {}

Task<std::unique_ptr<SessionSink>> SessionSink::open(Needs needs, SessionId session) {
  auto job = [folder = segment_folder(session, needs.settings)] { return SegmentLog::open(folder); };
  Worker& disk = lane_of(needs.ledger.model().sessions.at(session).channel, needs.disk);
  REC_CO_TRY(std::shared_ptr<SegmentLog> log, co_await run_on(disk, std::move(job)));
  const std::uint64_t first = needs.ledger.model().sessions.at(session).next_ordinal();
  if (log->count() < first) {
    co_return fail(Errc::corrupt, "the segment log in " + segment_folder(session, needs.settings) + " has " +
                                      std::to_string(log->count()) + " segments where parts of " +
                                      std::to_string(first) +
                                      " are known; the disk lost what it had confirmed");
  }
  std::unique_ptr<SessionSink> sink(new SessionSink(std::move(needs), session, std::move(log)));
  sink->open_part_first_ = first;
  for (const Gap& gap : sink->log_->gaps()) sink->needs_.ledger.add_gap(session, gap);
  for (const SegmentRecord& record : sink->log_->segments()) sink->count(record);
  const Instant last =
      sink->last_append_.value_or(sink->needs_.ledger.model().sessions.at(session).started_at);
  sink->heard_ = sink->needs_.clock.steady() - std::max(Millis(0), sink->needs_.clock.now() - last);
  sink->log_->keep_newest(kInMemory);
  co_return sink;
}

void SessionSink::count(const SegmentRecord& record) {
  const bool counts = !record.info.init && record.info.track == 0;
  bytes_ += record.bytes;
  if (record.released) released_ += record.bytes;
  segments_ = record.ordinal + 1;
  media_segments_ += counts ? 1 : 0;
  recorded_ += counts ? record.info.duration : Micros{0};
  last_append_ = record.appended_at;
  if (record.info.init) newest_inits_[record.info.track] = record;
  if (counts) note_newest(record);
  if (counts) note_keyframe(record);
  if (counts && media_segments_ == 1) needs_.ledger.session_event(session_, session::Started{});
  if (record.ordinal < open_part_first_) return plan_.remember(record);  // lies in a sealed part
  if (plan_.seals_before(record)) {
    needs_.ledger.session_event(session_, open_part(record.ordinal - 1));
    log::info("part.sealed", {{"session", session_}, {"segments", record.ordinal - open_part_first_}});
    open_part_first_ = record.ordinal;
    open_part_first_sequence_.reset();
    plan_.reset();
  }
  if (counts) {
    if (!open_part_first_sequence_) open_part_first_sequence_ = record.info.sequence;
    open_part_last_sequence_ = record.info.sequence;
  }
  plan_.add(record);
}

session::PartSealed SessionSink::open_part(std::uint64_t last) const {
  return {open_part_first_, last, open_part_first_sequence_.value_or(0), open_part_last_sequence_};
}

// What is opened again after a restart was announced before.
Task<> SessionSink::playlist_opened(std::string media_playlist_url, Picture picture) {
  TakeRow row;
  row.session = session_;
  row.number = take_;
  row.playlist_url = std::move(media_playlist_url);
  row.source = source_;
  row.picture = picture;
  row.started_at = needs_.clock.now();
  if (const auto takes = needs_.ledger.model().takes.find(session_);
      takes != needs_.ledger.model().takes.end()) {
    const auto known = std::ranges::find(takes->second, take_, &TakeRow::number);
    if (known != takes->second.end()) {
      row.started_at = known->started_at;
      if (picture == Picture{} && known->playlist_url == row.playlist_url) row.picture = known->picture;
    }
  }
  needs_.ledger.put_take(std::move(row));
  co_return Result<void>();
}

// What the disk did not take has come all the same: the broadcast is on, and a drop before it is over.
Task<> SessionSink::failed(Error error) {
  const auto& sessions = needs_.ledger.model().sessions;
  if (const auto known = sessions.find(session_); known != sessions.end())
    needs_.ledger.channel_event(known->second.channel, channel::SegmentArrived{needs_.clock.now()});
  const auto reopened = log_->poisoned() ? co_await reopen() : Result<void>();
  if (!reopened)
    log::debug("segment_log.not_reopened", {{"session", session_}, {"error", reopened.error().text}});
  if (needs_.on_refused) needs_.on_refused(error);
  co_return fail(std::move(error));
}

// Drafts of a log that answers nothing but its error never settle, so nothing would be appended that could
// open it anew.
Task<> SessionSink::mend(std::weak_ptr<SessionSink> of, Error error) {
  const auto self = of.lock();
  if (!self) co_return Result<void>();
  co_return co_await self->failed(std::move(error));
}

// A restart and every reload of a playlist bring the initialization section again; once is enough.
bool SessionSink::known_init(const SegmentInfo& info, std::uint64_t checksum) const {
  const auto newest = newest_inits_.find(info.track);
  return info.init && newest != newest_inits_.end() && newest->second.info.epoch == info.epoch &&
         newest->second.checksum == checksum;
}

// After a failed sync a log answers nothing but that error: what is on disk counts, so it is read anew.
Task<> SessionSink::reopen() {
  if (reopening_) co_return Result<void>();
  struct Reopening {
    bool& now;
    ~Reopening() { now = false; }
  } const reopening{reopening_ = true};
  auto job = [log = log_, folder = segment_folder(session_, needs_.settings)] {
    log->retire();  // drafts that are still being written belong to it, and opening cuts them off
    return SegmentLog::open(folder, log->count());
  };
  auto opened = co_await run_on(disk_, std::move(job));
  if (!opened) co_return fail(std::move(opened).error());
  if ((*opened)->count() != log_->count())
    co_return fail(Errc::corrupt, log_->media_path() + ": the disk lost what it had called synced");
  log_ = *std::move(opened);
  log_->keep_newest(kInMemory);
  co_return Result<void>();
}

Task<> SessionSink::write_pending_gaps() {
  while (!pending_gaps_.empty()) {
    auto job = [log = log_, gap = pending_gaps_.front()] { return log->append_gap(gap); };
    auto written = co_await run_on(disk_, std::move(job));
    if (!written) co_return fail(std::move(written).error());
    pending_gaps_.erase(pending_gaps_.begin());
    needs_.ledger.add_gap(session_, *written);
  }
  co_return Result<void>();
}

Task<> SessionSink::flush_gaps() {
  auto written = co_await write_pending_gaps();
  if (!written) co_return co_await failed(std::move(written).error());
  co_return Result<void>();
}

// A recording that goes on behind segments that it has tells of the hole itself. How long it is only the
// playlist's own clock says. Before a playlist's very first segment there was none.
void SessionSink::note_refused_before(const SegmentInfo& first) {
  const session::Session& session = needs_.ledger.model().sessions.at(session_);
  if (media_segments_ > 0 || first.sequence == 0 || !session.continues.empty()) return;
  const Millis late = first.program_date_time.value_or(session.started_at) - session.started_at;
  if (first.program_date_time && late <= Millis(0)) return;
  Gap gap;
  gap.take = take_;
  gap.epoch = first.epoch;
  gap.from_sequence = gap.to_sequence = first.sequence - 1;
  gap.duration = late;
  gap.cause = GapCause::disk;
  gap.noticed_at = needs_.clock.now();
  pending_gaps_.push_back(gap);
}

Task<> SessionSink::end_refused(SteadyTime last_seen) {
  const bool goes_on = !needs_.ledger.model().sessions.at(session_).continues.empty();
  const bool counted = goes_on && media_segments_ == 0;  // by the capture that it went on from
  if (std::exchange(was_refused_, false) && !counted && last_seen > heard_) {
    Gap gap;
    const std::vector<SegmentRecord> newest = recent();
    if (!newest.empty()) {
      gap.take = newest.back().info.take;
      gap.epoch = newest.back().info.epoch;
      gap.from_sequence = gap.to_sequence = newest.back().info.sequence + 1;
    }
    gap.duration = std::chrono::duration_cast<Micros>(last_seen - heard_);
    gap.cause = GapCause::disk;
    gap.noticed_at = needs_.clock.now();
    pending_gaps_.push_back(gap);
  }
  co_return co_await flush_gaps();
}

std::shared_ptr<SegmentDraft> SessionSink::draft() {
  auto on_refused = [of = weak_from_this()](Error error) { return mend(of, std::move(error)); };
  LogDraft::Needs needs{log_, disk_, needs_.chunks, needs_.codecs_of, std::move(on_refused)};
  return std::make_shared<LogDraft>(std::move(needs));
}

// Another quality may come in another container under numbers that go on.
bool SessionSink::leaves_section(const SegmentInfo& info, const SegmentDraft& draft) const {
  const auto newest = newest_inits_.find(info.track);
  if (info.init || newest == newest_inits_.end() || newest->second.info.epoch != info.epoch) return false;
  return section_end::follows(draft.head()) && newest->second.checksum != section_end::checksum();
}

Task<> SessionSink::append(SegmentInfo info, std::shared_ptr<SegmentDraft> draft) {
  info.take = take_;
  if (known_init(info, draft->checksum())) co_return Result<void>();
  if (was_refused_ && !info.init && info.track == 0) {
    was_refused_ = false;
    note_refused_before(info);
  }
  if (leaves_section(info, *draft)) {
    SegmentInfo end = info;
    end.init = true;
    end.suspect = false;
    end.duration = Micros{0};
    std::string nothing = section_end::bytes();
    REC_CO_CHECK(co_await append_bytes(*this, std::move(end), std::move(nothing)));
  }
  REC_CO_CHECK(co_await flush_gaps());
  auto job = [of_log = std::static_pointer_cast<LogDraft>(draft), info = std::move(info),
              now = needs_.clock.now(), log = log_] {
    auto written = of_log->commit(info, now);
    log->keep_newest(kInMemory);
    return written;
  };
  auto record = co_await run_on(disk_, std::move(job));
  if (!record) co_return co_await failed(std::move(record).error());
  count(*record);
  heard_ = needs_.clock.steady();
  // Only a channel that came back from a drop needs to hear of it; the others would write a row per segment
  // for nothing.
  const auto& session = needs_.ledger.model().sessions.at(session_);
  needs_.ledger.channel_event(session.channel, channel::SegmentArrived{needs_.clock.now()});
  const auto& limit = needs_.settings.record_duration;
  if (limit && recorded_ >= *limit && on_duration_reached_) std::exchange(on_duration_reached_, nullptr)();
  co_return Result<void>();
}

Task<> SessionSink::gap(Gap gap) {
  gap.take = take_;
  gap.noticed_at = needs_.clock.now();
  log::warn("gap.noticed", {{"session", session_},
                            {"cause", word(gap.cause)},
                            {"seconds", std::chrono::duration<double>(gap.duration).count()},
                            {"from", gap.from_sequence},
                            {"to", gap.to_sequence}});
  pending_gaps_.push_back(gap);
  auto written = co_await write_pending_gaps();
  // A gap waits for the disk like everything else; the recording must not end for it.
  if (!written) static_cast<void>(co_await failed(std::move(written).error()));
  co_return Result<void>();
}

std::optional<Instant> SessionSink::last_append() const {
  if (!last_append_) return {};
  const Instant counted_back = needs_.clock.now() - silence();
  const bool untouched = std::chrono::abs(counted_back - *last_append_) < kLikeliest;
  return untouched ? *last_append_ : counted_back;
}

std::vector<SegmentRecord> SessionSink::recent(std::uint8_t track) const {
  return log_->newest(track, kRecent);
}

void SessionSink::note_keyframe(const SegmentRecord& record) {
  if (tells_pictures(record.info.codecs)) keyed_ = record.ordinal;
  newest_ordinals_.push_back(record.ordinal);
  if (newest_ordinals_.size() > kMostUntilKeyframe) newest_ordinals_.pop_front();
}

bool SessionSink::keyframe_may_follow(std::uint64_t ordinal) const {
  if (!keyed_ || *keyed_ > ordinal || silence() > kNothingFollows) return false;
  return newest_ordinals_.size() < kMostUntilKeyframe || newest_ordinals_.front() <= ordinal;
}

void SessionSink::note_newest(const SegmentRecord& record) {
  newest_.push_back(record);
  if (newest_.size() > kPictured) newest_.pop_front();
  section_of_newest_.reset();
  const auto section = newest_inits_.find(record.info.track);
  if (section != newest_inits_.end() && section->second.info.epoch == record.info.epoch)
    section_of_newest_ = section->second;
}

MediaRun SessionSink::newest_media() const {
  MediaRun run;
  if (newest_.empty()) return run;
  const SegmentRecord& last = newest_.back();
  const std::string file = SegmentLog::media_path(segment_folder(session_, needs_.settings));
  const auto add = [&](const SegmentRecord& record) {
    for (const ByteSpan& span : record.spans) run.extents.push_back({file, span.offset, span.bytes});
  };
  if (section_of_newest_) add(*section_of_newest_);
  std::size_t from = newest_.size() - 1;
  for (std::uint64_t bytes = last.bytes; from > 0 && !newest_[from].info.discontinuity; --from) {
    const SegmentRecord& before = newest_[from - 1];
    bytes += before.bytes;
    const bool other = before.info.epoch != last.info.epoch || before.info.take != last.info.take;
    const bool sections = section_of_newest_ && before.ordinal < section_of_newest_->ordinal;
    if (other || sections || before.released || bytes > kMostPictured) break;
  }
  for (; from < newest_.size(); ++from) add(newest_[from]);
  return run;
}

std::optional<session::PartSealed> SessionSink::tail() const {
  const std::uint64_t total = log_->count();
  if (total <= open_part_first_ || plan_.empty()) return {};
  return open_part(total - 1);
}

}  // namespace rec
