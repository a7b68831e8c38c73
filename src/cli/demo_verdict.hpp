// Whether the demo came out as it must: every frame once and in order, every post once, nothing left behind.
#pragma once
#include <string>
#include <vector>

#include "cli/demo_stage.hpp"
#include "core/session.hpp"

namespace rec::cli {

struct DemoVerdict {
  std::vector<std::string> faults{};  ///< empty: all is well
  std::string table{};
};

struct DemoRun {
  int kills = 0;
  int exit_code = 0;               ///< of the recorder, after SIGTERM
  double last_post_after_end = 0;  ///< seconds from the end of the broadcast to the last post
};

/// Parts or segments still lie on the recorder's disk.
bool files_are_left(const DemoStage& stage);

/// Decodes what arrived on Telegram's side and reads the recorder's store. The recorder must have ended.
DemoVerdict judge_demo(const DemoStage& stage, const DemoRun& run);

}  // namespace rec::cli
