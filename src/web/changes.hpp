// What changed from one overview to the next, small enough to be sent each second. Pure.
#pragma once
#include <boost/json/object.hpp>

namespace rec::web {

/// The members of `now` that differ from `before`, as they are now. Of `channels` and `sessions`, lists of
/// objects with an `id`, where the ids and their order are the same, only
///     "channels_changed": [{"id", members that differ}]
/// Members that are in `before` alone stand in `gone[]`. `at` alone is no change.
boost::json::object changes_between(const boost::json::object& before, const boost::json::object& now);

/// What a page needs of an overview: without what it counts by itself (elapsed_s).
boost::json::object for_pages(boost::json::object overview);

}  // namespace rec::web
