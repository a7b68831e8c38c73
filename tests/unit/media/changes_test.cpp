// What changes inside a run without a word (C60, C61), clocks that do as they like (C59), and files that
// would be too large (C72, C73): every picture is in one of the part's files, and each of them plays from 0.
#include <cmath>

#include "media/part_json.hpp"
#include "media_av/file_index.hpp"
#include "media_av/file_reader.hpp"
#include "media_av/part_maker.hpp"
#include "media_av/probe.hpp"
#include "media_av/run_reader.hpp"
#include "media_fixture.hpp"

namespace rec::media {
namespace {

using testing::bytes_of;
using testing::count_up;
using testing::first_pts;
using testing::numbers_in;
using testing::packets_of;

class Changes : public testing::MediaTest {
 protected:
  std::vector<session::PartFile> make(std::vector<MediaRun> runs, std::uint64_t most_bytes = 0) {
    MakePartRequest request;
    request.runs = std::move(runs);
    request.output = path("part001.mp4");
    request.most_bytes = most_bytes;
    const auto part = make_part_file(request);
    EXPECT_TRUE(part) << part.error().text;
    return part ? all_files(*part) : std::vector<session::PartFile>{};
  }

  std::string ts(const std::string& name, const sim::StreamOptions& options) const {
    ts_run(name, options);
    return bytes_of(path(name));
  }

