// What becomes of the compressed version's files, and of what ends its making, whatever people do meanwhile.
#include <gtest/gtest.h>

#include <algorithm>
#include <exception>
#include <filesystem>

#include <boost/asio/this_coro.hpp>

#include "app/effects.hpp"
#include "app/names.hpp"
#include "tests/support/idle_publisher.hpp"
#include "tests/support/temp_folder.hpp"
#include "tests/unit/app/ledger_fixture.hpp"

namespace rec {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using test::kSession;

constexpr std::int64_t kComments = -1002;
constexpr const char* kUnfinished = ".encoding";

/// Takes all but comments at once; those wait while they are `away`.
class OpenPublisher final : public test::IdlePublisher {
 public:
  Task<std::vector<std::int64_t>> publish(PostRequest request) override {
    if (request.chat == kComments && away) co_return fail(Errc::unavailable, "Telegram cannot be reached");
    REC_CO_CHECK(co_await request.about_to_send());
    for (const session::PartFile& file : request.files)
      if (!fs::exists(file.path)) co_return fail(Errc::not_found, file.path);
    if (request.chat == kComments) ++comments;
    std::vector<std::int64_t> ids;
    for (std::size_t i = 0; i < std::max<std::size_t>(1, request.files.size()); ++i) ids.push_back(++last);
    co_return ids;
  }
  Task<std::optional<CommentPlace>> comment_place(std::int64_t, std::int64_t message) override {
    CommentPlace place{kComments, message};
    co_return std::optional(place);
  }
  bool away = false;
  int comments = 0;

 private:
  std::int64_t last = 1000;
};

class QuickMedia final : public MediaMaker {
 public:
  Task<session::PartFile> make_part(MakePartRequest request) override {
    test::write_bytes(request.output, "a part");
    session::PartFile made;
    made.path = request.output;
    made.bytes = 6;
    co_return made;
  }
};

/// Takes ten seconds, in which the file lies beside its final name; may be ended, as by a signal.
class SlowCompressor final : public Compressor {
 public:
  explicit SlowCompressor(Clock& clock) : clock_(clock) {}
  Task<session::PartFile> compress(CompressRequest request) override {
    ++calls;
    test::write_bytes(request.output + kUnfinished, "half of it");
    std::exception_ptr ended;
    try {
      co_await clock_.sleep(10s);
    } catch (...) {
      ended = std::current_exception();
    }
    if (ended) {  // as a child that takes its time to end
      co_await asio::this_coro::throw_if_cancelled(false);
      co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
      co_await clock_.sleep(3s);
      test::write_bytes(request.output + kUnfinished, "its last words");
      std::rethrow_exception(ended);
    }
    if (failure) co_return fail(*failure);
    fs::rename(request.output + kUnfinished, request.output);
    session::PartFile made;
    made.path = request.output;
    made.bytes = 10;
    co_return made;
  }
  std::optional<Error> failure{};
  int calls = 0;

