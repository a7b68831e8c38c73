// The recorder with the disk shim in it: its environment, its control block, and its end when the power goes.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "cli/demo_recorder.hpp"
#include "tests/support/disk_shim.hpp"

namespace rec::torture {

class ShimmedProgram {
 public:
  /// Of the program's files those in `home` are meant; control block and journal lie in `folder`.
  ShimmedProgram(const std::filesystem::path& folder, std::filesystem::path home, std::string config);
  ~ShimmedProgram();
  ShimmedProgram(const ShimmedProgram&) = delete;
  ShimmedProgram& operator=(const ShimmedProgram&) = delete;

  /// `orders`: further variables of the shim, as NAME=VALUE.
  Result<void> start(const std::vector<std::string>& orders);
  [[nodiscard]] disk_shim::Control& control() const { return *control_; }
  [[nodiscard]] cli::DemoRecorder& recorder() { return recorder_; }
  [[nodiscard]] std::filesystem::path journal() const { return folder_ / "disk.journal"; }
  [[nodiscard]] std::filesystem::path census() const { return folder_ / "disk.census"; }
  /// No call of the program or its children that was not under way reaches the disk any more; then all of
  /// them are dead. False: one of them would not die.
  bool power_off();
  /// The next start begins with an empty control block.
  void forget();

 private:
  std::filesystem::path folder_;
  std::filesystem::path home_;
  std::string mark_;  ///< in the environment of each of its processes
  disk_shim::Control* control_ = nullptr;
  cli::DemoRecorder recorder_;
};

}  // namespace rec::torture
