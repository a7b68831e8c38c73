// From capture to disk: what is kept, where parts end, and that a restart or a full disk changes neither.
#include "app/session_sink.hpp"

#include "app/names.hpp"
#include "app/section_end.hpp"
#include "ports/append_bytes.hpp"
#include "tests/support/temp_folder.hpp"
#include "tests/unit/app/ledger_fixture.hpp"

namespace rec {
namespace {

using namespace std::chrono_literals;
using test::kChannel;
using test::kSession;

// The codecs of these tests' segments stand in front of a ';'.
std::string codecs_before_semicolon(std::string_view bytes) {
  const std::size_t end = bytes.find(';');
  return end == std::string_view::npos ? "" : std::string(bytes.substr(0, end));
}

SegmentInfo media(std::int64_t sequence, std::uint32_t epoch = 1) {
  SegmentInfo info;
  info.sequence = sequence;
  info.epoch = epoch;
  info.identity = "/" + std::to_string(sequence) + ".ts";
  info.duration = 2s;
  return info;
}

SegmentInfo init_section(std::uint32_t epoch = 1) {
  SegmentInfo info;
  info.epoch = epoch;
  info.identity = "/init.mp4";
  info.init = true;
  return info;
}

Gap gap_from(std::int64_t sequence) {
  Gap gap;
  gap.from_sequence = gap.to_sequence = sequence;
  gap.duration = 2s;
  gap.cause = GapCause::fetch_failed;
  return gap;
}

class SessionSinkTest : public test::LedgerTest {
 protected:
  void SetUp() override {
    LedgerTest::SetUp();
    settings_.data_folder = temp_ / "data";
    settings_.part_limits = {.bytes = 100, .duration = 1h};
    desk_->go_live();
    open();
  }
  void TearDown() override { sink_.reset(); }
  Result<void> try_open() {
    sink_.reset();
    auto on_refused = [this](const Error&) { ++refusals_; };
    SessionSink::Needs needs{ledger(),  *desk_->worker,          ChunkPool::make(8), desk_->clock,
                             settings_, codecs_before_semicolon, on_refused};
    auto opened = desk_->wait_for(SessionSink::open(needs, kSession));
    if (!opened) return fail(std::move(opened).error());
    sink_ = *std::move(opened);
    desk_->settle();
    return {};
  }
  void open() {
    const auto opened = try_open();
    ASSERT_TRUE(opened) << opened.error().text;
  }
  void reopen() {
    sink_.reset();
    restart();
    open();
  }
  void append(const SegmentInfo& info, const std::string& bytes = std::string(30, 'x')) {
    const auto written = desk_->wait_for(append_bytes(*sink_, info, bytes));
    ASSERT_TRUE(written) << written.error().text;
  }
  [[nodiscard]] std::size_t stored_segments() const { return sink_->log()->segments().size(); }
  // "0-2 3-5" and, in brackets, the tail.
  [[nodiscard]] std::string parts() const {
    std::string text;
    for (const auto& part : desk_->session().parts)
      text += std::to_string(part.first_ordinal) + "-" + std::to_string(part.last_ordinal) + " ";
    if (const auto tail = sink_->tail())
      text += "[" + std::to_string(tail->first_ordinal) + "-" + std::to_string(tail->last_ordinal) + "]";
    return text;
  }

