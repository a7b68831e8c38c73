#include "app/session_sink.hpp"

#include "app/names.hpp"
#include "base/log.hpp"

namespace rec {
namespace {

constexpr std::size_t kRecent = 200;

}  // namespace

SessionSink::SessionSink(Needs needs, SessionId session, std::unique_ptr<SegmentLog> log)
    : needs_(needs), session_(std::move(session)), log_(std::move(log)), plan_(needs.settings.part_limits) {}

Task<std::unique_ptr<SessionSink>> SessionSink::open(Needs needs, SessionId session) {
  auto job = [folder = segment_folder(session, needs.settings)] { return SegmentLog::open(folder); };
  REC_CO_TRY(std::unique_ptr<SegmentLog> log, co_await run_on(needs.disk, std::move(job)));
  std::unique_ptr<SessionSink> sink(new SessionSink(needs, session, std::move(log)));
  const auto& model = needs.ledger.model();
  sink->open_part_first_ = model.sessions.at(session).next_ordinal();
  for (const Gap& gap : sink->log_->gaps()) needs.ledger.add_gap(session, gap);
  for (const SegmentRecord& record : sink->log_->segments()) sink->count(record);
  co_return sink;
}

session::PartSealed SessionSink::range(std::uint64_t first, std::uint64_t last) const {
  session::PartSealed sealed{first, last, 0, 0};
  bool any = false;
  for (std::uint64_t i = first; i <= last; ++i) {
    const SegmentInfo& info = log_->segments()[i].info;
    if (info.init) continue;
    if (!std::exchange(any, true)) sealed.first_sequence = info.sequence;
    sealed.last_sequence = info.sequence;
  }
  return sealed;
}

void SessionSink::count(const SegmentRecord& record) {
  bytes_ += record.bytes;
  media_segments_ += record.info.init ? 0 : 1;
  recorded_ += record.info.init ? Micros{0} : record.info.duration;
  if (record.ordinal < open_part_first_) return;  // lies in a sealed part
  if (plan_.seals_before(record)) {
    needs_.ledger.session_event(session_, range(open_part_first_, record.ordinal - 1));
    log::info("part.sealed", {{"session", session_}, {"segments", record.ordinal - open_part_first_}});
    open_part_first_ = record.ordinal;
    plan_.reset();
  }
  plan_.add(record);
}

Task<> SessionSink::playlist_opened(std::string media_playlist_url) {
  TakeRow row;
  row.session = session_;
  row.number = take_;
  row.playlist_url = std::move(media_playlist_url);
  row.started_at = needs_.clock.now();
  for (const TakeRow& known : needs_.ledger.model().takes.contains(session_)
                                  ? needs_.ledger.model().takes.at(session_)
                                  : std::vector<TakeRow>{}) {
    if (known.number == take_) row.started_at = known.started_at;
  }
  needs_.ledger.put_take(std::move(row));
  co_return Result<void>();
}

Failure SessionSink::failed(Error error) const {
  if (error.code == Errc::no_space && needs_.on_full) needs_.on_full(error);
  return fail(std::move(error));
}

Task<> SessionSink::append(SegmentInfo info, std::string bytes) {
  info.take = take_;
  auto held = std::make_shared<std::string>(std::move(bytes));
  const Instant now = needs_.clock.now();
  auto job = [this, info, held, now] { return log_->append(info, *held, now); };
  auto record = co_await run_on(needs_.disk, std::move(job));
  if (!record) co_return failed(std::move(record).error());
  count(*record);
  last_append_ = now;
  // Only a channel that came back from a drop needs to hear of it; the others would write a row per segment
  // for nothing.
  const auto& session = needs_.ledger.model().sessions.at(session_);
  needs_.ledger.channel_event(session.channel, channel::SegmentArrived{now});
  const auto& limit = needs_.settings.record_duration;
  if (limit && recorded_ >= *limit && on_duration_reached_) std::exchange(on_duration_reached_, nullptr)();
  co_return Result<void>();
}

Task<> SessionSink::gap(Gap gap) {
  gap.take = take_;
  gap.noticed_at = needs_.clock.now();
  auto job = [this, gap] { return log_->append_gap(gap); };
  auto noted = co_await run_on(needs_.disk, std::move(job));
  if (!noted) co_return failed(std::move(noted).error());
  const Gap& written = *noted;
  needs_.ledger.add_gap(session_, written);
  log::warn("gap.noticed", {{"session", session_},
                            {"cause", word(written.cause)},
                            {"seconds", std::chrono::duration<double>(written.duration).count()},
                            {"from", written.from_sequence},
                            {"to", written.to_sequence}});
  co_return Result<void>();
}

std::vector<SegmentInfo> SessionSink::recent() const {
  std::vector<SegmentInfo> infos;
  const auto& all = log_->segments();
  const std::size_t first = all.size() > kRecent ? all.size() - kRecent : 0;
  for (std::size_t i = first; i < all.size(); ++i) {
    if (!all[i].info.init) infos.push_back(all[i].info);
  }
  return infos;
}

std::optional<session::PartSealed> SessionSink::tail() const {
  const std::uint64_t total = log_->segments().size();
  if (total <= open_part_first_) return {};
  return range(open_part_first_, total - 1);
}

}  // namespace rec
