#include "runtime/spawn.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>

#include <array>
#include <cstdlib>
#include <sstream>

#include "base/fd.hpp"

namespace rec {
namespace {

struct Ended {
  int code = -1;
  std::string out;
};

/// Runs it to its end and returns what it wrote.
Result<Ended> run_and_read(SpawnRequest request) {
  std::array<int, 2> ends{};
  EXPECT_EQ(::pipe(ends.data()), 0);  // without CLOEXEC: spawn has to see to it by itself
  const Fd read_end(ends[0]);
  Fd write_end(ends[1]);
  request.stdout_fd = write_end.get();
  auto child = spawn(request);
  write_end.reset();
  if (!child) return fail(child.error());
  const Fd pidfd(child->pidfd);
  Ended ended;
  std::array<char, 4096> buffer{};
  for (ssize_t got = 0; (got = ::read(read_end.get(), buffer.data(), buffer.size())) > 0;) {
    ended.out.append(buffer.data(), static_cast<std::size_t>(got));
  }
  pollfd exit_of{pidfd.get(), POLLIN, 0};
  EXPECT_EQ(::poll(&exit_of, 1, 10'000), 1);
  int status = 0;
  EXPECT_EQ(::waitpid(child->pid, &status, 0), child->pid);
  ended.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return ended;
}

TEST(Spawn, FindsTheProgramInPathAndPassesArgumentsAsTheyAre) {
  auto ended = run_and_read({.argv = {"printf", "%s|", "a b", "$HOME", "*"}});
  ASSERT_TRUE(ended) << ended.error().text;
  EXPECT_EQ(ended->out, "a b|$HOME|*|");
  EXPECT_EQ(ended->code, 0);
}

TEST(Spawn, SaysThatAProgramIsMissing) {
  auto by_name = spawn({.argv = {"no-such-program-anywhere"}});
  ASSERT_FALSE(by_name);
  EXPECT_EQ(by_name.error().code, Errc::not_found);
  EXPECT_THAT(by_name.error().text, testing::HasSubstr("no-such-program-anywhere"));
  auto by_path = spawn({.argv = {"/nowhere/program"}});
  ASSERT_FALSE(by_path);
  EXPECT_EQ(by_path.error().code, Errc::not_found);
  auto not_executable = spawn({.argv = {"/etc/passwd"}});
  ASSERT_FALSE(not_executable);
  EXPECT_EQ(not_executable.error().code, Errc::denied);
  EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1) << "a failed start must leave no zombie";
}

TEST(Spawn, GivesTheChildNoneOfOurDescriptors) {
  const Fd null(::open("/dev/null", O_RDONLY));
  const Fd ours(::fcntl(null.get(), F_DUPFD, 50));  // no CLOEXEC
  ASSERT_GE(ours.get(), 50);
  auto ended = run_and_read({.argv = {"sh", "-c", "echo /proc/self/fd/*"}});
  ASSERT_TRUE(ended) << ended.error().text;
  std::istringstream words(ended->out);
  std::vector<std::string> open;
  for (std::string word; words >> word;) open.push_back(word);
  // The fourth is the shell's own, on the folder it lists.
  EXPECT_THAT(open, testing::IsSupersetOf({"/proc/self/fd/0", "/proc/self/fd/1", "/proc/self/fd/2"}));
  EXPECT_LE(open.size(), 4U) << ended->out;
  EXPECT_THAT(open, testing::Not(testing::Contains("/proc/self/fd/" + std::to_string(ours.get()))));
}

TEST(Spawn, GivesTheChildACleanEnvironmentAndWhatWasAsked) {
  ::setenv("REC_TEST_TOKEN", "secret", 1);
  auto ended = run_and_read({.argv = {"env"}, .extra_environment = {"EXTRA=1=2", "HOME=/elsewhere"}});
  ::unsetenv("REC_TEST_TOKEN");
  ASSERT_TRUE(ended) << ended.error().text;
  EXPECT_THAT(ended->out, testing::HasSubstr("EXTRA=1=2\n"));
  EXPECT_THAT(ended->out, testing::HasSubstr("HOME=/elsewhere\n"));
  EXPECT_THAT(ended->out, testing::HasSubstr("PATH="));
  EXPECT_THAT(ended->out, testing::Not(testing::HasSubstr("REC_TEST_TOKEN")));
}

TEST(Spawn, ResetsSignalsAndPutsTheChildInAGroupOfItsOwn) {
  sigset_t usr1;
  sigset_t before;
  ::sigemptyset(&usr1);
  ::sigaddset(&usr1, SIGUSR1);
  ::pthread_sigmask(SIG_BLOCK, &usr1, &before);
  const auto old = ::signal(SIGPIPE, SIG_IGN);
  auto ended = run_and_read(
      {.argv = {"sh", "-c",
                "grep -E 'Sig(Blk|Ign)' /proc/self/status; cut -d' ' -f5 /proc/$$/stat; echo $$"}});
  ::signal(SIGPIPE, old);
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  ASSERT_TRUE(ended) << ended.error().text;
  EXPECT_THAT(ended->out, testing::HasSubstr("SigBlk:\t0000000000000000"));
  EXPECT_THAT(ended->out, testing::HasSubstr("SigIgn:\t0000000000000000"));
  std::istringstream lines(ended->out.substr(ended->out.rfind("SigIgn")));
  std::string word;
  int group = 0;
  int pid = -1;
  lines >> word >> word >> group >> pid;
  EXPECT_EQ(group, pid);
}

TEST(Spawn, TheChildEndsWithTheProcessThatStartedIt) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe(ends.data()), 0);
  const Fd read_end(ends[0]);
  Fd write_end(ends[1]);
  const pid_t middle = ::fork();
  if (middle == 0) {
    auto child = spawn({.argv = {"sleep", "600"}, .stdout_fd = write_end.get()});
    ::_exit(child ? 0 : 1);
  }
  write_end.reset();
  int status = -1;
  ASSERT_EQ(::waitpid(middle, &status, 0), middle);
  ASSERT_EQ(status, 0);
  pollfd pipe_end{read_end.get(), POLLIN, 0};  // hangs up when the sleeper, its last writer, is gone
  ASSERT_EQ(::poll(&pipe_end, 1, 10'000), 1);
  EXPECT_NE(pipe_end.revents & POLLHUP, 0);
}

TEST(Spawn, MakesTheChildNicer) {
  auto ended = run_and_read({.argv = {"nice"}, .nice = 7});
  ASSERT_TRUE(ended) << ended.error().text;
  EXPECT_EQ(ended->out, std::to_string(::nice(0) + 7) + "\n");
}

TEST(Spawn, WhenMemoryRunsOutChildrenThatCanBeMadeAgainEndBeforeTheRecorder) {
  auto ended = run_and_read({.argv = {"cat", "/proc/self/oom_score_adj"}, .nice = 7});
  ASSERT_TRUE(ended) << ended.error().text;
  EXPECT_GE(std::stoi(ended->out), 500);
  ended = run_and_read({.argv = {"cat", "/proc/self/oom_score_adj"}});
  ASSERT_TRUE(ended) << ended.error().text;
  EXPECT_LT(std::stoi(ended->out), 500) << "what records must go on";
}

}  // namespace
}  // namespace rec
