// Doctor: how often channels are looked at where requests are few.
#include <fmt/format.h>

#include <algorithm>

#include "app/config_channels.hpp"
#include "app/doctor.hpp"

namespace rec {

Findings check_watching(const Config& config) {
  std::size_t channels = 0;
  for (const ConfiguredChannel& channel : configured_channels(config))
    if (channel.watched.platform == "youtube" && channel.overrides.enabled) ++channels;
  if (channels == 0) return {};
  const double asked = std::chrono::duration<double>(config.youtube.check_interval).count();
  const int looks = config.youtube.requests_per_minute - config.youtube.reserved_requests();
  const double every = std::max(asked, static_cast<double>(channels) * 60 / looks);
  Finding finding{"youtube", Finding::Level::ok, "", ""};
  finding.text =
      fmt::format("{} YouTube channel{} by their pages, without a key: each is looked at every {:.0f} s",
                  channels, channels == 1 ? "" : "s", every);
  if (every > asked) {
    finding.level = Finding::Level::warning;
    finding.text += fmt::format(", not every {:.0f} s: youtube.requests_per_minute is {}", asked,
                                config.youtube.requests_per_minute);
    finding.cure =
        "watch fewer channels from this address, or raise youtube.requests_per_minute at the risk that "
        "YouTube "
        "refuses; what is announced, was live lately or has dropped goes first in any case";
  }
  return {finding};
}

}  // namespace rec
