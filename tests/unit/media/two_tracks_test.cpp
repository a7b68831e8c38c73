// C19: pictures from one playlist, sound from another. Each sound packet must lie where it lies when both
// come in one stream, and in exactly one part.
#include <map>

#include "media_av/av.hpp"
#include "media_av/part_maker.hpp"
#include "media_av/remux.hpp"
#include "media_av/run_reader.hpp"
#include "media_fixture.hpp"

namespace rec::media {
namespace {

using testing::count_up;
using testing::numbers_in;

constexpr std::int64_t kClockWraps = std::int64_t{1} << 33;

// When each sound packet is heard, by its content, counted from the first picture.
using Heard = std::map<std::string, double>;

Heard heard_in(const std::string& file) {
  const auto input = open_media_file(file);
  if (!input) throw std::runtime_error(input.error().text);
  Heard out;
  const double shown = testing::first_pts(testing::packets_of(file), 0);
  const AvPacket packet(av_packet_alloc());
  while (av_read_frame(input->get(), packet.get()) >= 0) {
    const AVStream& stream = *(*input)->streams[packet->stream_index];
    if (stream.codecpar->codec_type == AVMEDIA_TYPE_AUDIO) {
      const bool fresh = out.emplace(std::string(packet->data, packet->data + packet->size),
                                     static_cast<double>(packet->pts) * av_q2d(stream.time_base) - shown)
                             .second;
      EXPECT_TRUE(fresh) << "twice in " << file;
    }
    av_packet_unref(packet.get());
  }
  return out;
}

enum class Kind { ts, packed_aac, fmp4 };

class TwoTracks : public testing::MediaTest {
 protected:
  static sim::StreamOptions pictures(std::int64_t first_pts) {
    sim::StreamOptions options;
    options.segments = 6;
    options.first_pts90k = first_pts;
    options.audio = false;
    return options;
  }
  static sim::StreamOptions sound_of(sim::StreamOptions options) {
    options.audio = true;
    options.video = false;
    return options;
  }

  std::vector<Extent> stored(const std::string& name, const std::string& bytes) const {
    return run_of(name, bytes).extents;
  }

  // Segments, each a file; behind its init section where it has one.
  std::vector<std::vector<Extent>> segments(const std::string& name, const sim::StreamOptions& options,
                                            Kind kind) const {
    std::vector<std::vector<Extent>> out;
    if (kind == Kind::fmp4) {
      const auto stream = sim::make_fmp4_stream(options);
      for (const sim::TsSegment& segment : stream->segments)
        out.push_back(stored(name + std::to_string(out.size()), segment.bytes));
      out.insert(out.begin(), stored(name + "init", stream->init));
      return out;
    }
    const auto stream = sim::make_stream(options);
    for (const sim::TsSegment& segment : *stream) {
      const std::string file = name + std::to_string(out.size());
      out.push_back(stored(file, segment.bytes));
      if (kind == Kind::packed_aac) out.back() = stored(file + ".aac", packed(out.back()));
    }
    return out;
  }

  // The sound of a TS segment as RFC 8216 3.4 packs it.
  static std::string packed(const std::vector<Extent>& ts) {
    const auto run = RunReader::open(MediaRun{ts, {}}, "ts");
    std::string tag("ID3\4\0\0\0\0\0\77PRIV\0\0\0\65\0\0", 20);
    tag += std::string("com.apple.streaming.transportStreamTimestamp\0", 45);
    std::string frames;
    for (;;) {
      const auto item = (*run)->next();
      if (!item || !item->packet) break;
      for (int shift = 56; frames.empty() && shift >= 0; shift -= 8)
        tag += static_cast<char>((item->packet->pts & (kClockWraps - 1)) >> shift);
      frames.append(item->packet->data, item->packet->data + item->packet->size);
    }
    return tag + frames;
  }

  static std::vector<Extent> joined(const std::vector<std::vector<Extent>>& pieces, std::size_t from,
                                    std::size_t to, bool init) {
    std::vector<Extent> out = init ? pieces[0] : std::vector<Extent>{};
    for (std::size_t i = from; i < to; ++i)
      out.insert(out.end(), pieces[i + (init ? 1 : 0)].begin(), pieces[i + (init ? 1 : 0)].end());
    return out;
  }

  // Sound and pictures in one stream, through the same maker.
  Heard heard_together(sim::StreamOptions options) const {
    options.audio = true;
    EXPECT_TRUE(remux({ts_run("together.ts", options)}, path("together.mp4"), ""));
    return heard_in(path("together.mp4"));
  }

  session::PartFile make(std::vector<MediaRun> runs, MediaRun next = {}) {
    MakePartRequest request;
    request.runs = std::move(runs);
    request.output = path("part" + std::to_string(++parts_) + ".mp4");
    request.next = std::move(next);
    const auto part = make_part_file(request);
    EXPECT_TRUE(part) << part.error().text;
    return part ? *part : session::PartFile{};
  }

