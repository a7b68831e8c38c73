// `streamrecorder record` of pages on simulated platforms: resolvers, capture and files together.
#include <fstream>

#include <boost/json/parse.hpp>

#include "live_page.hpp"
#include "media_av/probe.hpp"
#include "sim/twitch/sim_twitch.hpp"
#include "sim/youtube/sim_youtube.hpp"

namespace rec {
namespace {

using testing_support::files_in;
using testing_support::frames_in;
using testing_support::numbered_media;
using testing_support::Output;
using testing_support::run_program;
using testing_support::TempFolder;
using testing_support::wait_until_started;

class RecordOfPlatform : public testing::Test {
 protected:
  Output record(const std::string& page, const std::string& config, std::vector<std::string> more) {
    std::ofstream(folder / "config.yaml") << config;
    std::vector<std::string> arguments{
        "record", page, "--out", out(), "--json", "--config", (folder / "config.yaml").string()};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run_program(folder.path(), arguments);
  }
  [[nodiscard]] std::string out() const { return (folder.path() / "out").string(); }
  [[nodiscard]] std::vector<std::filesystem::path> parts() const { return files_in(out(), ".mp4"); }
  TempFolder folder;
};

TEST_F(RecordOfPlatform, AYouTubeChannelIsRecordedFromItsPageAlone) {
  const auto media = numbered_media(20, 1);
  sim::SimYoutubeOptions options;
  options.segment = Millis{1'000};
  options.media = [&media](int, int, std::int64_t number) {
    return media[static_cast<std::size_t>(number) % media.size()].bytes;
  };
  sim::SimYoutube youtube(options);
  youtube.set_live("@show", "abc", "T");
  std::this_thread::sleep_for(Millis{1'200});
  const Output run =
      record("https://www.youtube.com/@show",
             "endpoints: {youtube: '" + youtube.url() + "'}\nrecording: {ytdlp: /nonexistent/yt-dlp}\n",
             {"--duration", "4s"});
  ASSERT_EQ(run.exit_code, 0) << run.err;
  const auto report = boost::json::parse(run.out).as_object();
  EXPECT_EQ(report.at("end").as_string(), "duration");
  EXPECT_TRUE(report.at("gaps").as_array().empty());
  const auto frames = frames_in(parts());
  ASSERT_EQ(frames.size(), 100U);
  for (std::size_t i = 1; i < frames.size(); ++i) ASSERT_EQ(frames[i], frames[i - 1] + 1);
}

TEST_F(RecordOfPlatform, WhenYouTubeRefusesThePlayersUrlsYtDlpsAreRecordedOnWithoutAGap) {
  const auto media = numbered_media(30, 1);
  sim::SimYoutubeOptions options;
  options.segment = Millis{1'000};
  options.window = 20;
  options.media = [&media](int, int, std::int64_t number) {
    return media[static_cast<std::size_t>(number) % media.size()].bytes;
  };
  sim::SimYoutube youtube(options);
  youtube.set_live("@show", "abc", "T");
  youtube.refuse("page", Millis{3'000});
  auto playlist = youtube.manifest_url("abc", "default");
  playlist.replace(playlist.find("hls_variant"), 11, "hls_playlist");
  playlist.replace(playlist.find("source/"), std::string::npos, "itag/301/playlist/index.m3u8");
  std::ofstream(folder / "yt-dlp") << "#!/bin/sh\necho \"$@\" >> " << (folder / "asked").string()
                                   << "\necho '{\"is_live\":true,\"formats\":[{\"protocol\":\"m3u8_native\","
                                      "\"vcodec\":\"avc1\",\"acodec\":\"mp4a\",\"url\":\""
                                   << playlist << "\"}]}'\n";
  std::filesystem::permissions(folder / "yt-dlp", std::filesystem::perms::owner_all);
  std::this_thread::sleep_for(Millis{1'200});
  const Output run = record("https://www.youtube.com/@show/live",
                            "endpoints: {youtube: '" + youtube.url() +
                                "'}\nrecording: {ytdlp: " + (folder / "yt-dlp").string() + "}\n",
                            {"--duration", "9s"});
  ASSERT_EQ(run.exit_code, 0) << run.err;
  EXPECT_TRUE(boost::json::parse(run.out).at("gaps").as_array().empty());
  const auto frames = frames_in(parts());
  ASSERT_EQ(frames.size(), 225U);
  for (std::size_t i = 1; i < frames.size(); ++i) ASSERT_EQ(frames[i], frames[i - 1] + 1);
  EXPECT_TRUE(std::filesystem::exists(folder / "asked")) << "the first URLs did not last so long";
}

TEST_F(RecordOfPlatform, SoundAloneOfATwitchChannelBecomesAFileThatPlays) {
  sim::StreamOptions sound;
  sound.segments = 5;
  sound.segment_seconds = 1;
  sound.video = false;
  std::vector<sim::LiveSegment> segments;
  const auto made = sim::make_stream(sound);
  ASSERT_TRUE(made.has_value()) << made.error().text;
  for (const auto& segment : *made) segments.push_back({segment.bytes, segment.duration, false});
  sim::SimTwitch twitch;
  sim::LiveStream live(twitch.origin(), {.prefix = "/live/show/1"}, std::move(segments));
  wait_until_started(live);
  twitch.set_live("show", "1", "T", "G", live.playlist_url());
  const Output run = record(
      "https://www.twitch.tv/show",
      "endpoints: {twitch_gql: '" + twitch.gql_url() + "', twitch_usher: '" + twitch.usher_url() + "'}\n",
      {"--audio"});
  ASSERT_EQ(run.exit_code, 0) << run.err;
  ASSERT_EQ(parts().size(), 1U);
  const auto probed = media::probe(parts()[0].string());
  ASSERT_TRUE(probed.has_value()) << probed.error().text;
  EXPECT_EQ(probed->video_codec, "");
  EXPECT_EQ(probed->audio_codec, "aac");
  EXPECT_NEAR(std::chrono::duration<double>(probed->duration).count(), 5.0, 0.2);
}

TEST_F(RecordOfPlatform, AConfigThatIsNamedAndWrongIsAnErrorAndNotHalfObeyed) {
  const Output run = record("https://www.twitch.tv/show", "endpoints: {twich_gql: x}\n", {});
  EXPECT_EQ(run.exit_code, 4);
  EXPECT_NE(run.err.find("twich_gql"), std::string::npos) << run.err;
}

}  // namespace
}  // namespace rec
