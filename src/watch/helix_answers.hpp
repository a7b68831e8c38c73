// What Helix answers, read. Pure; any bytes may come.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "core/channel.hpp"

namespace rec {

struct HelixItem {
  std::string id{};     ///< the user's number, "" if it is none
  std::string login{};  ///< in lower case, "" if it is none
  bool live = false;    ///< of Get Streams: its type is "live"
  channel::Broadcast broadcast{};
};

struct HelixList {
  std::vector<HelixItem> items{};
  /// Some entries named nobody, so who is missing may have been one of them.
  bool unreadable = false;
};

/// corrupt: the answer has no list.
Result<HelixList> read_streams(std::string_view body);
Result<HelixList> read_users(std::string_view body);
Result<HelixList> read_channels(std::string_view body);

}  // namespace rec
