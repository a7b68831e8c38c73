// The made-up world: channels, sessions and gaps as a program that has run for a while would hold them.
#pragma once
#include "app/ledger.hpp"
#include "app/settings.hpp"
#include "app/status_view.hpp"

namespace rec::web_stage {

struct World {
  Config config{};
  Settings settings{};
  Model model{};
  std::vector<SessionRecord> done{};
  std::map<SessionId, SessionProgress> progress{};
  std::map<ChannelId, ChannelNote> news{};

  /// Half a second has passed.
  void grow(Instant now);
};

/// `media` and `picture` are a film and a JPEG that the finished parts are made of; `cookies` a file.
World usual_world(Instant now, const std::string& media, const std::string& picture,
                  const std::string& cookies);
World crowded_world(Instant now, int channels);

}  // namespace rec::web_stage
