// The last part of a session whose recording goes on in another: what follows it lies in that one's log.
#include "app/part_media.hpp"

#include "tests/unit/spool/log_fixture.hpp"

namespace rec {
namespace {

using std::chrono::seconds;

class PartMediaTest : public ::testing::Test {
 protected:
  std::string folder(const std::string& name) const { return temp_ / name; }
  void record(const std::string& name, const std::vector<std::pair<SegmentInfo, std::string>>& segments) {
    auto log = SegmentLog::open(folder(name));
    ASSERT_TRUE(log) << log.error().text;
    for (const auto& [info, bytes] : segments) ASSERT_TRUE(test::append_to(**log, info, bytes));
  }
  static SegmentInfo init_of() {
    SegmentInfo info;
    info.init = true;
    return info;
  }
  static session::Part part(std::uint64_t first, std::uint64_t last) {
    session::Part one;
    one.number = 1;
    one.first_ordinal = first;
    one.last_ordinal = last;
    return one;
  }
  static std::string bytes_at(const std::vector<Extent>& extents) {
    std::string all;
    for (const Extent& extent : extents) {
      const std::string file = test::read_bytes(extent.file);
      EXPECT_LE(extent.offset + extent.bytes, file.size());
      all += file.substr(extent.offset, extent.bytes);
    }
    return all;
  }
  test::TempFolder temp_;
};

TEST_F(PartMediaTest, ItGoesOnInTheOtherLogUpToAKeyframe) {
  record("old", {{init_of(), "init"}, {test::info_of(1), "one"}, {test::info_of(2), "two"}});
  record("new", {{init_of(), "init"}, {test::info_of(3), "three"}, {test::info_of(4), "four"}});
  const auto request = media_on_disk(part(0, 2), folder("old"), folder("new"));
  ASSERT_TRUE(request) << request.error().text;
  ASSERT_EQ(request->runs.size(), 1U);
  EXPECT_EQ(bytes_at(request->runs[0].extents), "initonetwothreefour");
  EXPECT_EQ(request->runs[0].tail_bytes, 9U);
}

TEST_F(PartMediaTest, OnlyTheLastPartDoes) {
  record("old", {{test::info_of(1), "one"}, {test::info_of(2), "two"}});
  record("new", {{test::info_of(3), "three"}});
  const auto first = media_on_disk(part(0, 0), folder("old"), folder("new"));
  ASSERT_TRUE(first);
  EXPECT_EQ(bytes_at(first->runs.at(0).extents), "onetwo");
  const auto alone = media_on_disk(part(0, 1), folder("old"), "");
  ASSERT_TRUE(alone);
  EXPECT_EQ(bytes_at(alone->runs.at(0).extents), "onetwo");
}

TEST_F(PartMediaTest, ANextLogThatIsGoneEndsThePartWhereItsSessionEnds) {
  record("old", {{test::info_of(1), "one"}});
  const auto request = media_on_disk(part(0, 0), folder("old"), folder("gone"));
  ASSERT_TRUE(request);
  EXPECT_EQ(bytes_at(request->runs.at(0).extents), "one");
}

TEST_F(PartMediaTest, ItWaitsForAFewSegmentsOfTheNextAndForNothingElse) {
  Model model;
  session::Session& old = model.sessions[SessionId("old")];
  old.id = SessionId("old");
  old.phase = session::Phase::finishing;
  old.parts = {part(0, 9), part(10, 19)};
  std::uint64_t count = 0;
  const auto own = [&](const SessionId& id) {
    EXPECT_EQ(id, SessionId("new"));
    return count;
  };
  EXPECT_FALSE(waits_for_next(model, SessionId("old"), 2, own)) << "nothing goes on";
  session::Session& fresh = model.sessions[SessionId("new")];
  fresh.id = SessionId("new");
  fresh.continues = SessionId("old");
  EXPECT_TRUE(waits_for_next(model, SessionId("old"), 2, own));
  EXPECT_FALSE(waits_for_next(model, SessionId("old"), 1, own)) << "the first part ends in its own log";
  count = 4;
  EXPECT_FALSE(waits_for_next(model, SessionId("old"), 2, own));
  count = 0;
  fresh.phase = session::Phase::finishing;
  EXPECT_FALSE(waits_for_next(model, SessionId("old"), 2, own)) << "nothing more will come";
}

}  // namespace
}  // namespace rec
