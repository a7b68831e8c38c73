// What `channel` prints for people. Pure.
#pragma once
#include <string>

#include <boost/json/object.hpp>

namespace rec::cli {

/// The answer to channel_list as lines, one a channel and one for each of its peculiarities.
std::string channel_table(const boost::json::object& list);
/// The answer to a request that changed a channel, as a line.
std::string channel_told(const boost::json::object& answer);

}  // namespace rec::cli
