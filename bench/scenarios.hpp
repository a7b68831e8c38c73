// The faulty streams of bench/faults. In each of them every frame was on offer long enough for a recorder
// that does not give up: nothing that is missing afterwards was the origin's fault.
#pragma once
#include <string>
#include <vector>

#include "base/result.hpp"
#include "bench/fault_script.hpp"

namespace rec::bench {

struct Scenario {
  std::string name;
  std::string what;  ///< one line for a person
  std::function<void(Script&)> apply;
};

/// The media that scripts serve: one encoder run, and twice two runs of which the second's timestamps start
/// over.
struct BenchMedia {
  std::vector<Bytes> straight;
  std::vector<Bytes> restarted;  ///< from segment kRestart on
  std::vector<Bytes> wrapping;   ///< the 33-bit timestamps pass their end at segment kRestart
  int frames = 0;                ///< numbered from 0, the same in all
};
constexpr std::size_t kSegments = 20;
constexpr std::size_t kRestart = 10;

Result<BenchMedia> make_bench_media();
/// `media` must outlive them.
std::vector<Scenario> all_scenarios(const BenchMedia& media);

}  // namespace rec::bench
