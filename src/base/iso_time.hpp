// Reading what iso8601() of time.hpp writes.
#pragma once
#include <optional>
#include <string_view>

#include "base/time.hpp"

namespace rec {

/// "2026-11-22T17:26:03.120Z", milliseconds optional; nothing for any other form or a date that is none.
std::optional<Instant> parse_iso8601(std::string_view text);

}  // namespace rec
