// A trouble that is told once when it begins, and once when it is over. What happens in between is for debug.
#pragma once
#include <string>
#include <string_view>

#include "base/log.hpp"

namespace rec::capture {

class Incident {
 public:
  Incident(std::string_view event, std::string_view event_over) : event_(event), event_over_(event_over) {}

  void failed(const ChannelId& channel, const std::string& why) {
    if (times_++ == 0)
      log::warn(event_, {{"channel", channel}, {"why", why}});
    else
      log::debug(event_, {{"channel", channel}, {"why", why}});
  }
  void over(const ChannelId& channel) {
    if (times_ == 0) return;
    log::info(event_over_, {{"channel", channel}, {"failures", times_}});
    times_ = 0;
  }

 private:
  std::string_view event_;
  std::string_view event_over_;
  int times_ = 0;
};

}  // namespace rec::capture
