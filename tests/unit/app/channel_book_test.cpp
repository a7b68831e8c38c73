// Which channels there are, and how each is treated, by config.yaml and by command.
#include "app/channel_book.hpp"

#include <gtest/gtest.h>

#include "app/settings_of.hpp"
#include "config_testing.hpp"

namespace rec {
namespace {

session::Session of_channel(ChannelId id) {
  session::Session session;
  session.channel = std::move(id);
  return session;
}

using config_testing::has;
using config_testing::loaded;

constexpr Instant kBookNoon{Millis(1'800'000'000'000)};
constexpr const char* kBookYaml =
    "twitch: {channels: [shroud, {name: off, enabled: no, quality: 480p}]}\n"
    "youtube: {channels: [\"@shroud\"]}\ntelegram: {targets: {main: {channel_id: -1001}}}\n";

class Book : public testing::Test {
 protected:
  void expect_refused(const Result<ChannelBook::Change>& change, Errc code, const std::string& text) const {
    ASSERT_FALSE(change) << change->text;
    EXPECT_EQ(change.error().code, code);
    EXPECT_TRUE(has(change.error().text, text)) << change.error().text;
    EXPECT_TRUE(orders_.empty());
  }
  /// Keeps what the change says, as the store would, and opens the book anew.
  ChannelBook::Change kept(Result<ChannelBook::Change> change) {
    EXPECT_TRUE(change) << (change ? "" : change.error().text);
    if (!change) return {};
    if (change->order) {
      std::erase_if(orders_, [&](const ChannelOrder& each) { return each.id == change->order->id; });
      if (!change->order->says_nothing()) orders_.push_back(*change->order);
    }
    ChannelBook again(loaded(kBookYaml).config, orders_);
    for (const BookEntry& entry : book.entries()) {
      const BookEntry* same = again.entry(entry.watched.id);
      EXPECT_TRUE(same != nullptr && same->paused == entry.paused &&
                  show_overrides(same->overrides) == show_overrides(entry.overrides))
          << entry.watched.id.str() << " is another after a restart";
    }
    EXPECT_EQ(book.entries().size(), again.entries().size());
    return *std::move(change);
  }
  [[nodiscard]] const BookEntry& at(const std::string& id) const { return *book.entry(ChannelId(id)); }