 private:
  Clock& clock_;
};

/// A session of two posted parts, from the moment when its compressed version begins to be made.
class CompressedFiles : public test::LedgerTest {
 protected:
  void SetUp() override {
    LedgerTest::SetUp();
    settings_.output_folder = folder_.path();
    settings_.data_folder = folder_ / "data";
    settings_.keep_posted = std::chrono::hours(24);
    settings_.target.target.compression = {true, 1000};
    desk_->go_live();
    ledger().session_event(kSession, session::Started{});
    desk_->settle();
    begin();
    for (int number = 1; number <= 2; ++number) part(number);
    ledger().session_event(kSession, session::Ended{desk_->clock.now()});
    while (compressor_->calls == 0 && desk_->clock.now() < test::kDayOne + 1min) run(1s);
  }
  void TearDown() override {
    supervisor_->cancel_all();
    desk_->clock.run_for(5s);
  }
  void begin() {
    compressor_ = std::make_unique<SlowCompressor>(desk_->clock);
    supervisor_ = std::make_unique<Supervisor>(
        desk_->io.get_executor(),
        [](const std::string&, const Error& error) { ADD_FAILURE() << error.text; });
    ledger().on_dropped(
        [this](const SessionId& id, const session::Effect& effect) { effects_->give_up(id, effect); });
    Effects::Needs needs{ledger(), desk_->clock, *chores_,  *supervisor_,
                         media_,   &publisher_,  settings_, [](const auto&) { return StatusFacts(); },
                         {}};
    needs.compressor = compressor_.get();
    effects_ = std::make_unique<Effects>(std::move(needs));
  }
  void part(int number) {
    const auto ordinal = static_cast<std::uint64_t>(number);
    ledger().session_event(kSession, session::PartSealed{ordinal - 1, ordinal - 1});
    desk_->settle();
    session::PartFile made;
    made.path = (fs::path(session().folder) / ("part" + std::to_string(number) + ".mp4")).string();
    fs::create_directories(session().folder);
    test::write_bytes(made.path, "a part");
    OutboxRow row;
    row.session = kSession;
    row.effect = session::MakePart{number};
    ledger().effect_done(row, session::PartReady{number, made, desk_->clock.now()});
    run(3s);
  }
  void run(Millis duration) {
    for (const Instant end = desk_->clock.now() + duration; desk_->clock.now() < end;) {
      effects_->start_due();
      desk_->clock.run_for(1s);
    }
  }
  void ask(session::Wish wish) {
    ledger().session_event(kSession, session::Asked{wish, effects_->under_way(kSession), desk_->clock.now()});
    desk_->settle();
  }
  [[nodiscard]] const session::Session& session() const { return desk_->session(); }
  [[nodiscard]] std::vector<std::string> files() const {
    std::vector<std::string> names;
    if (!fs::exists(session().folder)) return names;
    for (const auto& file : fs::directory_iterator(session().folder))
      names.push_back(file.path().filename().string());
    std::ranges::sort(names);
    return names;
  }
  [[nodiscard]] std::string compressed_path() const {
    return (fs::path(session().folder) / compressed_file_name(session(), settings_)).string();
  }

