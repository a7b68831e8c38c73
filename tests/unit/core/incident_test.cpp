// Once per incident and once when it is over, also over restarts.
#include "core/incident.hpp"

#include <gtest/gtest.h>

namespace rec {
namespace {

using namespace std::chrono_literals;
constexpr Instant kNine{Millis(1'800'000'000'000)};

Condition full_disk(std::chrono::seconds patience = 0s) {
  Condition condition;
  condition.id = "disk.paused:/srv";
  condition.kind = "disk.paused";
  condition.text = "the disk is full";
  condition.patience = patience;
  return condition;
}

TEST(Incidents, ATroubleIsToldOnceAndOnceWhenItIsOver) {
  IncidentBook book;
  EXPECT_EQ(book.look({full_disk()}, kNine).begun.size(), 1U);
  for (int minute = 1; minute < 600; ++minute)
    EXPECT_TRUE(book.look({full_disk()}, kNine + std::chrono::minutes(minute)).begun.empty());
  EXPECT_TRUE(book.look({}, kNine + 599min + 30s).ended.empty()) << "it may be back in a moment";
  const auto over = book.look({}, kNine + 601min);
  ASSERT_EQ(over.ended.size(), 1U);
  EXPECT_EQ(over.ended[0].over, kNine + 599min);
  EXPECT_TRUE(book.look({}, kNine + 602min).ended.empty());
  EXPECT_EQ(book.look({full_disk()}, kNine + 700min).begun.size(), 1U) << "the next one is another one";
}

TEST(Incidents, TwoThatAreCalledAlikeAreOneAndTheGraverOneIsToldOnce) {
  IncidentBook book;
  Condition grave = full_disk();
  grave.gravity = Gravity::error;
  Condition light = full_disk();
  light.gravity = Gravity::warning;
  std::size_t told = 0;
  for (int second = 0; second < 60; ++second)
    told += book.look({light, grave}, kNine + std::chrono::seconds(second)).begun.size();
  EXPECT_EQ(told, 1U);
}

TEST(Incidents, WhatFlickersIsOneIncident) {
  IncidentBook book;
  std::size_t told = 0;
  for (int second = 0; second < 600; second += 5) {
    const bool stands = second % 30 < 10;
    const auto news = book.look(stands ? std::vector{full_disk()} : std::vector<Condition>(),
                                kNine + std::chrono::seconds(second));
    told += news.begun.size() + news.ended.size();
  }
  EXPECT_EQ(told, 1U);
}

TEST(Incidents, WhatPassesSoonIsNeverTold) {
  IncidentBook book;
  EXPECT_TRUE(book.look({full_disk(2min)}, kNine).begun.empty());
  EXPECT_TRUE(book.look({full_disk(2min)}, kNine + 1min).begun.empty());
  EXPECT_TRUE(book.look({}, kNine + 3min).ended.empty());
  EXPECT_TRUE(book.all().empty());
  EXPECT_TRUE(book.look({full_disk(2min)}, kNine + 10min).begun.empty());
  EXPECT_EQ(book.look({full_disk(2min)}, kNine + 12min).begun.size(), 1U);
}

TEST(Incidents, ARestartTellsNothingTwice) {
  IncidentBook book;
  book.look({full_disk()}, kNine);
  IncidentBook later(book.all(), kNine + 10h);
  EXPECT_TRUE(later.look({full_disk()}, kNine + 10h).begun.empty());
  EXPECT_EQ(later.told().size(), 1U);
  IncidentBook over(later.all(), kNine + 20h);
  EXPECT_TRUE(over.look({}, kNine + 20h).ended.empty()) << "a moment to find out how things stand";
  EXPECT_EQ(over.look({}, kNine + 20h + 1min).ended.size(), 1U);
}

TEST(Incidents, WhatHappenedOnceIsToldOnceAndHasNoEnd) {
  IncidentBook book;
  Condition failed = full_disk();
  failed.once = true;
  EXPECT_EQ(book.look({failed}, kNine).begun.size(), 1U);
  for (int hour = 1; hour < 100; ++hour) {
    const auto news = book.look({failed}, kNine + std::chrono::hours(hour));
    EXPECT_TRUE(news.begun.empty() && news.ended.empty());
  }
  EXPECT_TRUE(book.look({}, kNine + 101h).ended.empty());
  EXPECT_EQ(book.told().size(), 1U) << "people may want to see it for a day";
  book.look({}, kNine + 200h);
  EXPECT_TRUE(book.told().empty());
}

TEST(Incidents, WhatBecomesGraverIsToldAgain) {
  IncidentBook book;
  book.look({full_disk()}, kNine);
  Condition worse = full_disk();
  worse.gravity = Gravity::error;
  EXPECT_EQ(book.look({worse}, kNine + 1min).begun.size(), 1U);
  EXPECT_TRUE(book.look({full_disk()}, kNine + 2min).begun.empty());
}

TEST(Incidents, AClockThatIsSetBackEndsNothing) {
  IncidentBook book;
  book.look({full_disk()}, kNine);
  EXPECT_TRUE(book.look({full_disk()}, kNine - 5h).ended.empty());
  EXPECT_TRUE(book.look({}, kNine - 5h + 30s).ended.empty());
  EXPECT_EQ(book.look({}, kNine - 5h + 61s).ended.size(), 1U);
}

}  // namespace
}  // namespace rec