  ChannelBook book{loaded(kBookYaml).config, {}};
  std::vector<ChannelOrder> orders_;
};

TEST_F(Book, ALinkToOneVideoIsNotTakenForAChannelNorForAnotherSite) {
  for (const char* url : {"https://youtu.be/dQw4w9WgXcQ", "https://www.youtube.com/live/dQw4w9WgXcQ?x=1",
                          "https://www.youtube.com/watch?v=dQw4w9WgXcQ"}) {
    EXPECT_TRUE(
        has(kept(book.add(url, kBookNoon)).text, "one broadcast of YouTube, watched until it is over"))
        << url;
  }
  EXPECT_TRUE(has(kept(book.add("https://www.youtube.com/c/SomeName", kBookNoon)).text, "by its handle"));
  EXPECT_TRUE(has(kept(book.add("https://www.youtube.com/playlist?list=PL1", kBookNoon)).text,
                  "this one page, and no channel of its site"));
  EXPECT_TRUE(has(kept(book.add("https://example.org/twitch.tv/a", kBookNoon)).text, "neither Twitch nor"));
}

TEST_F(Book, ARecordingOfTwitchIsRefusedWithWhatToDoInstead) {
  for (const char* url :
       {"https://www.twitch.tv/videos/1234", "twitch.tv/someone/v/1234",
        "https://m.twitch.tv/someone/clip/Some-Slug", "https://clips.twitch.tv/Some-Slug"}) {
    const auto added = book.add(url, kBookNoon);
    ASSERT_FALSE(added) << url;
    EXPECT_EQ(added.error().code, Errc::invalid);
    EXPECT_TRUE(has(added.error().text, "streamrecorder record URL")) << added.error().text;
    EXPECT_TRUE(has(added.error().text, "channel add twitch.tv/NAME")) << added.error().text;
  }
  EXPECT_TRUE(book.add("https://www.twitch.tv/videos_of_mine", kBookNoon)) << "that is a login";
  EXPECT_TRUE(
      has(config_testing::all_of(loaded("channels: [\"https://www.twitch.tv/videos/1234\"]").warnings),
          "a recording of Twitch, where nothing goes live"))
      << "a file that was good stays so";
}

TEST_F(Book, ALinkSaysWhatItWasRecognisedAs) {
  EXPECT_EQ(kept(book.add("https://www.twitch.tv/Other", kBookNoon)).text,
            "added twitch:other: the Twitch channel other");
  EXPECT_TRUE(has(kept(book.add("youtube.com/@b", kBookNoon)).text, "the YouTube channel @b"));
  EXPECT_TRUE(has(kept(book.add("https://example.org/a.m3u8?x=1", kBookNoon)).text, "a playlist"));
  EXPECT_TRUE(has(kept(book.add("https://example.org/a", kBookNoon + Millis(1))).text, "yt-dlp"));
  ASSERT_EQ(book.entries().size(), 7U);
  EXPECT_EQ(book.entries()[0].watched.id.str(), "twitch:shroud") << "those of the configuration come first";
  EXPECT_EQ(book.entries().back().watched.page_url, "https://example.org/a");
  EXPECT_FALSE(book.entries().back().configured);
}

TEST_F(Book, WhatIsNoLinkIsRefusedWithWhatToWrite) {
  expect_refused(book.add("shroud", kBookNoon), Errc::invalid, "for Twitch write twitch.tv/shroud");
  expect_refused(book.add("@x", kBookNoon), Errc::invalid, "youtube.com/@x");
  expect_refused(book.add("", kBookNoon), Errc::invalid, "not an http or https URL");
  expect_refused(book.add("http://a/\x1b[2J", kBookNoon), Errc::invalid, "http://a/?[2J: not an http");
  expect_refused(book.add("http://a/" + std::string(3000, 'x'), kBookNoon), Errc::invalid, "2048 bytes");
}

TEST_F(Book, ALinkThatIsThereIsLeftAloneOrResumed) {
  EXPECT_FALSE(book.add("twitch.tv/SHROUD", kBookNoon)->order);
  EXPECT_TRUE(has(book.add("twitch.tv/shroud", kBookNoon)->text, "already, by config.yaml"));
  kept(book.pause("twitch:shroud", kBookNoon));
  EXPECT_TRUE(has(kept(book.add("twitch.tv/shroud", kBookNoon)).text, "resumed"));
  EXPECT_FALSE(at("twitch:shroud").paused);
  EXPECT_TRUE(orders_.empty()) << "nothing differs from config.yaml any more";
}

TEST_F(Book, PausingGoesBeforeTheConfigurationEitherWay) {
  EXPECT_TRUE(at("twitch:off").paused);
  kept(book.resume("off", kBookNoon));
  EXPECT_FALSE(at("twitch:off").paused);
  kept(book.pause("off", kBookNoon));
  EXPECT_TRUE(at("twitch:off").paused);
  EXPECT_TRUE(orders_.empty());
  EXPECT_FALSE(book.pause("off", kBookNoon)->order);
  EXPECT_FALSE(book.resume("twitch:shroud", kBookNoon)->order);
}

TEST_F(Book, OnlyWhatWasAddedIsRemoved) {
  expect_refused(book.remove("twitch:shroud"), Errc::conflict, "channel pause twitch:shroud");
  kept(book.add("twitch.tv/other", kBookNoon));
  kept(book.set("other", {{"quality", "720p"}}, "/", kBookNoon));
  kept(book.pause("other", kBookNoon));
  kept(book.remove("other"));
  EXPECT_EQ(book.entry(ChannelId("twitch:other")), nullptr);
  EXPECT_TRUE(orders_.empty());
  kept(book.add("twitch.tv/other", kBookNoon));
  EXPECT_FALSE(at("twitch:other").paused);
  EXPECT_EQ(at("twitch:other").overrides.quality, "");
}

TEST_F(Book, AChannelIsFoundByIdNameUrlOrHowTheyBegin) {
  const auto found = [&](const std::string& name) {
    const auto id = book.find(name);
    return id ? id->str() : id.error().text;
  };
  EXPECT_EQ(found("twitch:shroud"), "twitch:shroud");
  EXPECT_EQ(found(" Twitch:SHROUD "), "twitch:shroud");
  EXPECT_EQ(found("https://www.youtube.com/@shroud/live"), "youtube:@shroud");
  EXPECT_EQ(found("@shroud"), "youtube:@shroud");
  EXPECT_EQ(found("@shr"), "youtube:@shroud");
  EXPECT_EQ(found("OFF"), "twitch:off");
  EXPECT_EQ(found("you"), "youtube:@shroud");
  EXPECT_EQ(found("shroud"), "shroud may be any of twitch:shroud, youtube:@shroud; say which by its id");
  EXPECT_EQ(found("shruod"), "no channel shruod; did you mean shroud?");
  EXPECT_EQ(found("somebody else"), "no channel somebody else; `streamrecorder channel list` shows them");
  EXPECT_EQ(book.find("").error().code, Errc::invalid);
  EXPECT_EQ(book.find("nothing").error().code, Errc::not_found);
}

TEST_F(Book, ValuesAreSetOverTheConfigurationsAndTakenBack) {
  kept(book.set("off", {{"quality", "720p,best"}, {"title_filter", "chess|шахматы"}}, "/", kBookNoon));
  EXPECT_EQ(at("twitch:off").overrides.quality, "720p,best");
  EXPECT_FALSE(book.set("off", {{"quality", "720p,best"}}, "/", kBookNoon)->order) << "it is so already";
  kept(book.set("off", {{"quality", ""}, {"hours", "Fri 18:00-02:00; Sat"}}, "/", kBookNoon));
  EXPECT_EQ(at("twitch:off").overrides.quality, "480p") << "as in config.yaml again";
  EXPECT_EQ(show_overrides(at("twitch:off").overrides),
            (OverrideTexts{
                {"hours", "Fri 18:00-02:00; Sat"}, {"quality", "480p"}, {"title_filter", "chess|шахматы"}}));
  kept(book.set("off", {{"title_filter", ""}, {"hours", ""}}, "/", kBookNoon));
  EXPECT_TRUE(orders_.empty());
}

TEST_F(Book, OneBadValueKeepsAllAwayAndAllAreTold) {
  const auto bad = book.set("off",
                            {{"quality", "720p"},
                             {"qualty", "x"},
                             {"title_deny", "["},
                             {"part_duration", "soon"},
                             {"target", "mian"},
                             {"enabled", "no"},
                             {"capture", "natve"},
                             {"hours", "late"},
                             {"nokey", ""}},
                            "/", kBookNoon);
  ASSERT_FALSE(bad);
  for (const char* text :
       {"twitch:off: qualty: unknown key; did you mean quality?", "title_deny: not a regular expression",
        "part_duration: expected a duration", "no target \"mian\" under telegram.targets; did you mean main?",
        "enabled: set by `channel pause` and `channel resume`", "did you mean native?",
        "hours: \"late\" is no window; write 18:00-02:00", "nokey: unknown key"}) {
    EXPECT_TRUE(has(bad.error().text, text)) << text << " in " << bad.error().text;
  }
  EXPECT_EQ(at("twitch:off").overrides.quality, "480p");
  expect_refused(book.set("off", {}, "/", kBookNoon), Errc::invalid, "KEY=VALUE");
  expect_refused(book.set("off", {{"quality", "a\nb"}}, "/", kBookNoon), Errc::invalid, "one line");
}

TEST_F(Book, APathIsKeptWholeAndAProxysPasswordIsNotShown) {
  const auto set = kept(
      book.set("off", {{"cookies_file", "c.txt"}, {"proxy", "socks5://me:secret@h:1"}}, "/srv/x", kBookNoon));
  EXPECT_EQ(at("twitch:off").overrides.cookies_file, "/srv/x/c.txt");
  EXPECT_EQ(at("twitch:off").overrides.proxy.reveal(), "socks5://me:secret@h:1");
  EXPECT_FALSE(has(set.text, "secret")) << set.text;
  EXPECT_EQ(show_overrides(at("twitch:off").overrides).at("proxy"), "socks5://***@h:1");
  const auto wrong = book.set("off", {{"proxy", "hunter2"}}, "/", kBookNoon);
  ASSERT_FALSE(wrong);
  EXPECT_FALSE(has(wrong.error().text, "hunter2")) << wrong.error().text;
  kept(book.set("off", {{"format", "${HOME} $5"}}, "/", kBookNoon));
  EXPECT_EQ(at("twitch:off").overrides.format, "${HOME} $5") << "no variable is read from a command";
}

TEST_F(Book, AProxyFromAFileTakesThePlaceOfATypedOneAndAFileThatIsGoneIsAProblem) {
  const config_testing::Folder folder;
  folder.write("proxy", "http://p:1\n");
  kept(book.set("off", {{"proxy", "http://typed:1"}}, "/", kBookNoon));
  kept(book.set("off", {{"proxy_file", "proxy"}}, folder.at(""), kBookNoon));
  EXPECT_EQ(at("twitch:off").overrides.proxy.reveal(), "http://p:1");
  std::filesystem::remove(folder.at("proxy"));
  const ChannelBook later(loaded(kBookYaml).config, orders_);
  ASSERT_EQ(later.problems().size(), 1U);
  EXPECT_TRUE(has(later.problems()[0], "twitch:off: proxy_file: cannot read")) << later.problems()[0];
}

TEST_F(Book, OrdersOutliveTheirPlaceInTheConfiguration) {
  kept(book.set("off", {{"quality", "1080p"}}, "/", kBookNoon));
  kept(book.add("twitch.tv/other", kBookNoon));
  const ChannelBook without(loaded("").config, orders_);
  ASSERT_EQ(without.entries().size(), 1U);
  EXPECT_EQ(without.entries()[0].watched.id.str(), "twitch:other");
  const ChannelBook moved(loaded("channels: [twitch.tv/other, twitch.tv/off]").config, orders_);
  ASSERT_EQ(moved.entries().size(), 2U);
  EXPECT_TRUE(moved.entries()[0].configured);
  EXPECT_EQ(moved.entries()[1].overrides.quality, "1080p");
}

TEST_F(Book, PlansHoldWhatDiffersForEachChannel) {
  kept(book.set("off",
                {{"part_duration", "5m"},
                 {"session_duration", "3h"},
                 {"offline_grace_period", "20"},
                 {"category_filter", "chess"},
                 {"live_from_start", "yes"}},
                "/", kBookNoon));
  kept(book.resume("off", kBookNoon));
  kept(book.pause("@shroud", kBookNoon));
  const ChannelId off("twitch:off");
  Settings settings;
  static_cast<ChannelPlans&>(settings) = channel_plans_of(book.config(), book.entries());
  EXPECT_EQ(part_limits_for(settings, of_channel(off)).duration, std::chrono::minutes(5));
  EXPECT_EQ(part_limits_for(settings, of_channel(ChannelId("twitch:shroud"))).duration,
            std::chrono::hours(2));
  EXPECT_EQ(policy_for(settings, off).offline_grace, std::chrono::seconds(20));
  EXPECT_EQ(settings.session_duration_of.at(off), std::chrono::hours(3));
  EXPECT_TRUE(settings.capture_of.at(off).live_from_start);
  EXPECT_EQ(settings.capture_of.at(off).quality, "480p");
  EXPECT_FALSE(verdict(settings.filter_of.at(off), {"", "", "Poker"}, {}).allowed);
  ASSERT_EQ(settings.paused.size(), 1U);
  EXPECT_EQ(settings.paused[0].id.str(), "youtube:@shroud");
  EXPECT_EQ(settings.channels.size(), 2U);
}

TEST(ConfigFilters, AnEntrysFiltersAndHoursAreReadAndChecked) {
  const auto config =
      loaded(
          "channels: [{url: twitch.tv/a, title_deny: x, hours: [Fri 18:00-04:00, \"Sat,Sun\"]}, "
          "{url: twitch.tv/b, hours: 18:00-02:00}]")
          .config;
  EXPECT_EQ(config.channels.at(0).overrides.hours, "Fri 18:00-04:00; Sat,Sun");
  EXPECT_EQ(config.channels.at(0).overrides.title_deny, "x");
  EXPECT_EQ(config.channels.at(1).overrides.hours, "18:00-02:00");
  EXPECT_EQ(config_testing::problems("channels:\n  - url: twitch.tv/a\n    hours: [Mon, \"25:00-1:00\"]\n"),
            "config.yaml:3: channels[0].hours[1]: \"25:00-1:00\" is no window; write 18:00-02:00, Fri,Sat "
            "18:00-04:00 or Sat,Sun, with ; between windows");
  EXPECT_TRUE(has(config_testing::problems("channels: [{url: twitch.tv/a, category_deny: \"(a)\\\\1\"}]"),
                  "back references"));
}

}  // namespace
}  // namespace rec