  const std::vector<std::string> parts_{"part1.mp4", "part2.mp4"};
  test::TempFolder folder_;
  QuickMedia media_;
  OpenPublisher publisher_;
  std::unique_ptr<Worker> chores_ = make_inline_worker();
  std::unique_ptr<SlowCompressor> compressor_;
  std::unique_ptr<Supervisor> supervisor_;
  std::unique_ptr<Effects> effects_;
};

TEST_F(CompressedFiles, OneThatSomebodyDeletesBeforeItsCommentIsPostedIsMadeAgain) {
  publisher_.away = true;
  run(30s);
  ASSERT_EQ(session().compressed.posted, session::Stage::wanted);
  ASSERT_TRUE(fs::remove(session().compressed.file.path));
  publisher_.away = false;
  run(5min);
  EXPECT_EQ(compressor_->calls, 2);
  EXPECT_EQ(publisher_.comments, 1);
  EXPECT_EQ(session().phase, session::Phase::done);
  EXPECT_EQ(files(), parts_);
}

TEST_F(CompressedFiles, OneThatIsDeletedWithItsPartsIsSkippedAndTheSessionEndsAndSaysWhy) {
  publisher_.away = true;
  run(30s);
  ASSERT_TRUE(fs::remove(session().compressed.file.path));
  ASSERT_TRUE(fs::remove(fs::path(session().folder) / "part2.mp4"));
  publisher_.away = false;
  run(5min);
  EXPECT_EQ(session().phase, session::Phase::done);
  EXPECT_EQ(publisher_.comments, 0);
  EXPECT_NE(session().compressed.error.find("part2.mp4 is gone, so nothing can be made of it"),
            std::string::npos)
      << session().compressed.error;
}

TEST_F(CompressedFiles, WhatIsSkippedAmidItsMakingLeavesNothingHalfMadeThoughItsChildTakesItsTimeToEnd) {
  run(3s);
  ASSERT_TRUE(fs::exists(compressed_path() + kUnfinished));
  ask(session::Wish::skip_compression);
  run(1min);
  EXPECT_EQ(files(), parts_);
  EXPECT_EQ(session().phase, session::Phase::done);
}

TEST_F(CompressedFiles, WhatIsGivenUpLeavesNothingHalfMade) {
  compressor_->failure = Error{Errc::corrupt, "ffmpeg: ended with 1", {}};
  run(5min);
  ASSERT_EQ(session().compressed.made, session::Stage::failed);
  EXPECT_EQ(files(), parts_);
}

TEST_F(CompressedFiles, WhatIsSkippedWhileItsCommentWaitsGoes) {
  publisher_.away = true;
  run(30s);
  ASSERT_TRUE(fs::exists(compressed_path()));
  ask(session::Wish::skip_compression);
  run(1min);
  EXPECT_EQ(files(), parts_);
  EXPECT_EQ(session().phase, session::Phase::done);
}

TEST_F(CompressedFiles, WhatIsCancelledWhileItsCommentWaitsStays) {
  publisher_.away = true;
  run(30s);
  ask(session::Wish::cancel);
  run(1min);
  EXPECT_TRUE(fs::exists(compressed_path())) << "all files stay";
}

TEST_F(CompressedFiles, ASkipThatIsTakenBackAtOnceDoesNotTakeTheFileThatIsThere) {
  publisher_.away = true;
  run(30s);
  ask(session::Wish::skip_compression);
  ask(session::Wish::clear_flags);
  publisher_.away = false;
  run(5min);
  EXPECT_EQ(compressor_->calls, 1);
  EXPECT_EQ(publisher_.comments, 1);
}

TEST_F(CompressedFiles, OneThatTheKernelEndsTimeAndAgainIsGivenUpAndNotTriedForEver) {
  compressor_->failure = Error{Errc::unavailable, "ffmpeg: ended by signal 9", {}};
  run(10min);
  EXPECT_EQ(session().compressed.made, session::Stage::wanted) << "memory may be back in some minutes";
  EXPECT_GT(compressor_->calls, 2);
  run(std::chrono::hours(6));
  EXPECT_EQ(session().compressed.made, session::Stage::failed);
  EXPECT_EQ(session().compressed.error, "ffmpeg: ended by signal 9");
  EXPECT_EQ(compressor_->calls, 5);
  EXPECT_EQ(session().phase, session::Phase::done);
}

TEST_F(CompressedFiles, OneThatWasKilledTwiceAndThenFailsIsTriedAgain) {
  compressor_->failure = Error{Errc::unavailable, "ffmpeg: ended by signal 9", {}};
  while (compressor_->calls < 2) run(10s);
  run(11s);
  compressor_->failure = Error{Errc::corrupt, "ffmpeg: Cannot allocate memory", {}};
  while (compressor_->calls < 3) run(10s);
  run(11s);
  EXPECT_EQ(session().compressed.made, session::Stage::wanted);
  compressor_->failure.reset();
  run(10min);
  EXPECT_EQ(session().compressed.posted, session::Stage::done);
}

TEST_F(CompressedFiles, OneThatHangsTimeAndAgainIsGivenUpToo) {
  compressor_->failure = Error{Errc::timed_out, "ffmpeg: silent for 10 min", {}};
  run(std::chrono::hours(6));
  EXPECT_EQ(session().compressed.made, session::Stage::failed);
  EXPECT_EQ(compressor_->calls, 5);
}

TEST_F(CompressedFiles, AFullDiskIsWaitedForHoweverLongItIs) {
  compressor_->failure = Error{Errc::no_space, "no room", {}};
  run(std::chrono::hours(6));
  EXPECT_EQ(session().compressed.made, session::Stage::wanted);
}

TEST_F(CompressedFiles, ReprocessForgetsWhatWasWrongBefore) {
  compressor_->failure = Error{Errc::corrupt, "ffmpeg: ended with 1", {}};
  run(5min);
  ASSERT_FALSE(session().compressed.error.empty());
  compressor_->failure.reset();
  ask(session::Wish::reprocess);
  run(2min);
  EXPECT_EQ(session().compressed.error, "");
  EXPECT_EQ(session().compressed.posted, session::Stage::done);
}

}  // namespace
}  // namespace rec
