// The answer to four questions: is all well, is anything missing, is it posted, what must I do? Made of the
// status, for the dashboard and for /metrics. Pure.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include <boost/json/object.hpp>

#include "app/doctor.hpp"
#include "base/iso_time.hpp"

namespace rec {

struct OverviewFrom {
  boost::json::object status{};  ///< of status_view.hpp, with `watch`
  Instant now{};
  /// What sessions that are done by now missed since the local day began; those in the status are counted
  /// from there.
  double missed_earlier_s = 0;
  Instant day_began{};
  std::optional<Instant> looked_at{};        ///< when a platform last told of a channel
  std::vector<Finding> cookies{};            ///< only what is no "ok" is shown
  std::vector<std::string> book_problems{};  ///< of ChannelBook
};

/// The status, and
///   `verdict`         good, attention (a person should look) or bad (something is being lost)
///   `live`, `recorded` channels that broadcast, and those of them that gave a byte within the last minute
///   `missing_today_s`, `unposted_bytes`
///   `looked_at`       when a platform last told of a channel, or null
///   `problems[]`      `level` (warning, error), `code`, `text`, `cure`, and `channel` or `session` where it
///   is
///                     about one; the worst first
boost::json::object overview_json(OverviewFrom from);

}  // namespace rec
