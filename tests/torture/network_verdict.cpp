// What must be on Telegram after all that: every segment that was on offer, once and in order, and of each
// that was not a report of its length and cause.
#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <set>

#include "network_stage.hpp"
#include "posted_frames.hpp"
#include "stage_tools.hpp"
#include "store/sqlite_store.hpp"

namespace rec::torture {
namespace {

constexpr std::size_t kWindow = 6;  // segments listed, as LiveOptions has it
constexpr double kToOpen = 8;       // good weather in which a broadcast is seen and its playlist opened
constexpr double kToFetch = 5;      // good weather in which a segment is listed and fetched
constexpr double kBeforeTheGraceEnds = 10;  // until then what has ended is still looked at
constexpr double kMemory = 30;              // how long ago an outage may have been that is still made up for
constexpr double kLongestPause = 15;        // between two questions to a platform that is away
constexpr double kTolerance = 1;            // seconds, of a hole's length

}  // namespace

/// Who could not ask for a while asks again within as long: so much later a broadcast may be seen.
double NetworkStage::opened_by(const Broadcast& broadcast) const {
  const double clear = opening_outages_.first_clear(kToOpen, broadcast.live_since);
  double longest = 0;
  for (const auto& [from, until] : opening_outages_.spans)
    if (from < clear && until > broadcast.live_since - kMemory) longest = std::max(longest, until - from);
  return clear - kToFetch + std::min(longest, kLongestPause);
}

/// Over before the platform had to be asked again: nobody need know that it was.
bool NetworkStage::may_be_unseen(const Broadcast& broadcast) const {
  return opened_by(broadcast) >= seconds_of(broadcast.stream->ends_at());
}

/// A playlist that is gone when the platform says offline is the end, whatever is served there later.
bool NetworkStage::gone_at_its_end(const sim::LiveStream& stream) const {
  const double end = seconds_of(stream.ends_at());
  return std::ranges::any_of(plan_.spells, [end](const Spell& spell) {
    return spell.trouble == Trouble::answers && spell.playlists && spell.amount < 500 &&
           spell.from < end + 1 && spell.until() > end;
  });
}

bool NetworkStage::was_on_offer(const Broadcast& broadcast, std::size_t segment, double opened) const {
  const auto& stream = *broadcast.stream;
  const std::size_t size = broadcast.media->size();
  const double listed = std::max(seconds_of(stream.first_listed_at(segment)), opened);
  const double stays = gone_at_its_end(stream) ? 0 : media_.grace - kBeforeTheGraceEnds;
  const double unlisted = segment + kWindow < size ? seconds_of(stream.first_listed_at(segment + kWindow))
                                                   : seconds_of(stream.ends_at()) + stays;
  return cdn_outages_.clear_for(kToFetch, listed, unlisted);
}

void NetworkStage::judge_channel(const Broadcast& broadcast, NetworkVerdict& verdict) const {
  const std::string& login = broadcast.login;
  PostedFrames seen = posted_frames(telegram_->posts(chat_), login);
  for (std::string& fault : seen.faults) verdict.faults.push_back(std::move(fault));
  if (seen.statuses != (seen.frames.empty() ? 0 : 1))
    verdict.faults.push_back(fmt::format("{}: {} status messages", login, seen.statuses));
  const std::set<int> distinct(seen.frames.begin(), seen.frames.end());
  const std::size_t size = broadcast.media->size();
  verdict.segments += static_cast<int>(size);
  if (distinct.empty() && may_be_unseen(broadcast)) {
    verdict.missed += static_cast<int>(size);
    return;
  }
  const double opened = opened_by(broadcast);
  std::string lost;
  for (std::size_t i = 0; i < size; ++i) {
    const int first = static_cast<int>(i) * NetworkMedia::kFramesASegment;
    const auto there = std::distance(distinct.lower_bound(first),
                                     distinct.lower_bound(first + NetworkMedia::kFramesASegment));
    if (there == NetworkMedia::kFramesASegment) continue;
    ++verdict.missed;
    if (there != 0) verdict.faults.push_back(fmt::format("{}: {} frames of segment {}", login, there, i));
    if (was_on_offer(broadcast, i, opened)) lost += fmt::format(" {}", i);
  }
  if (!lost.empty()) verdict.faults.push_back(login + ": on offer and not recorded:" + lost);
}

/// Holes in the middle are reported to the second; what was before the first segment nobody was there to see,
/// and behind the last one what was listed may be told of, and what was not cannot be.
void NetworkStage::judge_store(NetworkVerdict& verdict) const {
  auto store = SqliteStore::open((folder_ / "data" / "state.db").string());
  if (!store) return verdict.faults.push_back(store.error().text);
  const auto left = (*store)->load();
  if (!left || !left->sessions.empty() || !left->outbox.empty())
    verdict.faults.emplace_back("work is left in the store");
  const auto history = (*store)->history(10);
  const auto unseen = static_cast<std::size_t>(std::ranges::count_if(
      broadcasts_, [this](const Broadcast& one) { return one.stream && may_be_unseen(one); }));
  if (!history || history->size() > 2 || history->size() + unseen < 2)
    return verdict.faults.push_back(fmt::format("{} sessions, not two", history ? history->size() : 0));
  const auto posts = telegram_->posts(chat_);
  for (const auto& session : *history) {
    const auto own = std::ranges::find(broadcasts_, session.channel_name, &Broadcast::login);
    if (own == broadcasts_.end()) continue;
    const auto frames = posted_frames(posts, own->login).frames;
    if (frames.empty()) continue;
    const std::set<int> distinct(frames.begin(), frames.end());
    double reported = 0;
    for (const Gap& gap : (*store)->gaps(session.id).value_or(std::vector<Gap>{}))
      if (gap.from_sequence * NetworkMedia::kFramesASegment <= *distinct.rbegin())
        reported += std::chrono::duration<double>(gap.duration).count();
    const int span = *distinct.rbegin() - *distinct.begin() + 1;
    const double missing = (span - static_cast<int>(distinct.size())) / 25.0;
    verdict.gap_seconds += reported;
    if (std::abs(reported - missing) > kTolerance)
      verdict.faults.push_back(
          fmt::format("{}: {:.1f} s are missing, {:.1f} s were reported", own->login, missing, reported));
  }
}

bool NetworkStage::cleared() const {
  auto store = SqliteStore::open((folder_ / "data" / "state.db").string());
  const auto left = store ? (*store)->load() : Result<StoreSnapshot>(fail(store.error()));
  return left && left->sessions.empty() && left->outbox.empty() && !holds_files(folder_ / "recordings") &&
         !holds_files(folder_ / "data" / "segments");
}

NetworkVerdict NetworkStage::verdict() const {
  NetworkVerdict verdict;
  for (const Broadcast& one : broadcasts_)
    if (one.stream) judge_channel(one, verdict);
  judge_store(verdict);
  if (holds_files(folder_ / "recordings") || holds_files(folder_ / "data" / "segments"))
    verdict.faults.emplace_back("files were left behind");
  return verdict;
}

}  // namespace rec::torture
