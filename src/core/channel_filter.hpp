// Is a broadcast one to be recorded: by its title, its category and the hour. Pure.
#pragma once
#include <optional>
#include <string>

#include "core/channel.hpp"
#include "core/channel_hours.hpp"
#include "core/text_pattern.hpp"

namespace rec {

/// What is unset asks nothing.
struct ChannelFilter {
  std::optional<TextPattern> title{};       ///< title_filter: must find something
  std::optional<TextPattern> title_deny{};  ///< must find nothing
  std::optional<TextPattern> category{};    ///< category_filter
  std::optional<TextPattern> category_deny{};
  ChannelHours hours{};
};

struct FilterVerdict {
  bool allowed = true;
  std::string reason{};  ///< why not, for people: one line
};

/// What is not told (an empty title) is nothing that could be found: a filter denies it, a deny does not.
FilterVerdict verdict(const ChannelFilter& filter, const channel::Broadcast& broadcast, WallTime now);

}  // namespace rec