  // The stream again, with `edit` done to each of its packets.
  template <class Edit>
  std::string edited(const std::string& from, Edit edit) const {
    const auto input = open_media_file(from);
    AVFormatContext* output = nullptr;
    const std::string to = path("edited.ts");
    avformat_alloc_output_context2(&output, nullptr, "mpegts", to.c_str());
    for (unsigned i = 0; i < (*input)->nb_streams; ++i)
      avcodec_parameters_copy(avformat_new_stream(output, nullptr)->codecpar, (*input)->streams[i]->codecpar);
    EXPECT_GE(avio_open(&output->pb, to.c_str(), AVIO_FLAG_WRITE), 0);
    EXPECT_GE(avformat_write_header(output, nullptr), 0);
    const AvPacket packet(av_packet_alloc());
    while (av_read_frame(input->get(), packet.get()) >= 0) {
      av_packet_make_writable(packet.get());
      edit(*packet, (*input)->streams[packet->stream_index]->codecpar->codec_type == AVMEDIA_TYPE_AUDIO);
      av_packet_rescale_ts(packet.get(), (*input)->streams[packet->stream_index]->time_base,
                           output->streams[packet->stream_index]->time_base);
      EXPECT_GE(av_interleaved_write_frame(output, packet.get()), 0);
    }
    av_write_trailer(output);
    avio_closep(&output->pb);
    avformat_free_context(output);
    return bytes_of(to);
  }
};

void expect_from_zero(const std::string& file) {
  const auto info = probe(file);
  ASSERT_TRUE(info) << info.error().text;
  EXPECT_EQ(info->start, Millis(0)) << file;
}

sim::StreamOptions of_size(int height, int first_frame, int segments = 2) {
  sim::StreamOptions options;
  options.width = height * 16 / 9;
  options.height = height;
  options.first_frame = first_frame;
  options.segments = segments;
  options.first_pts90k = 900'000 + first_frame * 3'600;
  return options;
}

TEST_F(Changes, C60_AnotherPictureSizeInTheMiddleOfASegmentMakesASecondFileAndLosesNothing) {
  const MediaRun run = run_of("all.ts", ts("a.ts", of_size(180, 0)) + ts("b.ts", of_size(360, 100)));
  const auto files = make({run});
  ASSERT_EQ(files.size(), 2U);
  EXPECT_EQ(files[1].path, path("part001_02.mp4"));
  EXPECT_EQ(numbers_in(files[0].path), count_up(0, 100));
  EXPECT_EQ(numbers_in(files[1].path), count_up(100, 100));
  EXPECT_EQ(files[0].height, 180);
  EXPECT_EQ(files[1].height, 360);
  EXPECT_EQ(files[0].rate, 25);
  EXPECT_EQ(files[1].rate, 25);
  EXPECT_NE(files[0].thumbnail, files[1].thumbnail);
  for (const session::PartFile& file : files) expect_from_zero(file.path);
  std::int64_t sounds = 0;
  for (const session::PartFile& file : files) sounds += probe(file.path)->audio_packets;
  EXPECT_GE(sounds, 2 * 187);
}

TEST_F(Changes, C61_ASlateOfAnotherSizeMakesThreeFilesInRunsAndInOneRunAlike) {
  const std::string show = ts("a.ts", of_size(180, 0));
  const std::string slate = ts("b.ts", of_size(360, 100, 1));
  const std::string again = ts("c.ts", of_size(180, 150));
  for (const std::vector<MediaRun>& runs :
       {std::vector<MediaRun>{run_of("one.ts", show + slate + again)},
        {run_of("1.ts", show), run_of("2.ts", slate), run_of("3.ts", again)}}) {
    const auto files = make(runs);
    ASSERT_EQ(files.size(), 3U);
    EXPECT_EQ(numbers_in(files[0].path), count_up(0, 100));
    EXPECT_EQ(numbers_in(files[1].path), count_up(100, 50));
    EXPECT_EQ(numbers_in(files[2].path), count_up(150, 100));
    for (const session::PartFile& file : files) expect_from_zero(file.path);
  }
}

// The ADTS header's sampling frequency index: 48000 becomes 44100.
void slow_down(AVPacket& packet) {
  packet.data[2] = static_cast<std::uint8_t>((packet.data[2] & 0xC3U) | 4U << 2U);
}

TEST_F(Changes, C60_SoundOfAnotherRateMakesASecondFileAndEachPictureAndSoundPacketIsInOne) {
  sim::StreamOptions options;
  const std::string whole = ts("a.ts", options);
  std::int64_t sounds = 0;
  std::int64_t before = 0;
  const std::string bytes = edited(path("a.ts"), [&](AVPacket& packet, bool sound) {
    if (!sound) return;
    ++sounds;
    const bool changed = packet.pts > options.first_pts90k + 5 * 90'000;
    if (changed) slow_down(packet);
    before += changed ? 0 : 1;
  });
  const auto files = make({run_of("changed.ts", bytes)});
  ASSERT_EQ(files.size(), 2U);
  EXPECT_EQ(numbers_in(files[0].path), count_up(0, 150)) << "up to the next keyframe";
  EXPECT_EQ(numbers_in(files[1].path), count_up(150, 100));
  const auto one = probe(files[0].path);
  const auto two = probe(files[1].path);
  EXPECT_NEAR(static_cast<double>(one->audio_packets), static_cast<double>(before), 8)
      << "frames of one PES packet";
  EXPECT_EQ(one->audio_packets + two->audio_packets, sounds);
  const auto packets = packets_of(files[1].path);
  EXPECT_NEAR(first_pts(packets, 0) - first_pts(packets, 1), 1.0, 0.2) << "the sound comes first, as it did";
}

TEST_F(Changes, C60_OneDamagedSoundHeaderIsNoChange) {
  ts("a.ts", {});
  int seen = 0;
  const std::string bytes = edited(path("a.ts"), [&](AVPacket& packet, bool sound) {
    if (sound && ++seen == 100) slow_down(packet);
  });
  const auto files = make({run_of("damaged.ts", bytes)});
  ASSERT_EQ(files.size(), 1U);
  EXPECT_EQ(numbers_in(files[0].path), count_up(0, 250));
  EXPECT_EQ(probe(files[0].path)->audio_packets, seen);
}

/// Spoils the header of the first sound frame.
std::string without_first_adts_header(std::string bytes) {
  for (std::size_t at = 0; at + 188 <= bytes.size(); at += 188) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(bytes[at + i]); };
    const bool begins = (byte(1) & 0x40U) != 0;
    std::size_t pes = 4;
    if ((byte(3) & 0x20U) != 0) pes += 1U + byte(4);
    if (!begins || pes + 9 > 188 || (byte(pes + 3) & 0xE0U) != 0xC0U) continue;
    const std::size_t frame = pes + 9 + byte(pes + 8);
    if (byte(frame) != 0xFF) continue;
    bytes[at + frame] = bytes[at + frame + 1] = 0;
    return bytes;
  }
  ADD_FAILURE() << "no sound in it";
  return bytes;
}

