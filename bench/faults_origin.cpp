// The faulty streams of bench/faults on demand, and the judge of what was recorded of them. Ends when its
// input ends.
//   faults_origin
// Prints one line when it is ready: {"http": PORT, "frames": N, "seconds": X, "scenarios": [{"name", "what"},
// …]}. Control, over HTTP:
//   /start?scenario=NAME            a new broadcast, on a server of its own, that begins now: its playlist's
//   URL /judge?file=PATH[&file=PATH…]   {"kept", "missing", "doubled", "unreadable", "disordered"} frames of
//   the files
#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <map>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "bench/scenarios.hpp"
#include "sim/stream/frame_stream.hpp"

namespace rec::bench {
namespace {

boost::json::object judged(const std::vector<std::string>& files, int expected) {
  std::map<int, int> seen;
  int unreadable = 0;
  int disordered = 0;
  int last = -1;
  for (const auto& file : files) {
    const auto numbers = sim::read_frame_numbers(file);
    for (const int number : numbers.value_or(std::vector<int>{})) {
      if (number < 0 || number >= expected) {
        ++unreadable;
        continue;
      }
      if (number < last) ++disordered;
      last = number;
      ++seen[number];
    }
  }
  int doubled = 0;
  for (const auto& [number, times] : seen) doubled += times - 1;
  boost::json::object said;
  said["kept"] = seen.size();
  said["missing"] = expected - static_cast<int>(seen.size());
  said["doubled"] = doubled;
  said["unreadable"] = unreadable;
  said["disordered"] = disordered;
  return said;
}

int origin_main() {
  const auto media = make_bench_media();
  if (!media) {
    fmt::print(stderr, "{}\n", media.error().text);
    return 1;
  }
  const auto scenarios = all_scenarios(*media);
  std::vector<std::unique_ptr<FaultStage>> stages;
  sim::Origin judge;  // on a thread of its own: decoding holds up no broadcast
  judge.mount("/judge", [&](const sim::HttpQuery& query) {
    return sim::json_answer(200, boost::json::serialize(judged(query.params("file"), media->frames)));
  });
  sim::Origin control;
  control.mount("/start", [&](const sim::HttpQuery& query) {
    const auto found = std::ranges::find(scenarios, query.param("scenario"), &Scenario::name);
    if (found == scenarios.end()) return sim::text_answer(404, "no such scenario");
    Script script;
    script.media = media->straight;
    found->apply(script);
    stages.push_back(std::make_unique<FaultStage>(std::move(script)));
    return sim::text_answer(200, stages.back()->url());
  });
  boost::json::array list;
  for (const auto& scenario : scenarios) list.push_back({{"name", scenario.name}, {"what", scenario.what}});
  boost::json::object ready;
  ready["http"] = control.server().port();
  ready["judge"] = judge.server().port();
  ready["frames"] = media->frames;
  ready["seconds"] = Script::listed_at(kSegments);
  ready["scenarios"] = list;
  fmt::print("{}\n", boost::json::serialize(ready));
  std::fflush(stdout);
  std::string line;
  while (std::getline(std::cin, line)) {
  }
  return 0;
}

}  // namespace
}  // namespace rec::bench

int main() { return rec::bench::origin_main(); }
