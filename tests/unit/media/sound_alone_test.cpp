// `quality: audio` on pages whose variants have no sound of their own: the finished file is sound alone.
#include <set>

#include "media/part_json.hpp"
#include "media_av/av.hpp"
#include "media_av/cut.hpp"
#include "media_av/part_maker.hpp"
#include "media_av/probe.hpp"
#include "media_fixture.hpp"

namespace rec::media {
namespace {

std::vector<std::string> sound_packets_of(const std::string& file) {
  const auto input = open_media_file(file);
  if (!input) throw std::runtime_error(input.error().text);
  std::vector<std::string> out;
  const AvPacket packet(av_packet_alloc());
  while (av_read_frame(input->get(), packet.get()) >= 0) {
    const AVStream& stream = *(*input)->streams[packet->stream_index];
    if (stream.codecpar->codec_type == AVMEDIA_TYPE_AUDIO)
      out.emplace_back(packet->data, packet->data + packet->size);
    av_packet_unref(packet.get());
  }
  return out;
}

class SoundAlone : public testing::MediaTest {
 protected:
  session::PartFile make(const std::string& name, std::vector<MediaRun> runs, bool alone = true) {
    MakePartRequest request;
    request.runs = std::move(runs);
    request.output = path(name);
    request.sound_alone = alone;
    const auto made = make_part_file(request);
    EXPECT_TRUE(made) << made.error().text;
    return made ? *made : session::PartFile{};
  }
  void expect_no_picture(const std::string& name, double seconds) {
    const auto info = probe(path(name));
    ASSERT_TRUE(info) << info.error().text;
    EXPECT_EQ(info->video_codec, "");
    EXPECT_EQ(info->audio_codec, "aac");
    EXPECT_EQ(info->start, Millis(0));
    EXPECT_NEAR(static_cast<double>(info->duration.count()) / 1000, seconds, 0.1);
  }
};

TEST_F(SoundAlone, ThePicturesAreLeftOutAndEverySoundPacketIsThere) {
  const auto run = ts_run("a.ts", {});
  make("both.mp4", {run}, false);
  const auto file = make("alone.mp4", {run});
  expect_no_picture("alone.mp4", 10);
  EXPECT_EQ(sound_packets_of(path("alone.mp4")), sound_packets_of(path("both.mp4")));
  EXPECT_LT(file.bytes, std::filesystem::file_size(path("both.mp4")) / 2);
  EXPECT_EQ(file.width, 0);
  EXPECT_EQ(file.thumbnail, "");
  EXPECT_TRUE(file.further.empty());
  const auto boxes = testing::boxes_of(path("alone.mp4"));
  EXPECT_LT(std::ranges::find(boxes, "moov"), std::ranges::find(boxes, "mdat"));
}

TEST_F(SoundAlone, OfPartsThatFollowOneAnotherEachSoundPacketIsInOne) {
  const auto segments = *sim::make_stream({.segments = 6});
  std::string first;
  std::string second;
  for (std::size_t i = 0; i < 3; ++i) first += segments[i].bytes;
  for (std::size_t i = 3; i < 6; ++i) second += segments[i].bytes;
  auto before = run_of("first.ts", first + segments[3].bytes);
  before.tail_bytes = segments[3].bytes.size();
  make("part1.mp4", {before});
  make("part2.mp4", {run_of("second.ts", second)});
  make("whole.mp4", {run_of("whole.ts", first + second)});
  auto heard = sound_packets_of(path("part1.mp4"));
  const auto rest = sound_packets_of(path("part2.mp4"));
  heard.insert(heard.end(), rest.begin(), rest.end());
  const auto all = sound_packets_of(path("whole.mp4"));
  EXPECT_EQ(std::set<std::string>(heard.begin(), heard.end()), std::set<std::string>(all.begin(), all.end()));
  EXPECT_LE(heard.size() - std::min(heard.size(), all.size()), 1U);
}

TEST_F(SoundAlone, PicturesOfAnotherSizeMakeNoSecondFile) {
  sim::StreamOptions other;
  other.width = 320;
  other.height = 180;
  other.first_pts90k = 10 * 90'000;
  const auto file = make("alone.mp4", {ts_run("a.ts", {}), ts_run("b.ts", other)});
  EXPECT_TRUE(file.further.empty());
  expect_no_picture("alone.mp4", 20);
}

TEST_F(SoundAlone, SoundBesideThePicturesIsTakenForAsLongAsTheyGo) {
  sim::StreamOptions pictures;
  pictures.audio = false;
  sim::StreamOptions sound;
  sound.video = false;
  auto run = ts_run("v.ts", pictures);
  run.sound = {ts_run("a.ts", sound).extents};
  make("alone.mp4", {run});
  expect_no_picture("alone.mp4", 10);
}

TEST_F(SoundAlone, WhereThereIsNoSoundThePicturesStay) {
  sim::StreamOptions pictures;
  pictures.audio = false;
  make("mute.mp4", {ts_run("v.ts", pictures)});
  EXPECT_EQ(probe(path("mute.mp4"))->video_packets, 250);
}

TEST_F(SoundAlone, AFileThatYtDlpRecordedWithPicturesIsCutWithoutThem) {
  ts_run("in.ts", {});
  CutRequest request{path("in.ts"), folder_, "show", {1U << 30U, Millis(0)}};
  request.sound_alone = true;
  const auto parts = cut_file(request);
  ASSERT_TRUE(parts) << parts.error().text;
  ASSERT_EQ(parts->size(), 1U);
  expect_no_picture("show-001.mp4", 10);
}

TEST_F(SoundAlone, TheWorkerIsToldSo) {
  MakePartRequest part;
  part.output = "x.mp4";
  part.sound_alone = true;
  EXPECT_TRUE(std::get<MakePartRequest>(*request_from_json(to_json(part))).sound_alone);
  part.sound_alone = false;
  EXPECT_FALSE(std::get<MakePartRequest>(*request_from_json(to_json(part))).sound_alone);
  CutRequest cut;
  cut.sound_alone = true;
  EXPECT_TRUE(std::get<CutRequest>(*request_from_json(to_json(cut))).sound_alone);
}

}  // namespace
}  // namespace rec::media
