// What one answer of YouTube tells of one channel. Pure.
#pragma once
#include <string>

#include "ports/watcher.hpp"
#include "runtime/http.hpp"

namespace rec {

/// The path, below endpoints.youtube, of the page that shows what the channel broadcasts now or next. By its
/// id where that is known: that outlives a rename. "" when it has neither id nor handle.
std::string youtube_live_path(const WatchedChannel& channel);

struct YoutubeLook {
  enum class Kind {
    told,         ///< `sighting` says it
    gone,         ///< there is no such page; `sighting` says what that means if it stays so
    signs_in,     ///< it may be told to somebody who sends cookies, and there is a file with some
    unreachable,  ///< of this channel: nothing came, or HTTP 5xx
    refused,      ///< YouTube wants none of our requests for a while: HTTP 429, a captcha, "not a bot"
    garbled,      ///< what came cannot be understood
  };
  Kind kind = Kind::told;
  Sighting sighting{};
  std::optional<Millis> poll_delay{};  ///< of what is announced: how long YouTube's own page would wait
  Error error{};                       ///< of all but `told`
};

/// `signed_in`: the request carried the channel's cookies.
YoutubeLook look_at_youtube(const WatchedChannel& channel, const Result<HttpResponse>& answer,
                            bool signed_in);

}  // namespace rec
