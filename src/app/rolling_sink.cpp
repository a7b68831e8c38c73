#include "app/rolling_sink.hpp"

#include <algorithm>
#include <map>

#include <boost/asio/experimental/awaitable_operators.hpp>

#include "app/names.hpp"
#include "base/log.hpp"
#include "core/gaps.hpp"
#include "ports/append_bytes.hpp"

namespace rec {
namespace {

using asio::experimental::awaitable_operators::operator||;  // NOLINT(misc-unused-using-decls): used below

// Takes what comes, and keeps nothing: there is no room. That it came is said.
class RefusedDraft final : public SegmentDraft {
 public:
  RefusedDraft(Error why, std::function<void()> on_offer)
      : why_(std::move(why)), on_offer_(std::move(on_offer)) {}
  void on_room(std::function<void()> /*resume*/) override {}
  void begin(int /*status*/) override {}
  bool take(std::string_view /*bytes*/) override { return true; }
  Task<> settle() override {
    on_offer_();
    co_return fail(why_);
  }
  [[nodiscard]] std::uint64_t bytes() const override { return 0; }
  [[nodiscard]] std::string_view head() const override { return {}; }
  [[nodiscard]] std::uint64_t checksum() const override { return 0; }

 private:
  Error why_;
  std::function<void()> on_offer_;
};

// What the next log needs of this one.
struct Carried {
  SegmentInfo info;
  std::string bytes;
};

constexpr Micros kSoundCarried = std::chrono::minutes(2);

// Of each track the newest initialization section, if what it has now stands behind one; and the newest
// sound, which lies ahead of its pictures by as much as a playlist's window: too much of it does no harm.
Result<std::vector<Carried>> carried_over(const SegmentLog& log, const std::string& folder,
                                          std::uint32_t epoch) {
  REC_TRY(const auto records, SegmentLog::read_segments(folder));
  std::map<std::uint8_t, std::uint32_t> epochs{{0, epoch}};
  std::map<std::uint8_t, const SegmentRecord*> sections;
  std::map<std::uint64_t, const SegmentRecord*> chosen;
  Micros sound{0};
  for (auto record = records.rbegin(); record != records.rend(); ++record) {
    const SegmentInfo& info = record->info;
    const auto of_track = epochs.try_emplace(info.track, info.epoch).first;
    if (of_track->second != info.epoch) continue;
    if (info.init && sections.try_emplace(info.track, &*record).second) chosen[record->ordinal] = &*record;
    if (info.init || info.track == 0 || sound >= kSoundCarried) continue;
    sound += info.duration;
    chosen[record->ordinal] = &*record;
  }
  std::vector<Carried> carried;
  // Sections first: sound behind one may have been chosen further back than it.
  for (const auto& [track, record] : sections) chosen.erase(record->ordinal);
  const auto read = [&](const SegmentRecord& record) -> Result<void> {
    REC_TRY(std::string bytes, log.read({record.spans, record.bytes, record.checksum}, record.bytes));
    carried.push_back({record.info, std::move(bytes)});
    return {};
  };
  for (const auto& [track, record] : sections) REC_CHECK(read(*record));
  for (const auto& [ordinal, record] : chosen) REC_CHECK(read(*record));
  return carried;
}

bool has(const std::vector<SegmentRecord>& records, const SegmentInfo& info) {
  return std::ranges::any_of(records, [&](const SegmentRecord& record) {
    return record.info.epoch == info.epoch && record.info.sequence == info.sequence;
  });
}

Micros missing_of(const Model& model, const SessionId& session) {
  const auto gaps = model.gaps.find(session);
  if (gaps == model.gaps.end()) return Micros{0};
  std::vector<Gap> whole = gaps->second;  // where sound alone is missing the pictures count
  std::erase_if(whole, [](const Gap& gap) { return gap.cause == GapCause::sound; });
  return missing_in_all(whole);
}

}  // namespace

RollingSink::RollingSink(Needs needs, ChannelId channel, SessionId session,
                         std::shared_ptr<SessionSink> first)
    : needs_(std::move(needs)),
      channel_(std::move(channel)),
      session_(std::move(session)),
      sink_(std::move(first)) {}

Task<> RollingSink::playlist_opened(std::string media_playlist_url, Picture picture) {
  co_return co_await sink_->playlist_opened(std::move(media_playlist_url), picture);
}

Task<> RollingSink::gap(Gap gap) { co_return co_await sink_->gap(gap); }

std::shared_ptr<SegmentDraft> RollingSink::draft() {
  if (needs_.room) {
    if (auto room = needs_.room(); !room) {
      auto came = [&ledger = needs_.ledger, &clock = needs_.clock, id = channel_] {
        ledger.channel_event(id, channel::SegmentArrived{clock.now()});
      };
      return std::make_shared<RefusedDraft>(std::move(room).error(), std::move(came));
    }
  }
  return sink_->draft();
}

Task<> RollingSink::append(SegmentInfo info, std::shared_ptr<SegmentDraft> draft) {
  if (due_before(info)) REC_CO_CHECK(co_await begin_next_session());
  const auto row = needs_.ledger.model().channels.find(channel_);
  if (row != needs_.ledger.model().channels.end()) {
    const auto open = channel::open_session(row->second.state);
    if (open && *open != session_) REC_CO_CHECK(co_await move_over(*open, info.epoch));
  }
  REC_CO_TRY(draft, co_await in_this_log(std::move(draft)));
  co_return co_await sink_->append(std::move(info), std::move(draft));
}

// By the length of what was broadcast, not by a clock: a restart decides the same.
bool RollingSink::due_before(const SegmentInfo& next) const {
  if (next.init || next.track != 0 || sink_->media_segments() == 0) return false;
  const auto longest = session_duration_for(needs_.settings, channel_);
  if (!longest) return false;
  return sink_->recorded() + missing_of(needs_.ledger.model(), session_) + next.duration > *longest;
}

// The end of the one, the beginning of the other and its first take are one commit. What the capture has on
// its way goes on; whether a crash comes before or behind the commit, the next start finds one session open.
Task<> RollingSink::begin_next_session() {
  REC_CO_CHECK(co_await sink_->flush_gaps());
  const Model& model = needs_.ledger.model();
  const auto known = model.sessions.find(session_);
  const auto row = model.channels.find(channel_);
  if (known == model.sessions.end() || row == model.channels.end()) co_return Result<void>();
  const auto* live = std::get_if<channel::Live>(&row->second.state);
  if (live == nullptr || live->session != session_ || live->grace_ends) co_return Result<void>();
  const Instant now = needs_.clock.now();
  const SessionId next(make_uuid7(unix_ms(now)));
  TakeRow take;
  take.session = next;
  take.started_at = now;
  const auto takes = model.takes.find(session_);
  if (takes != model.takes.end() && !takes->second.empty()) {
    TakeRow last = takes->second.back();
    take.playlist_url = last.playlist_url;
    take.source = last.source;
    take.picture = last.picture;
    last.end_reason = "session_duration";
    needs_.ledger.put_take(std::move(last));
  }
  const session::Title title = known->second.newest_title();
  const channel::Broadcast broadcast{known->second.stream_id, title.title, title.category};
  needs_.ledger.channel_event(channel_, channel::LengthReached{now, next, broadcast});
  needs_.ledger.put_take(std::move(take));
  log::info("session.goes_on", {{"channel", channel_}, {"session", session_}, {"in", next}});
  // As when a session opens: it is in the store before its folder is on the disk, unless the store is stuck.
  co_await (needs_.ledger.durable() || needs_.clock.sleep(std::chrono::seconds(2)));
  co_return Result<void>();
}

// May be tried again: what was copied once is known by its content.
Task<> RollingSink::move_over(SessionId next, std::uint32_t epoch) {
  REC_CO_TRY(auto fresh, co_await needs_.sink_for(next));
  auto look = [log = sink_->log(), folder = segment_folder(session_, needs_.settings), epoch] {
    return carried_over(*log, folder, epoch);
  };
  REC_CO_TRY(auto carried, co_await run_on(sink_->lane(), std::move(look)));
  for (Carried& one : carried) {
    if (!one.info.init && has(fresh->recent(one.info.track), one.info)) continue;
    REC_CO_CHECK(co_await append_bytes(*fresh, std::move(one.info), std::move(one.bytes)));
  }
  sink_ = std::move(fresh);
  session_ = std::move(next);
  co_return Result<void>();
}

Task<std::shared_ptr<SegmentDraft>> RollingSink::in_this_log(std::shared_ptr<SegmentDraft> draft) {
  const auto of_log = std::static_pointer_cast<LogDraft>(draft);
  if (of_log->log() == sink_->log()) co_return draft;
  auto read = [of_log] { return of_log->read(); };
  REC_CO_TRY(const std::string bytes, co_await run_on(sink_->lane(), std::move(read)));
  auto copy = sink_->draft();
  copy->begin(200);
  copy->take(bytes);
  REC_CO_CHECK(co_await copy->settle());
  co_return copy;
}

}  // namespace rec
