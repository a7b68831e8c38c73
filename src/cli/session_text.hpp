// What `session` prints for people, of the objects that the service answers with. Pure.
#pragma once
#include <string>

#include <boost/json/object.hpp>

namespace rec::cli {

std::string session_table(const boost::json::object& list);
std::string session_details_text(const boost::json::object& details);
std::string session_told(const boost::json::object& outcome);

}  // namespace rec::cli
