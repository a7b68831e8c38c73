// Text to values and back, as config.yaml writes them. Pure. A parse that fails gives nothing; where the
// general "expected …" would not help, `why` says more.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"

namespace rec::units {

/// true/false/1/0/yes/no/y/n/on/off, in any case.
std::optional<bool> parse_bool(std::string_view text);
/// A finite number; "12,5" is 12.5.
std::optional<double> parse_number(std::string_view text);
/// A whole number; "5.0" and "5,0" are 5.
std::optional<std::int64_t> parse_integer(std::string_view text);

/// `90s`, `2h`, `1h30m`, `500ms`, `1d`, or a bare number of `bare` units. Not negative, under 100 years.
std::optional<Millis> parse_duration(std::string_view text, Millis bare, std::string& why);
/// "2h", "1h30m", "500ms", "0s".
std::string format_duration(Millis value);

/// `5GB` (10^9), `1.5GiB` (2^30), or a bare number of `bare` bytes; with bare 0 a unit must stand (but for
/// 0).
std::optional<std::uint64_t> parse_size(std::string_view text, std::uint64_t bare, std::string& why);
/// The shortest of "2GiB", "5GB", "1.8GiB", "123B" that reads back as the same number.
std::string format_size(std::uint64_t bytes);
/// "0.5", "12": no more digits than needed.
std::string format_number(double value);

std::string lower(std::string_view text);
std::string_view trim(std::string_view text);
/// The candidate that a slip of the fingers away from `word` is, or "".
std::string nearest(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace rec::units
