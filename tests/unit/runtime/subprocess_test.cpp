#include "runtime/subprocess.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>

#include <filesystem>
#include <fstream>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

namespace rec {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

Result<ChildResult> run_now(ChildRequest request) {
  asio::io_context io;
  Result<ChildResult> got = fail(Errc::invalid, "it never ended");
  auto on_end = [&got](const std::exception_ptr&, Result<ChildResult> result) { got = std::move(result); };
  asio::co_spawn(io, run_child(std::move(request)), std::move(on_end));
  io.run();
  return got;
}

ChildRequest shell(std::string script) { return {.argv = {"sh", "-c", std::move(script)}}; }

bool no_children_left() { return ::waitpid(-1, nullptr, WNOHANG) == -1 && errno == ECHILD; }

/// Whether a process of that number is there, zombies not counted.
bool is_alive(pid_t pid) {
  std::ifstream stat("/proc/" + std::to_string(pid) + "/stat");
  std::string text;
  std::getline(stat, text);
  const auto end = text.rfind(") ");
  return end != std::string::npos && text[end + 2] != 'Z' && text[end + 2] != 'X';
}
void expect_to_end(pid_t pid) {
  for (int i = 0; i < 500 && is_alive(pid); ++i) ::usleep(10'000);
  EXPECT_FALSE(is_alive(pid));
}

TEST(Subprocess, HandsBackBothOutputsAndTheExitCode) {
  auto result = run_now(shell("echo out; echo err >&2; exit 3"));
  ASSERT_TRUE(result) << result.error().text;
  EXPECT_EQ(result->out, "out\n");
  EXPECT_EQ(result->err, "err\n");
  EXPECT_EQ(result->exit_code, 3);
  EXPECT_TRUE(no_children_left());
}

TEST(Subprocess, ASignalShowsAs128AndItsNumber) {
  auto result = run_now(shell("kill -9 $$"));
  ASSERT_TRUE(result) << result.error().text;
  EXPECT_EQ(result->exit_code, 128 + SIGKILL);
}

TEST(Subprocess, TenMegabytesWithoutANewlineArriveOnBothOutputsAtOnce) {
  auto result = run_now(shell("head -c 10485760 /dev/zero & head -c 10485760 /dev/zero >&2; wait"));
  ASSERT_TRUE(result) << result.error().text;
  EXPECT_EQ(result->out.size(), 10'485'760U);
  EXPECT_EQ(result->err.size(), 10'485'760U);
}

TEST(Subprocess, TooMuchOutputIsAnErrorAndEndsTheChild) {
  auto request = shell("yes");
  request.max_output = 100'000;
  auto result = run_now(std::move(request));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Errc::corrupt);
  EXPECT_TRUE(no_children_left());
  auto exact = shell("head -c 100000 /dev/zero");
  exact.max_output = 100'000;
  EXPECT_TRUE(run_now(std::move(exact)));
}

TEST(Subprocess, TheChildReadsWhatItIsGivenAndThenTheEnd) {
  auto request = shell("cat; echo; wc -c < /dev/stdin");
  request.stdin_text = std::string(300'000, 'x');
  auto result = run_now(std::move(request));
  ASSERT_TRUE(result) << result.error().text;
  EXPECT_EQ(result->out.substr(0, 300'001), std::string(300'000, 'x') + "\n");
  auto deaf = shell("exit 0");  // does not read at all
  deaf.stdin_text = std::string(300'000, 'x');
  EXPECT_TRUE(run_now(std::move(deaf)));
}

TEST(Subprocess, AMissingProgramIsNotFound) {
  auto result = run_now({.argv = {"no-such-program-anywhere"}});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Errc::not_found);
}

TEST(Subprocess, ATimeoutEndsTheChildAndItsChildren) {
  const auto before = std::chrono::steady_clock::now();
  const auto file = std::filesystem::temp_directory_path() / ("rec_subprocess_" + std::to_string(::getpid()));
  auto request = shell("sleep 600 & echo $! > " + file.string() + "; wait");
  request.timeout = Millis(300);
  auto result = run_now(std::move(request));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Errc::timed_out);
  EXPECT_LT(std::chrono::steady_clock::now() - before, seconds(4)) << "SIGTERM was enough";
  pid_t grandchild = 0;
  std::ifstream(file) >> grandchild;
  std::filesystem::remove(file);
  ASSERT_GT(grandchild, 0);
  expect_to_end(grandchild);
  EXPECT_TRUE(no_children_left());
}

TEST(Subprocess, AChildThatIgnoresSigtermIsKilledFiveSecondsLater) {
  const auto before = std::chrono::steady_clock::now();
  auto request = shell("trap '' TERM; while :; do sleep 1; done");
  request.timeout = Millis(200);
  auto result = run_now(std::move(request));
  const auto took = std::chrono::steady_clock::now() - before;
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Errc::timed_out);
  EXPECT_GE(took, seconds(5));
  EXPECT_LT(took, seconds(20));
  EXPECT_TRUE(no_children_left());
}

