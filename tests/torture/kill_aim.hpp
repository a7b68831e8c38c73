// What a kill is aimed at. Where it fell is told afterwards (kill_phases.hpp); aiming only sees to it that
// every phase is hit.
#pragma once
#include <filesystem>
#include <random>
#include <string>
#include <string_view>

#include "kill_phases.hpp"
#include "stage.hpp"

namespace rec::torture {

enum class Aim {
  clock,
  call,
  start,
  record,
  seal,
  remux,
  upload,
  album,
  compress,
  comment,
  caption,
  copy,
  clean
};

/// How the next life of the program ends.
struct LifePlan {
  Aim aim = Aim::clock;
  double seconds = 0;  ///< at the latest; 0: it lives until everything is posted
  double delay = 0;    ///< seconds behind the sight of what was aimed at
  int call = 0;        ///< at this write, sync, cut, rename or removal in its folders; 0 = none
};

/// While the broadcasts are on; then, which lasts until something of the end is seen; when they are over.
enum class Act { live, before_the_end, end };
LifePlan drawn_life(std::mt19937& random, const RoundPlan& plan, Act act);

/// Sees in one life when that is going on which was aimed at.
class Sight {
 public:
  Sight(const Stage& stage, KilledLife life, Aim aim);
  [[nodiscard]] bool sees() const;

 private:
  [[nodiscard]] bool logged(std::string_view event) const;
  [[nodiscard]] int calls() const;

  const Stage& stage_;
  KilledLife life_;
  Aim aim_;
  int calls_before_ = 0;
  std::size_t hits_before_ = 0;
};

}  // namespace rec::torture
