#include "app/stopped_pages.hpp"

namespace rec {

std::vector<ChannelRow> stopped_pages(const Model& model, const Settings& settings,
                                      const session::Session& session) {
  std::vector<ChannelRow> stopped;
  const auto note = [&](const ChannelId& page, const std::string& number) {
    ChannelRow row = model.channels.at(page);
    row.stopped = StoppedBroadcast{number, false};
    stopped.push_back(std::move(row));
  };
  // What dropped and came back within its grace period may have another number than it began with.
  const auto own = model.channels.find(session.channel);
  if (own != model.channels.end()) {
    const std::string& seen_last = own->second.shown.stream_id;
    note(session.channel, seen_last.empty() ? session.stream_id : seen_last);
  }
  for (const auto& [partner, main] : settings.main_of) {
    const auto row = model.channels.find(partner);
    if (main != session.channel || row == model.channels.end()) continue;
    const std::string& number = row->second.shown.stream_id;
    if (!number.empty() && !channel::open_session(row->second.state)) note(partner, number);
  }
  return stopped;
}

}  // namespace rec