  int parts_ = 0;
};

void expect_in_sync(const Heard& heard, const Heard& together, double offset) {
  for (const auto& [packet, at] : heard) {
    const auto reference = together.find(packet);
    ASSERT_NE(reference, together.end());
    EXPECT_NEAR(at + offset, reference->second, 0.003);
  }
}

TEST_F(TwoTracks, C19_PicturesAndSoundOfTwoPlaylistsAreOneFileInSync) {
  for (const std::int64_t first_pts : {std::int64_t{900'000}, kClockWraps - 400'000}) {
    const Heard together = heard_together(pictures(first_pts));
    for (const Kind kind : {Kind::ts, Kind::packed_aac, Kind::fmp4}) {
      const bool fragments = kind == Kind::fmp4;
      const auto video = segments("v", pictures(first_pts), fragments ? Kind::fmp4 : Kind::ts);
      const auto audio = segments("a", sound_of(pictures(first_pts)), kind);
      MediaRun run{joined(video, 0, 6, fragments), {joined(audio, 0, 6, fragments)}};
      const session::PartFile part = make({run});
      EXPECT_EQ(numbers_in(part.path), count_up(0, 300));
      EXPECT_NEAR(static_cast<double>(part.duration.count()), 12'000, 100);
      const Heard heard = heard_in(part.path);
      EXPECT_GE(heard.size() + 1, together.size()) << "but for what an encoder needs to begin";
      expect_in_sync(heard, together, 0);
    }
  }
}

TEST_F(TwoTracks, C19_PartsThatFollowOneAnotherShareTheSoundOutOnceEach) {
  for (const std::int64_t first_pts : {std::int64_t{900'000}, kClockWraps - 400'000}) {
    const Heard together = heard_together(pictures(first_pts));
    for (const Kind kind : {Kind::ts, Kind::packed_aac, Kind::fmp4}) {
      const bool fragments = kind == Kind::fmp4;
      const auto video = segments("v", pictures(first_pts), fragments ? Kind::fmp4 : Kind::ts);
      const auto audio = segments("a", sound_of(pictures(first_pts)), kind);
      const auto run = [&](std::size_t from, std::size_t to) {
        const std::size_t before = from == 0 ? 0 : from - 1;
        return MediaRun{joined(video, from, to, fragments),
                        {joined(audio, before, std::min<std::size_t>(to + 1, 6), fragments)}};
      };
      std::size_t packets = 0;
      Heard all;
      for (const auto& [from, to] : {std::pair<std::size_t, std::size_t>{0, 2}, {2, 5}, {5, 6}}) {
        MediaRun next = to < 6 ? run(to, to + 1) : MediaRun{};
        next.sound.clear();
        const session::PartFile part = make({run(from, to)}, next);
        const Heard heard = heard_in(part.path);
        packets += heard.size();
        all.insert(heard.begin(), heard.end());
        EXPECT_EQ(numbers_in(part.path),
                  count_up(static_cast<int>(from) * 50, static_cast<int>(to - from) * 50));
        expect_in_sync(heard, together, static_cast<double>(from) * 2);
      }
      EXPECT_EQ(packets, all.size()) << "in two parts";
      EXPECT_GE(all.size() + 1, together.size()) << "in none";
    }
  }
}

TEST_F(TwoTracks, C19_SoundThatWasLostIsAHoleAndWhatFollowsIsInItsPlace) {
  const Heard together = heard_together(pictures(900'000));
  const auto video = segments("v", pictures(900'000), Kind::ts);
  const auto audio = segments("a", sound_of(pictures(900'000)), Kind::ts);
  std::vector<Extent> holed = joined(audio, 0, 2, false);
  for (const Extent& extent : joined(audio, 3, 6, false)) holed.push_back(extent);
  for (const auto& pieces :
       {std::vector<std::vector<Extent>>{holed}, {joined(audio, 0, 2, false), joined(audio, 3, 6, false)}}) {
    const session::PartFile part = make({MediaRun{joined(video, 0, 6, false), pieces}});
    EXPECT_EQ(numbers_in(part.path), count_up(0, 300));
    const Heard heard = heard_in(part.path);
    EXPECT_GT(heard.size(), together.size() * 3 / 4);
    expect_in_sync(heard, together, 0);
  }
}

TEST_F(TwoTracks, C19_WithoutAnySoundThePicturesAreKeptAndSoundThatIsJunkIsNamed) {
  const auto video = segments("v", pictures(900'000), Kind::ts);
  const MediaRun run{joined(video, 0, 6, false), {stored("junk", std::string(50'000, 'j'))}};
  const auto report = remux({run}, path("out.mp4"), "");
  ASSERT_TRUE(report) << report.error().text;
  EXPECT_NE(report->missing.find("sound 1"), std::string::npos) << report->missing;
  EXPECT_EQ(numbers_in(path("out.mp4")), count_up(0, 300));
}

TEST_F(TwoTracks, C19_BehindABreakOfTheClockEachRunHasItsOwnSound) {
  const auto options = [](int first_frame, std::int64_t pts) {
    sim::StreamOptions one = pictures(pts);
    one.segments = 2;
    one.first_frame = first_frame;
    return one;
  };
  std::vector<MediaRun> runs;
  for (const auto& [frame, pts] : {std::pair<int, std::int64_t>{0, 50 * 90'000}, {100, 90'000}}) {
    const std::string name = std::to_string(frame);
    const auto video = segments("v" + name, options(frame, pts), Kind::ts);
    const auto audio = segments("a" + name, sound_of(options(frame, pts)), Kind::ts);
    runs.push_back({joined(video, 0, 2, false), {joined(audio, 0, 2, false)}});
  }
  const session::PartFile part = make(runs);
  EXPECT_EQ(numbers_in(part.path), count_up(0, 200));
  EXPECT_NEAR(static_cast<double>(part.duration.count()), 8'000, 150);
  for (const auto& packet : testing::packets_of(part.path)) EXPECT_LT(packet.pts, 8.1);
}

}  // namespace
}  // namespace rec::media
