// What is going on, as JSON: is it recording now, is anything missing, is it posted. One function for every
// door (socket, a command without a daemon, later REST). The form is promised in docs/interface.md. Pure.
#pragma once
#include <functional>
#include <map>
#include <optional>
#include <vector>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "app/channel_view.hpp"
#include "app/disk_guard.hpp"
#include "app/ledger.hpp"
#include "app/settings.hpp"

namespace rec {

/// What only a running program knows of a session.
struct SessionProgress {
  Micros recorded{0};  ///< media on disk
  std::uint64_t bytes = 0;
  std::uint64_t segment_bytes = 0;  ///< of the segments, as they are on the disk now
  std::optional<Instant> last_segment{};
  int uploading_part = 0;  ///< 0 = none
  std::uint64_t uploaded_bytes = 0;
  std::optional<double> compression{};  ///< 0 to 1, while it is being made
  std::optional<Millis> age{};          ///< since it began, whatever was done to the wall clock meanwhile
};

struct StatusFrom {
  const Model& model;
  const Settings& settings;
  Instant now{};
  /// Sessions that are done, and what they miss; those that are in the model as well count once.
  std::vector<session::Session> history{};
  std::map<SessionId, std::vector<Gap>> history_gaps{};
  bool running = false;  ///< a daemon works on it; false: this is what the last one left
  std::function<std::optional<SessionProgress>(const SessionId&)> progress{};
  std::vector<DiskGuard::View> disks{};
  NewsOf news{};
};

boost::json::object status_json(const StatusFrom& from);

/// One session, as it stands in `sessions` there.
boost::json::object session_json(const session::Session& session, const std::vector<Gap>& gaps,
                                 const StatusFrom& from);
/// What waits of it and failed before, as in `queues.failing` there.
boost::json::array failing_json(const Model& model, const SessionId& session);

}  // namespace rec
