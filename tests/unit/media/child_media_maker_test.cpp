// The child process that makes parts, and what becomes of its deaths.
#include "media/child_media_maker.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "media/part_json.hpp"
#include "media/part_maker.hpp"
#include "media_fixture.hpp"

namespace rec::media {
namespace {

class ChildMediaMakerTest : public testing::MediaTest {
 protected:
  Result<session::PartFile> make(const std::string& role, MakePartRequest request) {
    asio::io_context io;
    const auto maker = make_child_media_maker({"/proc/self/exe", role});
    std::optional<Result<session::PartFile>> out;
    auto finished = [&out](std::exception_ptr problem, Result<session::PartFile> result) {
      if (problem) std::rethrow_exception(problem);
      out = std::move(result);
    };
    asio::co_spawn(io, maker->make_part(std::move(request)), finished);
    io.run();
    return *std::move(out);
  }
};

TEST_F(ChildMediaMakerTest, MakesTheSamePartAsThisProcessWould) {
  sim::StreamOptions options;
  options.segments = 2;
  const MakePartRequest request{{ts_run("a.ts", options)}, path("p.mp4"), "title"};
  const auto here = make_part_file(request);
  const auto there = make("media-worker", request);
  ASSERT_TRUE(here) << here.error().text;
  ASSERT_TRUE(there) << there.error().text;
  EXPECT_EQ(*here, *there);
}

TEST_F(ChildMediaMakerTest, TheWorkersErrorComesBackWithItsCode) {
  MediaRun gone;
  gone.extents = {{path("gone.ts"), 0, 188}};
  const auto part = make("media-worker", {{gone}, path("p.mp4"), ""});
  ASSERT_FALSE(part);
  EXPECT_EQ(part.error().code, Errc::not_found);
  EXPECT_NE(part.error().text.find("gone.ts"), std::string::npos);
}

TEST_F(ChildMediaMakerTest, ACrashIsCorruptAndNamesTheSignalAndTheFile) {
  const auto part = make("crash", {{}, path("p.mp4"), ""});
  ASSERT_FALSE(part);
  EXPECT_EQ(part.error().code, Errc::corrupt);
  EXPECT_NE(part.error().text.find("signal 6"), std::string::npos) << part.error().text;
  EXPECT_NE(part.error().text.find("p.mp4"), std::string::npos) << part.error().text;
}

TEST_F(ChildMediaMakerTest, AKillFromOutsideMayBeTriedAgain) {
  const auto part = make("killed", {{}, path("p.mp4"), ""});
  ASSERT_FALSE(part);
  EXPECT_EQ(part.error().code, Errc::unavailable);
}

TEST_F(ChildMediaMakerTest, AnAnswerThatIsNoneIsCorrupt) {
  const auto part = make("babble", {{}, path("p.mp4"), ""});
  ASSERT_FALSE(part);
  EXPECT_EQ(part.error().code, Errc::corrupt);
}

TEST(PartJson, ARequestSurvivesTheWayWhateverBytesItsNamesHold) {
  MakePartRequest request;
  request.output = "/a b/\xff\xfe\"'\\n.mp4";
  request.title = "эфир\n[%s] \x01";
  request.runs = {{{{"/x", 0, 1}, {"/y", std::uint64_t{1} << 63U, 2}}}, {}};
  const auto back = request_from_json(to_json(request));
  ASSERT_TRUE(back) << back.error().text;
  EXPECT_EQ(back->output, request.output);
  EXPECT_EQ(back->title, request.title);
  ASSERT_EQ(back->runs.size(), 2U);
  EXPECT_EQ(back->runs[0].extents[1].offset, std::uint64_t{1} << 63U);
  EXPECT_EQ(back->runs[0].extents[1].file, "/y");
}

TEST(PartJson, AnswersAndErrorsSurviveTheWay) {
  session::PartFile part{"/p", 5'000'000'000, Millis(7), 1, 2, "ab", "/t", 3, 4};
  EXPECT_EQ(*answer_from_json(to_json(Result<session::PartFile>(part))), part);
  const Result<session::PartFile> failed = fail(Errc::no_space, "full");
  EXPECT_EQ(answer_from_json(to_json(failed)).error().code, Errc::no_space);
  EXPECT_EQ(answer_from_json(to_json(failed)).error().text, "full");
  EXPECT_EQ(request_from_json("{\"output\": 5}").error().code, Errc::invalid);
  EXPECT_EQ(answer_from_json("").error().code, Errc::corrupt);
}

}  // namespace
}  // namespace rec::media
