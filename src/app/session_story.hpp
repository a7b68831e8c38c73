// What happened to a session, in order, and why. Pure.
#pragma once
#include <boost/json/array.hpp>

#include "core/store_rows.hpp"

namespace rec {

/// Objects with `at` (null where it is not known), `what` (`began take title gap part_ready part_failed
/// part_posted file_began file_ended file_aside file_failed ended asked copy_failed compression_failed`) and
/// `text`, one line for people, in order of time; those without a time stand at the end.
/// `seconds` and `cause` of a gap, `number` and `bytes` of a part, too.
boost::json::array story_json(const SessionRecord& record);

}  // namespace rec
