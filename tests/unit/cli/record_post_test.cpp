// What of a recording is to be posted, and that a note of it is read as it was written.
#include "cli/record_post.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "tests/support/temp_folder.hpp"

namespace rec::cli {
namespace {

using session::PartState;

session::Session recording_of(const std::vector<PartState>& states) {
  session::Session session;
  session.id = SessionId("01a2057e-0282-7000-8f41-ece5c5aeb0c0");
  session.channel_name = "talk";
  session.started_at = Instant(Millis(1'700'000'000'000));
  for (const PartState state : states) {
    session::Part& part = session.parts.emplace_back();
    part.number = static_cast<int>(session.parts.size());
    part.state = state;
    part.file.path = "/out/" + std::to_string(part.number) + ".mp4";
  }
  return session;
}

TEST(RecordPost, PartsArePostedInOrderSoOneThatIsNotMadeHoldsUpThoseBehindIt) {
  auto session = recording_of(
      {PartState::ready, PartState::failed, PartState::ready, PartState::sealed, PartState::ready});
  session.parts[2].file.further.resize(1);
  session.parts[2].file.further[0].path = "/out/3_02.mp4";
  Gap gap;
  gap.take = 2;
  gap.duration = std::chrono::milliseconds(4500);
  gap.cause = GapCause::ad;
  gap.before_ordinal = 25;
  session.parts[2].first_ordinal = 20;
  session.parts[2].last_ordinal = 29;
  session.parts[3].first_ordinal = 30;
  session.parts[3].last_ordinal = 39;
  const FilePost note = note_of(session, {gap}, false);
  EXPECT_EQ(note.files, (std::vector<std::string>{"/out/1.mp4", "/out/3.mp4", "/out/3_02.mp4"}));
  EXPECT_EQ(note.title, "talk");
  EXPECT_EQ(note.channel, "") << "that is what it is called already";
  ASSERT_EQ(note.gaps.size(), 1U);
  EXPECT_EQ(note.gaps[0].take, 2U) << "in the second of these files";
  EXPECT_EQ(note.gaps[0].duration, gap.duration);
  EXPECT_FALSE(note.over);
}

TEST(RecordPost, ANoteIsReadAsItWasWrittenWhateverItsPathsAre) {
  const test::TempFolder folder;
  const std::string journal = folder / "url_talk";
  const auto none = read_note(post_note_path(journal));
  ASSERT_TRUE(none);
  EXPECT_FALSE(*none);
  session::Session session = recording_of({PartState::ready});
  session.title = "A talk";
  Gap gap;
  gap.duration = Micros(1'234'567);
  gap.from_sequence = -1;
  gap.noticed_at = session.started_at;
  FilePost note = note_of(session, {gap}, true);
  ASSERT_EQ(note.gaps.size(), 1U);
  note.files[0] = "/out/\xff \"quoted\".mp4";
  ASSERT_TRUE(write_note(journal, note));
  const auto read = read_note(post_note_path(journal));
  ASSERT_TRUE(read) << read.error().text;
  EXPECT_EQ(*read, note);
}

TEST(RecordPost, ANoteOfAnEarlierVersionIsOneOfARecordingThatIsOver) {
  const test::TempFolder folder;
  std::ofstream(folder / "n.post.json") << R"({"files": ["/a.mp4"], "title": "A"})";
  const auto read = read_note(folder / "n.post.json");
  ASSERT_TRUE(read) << read.error().text;
  EXPECT_TRUE((*read)->over);
  EXPECT_EQ((*read)->recording, "");
  std::ofstream(folder / "n.post.json") << "{";
  EXPECT_EQ(read_note(folder / "n.post.json").error().code, Errc::corrupt);
}

}  // namespace
}  // namespace rec::cli
