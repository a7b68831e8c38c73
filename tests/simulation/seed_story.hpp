// What befalls the program in one seeded run, on virtual time: broadcasts, drops and returns, renames, a
// partner's page, outages, floods, lost answers, a full disk, wishes, kills. Drawn from the seed alone, so
// the same seed is the same run.
#pragma once
#include <string>
#include <vector>

#include "app/session_actions.hpp"
#include "program.hpp"

namespace rec::simulation {

inline constexpr std::chrono::seconds kSeedGrace{30};  ///< a drop that is longer ends a session

struct SeedKill {
  Instant at{};
  std::chrono::seconds away{1};
  bool renamed = false;  ///< the channel is called otherwise when it comes back, in the configuration too
};

struct SeedWish {
  Instant at{};
  SessionAction action = SessionAction::retry;
  bool asked = false;
};

struct SeedStory {
  std::vector<SeedKill> kills{};
  std::vector<int> fuses{};  ///< steps from a start to a crash; the first starts have one each
  std::vector<SeedWish> wishes{};
  Instant end{};                      ///< by then nothing happens any more
  std::vector<Instant> crashed_at{};  ///< by the fuses, once it was played
  bool cross = false, rolls = false, disk_fills = false, renamed = false;
};

/// Writes world and settings of a fresh program, and says what is to be done while it runs.
SeedStory written_story(unsigned seed, Program& program);

struct SeedOutcome {
  std::vector<std::string> faults{};  ///< none: nothing was lost, nothing doubled, nothing is left over
  int crashes = 0;
  std::size_t posts = 0, sessions = 0;
};

/// Plays it to its end and looks at what came of it. `name` tells folders of processes' runs apart.
SeedOutcome play_seed(unsigned seed, const std::string& name);

/// What is not as it must be when nothing is left to do.
std::vector<std::string> faults_of(Program& program, const SeedStory& story);

/// For people: what was drawn.
std::string told_story(unsigned seed);

}  // namespace rec::simulation
