// The status for people: is it recording now, is anything missing, is it posted. Made from the JSON, so that
// it says the same wherever that came from. Pure.
#pragma once
#include <string>

#include <boost/json/object.hpp>

namespace rec::cli {

std::string status_text(const boost::json::object& status);

}  // namespace rec::cli