TEST(Subprocess, WhatTheChildLeavesBehindInItsGroupEndsWithIt) {
  auto result = run_now(shell("sleep 600 & echo $!"));
  ASSERT_TRUE(result) << result.error().text;
  expect_to_end(std::stoi(result->out));
}

TEST(Subprocess, AStrayThatLeftTheGroupDoesNotHoldUpTheResult) {
  const auto before = std::chrono::steady_clock::now();
  auto result = run_now(shell("setsid sleep 30 & sleep 0.2; echo done"));
  ASSERT_TRUE(result) << result.error().text;
  EXPECT_EQ(result->out, "done\n");
  EXPECT_LT(std::chrono::steady_clock::now() - before, seconds(15));
}

TEST(Subprocess, CancellationEndsTheGroupAndReapsBeforeItUnwinds) {
  asio::io_context io;
  asio::cancellation_signal cancel;
  bool aborted = false;
  bool reaped = false;
  auto on_end = [&](const std::exception_ptr& thrown, const Result<ChildResult>&) {
    aborted = thrown != nullptr;
    reaped = no_children_left();
  };
  asio::co_spawn(io, run_child(shell("sleep 600 & sleep 600; wait")),
                 asio::bind_cancellation_slot(cancel.slot(), std::move(on_end)));
  asio::steady_timer timer(io, milliseconds(100));
  timer.async_wait([&](const boost::system::error_code&) { cancel.emit(asio::cancellation_type::terminal); });
  const auto before = std::chrono::steady_clock::now();
  io.run();
  EXPECT_TRUE(aborted);
  EXPECT_TRUE(reaped);
  EXPECT_LT(std::chrono::steady_clock::now() - before, seconds(2));
}

TEST(Subprocess, ALoopThatIsDestroyedTakesItsChildrenWithIt) {
  {
    asio::io_context io;
    asio::co_spawn(io, run_child(shell("sleep 600")),
                   [](const std::exception_ptr&, const Result<ChildResult>&) {});
    io.run_for(milliseconds(50));
    EXPECT_FALSE(no_children_left());
  }
  EXPECT_TRUE(no_children_left());
}

TEST(Subprocess, NoDescriptorIsLeftOpen) {
  const auto count = [] {
    const std::filesystem::directory_iterator listing("/proc/self/fd");
    return std::distance(begin(listing), end(listing));
  };
  const auto before = count();
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(run_now(shell("echo x")));
  EXPECT_FALSE(run_now({.argv = {"no-such-program-anywhere"}}));
  EXPECT_EQ(count(), before);
}

TEST(Subprocess, HandsOutputOnWhileTheChildRuns) {
  std::string heard;
  int pieces = 0;
  ChildRequest request = shell("echo one; sleep 0.3; echo two");
  request.on_out = [&](std::string_view piece) {
    heard += piece;
    pieces += piece.empty() ? 0 : 1;
  };
  const auto result = run_now(std::move(request));
  ASSERT_TRUE(result) << result.error().text;
  EXPECT_EQ(heard, "one\ntwo\n");
  EXPECT_EQ(pieces, 2);
  EXPECT_EQ(result->out, "");
}

TEST(Subprocess, WhoeverKeepsTalkingIsNotTimedOutAndWhoeverFallsSilentIs) {
  ChildRequest talks = shell("for i in 1 2 3 4 5 6 7 8; do echo $i; sleep 0.25; done");
  talks.timeout = milliseconds(1500);
  talks.on_out = [](std::string_view) {};
  EXPECT_TRUE(run_now(std::move(talks)));
  ChildRequest silent = shell("echo 1; sleep 30");
  silent.timeout = milliseconds(300);
  silent.on_out = [](std::string_view) {};
  const auto ended = run_now(std::move(silent));
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error().code, Errc::timed_out);
}

TEST(Subprocess, OfEndlessComplaintsTheLastAreKept) {
  ChildRequest request = shell("i=0; while [ $i -lt 3000 ]; do echo complaint $i >&2; i=$((i+1)); done");
  request.max_output = 4096;
  request.on_out = [](std::string_view) {};
  const auto result = run_now(std::move(request));
  ASSERT_TRUE(result) << result.error().text;
  EXPECT_LE(result->err.size(), 4096U);
  EXPECT_TRUE(result->err.ends_with("complaint 2999\n")) << result->err.substr(result->err.size() - 40);
}

}  // namespace
}  // namespace rec
