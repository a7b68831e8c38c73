// The overview as Prometheus reads it (text format 0.0.4). docs/metrics.md names each metric. Pure, but for
// what process_figures() asks the system.
#pragma once
#include <string>
#include <string_view>

#include <boost/json/object.hpp>

#include "base/time.hpp"

namespace rec::web {

struct ProcessFigures {
  double resident_bytes = 0;
  double cpu_seconds = 0;
  double open_files = 0;
};
/// Blocking. What cannot be told is 0.
ProcessFigures process_figures();

struct MetricsFrom {
  const boost::json::object& overview;
  Instant now{};
  Instant started{};
  std::string_view version{};
  std::size_t connections = 0;
  ProcessFigures process{};
};
std::string metrics_text(const MetricsFrom& from);

}  // namespace rec::web
