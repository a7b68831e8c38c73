// What the views of the service's answers share: short texts of members, a session in a line. Pure.
#pragma once
#include <cstddef>
#include <string>

#include <boost/json/object.hpp>

#include "app/config.hpp"

namespace rec::chat {

inline constexpr std::size_t kMostTitle = 80;   ///< bytes of a name or title
inline constexpr std::size_t kMostError = 200;  ///< bytes of an error

/// A member as one line.
std::string shown_text(const boost::json::object& object, const char* key, std::size_t most = kMostTitle);
std::string length_of(double seconds);
std::string size_of(double bytes, Language language);
/// Of a list how many it has; of a number that.
std::size_t count_in(const boost::json::object& session, const char* key);
/// With its newline; its title on a line of its own.
std::string session_line(const boost::json::object& session, Language language);
/// A channel's status, or "paused" where nothing of it goes on.
std::string state_of(const boost::json::object& source);

}  // namespace rec::chat
