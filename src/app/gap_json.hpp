// A gap as JSON: what `status`, notices and `record --json` say of one, and what is handed on with a file.
// Pure.
#pragma once
#include <boost/json/object.hpp>

#include "base/result.hpp"
#include "core/segment.hpp"

namespace rec {

/// {"from_sequence", "to_sequence", "seconds", "cause", "noticed_at"}
boost::json::object gap_json(const Gap& gap);

/// The same, and "file" (Gap::take), "epoch", "before_ordinal": all of it.
boost::json::object whole_gap_json(const Gap& gap);
/// invalid: what is missing or of no use.
Result<Gap> whole_gap_of(const boost::json::object& object);

}  // namespace rec
