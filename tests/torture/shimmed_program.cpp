#include "shimmed_program.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include <chrono>
#include <cstring>
#include <stdexcept>
#include <thread>

#include "base/fd.hpp"
#include "runtime/marked_processes.hpp"

namespace rec::torture {

ShimmedProgram::ShimmedProgram(const std::filesystem::path& folder, std::filesystem::path home,
                               std::string config)
    : folder_(folder), home_(std::move(home)), recorder_(REC_BINARY, std::move(config)) {
  const std::string path = (folder_ / "disk.control").string();
  mark_ = "REC_DISK_CONTROL=" + path;
  const Fd file(::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (!file || ::ftruncate(file.get(), disk_shim::kControlBytes) != 0)
    throw std::runtime_error("cannot make " + path);
  void* at = ::mmap(nullptr, disk_shim::kControlBytes, PROT_READ | PROT_WRITE, MAP_SHARED, file.get(), 0);
  if (at == MAP_FAILED) throw std::runtime_error("cannot map " + path);
  control_ = static_cast<disk_shim::Control*>(at);
}

ShimmedProgram::~ShimmedProgram() {
  recorder_.kill9();
  signal_processes_with(mark_, SIGKILL);
  ::munmap(control_, disk_shim::kControlBytes);
}

Result<void> ShimmedProgram::start(const std::vector<std::string>& orders) {
  std::vector<std::string> environment = {std::string("LD_PRELOAD=") + REC_DISK_SHIM,
                                          "REC_DISK_ROOT=" + home_.string(), mark_};
  environment.insert(environment.end(), orders.begin(), orders.end());
  return recorder_.start(std::move(environment));
}

bool ShimmedProgram::power_off() {
  control_->off = 1;
  std::this_thread::sleep_for(std::chrono::milliseconds(50));  // what is under way is written down
  recorder_.kill9();
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (!processes_with(mark_).empty()) {
    if (std::chrono::steady_clock::now() > until) return false;
    signal_processes_with(mark_, SIGKILL);
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return true;
}

void ShimmedProgram::forget() { std::memset(static_cast<void*>(control_), 0, disk_shim::kControlBytes); }

}  // namespace rec::torture
