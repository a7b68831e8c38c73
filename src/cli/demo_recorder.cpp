#include "cli/demo_recorder.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <thread>

#include "runtime/spawn.hpp"

namespace rec::cli {

DemoRecorder::DemoRecorder(std::string program, std::string config)
    : program_(std::move(program)), config_(std::move(config)) {}

DemoRecorder::~DemoRecorder() {
  if (pid_ > 0) kill9();
}

Result<void> DemoRecorder::start(std::vector<std::string> environment) {
  // Its log goes to a file by configuration; what it prints beside that is kept too.
  const std::string said = (std::filesystem::path(config_).parent_path() / "recorder.stderr").string();
  const Fd err(::open(said.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  if (err.get() < 0) return fail(errno_error(errno, "opening " + said));
  SpawnRequest request;
  request.argv = {program_, "run", "--config", config_};
  request.extra_environment = std::move(environment);
  request.stderr_fd = err.get();
  REC_TRY(const SpawnedChild child, spawn(request));
  pid_ = child.pid;
  pidfd_ = Fd(child.pidfd);
  return {};
}

void DemoRecorder::kill9() {
  if (pid_ <= 0) return;
  kill(pid_, SIGKILL);
  reap(true);
}

int DemoRecorder::stop() {
  if (pid_ <= 0) return exit_code_;
  kill(pid_, SIGTERM);
  for (int i = 0; i < 1000 && pid_ > 0; ++i) {
    reap(false);
    if (pid_ > 0) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  if (pid_ <= 0) return exit_code_;
  kill9();
  return -1;
}

bool DemoRecorder::gone() {
  if (pid_ > 0) reap(false);
  return pid_ <= 0;
}

void DemoRecorder::reap(bool wait) {
  int status = 0;
  if (waitpid(pid_, &status, wait ? 0 : WNOHANG) != pid_) return;
  exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  pid_ = -1;
  pidfd_ = Fd();
}

}  // namespace rec::cli
