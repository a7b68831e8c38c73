// Days that nobody thought of: broadcasts, drops, lies, outages, news and kills drawn at random, in virtual
// time. Whatever happens, every segment between a broadcast's first and last is posted once or lies in a gap,
// one broadcast is one session, and no waiting message outlives its reason.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "program.hpp"

namespace rec::simulation {
namespace {

using std::chrono::seconds;

constexpr seconds kGrace{30};

/// One thing that happens, and how long after the one before it.
struct Chapter {
  int kind = 0;
  int pause = 0;
  int length = 0;
};

void showValue(const Chapter& chapter, std::ostream& out) {
  out << "{" << chapter.kind << ", " << chapter.pause << ", " << chapter.length << "}";
}

enum Kind { kBroadcast, kAnother, kForget, kLie, kTitle, kTelegramAway, kKill, kLongKill, kKinds };

struct Day {
  std::vector<std::pair<Instant, seconds>> kills;  ///< when, and for how long nobody runs
  std::vector<std::pair<Instant, seconds>> outages;
  Instant end{};
};

// A drop is clearly shorter than the grace, a silence between two broadcasts clearly longer.
Day written(Program& program, const std::vector<Chapter>& chapters) {
  Day day;
  World& world = program.world;
  Instant at = program.now() + seconds(10);
  int stream = 1;
  world.shows = {{program.now(), "Title 0", ""}};
  for (const Chapter& chapter : chapters) {
    switch (chapter.kind) {
      case kBroadcast:
      case kAnother: {
        if (chapter.kind == kAnother) ++stream;
        at += chapter.kind == kAnother ? seconds(200) : seconds(4 + chapter.pause % 12);
        const auto name = "b" + std::to_string(world.broadcasts.size());
        world.broadcasts.push_back(
            {at, 3 + chapter.length, 100 * chapter.pause, name, std::to_string(stream)});
        at = world.broadcasts.back().ends();
        break;
      }
      case kForget:
        world.forgets_from = at - seconds(chapter.length);
        world.forgets_until = world.forgets_from + seconds(2 * chapter.pause);
        break;
      case kLie:
        world.lies_from = at + seconds(100);
        world.lies_until = world.lies_from + seconds(chapter.length);
        break;
      case kTitle:
        world.shows.push_back(
            {at - seconds(chapter.pause), "Title " + std::to_string(world.shows.size()), ""});
        break;
      case kTelegramAway:
        day.outages.emplace_back(at - seconds(chapter.pause), seconds(5 * chapter.length));
        break;
      case kKill:
        day.kills.emplace_back(at - seconds(chapter.pause), seconds(1 + chapter.length % 6));
        break;
      default:
        day.kills.emplace_back(at - seconds(chapter.pause), seconds(10 + chapter.length % 15));
    }
  }
  std::ranges::sort(world.shows, {}, &Shown::from);
  std::ranges::sort(day.kills);
  day.end = at + seconds(400);
  return day;
}

/// Until then, with Telegram gone where the day says so.
void live_until(Program& program, const Day& day, Instant until) {
  while (program.now() < until) {
    const Instant now = program.now();
    bool away = false;
    Instant next = until;
    for (const auto& [from, length] : day.outages) {
      away = away || (now >= from && now < from + length);
      for (const Instant edge : {from, from + length}) {
        if (edge > now) next = std::min(next, edge);
      }
    }
    program.world.telegram_away = away;
    program.run_for(std::max(seconds(1), std::chrono::ceil<seconds>(next - now)));
  }
}

void live_through(Program& program, const Day& day) {
  for (const auto& [at, pause] : day.kills) {
    if (at <= program.now()) continue;
    live_until(program, day, at);
    program.skip(pause);
  }
  live_until(program, day, day.end);
  program.world.telegram_away = false;
  program.run_for(std::chrono::minutes(25));
}

/// Which segments of each broadcast were posted, in the order of the posts.
std::map<std::string, std::vector<std::int64_t>> posted_by_broadcast(const Program& program) {
  std::map<std::string, std::vector<std::int64_t>> out;
  const std::string media = program.posted_media();
  for (std::size_t at = 0; (at = media.find('<', at)) != std::string::npos; ++at) {
    const auto slash = media.find('/', at);
    const auto end = media.find('>', slash);
    out[media.substr(at + 1, slash - at - 1)].push_back(std::stoll(media.substr(slash + 1, end - slash - 1)));
  }
  return out;
}

std::set<std::int64_t> missing_numbers(Program& program) {
  std::set<std::int64_t> missing;
  for (const auto& session : program.history()) {
    for (const Gap& gap : program.gaps_of(session.id)) {
      for (auto n = gap.from_sequence; n <= gap.to_sequence; ++n) missing.insert(n);
    }
  }
  return missing;
}

void expect_every_segment_accounted_for(Program& program) {
  const auto missing = missing_numbers(program);
  for (const auto& [name, numbers] : posted_by_broadcast(program)) {
    for (std::size_t i = 1; i < numbers.size(); ++i) {
      RC_ASSERT(numbers[i] > numbers[i - 1]);  // once, and in order
      for (auto n = numbers[i - 1] + 1; n < numbers[i]; ++n) RC_ASSERT(missing.contains(n));
    }
  }
}

void expect_what_nothing_disturbed_is_whole(Program& program, const Day& day) {
  const auto posted = posted_by_broadcast(program);
  const World& world = program.world;
  for (const Broadcast& broadcast : world.broadcasts) {
    const auto meets = [&](Instant from, Instant until) {
      return from <= broadcast.ends() + seconds(30) && until >= broadcast.begins - seconds(30);
    };
    bool disturbed = meets(world.forgets_from, world.forgets_until);
    for (const auto& [at, pause] : day.kills) disturbed = disturbed || meets(at, at + pause);
    if (disturbed) continue;
    RC_ASSERT(posted.contains(broadcast.name));
    RC_ASSERT(posted.at(broadcast.name).size() == static_cast<std::size_t>(broadcast.segments));
  }
}

// Unless the platform forgot it for so long that it looked over.
void expect_one_session_a_broadcast(Program& program) {
  if (program.world.forgets_until - program.world.forgets_from >= kGrace / 2) return;
  std::map<std::string, std::set<std::string>> sessions_of;
  for (const auto& session : program.history()) {
    if (!session.parts.empty() && !session.stream_id.empty())
      sessions_of[session.stream_id].insert(session.id.str());
  }
  for (const auto& [stream, sessions] : sessions_of) RC_ASSERT(sessions.size() == 1U);
}

void expect_nothing_left_standing(Program& program) {
  std::set<std::string> markers;
  for (const SentPost& post : program.world.posts) {
    RC_ASSERT(markers.insert(post.marker).second);
    if (post.text.starts_with("⏳")) RC_ASSERT(post.removed);
  }
  const auto stored = program.stored();
  RC_ASSERT(stored.sessions.empty());
  RC_ASSERT(stored.outbox.empty());
}

std::vector<Chapter> drawn_chapters() {
  const auto chapter = rc::gen::build<Chapter>(rc::gen::set(&Chapter::kind, rc::gen::inRange<int>(0, kKinds)),
                                               rc::gen::set(&Chapter::pause, rc::gen::inRange(0, 40)),
                                               rc::gen::set(&Chapter::length, rc::gen::inRange(0, 60)));
  return *rc::gen::container<std::vector<Chapter>>(*rc::gen::inRange<std::size_t>(1, 14), chapter);
}

RC_GTEST_PROP(Days, WhateverHappensEverySecondIsRecordedOrNamedAndNothingTwice, ()) {
  Program program("days");
  program.settings.channel_policy.offline_grace = kGrace;
  program.settings.channel_policy.waiting_timeout = std::chrono::minutes(10);
  const Day day = written(program, drawn_chapters());
  live_through(program, day);
  expect_every_segment_accounted_for(program);
  expect_what_nothing_disturbed_is_whole(program, day);
  expect_one_session_a_broadcast(program);
  expect_nothing_left_standing(program);
}

}  // namespace
}  // namespace rec::simulation
