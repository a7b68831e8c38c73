// The child process that makes parts, and what becomes of its deaths.
#include "media/child_media_maker.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "media/part_json.hpp"
#include "media_av/cut.hpp"
#include "media_av/part_maker.hpp"
#include "media_fixture.hpp"

namespace rec::media {
namespace {

class ChildMediaMakerTest : public testing::MediaTest {
 protected:
  template <class T>
  Result<T> outcome_of(Task<T> task) {
    asio::io_context io;
    std::optional<Result<T>> out;
    auto finished = [&out](std::exception_ptr problem, Result<T> result) {
      if (problem) std::rethrow_exception(problem);
      out = std::move(result);
    };
    asio::co_spawn(io, std::move(task), finished);
    io.run();
    return *std::move(out);
  }
  Result<session::PartFile> make(const std::string& role, MakePartRequest request) {
    const auto maker = make_child_media_maker({"/proc/self/exe", role});
    return outcome_of(maker->make_part(std::move(request)));
  }
  Result<std::vector<session::PartFile>> cut(const std::string& role, CutRequest request) {
    return outcome_of(cut_in_child({"/proc/self/exe", role}, std::move(request)));
  }
};

TEST_F(ChildMediaMakerTest, MakesTheSamePartAsThisProcessWould) {
  sim::StreamOptions options;
  options.segments = 2;
  const MakePartRequest request{{ts_run("a.ts", options)}, path("p.mp4"), "title"};
  const auto here = make_part_file(request);
  const auto there = make("worker", request);
  ASSERT_TRUE(here) << here.error().text;
  ASSERT_TRUE(there) << there.error().text;
  EXPECT_EQ(*here, *there);
}

TEST_F(ChildMediaMakerTest, CutsTheSamePartsAsThisProcessWould) {
  ts_run("a.ts", {});
  const CutRequest request{path("a.ts"), folder_, "show", {200 << 10, Millis(0)}};
  const auto here = cut_file(request);
  const auto there = cut("worker", request);
  ASSERT_TRUE(here) << here.error().text;
  ASSERT_TRUE(there) << there.error().text;
  EXPECT_GT(here->size(), 1U);
  EXPECT_EQ(*here, *there);
  EXPECT_EQ(cut("crash", request).error().code, Errc::corrupt);
  const auto gone = cut("worker", {path("gone"), folder_, "show", {200 << 10, Millis(0)}});
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error().code, Errc::not_found);
}

TEST_F(ChildMediaMakerTest, C73_AGroupOfPicturesThatNoFileHoldsIsEncodedByAnotherWorkerThatMay) {
  sim::StreamOptions options;
  options.segments = 1;
  options.segment_seconds = 12;
  MakePartRequest request{{ts_run("a.ts", options)}, path("p.mp4"), "title"};
  request.most_bytes = 400'000;
  const auto part = make("worker", request);
  ASSERT_TRUE(part) << part.error().text;
  std::vector<int> numbers;
  for (const session::PartFile& file : session::all_files(*part)) {
    EXPECT_TRUE(file.encoded);
    EXPECT_LE(file.bytes, 400'000U);
    const auto here = testing::numbers_in(file.path);
    numbers.insert(numbers.end(), here.begin(), here.end());
  }
  EXPECT_EQ(numbers, testing::count_up(0, 300));
  const auto cutter = make_child_file_cutter({"/proc/self/exe", "worker"});
  const auto parts = outcome_of(cutter->cut({path("a.ts"), "", folder_, "show", 400'000, Millis(0)}));
  ASSERT_TRUE(parts) << parts.error().text;
  EXPECT_GT(parts->size(), 1U);
  EXPECT_TRUE(parts->front().encoded);
}

TEST_F(ChildMediaMakerTest, TheWorkersErrorComesBackWithItsCode) {
  MediaRun gone;
  gone.extents = {{path("gone.ts"), 0, 188}};
  const auto part = make("worker", {{gone}, path("p.mp4"), ""});
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
  const auto any = request_from_json(to_json(request));
  ASSERT_TRUE(any) << any.error().text;
  const auto* back = std::get_if<MakePartRequest>(&*any);
  ASSERT_NE(back, nullptr);
  EXPECT_EQ(back->output, request.output);
  EXPECT_EQ(back->title, request.title);
  ASSERT_EQ(back->runs.size(), 2U);
  EXPECT_EQ(back->runs[0].extents[1].offset, std::uint64_t{1} << 63U);
  EXPECT_EQ(back->runs[0].extents[1].file, "/y");
}

TEST(PartJson, ARequestToCutSurvivesTheWay) {
  const CutRequest request{"/in\xff", "/out", "stem", {std::uint64_t{1} << 63U, Millis(7)}};
  const auto any = request_from_json(to_json(request));
  ASSERT_TRUE(any) << any.error().text;
  const auto* back = std::get_if<CutRequest>(&*any);
  ASSERT_NE(back, nullptr);
  EXPECT_EQ(back->input, request.input);
  EXPECT_EQ(back->output_folder, "/out");
  EXPECT_EQ(back->name_stem, "stem");
  EXPECT_EQ(back->limits.bytes, request.limits.bytes);
  EXPECT_EQ(back->limits.duration, Millis(7));
  EXPECT_EQ(request_from_json("{\"kind\": \"paint\"}").error().code, Errc::invalid);
}

TEST(PartJson, WhatIsDescribedAndTakenOverSurvivesTheWay) {
  const auto describe = request_from_json(to_json(DescribeRequest{"/a\xff"}));
  ASSERT_TRUE(describe && std::holds_alternative<DescribeRequest>(*describe));
  EXPECT_EQ(std::get<DescribeRequest>(*describe).file, "/a\xff");
  const auto adopt = request_from_json(to_json(AdoptRequest{"/a", "/b", 1ULL << 40U, Millis(5)}));
  ASSERT_TRUE(adopt && std::holds_alternative<AdoptRequest>(*adopt));
  EXPECT_EQ(std::get<AdoptRequest>(*adopt).output, "/b");
  EXPECT_EQ(std::get<AdoptRequest>(*adopt).most_bytes, 1ULL << 40U);
  EXPECT_EQ(std::get<AdoptRequest>(*adopt).duration, Millis(5));
  const MediaFacts facts{Millis(7), 8, 9, 10, 30'000, 1001, true};
  EXPECT_EQ(*facts_from_json(to_json(Result<MediaFacts>(facts))), facts);
}

TEST(PartJson, AnswersAndErrorsSurviveTheWay) {
  session::PartFile part{"/p", 5'000'000'000, Millis(7), 1, 2, 60, "ab", "/t", 3, 4};
  EXPECT_EQ(*answer_from_json(to_json(Result<session::PartFile>(part))), part);
  const Result<session::PartFile> failed = fail(Errc::no_space, "full");
  EXPECT_EQ(answer_from_json(to_json(failed)).error().code, Errc::no_space);
  EXPECT_EQ(answer_from_json(to_json(failed)).error().text, "full");
  EXPECT_EQ(request_from_json("{\"output\": 5}").error().code, Errc::invalid);
  EXPECT_EQ(answer_from_json("").error().code, Errc::corrupt);
}

}  // namespace
}  // namespace rec::media