TEST_F(Changes, C60_WhereTheFirstSoundFrameHasNoHeaderTheSoundCanBePlayed) {
  ts("a.ts", {});
  const std::string bytes = without_first_adts_header(bytes_of(path("a.ts")));
  const auto files = make({run_of("headless.ts", bytes)});
  ASSERT_EQ(files.size(), 1U);
  const auto file = FileReader::open(files[0].path);
  ASSERT_TRUE(file);
  ASSERT_NE((*file)->streams()[1], nullptr);
  EXPECT_GT((*file)->streams()[1]->codecpar->extradata_size, 0) << "no setup: it is silent in most players";
}

TEST_F(Changes, C60_ASegmentWithoutTablesIsNoChange) {
  const auto segments = sim::make_stream({});
  ASSERT_TRUE(segments);
  std::string bytes;
  for (std::size_t i = 0; i < segments->size(); ++i) {
    for (std::size_t at = 0; at < (*segments)[i].bytes.size(); at += 188) {
      const std::string packet = (*segments)[i].bytes.substr(at, 188);
      const unsigned pid =
          (static_cast<unsigned char>(packet[1]) & 0x1FU) << 8U | static_cast<unsigned char>(packet[2]);
      if (i != 2 || (pid != 0 && pid != 0x1000)) bytes += packet;
    }
  }
  const auto files = make({run_of("holey.ts", bytes)});
  ASSERT_EQ(files.size(), 1U);
  EXPECT_EQ(numbers_in(files[0].path), count_up(0, 250));
}

