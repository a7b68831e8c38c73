// The real ffmpeg makes one small file of whatever was recorded, and goes on where it was killed.
#include <signal.h>
#include <sys/mount.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include "ffmpeg_tool.hpp"
#include "media/ffmpeg_compressor.hpp"
#include "media_av/file_index.hpp"
#include "media_av/part_maker.hpp"
#include "media_av/probe.hpp"
#include "media_fixture.hpp"

namespace rec::media {
namespace {

using testing::count_up;
using testing::numbers_in;
using testing::outcome_of;

class CompressorTest : public testing::MediaTest {
 protected:
  std::string mp4_of(const std::string& name, const sim::StreamOptions& options) {
    const auto part = make_part_file({{ts_run(name + ".ts", options)}, path(name + ".mp4"), ""});
    if (!part) throw std::runtime_error(part.error().text);
    return part->path;
  }
  static sim::StreamOptions brief() {
    sim::StreamOptions options;
    options.segments = 2;
    return options;
  }
  [[nodiscard]] CompressRequest request_for(std::vector<std::string> inputs, std::uint64_t target) const {
    CompressRequest request;
    request.inputs = std::move(inputs);
    request.output = path("small.mp4");
    request.work_folder = path("work");
    request.title = "a title: 100 % [of] it";
    request.target_bytes = target;
    request.audio_kbps = 64;
    return request;
  }
  Result<session::PartFile> compress(CompressRequest request, const std::string& program = "ffmpeg") {
    const auto chores = make_thread_worker("chores");
    const auto compressor = make_ffmpeg_compressor(*chores, {"/proc/self/exe", "worker"}, program);
    return outcome_of(compressor->compress(std::move(request)));
  }
  /// An ffmpeg that writes down what it is asked for, and then does what `extra` says.
  std::string noting_ffmpeg(const std::string& extra) {
    const std::string script = path("ffmpeg.sh");
    std::ofstream(script)
        << "#!/bin/sh\n"
        << "out=''; for a in \"$@\"; do out=\"$a\"; done\n"
        << "case \"$*\" in *'-pass 1'*) p=first;; *'-pass 2'*) p=second;; *) p=single;; esac\n"
        << "echo $p >> " << path("passes") << "\n"
        << "ps -o ni=,pgid=,pid= -p $$ > " << path("process") << "\n"
        << extra << "\n";
    std::filesystem::permissions(script, std::filesystem::perms::owner_all);
    return script;
  }
  [[nodiscard]] std::vector<std::string> passes() const {
    std::vector<std::string> out;
    std::ifstream file(path("passes"));
    for (std::string line; std::getline(file, line);) out.push_back(line);
    return out;
  }
  void expect_nothing_left() const {
    EXPECT_FALSE(std::filesystem::exists(path("work")));
    EXPECT_TRUE(files_with(".encoding").empty());
  }
};

using Words = std::vector<std::string>;

/// Of its first picture, 0 to 255 on average; `grey` is written.
double compressed_brightness(const std::string& file, const std::string& grey) {
  testing::ffmpeg({"-i", file, "-frames:v", "1", "-pix_fmt", "gray", "-f", "rawvideo", grey});
  std::ifstream in(grey, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(in), {}};
  double sum = 0;
  for (const char byte : bytes) sum += static_cast<unsigned char>(byte);
  return bytes.empty() ? 0 : sum / static_cast<double>(bytes.size());
}

TEST_F(CompressorTest, OneSmallFileThatPlaysWithEveryPictureAndAThumbnailAndTheTitle) {
  const std::string input = mp4_of("a", {});
  std::vector<double> told;
  auto request = request_for({input}, 300'000);
  request.progress = [&told](double part) { told.push_back(part); };
  const auto small = compress(request);
  ASSERT_TRUE(small) << small.error().text;
  EXPECT_LT(std::filesystem::file_size(small->path), 300'000U);
  EXPECT_GT(small->bytes, 150'000U) << "what may be used is used";
  EXPECT_EQ(small->bytes, std::filesystem::file_size(small->path));
  EXPECT_EQ(numbers_in(small->path), count_up(0, 250));
  EXPECT_EQ(testing::boxes_of(small->path).at(1), "moov") << "players find the index in front";
  EXPECT_LT(index_of(small->path)->index_bytes, 2'000U + 250 * 13 + 470 * 5)
      << "as small as the plan takes it to be, or hours would be too much for players";
  EXPECT_NEAR(static_cast<double>(small->duration.count()), 10'000, 100);
  EXPECT_TRUE(std::filesystem::exists(small->thumbnail));
  EXPECT_EQ(small->sha256.size(), 64U);
  ASSERT_FALSE(told.empty());
  EXPECT_TRUE(std::ranges::is_sorted(told));
  EXPECT_GT(told.back(), 0.9);
  EXPECT_LE(told.back(), 1.0);
  const auto opened = open_media_file(small->path);
  ASSERT_TRUE(opened);
  const auto* title = av_dict_get((*opened)->metadata, "title", nullptr, 0);
  ASSERT_NE(title, nullptr);
  EXPECT_STREQ(title->value, request.title.c_str());
  EXPECT_EQ((*opened)->streams[0]->codecpar->profile, FF_PROFILE_H264_HIGH);
  expect_nothing_left();
}

TEST_F(CompressorTest, WhatDiffersInEverythingBecomesOneFileInOrder) {
  sim::StreamOptions small;
  small.segments = 2;
  sim::StreamOptions large;
  large.width = 640;
  large.height = 480;
  large.fps = 50;
  large.segments = 1;
  large.first_frame = 1000;
  large.codec = sim::VideoCodec::hevc;
  large.audio = false;
  sim::StreamOptions heard;
  heard.segments = 1;
  heard.video = false;
  const std::string ten_bits = path("ten.mkv");
  testing::ffmpeg({"-f", "lavfi", "-i", "testsrc=s=322x182:r=30:d=2", "-f", "lavfi", "-i", "sine=d=2:r=44100",
                   "-pix_fmt", "yuv420p10le", "-c:v", "libx264", "-c:a", "mp2", "-ac", "1", ten_bits});
  const auto made =
      compress(request_for({mp4_of("a", small), mp4_of("b", large), mp4_of("c", heard), ten_bits}, 500'000));
  ASSERT_TRUE(made) << made.error().text;
  EXPECT_NEAR(static_cast<double>(made->duration.count()), 10'000, 600);
  EXPECT_LE(made->bytes, 500'000U);
  EXPECT_EQ(made->width, 320);
  EXPECT_EQ(made->height, 180);
  const auto info = probe(made->path);
  ASSERT_TRUE(info);
  const auto opened = open_media_file(made->path);
  EXPECT_EQ((*opened)->streams[0]->codecpar->profile, FF_PROFILE_H264_HIGH) << "eight bits";
  EXPECT_EQ(info->video_codec, "h264");
  EXPECT_EQ(info->audio_codec, "aac");
  const auto numbers = numbers_in(made->path);
  EXPECT_EQ(std::vector<int>(numbers.begin(), numbers.begin() + 100), count_up(0, 100));
  expect_nothing_left();
}

TEST_F(CompressorTest, HdrBecomesAnOrdinaryPictureAndNoDullOne) {
  const std::string hdr = path("hdr.mp4");
  testing::ffmpeg({"-f", "lavfi", "-i", "color=c=0x808080:s=320x180:r=30:d=2,format=yuv420p10le", "-c:v",
                   "libx265", "-x265-params", "log-level=error", "-tag:v", "hvc1", "-color_trc", "smpte2084",
                   "-color_primaries", "bt2020", "-colorspace", "bt2020nc", hdr});
  const auto before = probe(hdr);
  ASSERT_TRUE(before);
  EXPECT_EQ(before->hdr, "smpte2084");
  auto request = request_for({hdr}, 500'000);
  request.two_pass = false;
  const auto made = compress(request);
  ASSERT_TRUE(made) << made.error().text;
  const auto after = probe(made->path);
  ASSERT_TRUE(after);
  EXPECT_EQ(after->hdr, "");
  EXPECT_GT(compressed_brightness(made->path, path("grey")), 140) << "as it is it would be 128, and dull";
}

TEST_F(CompressorTest, AnFfmpegWithoutTheFilterForHdrSaysSo) {
  const std::string input = mp4_of("a", brief());
  const auto made = compress(request_for({input}, 300'000),
                             noting_ffmpeg("echo \"[AVFilterGraph] No such filter: 'zscale'\" >&2; exit 1"));
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, Errc::not_found);
  EXPECT_NE(made.error().text.find("libzimg"), std::string::npos) << made.error().text;
}

TEST_F(CompressorTest, KilledInTheSecondPassItDoesNotDoTheFirstAgain) {
  const auto request = request_for({mp4_of("a", brief())}, 120'000);
  const std::string program =
      noting_ffmpeg("[ $p = second ] && [ ! -e " + path("killed") + " ] && touch " + path("killed") +
                    " && head -c 1000 /dev/zero > \"${out#file:}\" && kill -9 $$\nexec ffmpeg \"$@\"");
  const auto killed = compress(request, program);
  ASSERT_FALSE(killed);
  EXPECT_EQ(killed.error().code, Errc::unavailable) << killed.error().text;
  EXPECT_FALSE(std::filesystem::exists(request.output));
  const auto small = compress(request, program);
  ASSERT_TRUE(small) << small.error().text;
  EXPECT_EQ(passes(), (Words{"first", "second", "second"}));
  EXPECT_EQ(numbers_in(small->path), count_up(0, 100));
  expect_nothing_left();
  const auto again = compress(request, program);
  ASSERT_TRUE(again) << again.error().text;
  EXPECT_EQ(*again, *small) << "what is finished is taken as it is";
  EXPECT_EQ(passes().size(), 3U);
}

TEST_F(CompressorTest, StatisticsThatAPowerCutToreAreMadeAnew) {
  const auto request = request_for({mp4_of("a", brief())}, 120'000);
  const std::string program = noting_ffmpeg("[ $p = second ] && [ ! -e " + path("killed") + " ] && touch " +
                                            path("killed") + " && kill -9 $$\nexec ffmpeg \"$@\"");
  ASSERT_FALSE(compress(request, program));
  std::filesystem::resize_file(path("work/pass-0.log"), 0);
  const auto small = compress(request, program);
  ASSERT_TRUE(small) << small.error().text;
  EXPECT_EQ(passes(), (Words{"first", "second", "second", "first", "second"}));
}

TEST_F(CompressorTest, WhatAnotherTargetAskedForIsNoFirstPassOfThisOne) {
  auto request = request_for({mp4_of("a", brief())}, 120'000);
  const std::string program = noting_ffmpeg("[ $p = second ] && [ ! -e " + path("killed") + " ] && touch " +
                                            path("killed") + " && kill -9 $$\nexec ffmpeg \"$@\"");
  ASSERT_FALSE(compress(request, program));
  request.target_bytes = 90'000;
  const auto small = compress(request, program);
  ASSERT_TRUE(small) << small.error().text;
  EXPECT_LE(small->bytes, 90'000U);
  EXPECT_EQ(passes(), (Words{"first", "second", "first", "second"}));
}

TEST_F(CompressorTest, WhatCameOutTooLargeIsTriedAgainWithLess) {
  const auto request = request_for({mp4_of("a", brief())}, 120'000);
  const std::string program =
      noting_ffmpeg("ffmpeg \"$@\" || exit $?\n[ $p = second ] && [ ! -e " + path("grown") + " ] && touch " +
                    path("grown") + " && head -c 60000 /dev/zero >> \"${out#file:}\"\nexit 0");
  const auto small = compress(request, program);
  ASSERT_TRUE(small) << small.error().text;
  EXPECT_LE(small->bytes, 120'000U);
  EXPECT_EQ(passes(), (Words{"first", "second", "second"}));
  EXPECT_EQ(numbers_in(small->path), count_up(0, 100));
}

TEST_F(CompressorTest, WhatNeverGetsSmallEnoughIsGivenUpAndLeavesNoOutput) {
  const auto request = request_for({mp4_of("a", brief())}, 120'000);
  const auto made =
      compress(request, noting_ffmpeg("ffmpeg \"$@\" || exit $?\n[ $p = second ] && head -c 120000 "
                                      "/dev/zero >> \"${out#file:}\"\nexit 0"));
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, Errc::invalid) << made.error().text;
  EXPECT_LE(passes().size(), 5U);
  EXPECT_FALSE(std::filesystem::exists(request.output));
}

TEST_F(CompressorTest, AnOutputThatPlaysTooShortIsNone) {
  const auto request = request_for({mp4_of("a", brief())}, 120'000);
  const auto made = compress(
      request,
      noting_ffmpeg("[ $p = second ] && exec ffmpeg -loglevel error -y -f lavfi -i testsrc=d=1 -f mp4 "
                    "\"$out\"\nexec ffmpeg \"$@\""));
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, Errc::corrupt);
  EXPECT_NE(made.error().text.find("plays 1.0 s of 4.0 s"), std::string::npos) << made.error().text;
  EXPECT_FALSE(std::filesystem::exists(request.output));
}

TEST_F(CompressorTest, OnePassStaysBelowItsRate) {
  auto request = request_for({mp4_of("a", brief())}, 120'000);
  request.two_pass = false;
  const auto small = compress(request, noting_ffmpeg("exec ffmpeg \"$@\""));
  ASSERT_TRUE(small) << small.error().text;
  EXPECT_LE(small->bytes, 120'000U);
  EXPECT_EQ(passes().front(), "single");
  EXPECT_EQ(numbers_in(small->path), count_up(0, 100));
  std::ifstream process(path("process"));
  int nice = 0, group = 0, pid = 0;
  process >> nice >> group >> pid;
  EXPECT_EQ(nice, 19) << "everything else goes first, on the disk as well";
  EXPECT_EQ(group, pid) << "Ctrl-C at a terminal does not reach it";
}

TEST_F(CompressorTest, SoundAloneStaysSound) {
  sim::StreamOptions heard;
  heard.video = false;
  const auto small = compress(request_for({mp4_of("a", heard)}, 100'000));
  ASSERT_TRUE(small) << small.error().text;
  EXPECT_EQ(small->width, 0);
  EXPECT_LE(small->bytes, 100'000U);
  EXPECT_NEAR(static_cast<double>(small->duration.count()), 10'000, 200);
}

TEST_F(CompressorTest, ATargetThatHoldsNoPictureIsRefusedBeforeAnythingIsEncoded) {
  const auto made =
      compress(request_for({mp4_of("a", brief())}, 20'000), noting_ffmpeg("exec ffmpeg \"$@\""));
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, Errc::invalid) << made.error().text;
  EXPECT_TRUE(passes().empty());
}

TEST_F(CompressorTest, WhatIsMissingIsNamed) {
  const std::string input = mp4_of("a", brief());
  const auto gone = compress(request_for({path("gone.mp4")}, 120'000));
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error().code, Errc::not_found);
  EXPECT_NE(gone.error().text.find("gone.mp4"), std::string::npos);
  const auto without = compress(request_for({input}, 120'000), path("no-ffmpeg"));
  ASSERT_FALSE(without);
  EXPECT_EQ(without.error().code, Errc::not_found);
  EXPECT_NE(without.error().text.find("no-ffmpeg"), std::string::npos) << without.error().text;
  std::ofstream(path("text.mp4")) << std::string(10'000, 'x');
  EXPECT_EQ(compress(request_for({path("text.mp4")}, 120'000)).error().code, Errc::corrupt);
}

TEST_F(CompressorTest, ADiskWithoutRoomIsSaidBeforeAnythingIsEncoded) {
  auto request = request_for({mp4_of("a", brief())}, 120'000);
  const std::string disk = path("disk");
  std::filesystem::create_directories(disk);
  if (::mount("tmpfs", disk.c_str(), "tmpfs", 0, "size=4m") != 0)
    GTEST_SKIP() << "needs the right to mount a tmpfs";
  request.output = disk + "/small.mp4";
  const auto made = compress(request, noting_ffmpeg("exec ffmpeg \"$@\""));
  ::umount2(disk.c_str(), MNT_DETACH);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, Errc::no_space);
  EXPECT_NE(made.error().text.find(disk), std::string::npos) << made.error().text;
  EXPECT_TRUE(passes().empty());
}

TEST_F(CompressorTest, CancelledItLeavesNoProcessBehind) {
  const auto request = request_for({mp4_of("a", brief())}, 120'000);
  const std::string program = noting_ffmpeg("sleep 100");
  const auto chores = make_thread_worker("chores");
  const auto compressor = make_ffmpeg_compressor(*chores, {"/proc/self/exe", "worker"}, program);
  asio::io_context io;
  asio::cancellation_signal cancel;
  bool cancelled = false;
  auto ended = [&cancelled](const std::exception_ptr& problem, const Result<session::PartFile>&) {
    cancelled = problem != nullptr;
  };
  asio::co_spawn(io, compressor->compress(request), asio::bind_cancellation_slot(cancel.slot(), ended));
  while (!std::filesystem::exists(path("process")) || std::filesystem::file_size(path("process")) == 0)
    io.run_for(std::chrono::milliseconds(20));
  cancel.emit(asio::cancellation_type::terminal);
  io.run();
  EXPECT_TRUE(cancelled);
  std::ifstream process(path("process"));
  int nice = 0, group = 0, pid = 0;
  process >> nice >> group >> pid;
  EXPECT_NE(::kill(pid, 0), 0);
}

}  // namespace
}  // namespace rec::media
