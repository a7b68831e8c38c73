// `run` with YouTube channels and with pages of other sites: seen, recorded, and told in `status`.
#include <gmock/gmock.h>
#include <signal.h>

#include <algorithm>
#include <fstream>

#include <boost/json.hpp>

#include "live_page.hpp"
#include "sim/youtube/sim_youtube.hpp"

namespace rec {
namespace {

namespace json = boost::json;
using std::chrono::seconds;
using testing::HasSubstr;
using testing_support::files_in;
using testing_support::frames_in;
using testing_support::numbered_media;
using testing_support::Output;
using testing_support::ProgramRun;
using testing_support::run_program;
using testing_support::TempFolder;

class RunOnYoutube : public testing::Test {
 protected:
  void start(const std::string& watched) {
    std::filesystem::create_directories(folder / "daemon");
    std::ofstream(folder / "config.yaml")
        << watched << "\nendpoints: {youtube: '" << youtube.url()
        << "'}\nrecording: {min_free: 1MB, ytdlp: " << (folder / "yt-dlp").string()
        << "}\nweb: {listen: \"\"}\n";
    daemon = std::make_unique<ProgramRun>(
        folder / "daemon", std::vector<std::string>{"run", "--config", (folder / "config.yaml").string(),
                                                    "--log-level", "debug"});
  }
  [[nodiscard]] json::object status() const {
    const Output output =
        run_program(folder.path(), {"status", "--json", "--config", (folder / "config.yaml").string()});
    boost::system::error_code error;
    auto value = json::parse(output.out, error);
    return error || !value.is_object() ? json::object{} : std::move(value.get_object());
  }
  /// A page of which yt-dlp says that it is live, here.
  void let_yt_dlp_find_a_stream() {
    youtube.set_live("@elsewhere", "abc", "T");
    auto playlist = youtube.manifest_url("abc", "default");
    playlist.replace(playlist.find("hls_variant"), 11, "hls_playlist");
    playlist.replace(playlist.find("source/"), std::string::npos, "itag/301/playlist/index.m3u8");
    std::ofstream(folder / "yt-dlp") << "#!/bin/sh\necho \"$@\" >> " << (folder / "asked").string()
                                     << "\necho '{\"is_live\":true,\"id\":\"elsewhere-1\",\"title\":\"By "
                                        "yt-dlp\",\"formats\":[{\"protocol\":"
                                        "\"m3u8_native\",\"vcodec\":\"avc1\",\"acodec\":\"mp4a\",\"url\":\""
                                     << playlist << "\"}]}'\n";
    std::filesystem::permissions(folder / "yt-dlp", std::filesystem::perms::owner_all);
  }
  /// Asks until it is so, for as long as a loaded machine may need.
  template <class Condition>
  testing::AssertionResult until(const Condition& so) const {
    const auto give_up = std::chrono::steady_clock::now() + seconds(90);
    json::object told;
    while (std::chrono::steady_clock::now() < give_up) {
      told = status();
      if (told.contains("channels") && so(told)) return testing::AssertionSuccess();
      std::this_thread::sleep_for(Millis(200));
    }
    return testing::AssertionFailure() << json::serialize(told);
  }
  [[nodiscard]] static std::string word_of(const json::object& status, std::size_t channel = 0) {
    const auto& channels = status.at("channels").as_array();
    return channel < channels.size() ? std::string(channels[channel].at("status").as_string()) : "";
  }
  Output end() {
    daemon->signal(SIGTERM);
    return daemon->wait();
  }
  static sim::SimYoutubeOptions media_options(const std::vector<sim::LiveSegment>& media) {
    sim::SimYoutubeOptions options;
    options.segment = Millis{1'000};
    options.window = 20;
    options.media = [&media](int, int, std::int64_t number) {
      return media[static_cast<std::size_t>(number) % media.size()].bytes;
    };
    return options;
  }

  std::vector<sim::LiveSegment> media = numbered_media(60, 1);
  sim::SimYoutube youtube{media_options(media)};
  TempFolder folder;
  std::unique_ptr<ProgramRun> daemon;
};

TEST_F(RunOnYoutube, AnAnnouncedStreamIsWaitedForThenRecordedFromItsPageAloneUntilItIsOver) {
  const auto begins =
      std::chrono::time_point_cast<Millis>(std::chrono::system_clock::now()) + std::chrono::minutes(1);
  youtube.set_upcoming("@show", "abc", "Tonight", begins);
  youtube.set_channel_id("@show", "UC0123456789abcdefghijkl");
  youtube.set_poll_delay("abc", Millis(1'000));
  start(
      "platform: youtube\nyoutube: {channels: ['@show'], check_interval: 2}\ntwitch: {offline_grace_period: "
      "3}");
  ASSERT_TRUE(until([](const json::object& told) { return word_of(told) == "waiting"; }));
  youtube.go_live_at("abc", std::chrono::steady_clock::now());
  ASSERT_TRUE(until([](const json::object& told) {
    const auto& sessions = told.at("sessions").as_array();
    return word_of(told) == "recording" && !sessions.empty() &&
           sessions[0].at("recorded_s").to_number<double>() >= 3;
  }));
  const auto watch = status().at("watch").as_array();
  ASSERT_EQ(watch.size(), 1U) << json::serialize(watch);
  EXPECT_EQ(watch[0].at("platform").as_string(), "youtube");
  EXPECT_EQ(watch[0].at("interval_s").to_number<double>(), 2);
  EXPECT_EQ(watch[0].at("trouble").as_string(), "");
  youtube.set_over("abc");
  ASSERT_TRUE(until([](const json::object& told) {
    const auto& sessions = told.at("sessions").as_array();
    return word_of(told) == "offline" && sessions.size() == 1 &&
           sessions[0].at("status").as_string() == "done";
  }));
  const auto session = status().at("sessions").at(0).as_object();
  EXPECT_EQ(session.at("title").as_string(), "Tonight");
  EXPECT_TRUE(session.at("gaps").as_array().empty()) << json::serialize(session);
  const auto frames = frames_in(files_in(std::string(session.at("folder").as_string()), ".mp4"));
  ASSERT_GE(frames.size(), 75U);
  for (std::size_t i = 1; i < frames.size(); ++i) ASSERT_EQ(frames[i], frames[i - 1] + 1);
  const Output ended = end();
  EXPECT_EQ(ended.exit_code, 143);
  EXPECT_THAT(ended.err, testing::Not(HasSubstr("has no effect")));
  EXPECT_FALSE(std::filesystem::exists(folder / "asked")) << "yt-dlp is not needed";
}

TEST_F(RunOnYoutube, OfTwoBroadcastsAtOnceTheOneThatBeganIsRecordedToItsEndAndThenTheOther) {
  const auto playlists = [&](const std::string& video) {
    auto asked = youtube.origin().requests();
    std::erase_if(asked, [&](const sim::HttpQuery& one) {
      return one.path.find("/hls_playlist/") == std::string::npos ||
             one.path.find("/id/" + video + ".") == std::string::npos;
    });
    return asked;
  };
  const auto recorded = [](const json::object& told) {
    const auto& sessions = told.at("sessions").as_array();
    return sessions.empty() ? 0 : sessions[0].at("recorded_s").to_number<double>();
  };
  youtube.set_live("@show", "one", "First");
  start(
      "platform: youtube\nyoutube: {channels: ['@show'], check_interval: 1}\ntwitch: {offline_grace_period: "
      "30}");
  ASSERT_TRUE(until([&](const json::object& told) { return recorded(told) >= 2; }));
  youtube.set_live("@show", "two", "Second");
  const auto looks = youtube.pages_asked();
  ASSERT_TRUE(until([&](const json::object&) { return youtube.pages_asked() >= looks + 2; }));
  ASSERT_FALSE(playlists("one").empty());
  const std::string first = playlists("one").front().path;
  youtube.origin().fail_next(first, sim::faults::status(404), sim::Origin::kForever);
  ASSERT_TRUE(until([&](const json::object&) { return playlists("one").back().path != first; }))
      << "the page was not asked again";
  const double before = recorded(status());
  ASSERT_TRUE(until([&](const json::object& told) { return recorded(told) >= before + 3; }));
  EXPECT_TRUE(playlists("two").empty()) << "the other one was recorded in its place";
  EXPECT_EQ(status().at("sessions").at(0).at("title").as_string(), "First");
  youtube.set_over("one");
  ASSERT_TRUE(until([&](const json::object& told) {
    return !playlists("two").empty() && told.at("channels").at(0).at("title").as_string() == "Second";
  }));
  end();
}

TEST_F(RunOnYoutube, APageOfAnotherSiteIsRecordedWhenYtDlpSaysThatItIsLive) {
  let_yt_dlp_find_a_stream();
  start("channels: ['" + youtube.url() + "/some/page']");
  ASSERT_TRUE(until([](const json::object& told) {
    const auto& sessions = told.at("sessions").as_array();
    return word_of(told) == "recording" && !sessions.empty() &&
           sessions[0].at("recorded_s").to_number<double>() >= 2;
  }));
  const auto told = status();
  EXPECT_EQ(told.at("sessions").at(0).at("title").as_string(), "By yt-dlp");
  EXPECT_EQ(told.at("watch").at(0).at("platform").as_string(), "url");
  EXPECT_EQ(end().exit_code, 143);
}

TEST_F(RunOnYoutube, PagesOfOtherSitesThatCommandsAddedAreRecordedThenAndAfterARestart) {
  let_yt_dlp_find_a_stream();
  const std::string config = (folder / "config.yaml").string();
  start("youtube: {channels: ['@show']}");
  ASSERT_TRUE(until([](const json::object& told) { return told.at("running").as_bool(); }));
  const sim::LiveStream direct(youtube.origin(), {.prefix = "/direct/1", .window = 30}, media);
  testing_support::wait_until_started(direct);
  for (const std::string& page : {youtube.url() + "/some/page", direct.playlist_url()}) {
    const Output added = run_program(folder.path(), {"channel", "add", page, "--json", "--config", config});
    ASSERT_EQ(added.exit_code, 0) << added.err;
    EXPECT_TRUE(json::parse(added.out).at("running").as_bool());
  }
  const auto both_record = [](const json::object& told) {
    std::size_t recording = 0;
    for (const auto& session : told.at("sessions").as_array())
      recording += session.at("channel").as_string().starts_with("url:") &&
                           session.at("recorded_s").to_number<double>() >= 2
                       ? 1
                       : 0;
    return recording == 2;
  };
  ASSERT_TRUE(until(both_record));
  EXPECT_EQ(end().exit_code, 143);
  const auto before = status();
  start("youtube: {channels: ['@show']}");
  ASSERT_TRUE(until([&](const json::object& told) {
    if (!told.at("running").as_bool() || told.at("sessions").as_array().size() != 2) return false;
    for (const auto& session : told.at("sessions").as_array())
      if (session.at("status").as_string() != "recording") return false;
    return both_record(told);
  }));
  EXPECT_EQ(status().at("sessions").as_array().size(), before.at("sessions").as_array().size())
      << "the same sessions go on";
  EXPECT_EQ(end().exit_code, 143);
}

TEST_F(RunOnYoutube, LooksAndRecordingsTogetherNeverAskForMorePagesThanTheBudgetHas) {
  for (const char* name : {"@a", "@b", "@c", "@d"}) youtube.add_channel(name);
  youtube.set_live("@b", "abc", "T");
  youtube.set_live("@d", "def", "T");
  youtube.set_live("@page", "ghi", "T");
  start(
      "youtube: {channels: ['@a', '@b', '@c', '@d'], check_interval: 1, requests_per_minute: 12}\nchannels: "
      "['" +
      youtube.url() + "/watch?v=ghi']");
  ASSERT_TRUE(until([](const json::object& told) {
    int recording = 0;
    for (const auto& session : told.at("sessions").as_array())
      recording += session.at("recorded_s").to_number<double>() >= 2 ? 1 : 0;
    return recording == 3;
  }));
  std::this_thread::sleep_for(seconds(5));
  EXPECT_LE(youtube.most_pages_in(Millis(60'000)), 12U);
  EXPECT_GE(youtube.pages_asked(), 8U);
  EXPECT_EQ(end().exit_code, 143);
}

TEST_F(RunOnYoutube, WhatOnlyMembersMaySeeIsSaidInStatusWithItsCure) {
  youtube.set_live("@show", "abc", "T");
  youtube.set_playability("abc", "UNPLAYABLE", "Join this channel to get access to members-only content");
  start("youtube: {channels: ['@show'], check_interval: 2}");
  ASSERT_TRUE(until([](const json::object& told) {
    const auto& channel = told.at("channels").at(0).as_object();
    return channel.contains("note") &&
           json::serialize(channel.at("note")).find("members only") != std::string::npos;
  }));
  const Output text = run_program(folder.path(), {"status", "--config", (folder / "config.yaml").string()});
  EXPECT_THAT(text.out, HasSubstr("set cookies_file"));
  EXPECT_THAT(text.out, HasSubstr("Watching youtube: 1 channels, each every 2 s"));
  EXPECT_EQ(end().exit_code, 143);
}

TEST_F(RunOnYoutube, AVideoWhoseBroadcastIsOverSaysSoAndIsLeftAloneUntilItIsRemoved) {
  youtube.set_live("@somebody", "abc", "T");
  youtube.set_over("abc");
  const std::string config = (folder / "config.yaml").string();
  const std::string page = youtube.url() + "/watch?v=abc";
  start("");
  ASSERT_TRUE(until([](const json::object& told) { return told.at("running").as_bool(); }));
  ASSERT_EQ(run_program(folder.path(), {"channel", "add", page, "--config", config}).exit_code, 0);
  const auto note_has = [](const std::string& words) {
    return [words](const json::object& told) {
      const auto& channels = told.at("channels").as_array();
      return !channels.empty() && json::serialize(channels.at(0).at("note")).find(words) != std::string::npos;
    };
  };
  ASSERT_TRUE(until(note_has("over, or never live, as it seems"))) << "at the first look";
  const json::object first = status();
  const std::string id(first.at("channels").at(0).at("id").as_string());
  const bool whole = std::getenv("REC_LONG") != nullptr;
  if (!whole) {  // two more minutes, or what they would have left behind
    EXPECT_EQ(end().exit_code, 143);
    std::ofstream(folder / "data/watch.json") << json::serialize(json::object{{"pages_over", {id}}});
    start("");
  }
  std::this_thread::sleep_for(seconds(whole ? 150 : 0));
  ASSERT_TRUE(until(note_has("not asked for any more")));
  const std::size_t asked = youtube.pages_asked();
  EXPECT_TRUE(status().at("channels").at(0).at("over").as_bool());
  EXPECT_THAT(run_program(folder.path(), {"status", "--config", config}).out, HasSubstr("  over · over"));
  EXPECT_THAT(run_program(folder.path(), {"channel", "list", "--config", config}).out, HasSubstr("  over "));
  std::this_thread::sleep_for(seconds(3));
  EXPECT_EQ(youtube.pages_asked(), asked);
  EXPECT_EQ(run_program(folder.path(), {"channel", "remove", page, "--config", config}).exit_code, 0);
  EXPECT_TRUE(status().at("channels").as_array().empty());
  EXPECT_EQ(end().exit_code, 143);
}

}  // namespace
}  // namespace rec