  test::TempFolder temp_;
  int refusals_ = 0;
  std::shared_ptr<SessionSink> sink_;
};

TEST_F(SessionSinkTest, PartsAreSealedWhereThePlanSaysAndTheRestIsTheTail) {
  for (int i = 100; i < 108; ++i) append(media(i));
  EXPECT_EQ(parts(), "0-2 3-5 [6-7]");
  EXPECT_EQ(desk_->session().parts[1].first_sequence, 103);
  EXPECT_EQ(desk_->session().parts[1].last_sequence, 105);
  EXPECT_EQ(sink_->bytes(), 240U);
  EXPECT_EQ(sink_->media_segments(), 8U);
  EXPECT_EQ(sink_->recorded(), 16s);
}

TEST_F(SessionSinkTest, TheFirstMediaSegmentAndNothingBeforeItBeginsThePosts) {
  append(init_section());
  desk_->settle();
  EXPECT_TRUE(ledger().model().outbox.empty());
  append(media(1));
  append(media(2));
  desk_->settle();
  ASSERT_EQ(ledger().model().outbox.size(), 1U);
  EXPECT_EQ(ledger().model().outbox[0].effect, session::Effect(session::PostStatus{}));
}

TEST_F(SessionSinkTest, AnInitializationSectionSentTwiceIsKeptOnce) {
  append(init_section(), "init A");
  append(init_section(), "init A");
  append(media(1));
  append(init_section(), "init A");
  EXPECT_EQ(stored_segments(), 2U);
  reopen();
  append(init_section(), "init A");
  EXPECT_EQ(stored_segments(), 2U) << "and a restart does not forget it";
  append(init_section(), "init B");
  EXPECT_EQ(stored_segments(), 3U);
  append(init_section(2), "init B");
  EXPECT_EQ(stored_segments(), 4U) << "each epoch has its own";
  append(media(2, 2), "init B");
  EXPECT_EQ(stored_segments(), 5U) << "media is never taken for one";
}

TEST_F(SessionSinkTest, TransportStreamBehindFragmentsIsNotReadBehindTheirInitializationSection) {
  const auto text_of = [this](std::uint64_t ordinal) {
    const SegmentRecord& record = sink_->log()->segments().at(ordinal);
    return sink_->log()->read({record.spans, record.bytes, record.checksum}, record.bytes).value_or("?");
  };
  settings_.part_limits.bytes = 1U << 20U;
  reopen();
  append(init_section(), "hvc1:01;init");
  append(media(1), ";fragment");
  reopen();  // what comes next is told apart also when it is the first of a take
  append(media(2), "Gavc1:01;packets");
  append(media(3), "Gavc1:01;more");
  append(init_section(), "hvc1:01;init");
  append(media(4), ";fragment");
  ASSERT_EQ(stored_segments(), 7U);
  EXPECT_TRUE(sink_->log()->segments()[2].info.init);
  EXPECT_EQ(text_of(2), section_end::bytes());
  EXPECT_EQ(text_of(3), "Gavc1:01;packets");
  EXPECT_EQ(text_of(5), "hvc1:01;init") << "said anew for what stands behind it";
  EXPECT_EQ(parts(), "0-1 2-4 [5-6]");
}

TEST_F(SessionSinkTest, ATailOfOnlyAnInitializationSectionIsNoPart) {
  EXPECT_EQ(sink_->tail(), std::nullopt);
  append(init_section());
  EXPECT_EQ(parts(), "");
  append(media(1));
  EXPECT_EQ(parts(), "[0-1]");
  append(init_section(2));
  EXPECT_EQ(parts(), "0-1 ") << "the new section waits for its media";
}

TEST_F(SessionSinkTest, AReconnectWithTheSameCodecsGoesOnInThePart) {
  append(media(1, 1), "avc1:01;a");
  append(media(1, 2), "avc1:01;b");
  EXPECT_EQ(parts(), "[0-1]");
  append(media(1, 3), "avc1:02;c");
  EXPECT_EQ(parts(), "0-1 [2-2]");
  EXPECT_EQ(sink_->log()->segments()[2].info.codecs, "avc1:02");
}

TEST_F(SessionSinkTest, ReopeningSealsThePartsWhoseSealingWasLost) {
  desk_->flaky.failure = Error{Errc::unavailable, "locked"};
  for (int i = 0; i < 8; ++i) append(media(i));
  const std::string before = parts();
  const auto sealed = desk_->session().parts;
  reopen();
  EXPECT_EQ(parts(), before);
  EXPECT_EQ(desk_->session().parts, sealed);
  EXPECT_EQ(stored().sessions.at(0).parts.size(), 2U);
}

// A stream of everything: sections, epochs, pictures that change, and a restart before any of its segments.
TEST_F(SessionSinkTest, ARestartAnywhereCutsInTheSamePlaces) {
  settings_.part_limits.bytes = 25;
  std::vector<std::pair<SegmentInfo, std::string>> stream;
  for (int i = 0; i < 16; ++i) {
    const auto epoch = static_cast<std::uint32_t>(1 + i / 6);
    if (i % 5 == 0) stream.emplace_back(init_section(epoch), i % 2 == 0 ? "a;init" : ";init");
    stream.emplace_back(media(i, epoch), i == 11 ? "b;media" : i % 4 == 0 ? "a;media" : "media");
  }
  std::string uninterrupted;
  for (std::size_t broken = 0; broken <= stream.size(); ++broken) {
    settings_.data_folder = temp_ / ("data" + std::to_string(broken));
    sink_.reset();
    LedgerTest::SetUp();  // a store of its own
    settings_.data_folder = temp_ / ("data" + std::to_string(broken));
    desk_->go_live();
    open();
    for (std::size_t i = 0; i < stream.size(); ++i) {
      if (broken > 0 && i + 1 == broken) reopen();
      append(stream[i].first, stream[i].second);
    }
    if (broken == 0) uninterrupted = parts();
    EXPECT_EQ(parts(), uninterrupted) << "restarted before segment " << broken;
  }
  EXPECT_GT(desk_->session().parts.size(), 5U);
}

TEST_F(SessionSinkTest, ALogShorterThanWhatTheStoreKnowsIsCorrupt) {
  for (int i = 0; i < 4; ++i) append(media(i));
  desk_->settle();
  sink_.reset();
  restart();
  std::filesystem::remove_all(segment_folder(kSession, settings_));
  const auto opened = try_open();
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, Errc::corrupt);
  EXPECT_NE(opened.error().text.find(segment_folder(kSession, settings_)), std::string::npos);
}

TEST_F(SessionSinkTest, GapsLieBeforeTheNextSegmentAndSurviveARestart) {
  append(media(1));
  sink_->begin_take(2);
  ASSERT_TRUE(desk_->wait_for(sink_->gap(gap_from(2))));
  append(media(3));
  desk_->settle();
  const auto known = ledger().model().gaps.at(kSession);
  ASSERT_EQ(known.size(), 1U);
  EXPECT_EQ(known[0].before_ordinal, 1U);
  EXPECT_EQ(known[0].take, 2U);
  EXPECT_EQ(known[0].noticed_at, desk_->clock.now());
  reopen();
  EXPECT_EQ(ledger().model().gaps.at(kSession), known) << "told once, though log and store both have it";
}

TEST_F(SessionSinkTest, ASegmentBringsAChannelBackFromADrop) {
  ledger().channel_event(kChannel, channel::CaptureEnded{desk_->clock.now()});
  ledger().channel_event(kChannel, channel::SeenLive{desk_->clock.now(), SessionId("other"), {}});
  append(media(1));
  EXPECT_EQ(ledger().model().channels.at(kChannel).state, channel::State(channel::Live{kSession, {}}));
}

TEST_F(SessionSinkTest, RecentAreTheNewestTwoHundredMediaSegmentsInOrder) {
  settings_.part_limits.bytes = 1U << 20U;
  append(init_section());
  for (int i = 0; i < 230; ++i) append(media(i), "x");
  const auto recent = sink_->recent();
  ASSERT_EQ(recent.size(), 200U);
  EXPECT_EQ(recent.front().info.sequence, 30);
  EXPECT_EQ(recent.back().info.sequence, 229);
}

TEST_F(SessionSinkTest, TheLengthAskedForIsReportedOnce) {
  settings_.record_duration = 5s;
  int reached = 0;
  sink_->on_duration_reached([&] { ++reached; });
  append(media(1));
  append(media(2));
  EXPECT_EQ(reached, 0);
  append(media(3));
  append(media(4));
  EXPECT_EQ(reached, 1);
}

TEST_F(SessionSinkTest, APlaylistThatIsOpenedAgainKeepsTheTakesBeginning) {
  const Instant began = desk_->clock.now();
  ASSERT_TRUE(desk_->wait_for(sink_->playlist_opened("https://a.invalid/1.m3u8", Picture{1920, 1080, 60})));
  desk_->clock.run_for(60s);
  const auto& takes = ledger().model().takes.at(kSession);
  ASSERT_TRUE(desk_->wait_for(sink_->playlist_opened("https://a.invalid/1.m3u8", Picture{})));
  ASSERT_EQ(takes.size(), 1U);
  EXPECT_EQ(takes[0].picture, (Picture{1920, 1080, 60})) << "the same playlist shows the same";
  ASSERT_TRUE(desk_->wait_for(sink_->playlist_opened("https://a.invalid/2.m3u8", Picture{})));
  ASSERT_EQ(takes.size(), 1U);
  EXPECT_EQ(takes[0].picture, Picture{});
  EXPECT_EQ(takes[0].started_at, began);
  EXPECT_EQ(takes[0].playlist_url, "https://a.invalid/2.m3u8");
}

TEST_F(SessionSinkTest, OnAFullDiskGapsWaitForRoomAndThenStandBeforeTheNextSegment) {
  const test::SmallDisk disk(256U << 10U);
  if (!disk.refusal().empty()) GTEST_SKIP() << disk.refusal();
  settings_.data_folder = disk / "data";
  open();
  append(media(1));
  std::ofstream filler(disk / "filler", std::ios::binary);
  while (filler.write("filler", 6).flush()) {
  }
  filler.close();

  // What is left of the index's last page takes some of them yet.
  std::int64_t noticed = 0;
  do {
    ASSERT_TRUE(desk_->wait_for(sink_->gap(gap_from(2 + noticed++)))) << "recording must not end for it";
  } while (sink_->log()->gaps().size() == static_cast<std::size_t>(noticed) && noticed < 200);
  ASSERT_LT(sink_->log()->gaps().size(), static_cast<std::size_t>(noticed)) << "the disk never was full";
  ASSERT_TRUE(desk_->wait_for(sink_->gap(gap_from(2 + noticed++))));
  const auto refused = desk_->wait_for(append_bytes(*sink_, media(300), std::string(30, 'x')));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::no_space);
  EXPECT_EQ(refusals_, 3) << "two gaps and a segment";
  EXPECT_EQ(stored_segments(), 1U);