TEST_F(Changes, C59_EveryPartBeginsAtZeroAndKeepsSoundAndPictureTogetherWhateverTheClockSays) {
  constexpr std::int64_t kHours = 3'600 * std::int64_t{90'000};
  for (const std::int64_t first_pts : {(std::int64_t{1} << 33) - 200'000, 7 * kHours, std::int64_t{90'000}}) {
    for (const std::int64_t delay : {std::int64_t{0}, std::int64_t{9'000}}) {
      sim::StreamOptions options;
      options.segments = 3;
      options.first_pts90k = first_pts;
      options.audio_delay90k = delay;
      const auto fragments = sim::make_fmp4_stream(options);
      ASSERT_TRUE(fragments);
      std::string bytes = fragments->init;
      for (const sim::TsSegment& segment : fragments->segments) bytes += segment.bytes;
      for (const MediaRun& run : {ts_run("a.ts", options), run_of("a.mp4", bytes)}) {
        const auto files = make({run});
        ASSERT_EQ(files.size(), 1U);
        EXPECT_EQ(numbers_in(files[0].path), count_up(0, 150));
        EXPECT_NEAR(static_cast<double>(files[0].duration.count()), 6'000, 150);
        const auto packets = packets_of(files[0].path);
        EXPECT_LT(std::min(testing::first_pts(packets, 0), testing::first_pts(packets, 1)), 0.04);
        const double offset = testing::first_pts(packets, 1) - testing::first_pts(packets, 0);
        EXPECT_NEAR(offset, static_cast<double>(delay) / 90'000 - 1024.0 / 48'000, 0.04);
      }
    }
  }
}

/// Segment i of a stream that two encoders make by turns: with other parameter sets, every second one.
sim::StreamOptions by_turns(int i) {
  sim::StreamOptions options;
  options.segments = 1;
  options.segment_seconds = 0.4;
  options.first_frame = 10 * i;
  options.first_pts90k = 900'000 + options.first_frame * 3'600;
  options.b_frames = i % 2 == 0 ? 2 : 0;
  options.bitrate = i % 2 == 0 ? 400'000 : 200'000;
  return options;
}

std::string codec_tag_of(const std::string& file) {
  const auto input = open_media_file(file);
  char text[AV_FOURCC_MAX_STRING_SIZE];
  return av_fourcc_make_string(text, (*input)->streams[0]->codecpar->codec_tag);
}

TEST_F(Changes, TwoEncodersThatTakeTurnsMakeOneFileThatShowsEveryPicture) {
  std::string bytes;
  std::vector<MediaRun> fragments;
  constexpr int kTurns = 16;
  for (int i = 0; i < kTurns; ++i) {
    bytes += ts("a.ts", by_turns(i));
    const auto stream = sim::make_fmp4_stream(by_turns(i));
    ASSERT_TRUE(stream);
    fragments.push_back(run_of(std::to_string(i) + ".mp4", stream->init + stream->segments[0].bytes));
  }
  for (const auto& runs : {std::vector<MediaRun>{run_of("turns.ts", bytes)}, fragments}) {
    const auto files = make(runs);
    ASSERT_EQ(files.size(), 1U);
    EXPECT_EQ(numbers_in(files[0].path), count_up(0, 10 * kTurns));
    EXPECT_EQ(codec_tag_of(files[0].path), "avc3");
    expect_from_zero(files[0].path);
    const auto cut = make(runs, files[0].bytes / 2);
    ASSERT_GE(cut.size(), 2U);
    std::vector<int> numbers;
    for (const session::PartFile& file : cut) {
      const auto here = numbers_in(file.path);
      numbers.insert(numbers.end(), here.begin(), here.end());
    }
    EXPECT_EQ(numbers, count_up(0, 10 * kTurns));
  }
}

TEST_F(Changes, C72_AFileOverTheLimitIsCutAtKeyframesIntoFilesWithinIt) {
  sim::StreamOptions options;
  options.bitrate = 2'000'000;
  options.segments = 10;
  const auto whole = make({ts_run("a.ts", options)});
  ASSERT_EQ(whole.size(), 1U);
  const std::uint64_t most = whole[0].bytes * 2 / 5;
  const auto files = make({ts_run("a.ts", options)}, most);
  ASSERT_GE(files.size(), 3U);
  std::vector<int> numbers;
  double seconds = 0;
  for (const session::PartFile& file : files) {
    EXPECT_LE(file.bytes, most);
    EXPECT_EQ(file.bytes, std::filesystem::file_size(file.path));
    EXPECT_GT(index_of(file.path)->index_bytes, 0U);
    expect_from_zero(file.path);
    const auto here = numbers_in(file.path);
    EXPECT_EQ(here.at(0) % 50, 0) << "a keyframe";
    numbers.insert(numbers.end(), here.begin(), here.end());
    seconds += static_cast<double>(file.duration.count()) / 1000;
  }
  EXPECT_EQ(numbers, count_up(0, 500));
  EXPECT_NEAR(seconds, static_cast<double>(whole[0].duration.count()) / 1000,
              0.04 * static_cast<double>(files.size()));
  EXPECT_TRUE(files_with(".whole").empty());
  EXPECT_TRUE(files_with(".part").empty());
  EXPECT_EQ(make({ts_run("a.ts", options)}, most), files) << "the same again";
}

TEST_F(Changes, C73_AGroupOfPicturesOverTheLimitIsNamedAndLeavesNothing) {
  MakePartRequest request{{ts_run("a.ts", {})}, path("part001.mp4"), "", {}, 60'000};
  const auto part = make_part_file(request);
  ASSERT_FALSE(part);
  EXPECT_EQ(part.error().code, Errc::invalid);
  EXPECT_NE(part.error().text.find("encode it anew, or raise the limit"), std::string::npos)
      << part.error().text;
  EXPECT_TRUE(files_with("part001").empty());
}

TEST_F(Changes, C73_WhereGroupsOfPicturesAreLongerThanSegmentsNoPictureIsLostBetweenParts) {
  const std::string bytes = ts("a.ts", {});  // keyframes at 0, 2, 4 … s
  const auto fragments_at = [&](double share) {
    return static_cast<std::uint64_t>(static_cast<double>(bytes.size()) * share) / 188 * 188;
  };
  std::vector<int> numbers;
  std::int64_t sounds = 0;
  const std::uint64_t cuts[] = {0, fragments_at(0.25), fragments_at(0.66), bytes.size()};
  for (int i = 0; i < 3; ++i) {
    MediaRun run;
    run.extents = {{path("a.ts"), cuts[i], cuts[i + 1] - cuts[i]}};
    run.tail_bytes = bytes.size() - cuts[i + 1];
    if (run.tail_bytes > 0) run.extents.push_back({path("a.ts"), cuts[i + 1], run.tail_bytes});
    const auto files = make({run});
    ASSERT_EQ(files.size(), 1U);
    const auto here = numbers_in(files[0].path);
    EXPECT_EQ(here.at(0) % 50, 0) << "a keyframe";
    numbers.insert(numbers.end(), here.begin(), here.end());
    sounds += probe(files[0].path)->audio_packets;
  }
  EXPECT_EQ(numbers, count_up(0, 250));
  EXPECT_EQ(sounds, probe(make({ts_run("b.ts", {})}).at(0).path)->audio_packets);
}

TEST_F(Changes, SoundAloneHasALengthAndPlaysFromTransportStreamPackedAacAndFragments) {
  sim::StreamOptions options;
  options.video = false;
  const auto reader = RunReader::open(ts_run("a.ts", options), "a");
  ASSERT_TRUE(reader);
  std::string packed;
  for (auto item = (*reader)->next(); item && item->packet; item = (*reader)->next())
    packed.append(item->packet->data, item->packet->data + item->packet->size);
  const auto fragments = sim::make_fmp4_stream(options);
  ASSERT_TRUE(fragments);
  std::string bytes = fragments->init;
  for (const sim::TsSegment& segment : fragments->segments) bytes += segment.bytes;
  for (const MediaRun& run : {ts_run("a.ts", options), run_of("a.aac", packed), run_of("a.mp4", bytes)}) {
    const auto files = make({run});
    ASSERT_EQ(files.size(), 1U);
    EXPECT_NEAR(static_cast<double>(files[0].duration.count()), 10'000, 60);
    EXPECT_EQ(files[0].thumbnail, "");
    EXPECT_EQ(files[0].width, 0);
    expect_from_zero(files[0].path);
  }
}

TEST_F(Changes, ARequestAndItsAnswerComeThroughTheWorkersJsonWhole) {
  MakePartRequest request{{{{{"a", 1, 2}}, {{{"s", 3, 4}}, {{"t", 5, 6}}}, 7}, {{{"b", 0, 9}}, {}, 0}},
                          "out",
                          "title",
                          {{{"n", 8, 9}}, {}, 0},
                          4'000'000'000,
                          true,
                          true};
  const auto read = request_from_json(to_json(request));
  ASSERT_TRUE(read) << read.error().text;
  const auto& back = std::get<MakePartRequest>(*read);
  EXPECT_EQ(to_json(back), to_json(request));
  EXPECT_EQ(back.runs[0].sound[1][0].file, "t");
  EXPECT_EQ(back.runs[0].tail_bytes, 7U);
  EXPECT_EQ(back.next.extents[0].offset, 8U);
  EXPECT_EQ(back.most_bytes, 4'000'000'000);
  EXPECT_TRUE(back.sound_alone);
  EXPECT_TRUE(back.encode);
  session::PartFile part;
  part.path = "one";
  part.further.resize(1);
  part.further[0].path = "two";
  part.further[0].encoded = true;
  EXPECT_EQ(*answer_from_json(to_json(Result<session::PartFile>(part))), part);
}

}  // namespace
}  // namespace rec::media
