// A finished file as a JSON object, without its further files.
#pragma once
#include <boost/json/object.hpp>

#include "core/part_file.hpp"

namespace rec::row_codec {

boost::json::object object_of(const session::PartFile& file);
/// Throws what Boost.JSON throws where it is none.
session::PartFile file_of(const boost::json::object& object);

}  // namespace rec::row_codec
