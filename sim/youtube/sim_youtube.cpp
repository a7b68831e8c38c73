// Routes requests, and changes the world behind them.
#include "sim/youtube/sim_youtube.hpp"

#include "sim/youtube/world.hpp"

namespace rec::sim {
namespace {

HttpAnswer route(youtube::World& world, const HttpQuery& query) {
  const std::scoped_lock lock(world.mutex);
  if (query.path.starts_with("/api/manifest/") || query.path.starts_with("/videoplayback/"))
    return youtube::answer_media(world, query);
  if (query.path.starts_with("/sorry/")) return text_answer(429, "<html>unusual traffic</html>", "text/html");
  if (query.path == "/watch" || query.path.ends_with("/live")) return youtube::answer_page(world, query);
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