  std::filesystem::remove(disk / "filler");
  append(media(300));
  const auto& gaps = sink_->log()->gaps();
  ASSERT_EQ(gaps.size(), static_cast<std::size_t>(noticed));
  for (std::size_t i = 0; i < gaps.size(); ++i) {
    EXPECT_EQ(gaps[i].from_sequence, 2 + static_cast<std::int64_t>(i));
    EXPECT_EQ(gaps[i].before_ordinal, 1U);
  }
  const auto known = ledger().model().gaps.at(kSession);
  ASSERT_EQ(known.size(), 1U) << "one hole, for people";
  EXPECT_EQ(known[0].from_sequence, 2);
  EXPECT_EQ(known[0].duration, 2s * noticed);
  ASSERT_EQ(stored_segments(), 2U);
  EXPECT_EQ(sink_->log()->segments()[1].info.sequence, 300);
  sink_.reset();  // before its disk goes
}

TEST_F(SessionSinkTest, APictureIsLookedForInTheNewestSegmentsBehindTheirSection) {
  const auto bytes = [&] {
    std::string all;
    for (const Extent& extent : sink_->newest_media().extents)
      all += test::read_bytes(extent.file).substr(extent.offset, extent.bytes);
    return all;
  };
  EXPECT_EQ(bytes(), "") << "nothing has come yet";
  append(init_section(), "init");
  EXPECT_EQ(bytes(), "");
  for (int i = 1; i <= 5; ++i) append(media(i), "s" + std::to_string(i));
  EXPECT_EQ(bytes(), "inits3s4s5");
  append(init_section(2), "other");
  EXPECT_EQ(bytes(), "inits3s4s5");
  append(media(1, 2), "t1");
  EXPECT_EQ(bytes(), "othert1") << "what came before the change is something else";
  append(media(2, 2), "t2");
  EXPECT_EQ(bytes(), "othert1t2");
  append(init_section(2), "same epoch");
  EXPECT_EQ(bytes(), "othert1t2") << "that is the section of what comes next";
  reopen();
  append(media(3, 2), "t3");
  EXPECT_EQ(bytes(), "same epocht3");
}

}  // namespace
}  // namespace rec
