// The made-up world: channels, sessions and gaps as a program that has run for a while would hold them.
#pragma once
#include <set>

#include "app/disk_guard.hpp"
#include "app/ledger.hpp"
#include "app/settings.hpp"
#include "app/status_view.hpp"
#include "app/upload_view.hpp"
#include "ports/watcher.hpp"

namespace rec::web_stage {

struct World {
  Config config{};
  Settings settings{};
  Model model{};
  std::vector<SessionRecord> done{};
  std::map<SessionId, SessionProgress> progress{};
  std::map<ChannelId, ChannelNote> news{};
  std::vector<DiskGuard::View> disks{{"/srv/recordings", 812'000'000'000, false, std::chrono::hours(9)}};
  std::optional<UploadReport> uploads{};
  std::set<SessionId> still{};  ///< nothing of them comes
  std::vector<WatchReport> watch{};

  /// Half a second has passed.
  void grow(Instant now);
};

/// `media` and `picture` are a film and a JPEG that the finished parts are made of; `cookies` a file.
World usual_world(Instant now, const std::string& media, const std::string& picture,
                  const std::string& cookies);
/// So many that are live, and as many that are not.
World crowded_world(Instant now, int channels);
/// Nothing is as it should be; `cookies` is a file.
World troubled_world(Instant now, const std::string& cookies);

}  // namespace rec::web_stage
