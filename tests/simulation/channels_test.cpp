// Channels that come, change and go while the program runs, and what filters and hours deny; told to the
// whole program, and killed at every step of it.
#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>

#include "app/settings_of.hpp"
#include "crash_steps.hpp"
#include "program.hpp"

namespace rec::simulation {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

const ChannelId kSomeone{"twitch:someone"};

/// One thing that somebody says at a time, through the book, as the service does.
struct Said {
  Instant at{};
  std::function<Result<ChannelBook::Change>(ChannelBook&, Instant)> what{};
};

/// The program with a configuration and whatever was said of its channels in earlier lives.
class Asked {
 public:
  explicit Asked(const std::string& name) : program(name) {
    config.twitch.channels = {{"anchor", {}}};
    program.person = [this](App& app, Clock& clock) { return speak(app, clock); };
    start_again();
  }
  bool run_for(seconds duration) {
    start_again();
    return program.run_for(duration);
  }
  [[nodiscard]] std::vector<ChannelOrder> orders() { return program.stored().orders; }

  Config config{};
  Program program;
  std::vector<Said> said{};

 private:
  void start_again() {
    book_ = std::make_unique<ChannelBook>(config, orders());
    static_cast<ChannelPlans&>(program.settings) = channel_plans_of(config, book_->entries());
  }
  // Whoever got no answer asks again after a restart; what is so already changes nothing.
  asio::awaitable<void> speak(App& app, Clock& clock) {
    for (const Said& one : said) {
      if (one.at > clock.now()) co_await clock.sleep(one.at - clock.now());
      const auto change = one.what(*book_, clock.now());
      if (!change || !change->order) continue;
      ChannelOrder order = *change->order;
      ChannelPlans plans = channel_plans_of(config, book_->entries());
      auto kept = co_await app.change_channels(std::move(order), std::move(plans));
      EXPECT_TRUE(kept) << kept.error().text;
    }
  }
  std::unique_ptr<ChannelBook> book_;
};

Result<ChannelBook::Change> add_someone(ChannelBook& book, Instant now) {
  return book.add("https://twitch.tv/someone", now);
}
Result<ChannelBook::Change> pause_someone(ChannelBook& book, Instant now) {
  return book.pause(kSomeone.str(), now);
}
Result<ChannelBook::Change> remove_someone(ChannelBook& book, Instant) { return book.remove(kSomeone.str()); }

Said set_someone(Instant at, OverrideTexts values) {
  return {at, [values = std::move(values)](ChannelBook& book, Instant now) {
            return book.set(kSomeone.str(), values, "/", now);
          }};
}

Broadcast of_someone(Instant begins, int segments, const std::string& name) {
  Broadcast broadcast{begins, segments, 0, name, name};
  broadcast.channel = kSomeone;
  return broadcast;
}

TEST(Channels, ALinkThatIsSentInTheMiddleOfABroadcastIsRecordedFromWhatIsStillOnOffer) {
  Asked asked("channel-added");
  const Instant t = asked.program.now();
  asked.program.world.broadcasts = {of_someone(t, 30, "live")};
  asked.said = {{t + seconds(30), add_someone}};
  asked.run_for(minutes(5));
  const std::string media = asked.program.posted_media();
  const std::string whole = media_of(asked.program.world.broadcasts[0]);
  ASSERT_FALSE(media.empty());
  EXPECT_TRUE(whole.ends_with(media)) << media;
  EXPECT_GE(media.size(), whole.size() / 3);
  ASSERT_EQ(asked.orders().size(), 1U);
  asked.program.world.broadcasts.push_back(of_someone(asked.program.now() + seconds(20), 8, "next"));
  asked.said.clear();
  asked.run_for(minutes(5));
  EXPECT_EQ(asked.program.posted_media_of("next"), media_of(asked.program.world.broadcasts[1]))
      << "it is still watched after a restart";
}

TEST(Channels, ALinkThatIsSentBeforeTheStoreHasBeenReadIsNotForgotten) {
  Asked asked("channel-early");
  asked.program.world.broadcasts = {of_someone(asked.program.now() + seconds(30), 8, "live")};
  asked.said = {{asked.program.now(), add_someone}};
  asked.run_for(minutes(3));
  EXPECT_EQ(asked.orders().size(), 1U);
  EXPECT_EQ(asked.program.posted_media(), media_of(asked.program.world.broadcasts[0]));
}

TEST(Channels, APausedOneGoesOnOverADropAndARestartToItsEndAndNotIntoTheNextBroadcast) {
  Asked asked("channel-paused");
  const Instant t = asked.program.now();
  Broadcast dropped = of_someone(t + seconds(10), 10, "one");
  Broadcast back = of_someone(dropped.ends() + seconds(16), 10, "two");
  back.stream_id = dropped.stream_id;
  asked.program.world.broadcasts = {dropped, back, of_someone(t + minutes(5), 10, "later")};
  asked.said = {{t, add_someone}, {t + seconds(20), pause_someone}};
  asked.run_for(seconds(24));
  asked.run_for(minutes(10));
  EXPECT_EQ(asked.program.posted_media_of("one"), media_of(dropped));
  EXPECT_EQ(asked.program.posted_media_of("two"), media_of(back))
      << "it is watched until its session is over";
  EXPECT_EQ(asked.program.posted_media_of("later"), "");
  EXPECT_EQ(asked.program.history().size(), 1U);
}

TEST(Channels, ARemovedOneIsFinishedAndPostedAtOnceAndKilledAnywhereNothingIsLostOrDoubled) {
  int steps = 0;
  for (int fuse = -1; fuse < steps; fuse = next_crash(fuse, 3)) {
    Asked asked("channel-removed");
    const Instant t = asked.program.now();
    asked.program.world.broadcasts = {of_someone(t + seconds(5), 60, "live")};
    asked.said = {{t, add_someone}, {t + seconds(40), remove_someone}};
    asked.program.world.fuse = fuse;
    bool crashed = asked.run_for(minutes(4));
    if (fuse < 0) steps = asked.program.world.steps;
    if (crashed) {
      // The link is not sent anew by somebody who has it removed meanwhile.
      if (!asked.orders().empty() || asked.program.now() < t + seconds(40))
        asked.said = {{t + seconds(40), remove_someone}};
      else
        asked.said.clear();
      asked.program.world.fuse = -1;
      asked.run_for(minutes(4));
    }
    const std::string media = asked.program.posted_media();
    const std::string whole = media_of(asked.program.world.broadcasts[0]);
    EXPECT_EQ(media, whole.substr(0, media.size())) << "killed at step " << fuse;
    EXPECT_LT(media.size(), whole.size()) << "killed at step " << fuse;
    EXPECT_TRUE(asked.orders().empty()) << "killed at step " << fuse;
    EXPECT_TRUE(asked.program.stored().outbox.empty()) << "killed at step " << fuse;
    if (fuse < 0) EXPECT_FALSE(media.empty());
  }
}

TEST(Channels, ADeniedTitleIsRecordedFromWhenItFitsAndOnWhenItDoesNotFitAnyMore) {
  Asked asked("channel-denied");
  const Instant t = asked.program.now();
  asked.program.world.shows = {
      {t, "Rerun", "Chess"}, {t + seconds(40), "Live", "Chess"}, {t + seconds(60), "rerun again", "Chess"}};
  asked.program.world.broadcasts = {of_someone(t + seconds(5), 60, "live")};
  asked.said = {{t, add_someone}, set_someone(t, {{"title_deny", "rerun"}})};
  asked.run_for(seconds(38));
  EXPECT_TRUE(asked.program.stored().sessions.empty());
  asked.run_for(minutes(5));
  const std::string whole = media_of(asked.program.world.broadcasts[0]);
  const std::string media = asked.program.posted_media();
  ASSERT_FALSE(media.empty());
  EXPECT_TRUE(whole.ends_with(media)) << "what began goes on to its end";
  EXPECT_LT(media.size(), whole.size());
}

TEST(Channels, AnAnnouncementThatIsDeniedGetsNoWaitingMessage) {
  Asked asked("channel-denied-announcement");
  asked.config.twitch.channels.clear();
  const Instant t = asked.program.now();
  asked.program.world.shows = {{t, "Old", "Chess"}, {t + seconds(20), "Rerun soon", "Chess"}};
  asked.said = {{t, add_someone}, set_someone(t, {{"title_deny", "rerun"}, {"hours", "Mon 00:00-00:01"}})};
  asked.run_for(minutes(2));
  EXPECT_TRUE(asked.program.world.posts.empty());
  asked.program.world.shows.push_back({asked.program.now() + seconds(10), "New soon", "Chess"});
  asked.run_for(minutes(2));
  ASSERT_EQ(asked.program.world.posts.size(), 1U) << "the hour is not that of the broadcast";
  asked.said = {{asked.program.now() + seconds(5), pause_someone}};
  asked.run_for(minutes(2));
  EXPECT_TRUE(asked.program.world.posts[0].removed) << "nobody waits for what is paused";
}

TEST(Channels, OutsideOfItsHoursNothingBeginsAndWhatBeganGoesOn) {
  ::setenv("TZ", "Europe/Berlin", 1);
  ::tzset();
  Asked asked("channel-hours");  // it is Friday, 09:00 in Berlin
  const Instant t = asked.program.now();
  asked.program.world.broadcasts = {of_someone(t + seconds(30), 10, "early"),
                                    of_someone(t + minutes(30) - seconds(60), 60, "over-the-beginning"),
                                    of_someone(t + minutes(60) - seconds(60), 60, "over-the-end"),
                                    of_someone(t + minutes(70), 10, "late")};
  asked.said = {{t, add_someone}, set_someone(t, {{"hours", "Fri 09:30-10:00"}})};
  asked.run_for(hours(2));
  ::unsetenv("TZ");
  ::tzset();
  const auto& world = asked.program.world;
  EXPECT_EQ(asked.program.posted_media_of("early"), "");
  EXPECT_EQ(asked.program.posted_media_of("late"), "");
  EXPECT_EQ(asked.program.posted_media_of("over-the-end"), media_of(world.broadcasts[2]));
  const std::string from_half_past = asked.program.posted_media_of("over-the-beginning");
  EXPECT_FALSE(from_half_past.empty());
  EXPECT_TRUE(media_of(world.broadcasts[1]).ends_with(from_half_past));
}

TEST(Channels, HoursThatASpringNightCutsShortAreWhatIsLeftOfThem) {
  ::setenv("TZ", "Europe/Berlin", 1);
  ::tzset();
  Asked asked("channel-spring");
  using namespace std::chrono_literals;
  const Instant midnight = std::chrono::sys_days(2027y / std::chrono::March / 28);  // 01:00 in Berlin
  asked.program.skip(std::chrono::floor<seconds>(midnight - asked.program.now()));
  asked.program.world.broadcasts = {of_someone(midnight + minutes(55), 10, "at-five-to-two"),
                                    of_someone(midnight + minutes(65), 10, "at-five-past-three"),
                                    of_someone(midnight + minutes(100), 10, "at-twenty-to-four")};
  asked.said = {{midnight, add_someone}, set_someone(midnight, {{"hours", "Sun 02:00-03:30"}})};
  asked.run_for(hours(2));
  ::unsetenv("TZ");
  ::tzset();
  EXPECT_EQ(asked.program.posted_media_of("at-five-to-two"), "");
  EXPECT_EQ(asked.program.posted_media_of("at-five-past-three"), media_of(asked.program.world.broadcasts[1]));
  EXPECT_EQ(asked.program.posted_media_of("at-twenty-to-four"), "");
}

}  // namespace
}  // namespace rec::simulation
