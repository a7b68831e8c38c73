// Routes requests, and changes the world behind them.
#include "sim/youtube/sim_youtube.hpp"

#include <algorithm>

#include "sim/youtube/world.hpp"

namespace rec::sim {
namespace {

HttpAnswer route(youtube::World& world, const HttpQuery& query) {
  const std::scoped_lock lock(world.mutex);
  if (query.path.starts_with("/api/manifest/") || query.path.starts_with("/videoplayback/"))
    return youtube::answer_media(world, query);
  if (query.path.starts_with("/sorry/")) return text_answer(429, "<html>unusual traffic</html>", "text/html");
  if (query.path == "/watch" || query.path.ends_with("/live")) {
    world.page_times.push_back(std::chrono::steady_clock::now());
    return youtube::answer_page(world, query);
  }
  return text_answer(404, "not found");
}

}  // namespace

struct SimYoutube::Impl {
  explicit Impl(SimYoutubeOptions options) : origin(options.port) {
    world.options = std::move(options);
    world.base = origin.url();
  }
  /// The video, made if it is not there; what was before is forgotten.
  youtube::Video& fresh(const std::string& channel, const std::string& id, const std::string& title) {
    youtube::Video video;
    video.id = id;
    video.title = title;
    begin(video);
    world.channels[channel] = id;
    return world.videos[id] = std::move(video);
  }
  static void begin(youtube::Video& video) {
    video.started = std::chrono::steady_clock::now();
    video.started_at = std::chrono::time_point_cast<Millis>(std::chrono::system_clock::now());
  }
  youtube::World world;
  Origin origin;  // last: its thread ends before the world goes
};

SimYoutube::SimYoutube(SimYoutubeOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {
  impl_->origin.mount("/",
                      [impl = impl_.get()](const HttpQuery& query) { return route(impl->world, query); });
}
SimYoutube::~SimYoutube() = default;

std::string SimYoutube::url() const { return impl_->world.base; }

void SimYoutube::add_channel(const std::string& channel) {
  const std::scoped_lock lock(impl_->world.mutex);
  impl_->world.channels[channel] = "";
}

void SimYoutube::set_live(const std::string& channel, const std::string& video_id, const std::string& title) {
  const std::scoped_lock lock(impl_->world.mutex);
  impl_->fresh(channel, video_id, title);
}

void SimYoutube::set_upcoming(const std::string& channel, const std::string& video_id,
                              const std::string& title, Instant begins) {
  const std::scoped_lock lock(impl_->world.mutex);
  impl_->fresh(channel, video_id, title).begins = begins;
}

void SimYoutube::set_premiere(const std::string& channel, const std::string& video_id,
                              const std::string& title, Instant begins) {
  const std::scoped_lock lock(impl_->world.mutex);
  auto& video = impl_->fresh(channel, video_id, title);
  video.begins = begins;
  video.premiere = true;
}

void SimYoutube::go_live_at(const std::string& video_id, SteadyTime when) {
  const std::scoped_lock lock(impl_->world.mutex);
  impl_->world.videos.at(video_id).live_at = when;
}

void SimYoutube::set_poll_delay(const std::string& video_id, Millis delay) {
  const std::scoped_lock lock(impl_->world.mutex);
  impl_->world.videos.at(video_id).poll_delay = delay;
}

void SimYoutube::set_channel_id(const std::string& handle, const std::string& channel_id) {
  const std::scoped_lock lock(impl_->world.mutex);
  impl_->world.ids[handle] = channel_id;
}

void SimYoutube::rename(const std::string& handle, const std::string& new_handle) {
  const std::scoped_lock lock(impl_->world.mutex);
  auto& world = impl_->world;
  world.channels[new_handle] = world.channels.at(handle);
  world.channels.erase(handle);
  world.ids[new_handle] = world.ids.at(handle);
  world.ids.erase(handle);
}

void SimYoutube::open_to(const std::string& video_id, const std::string& cookie) {
  const std::scoped_lock lock(impl_->world.mutex);
  impl_->world.videos.at(video_id).cookie = cookie;
}

void SimYoutube::take_for_robots(bool all) {
  const std::scoped_lock lock(impl_->world.mutex);
  impl_->world.robots = all;
}

void SimYoutube::ask_for_consent(bool ask) {
  const std::scoped_lock lock(impl_->world.mutex);
  impl_->world.consent = ask;
}

void SimYoutube::pad_pages(std::size_t bytes) {
  const std::scoped_lock lock(impl_->world.mutex);
  impl_->world.page_bytes = bytes;
}

std::size_t SimYoutube::pages_asked() const {
  const std::scoped_lock lock(impl_->world.mutex);
  return impl_->world.page_times.size();
}

std::size_t SimYoutube::most_pages_in(Millis span) const {
  const std::scoped_lock lock(impl_->world.mutex);
  const auto& times = impl_->world.page_times;
  std::size_t most = 0;
  for (std::size_t first = 0, last = 0; last < times.size(); ++last) {
    while (times[last] - times[first] >= span) ++first;
    most = std::max(most, last - first + 1);
  }
  return most;
}

void SimYoutube::set_over(const std::string& video_id) {
  const std::scoped_lock lock(impl_->world.mutex);
  impl_->world.videos.at(video_id).over = true;
}

void SimYoutube::set_playability(const std::string& video_id, const std::string& status,
                                 const std::string& reason) {
  const std::scoped_lock lock(impl_->world.mutex);
  auto& video = impl_->world.videos.at(video_id);
  video.status = status;
  video.reason = reason;
}

void SimYoutube::hide_manifest(const std::string& video_id, bool hidden) {
  const std::scoped_lock lock(impl_->world.mutex);
  impl_->world.videos.at(video_id).manifest_hidden = hidden;
}

void SimYoutube::separate_audio(const std::string& video_id, bool separate) {
  const std::scoped_lock lock(impl_->world.mutex);
  impl_->world.videos.at(video_id).separate_audio = separate;
}

void SimYoutube::restart_encoder(const std::string& video_id) {
  const std::scoped_lock lock(impl_->world.mutex);
  auto& video = impl_->world.videos.at(video_id);
  ++video.start;
  Impl::begin(video);
}

void SimYoutube::refuse(const std::string& client, std::optional<Millis> after) {
  const std::scoped_lock lock(impl_->world.mutex);
  impl_->world.refused.erase(client);
  if (after) impl_->world.refused[client] = *after;
}

std::string SimYoutube::manifest_url(const std::string& video_id, const std::string& client) {
  const std::scoped_lock lock(impl_->world.mutex);
  return youtube::issue_manifest(impl_->world, impl_->world.videos.at(video_id), client);
}

Origin& SimYoutube::origin() { return impl_->origin; }

}  // namespace rec::sim
