// What `target` prints for people. Pure.
#pragma once
#include <string>

#include <boost/json/object.hpp>

namespace rec::cli {

/// The answer to target_list: a target a line, below it what it has and who posts to it.
std::string target_table(const boost::json::object& list);
/// The answer to a request that changed a target, as a line.
std::string target_told(const boost::json::object& answer);

}  // namespace rec::cli
