#include "app/gap_json.hpp"

#include <cmath>
#include <string>

#include <boost/json/value.hpp>
#include <boost/json/value_to.hpp>

#include "base/iso_time.hpp"
#include "core/gaps.hpp"

namespace rec {
namespace {

namespace json = boost::json;

constexpr double kLongestGap = 1e9;  // seconds

}  // namespace

json::object gap_json(const Gap& gap) {
  return {{"from_sequence", gap.from_sequence},
          {"to_sequence", gap.to_sequence},
          {"seconds", std::chrono::duration<double>(gap.duration).count()},
          {"cause", word(gap.cause)},
          {"noticed_at", iso8601(gap.noticed_at)}};
}

json::object whole_gap_json(const Gap& gap) {
  json::object object = gap_json(gap);
  object["file"] = gap.take;
  object["epoch"] = gap.epoch;
  object["before_ordinal"] = gap.before_ordinal;
  return object;
}

Result<Gap> whole_gap_of(const json::object& object) {
  try {
    Gap gap;
    gap.take = object.at("file").to_number<std::uint32_t>();
    gap.epoch = object.at("epoch").to_number<std::uint32_t>();
    gap.before_ordinal = object.at("before_ordinal").to_number<std::uint64_t>();
    gap.from_sequence = object.at("from_sequence").to_number<std::int64_t>();
    gap.to_sequence = object.at("to_sequence").to_number<std::int64_t>();
    const auto seconds = object.at("seconds").to_number<double>();
    const auto cause = cause_of_gap(object.at("cause").as_string());
    const auto at = parse_iso8601(std::string(object.at("noticed_at").as_string()));
    if (!cause || !at || !(seconds >= 0 && seconds < kLongestGap))
      return fail(Errc::invalid, "a gap is none");
    gap.duration = Micros(std::llround(seconds * 1e6));
    gap.cause = *cause;
    gap.noticed_at = *at;
    return gap;
  } catch (const std::exception& problem) {
    return fail(Errc::invalid, std::string("a gap is none: ") + problem.what());
  }
}

}  // namespace rec
