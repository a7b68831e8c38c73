// Routes requests to the endpoint families, and changes the world behind them.
#include "sim/twitch/sim_twitch.hpp"

#include "sim/twitch/world.hpp"

namespace rec::sim {
namespace {

/// Now, as Twitch writes it: "2026-11-22T17:26:03Z".
std::string stamp() {
  const auto now = std::chrono::time_point_cast<Millis>(std::chrono::system_clock::now());
  return iso8601(now).substr(0, 19) + "Z";
}

HttpAnswer route(twitch::World& world, const HttpQuery& query) {
  const std::scoped_lock lock(world.mutex);
  world.count(query.path);
  if (query.path == "/oauth2/token") return twitch::answer_token(world, query);
  if (query.path.starts_with("/helix/")) return twitch::answer_helix(world, query);
  if (query.path == "/gql") return twitch::answer_gql(world, query);
  if (query.path.starts_with("/api/v2/channel/hls/") || query.path.starts_with("/api/channel/hls/")) {
    return twitch::answer_usher(world, query);
  }
  return text_answer(404, "not found");
}

void report(twitch::Channel& channel) {
  if (!channel.frozen) channel.reported = channel.on_air;
}

}  // namespace

struct SimTwitch::Impl {
  explicit Impl(SimTwitchOptions options) : origin(options.port) { world.options = std::move(options); }
  twitch::World world;
  Origin origin;  // last: its thread ends before the world goes
};

SimTwitch::SimTwitch(SimTwitchOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {
  impl_->origin.mount("/",
                      [impl = impl_.get()](const HttpQuery& query) { return route(impl->world, query); });
}
SimTwitch::~SimTwitch() = default;

std::string SimTwitch::id_url() const { return impl_->origin.url("/oauth2"); }
std::string SimTwitch::helix_url() const { return impl_->origin.url("/helix"); }
std::string SimTwitch::gql_url() const { return impl_->origin.url("/gql"); }
std::string SimTwitch::usher_url() const { return impl_->origin.url(); }

void SimTwitch::add_channel(const std::string& login) {
  const std::scoped_lock lock(impl_->world.mutex);
  impl_->world.channel(login);
}

void SimTwitch::set_live(const std::string& login, const std::string& stream_id, const std::string& title,
                         const std::string& category, const std::string& media_playlist_url) {
  const SimVariant audio{"audio_only", media_playlist_url, 160'000, "", 0, "mp4a.40.2", false};
  const SimVariant source{"1080p60", media_playlist_url,      6'000'000, "1920x1080",
                          60,        "avc1.64002A,mp4a.40.2", true};
  const std::scoped_lock lock(impl_->world.mutex);
  auto& channel = impl_->world.channel(login);
  channel.title = title;
  channel.category = category;
  if (!channel.on_air || channel.on_air->id != stream_id) channel.on_air = twitch::Stream{stream_id, stamp()};
  channel.variants = {audio, source};  // the second version does not list the best one first
  report(channel);
}

void SimTwitch::set_offline(const std::string& login) {
  const std::scoped_lock lock(impl_->world.mutex);
  auto& channel = impl_->world.channel(login);
  channel.on_air.reset();
  report(channel);
}

void SimTwitch::show(const std::string& login, const std::string& title, const std::string& category) {
  const std::scoped_lock lock(impl_->world.mutex);
  auto& channel = impl_->world.channel(login);
  channel.title = title;
  channel.category = category;
}

void SimTwitch::rename(const std::string& login, const std::string& new_login) {
  const std::scoped_lock lock(impl_->world.mutex);
  auto node = impl_->world.channels.extract(twitch::lower(login));
  node.key() = node.mapped().login = twitch::lower(new_login);
  impl_->world.logins[node.mapped().user_id] = node.key();
  impl_->world.channels.erase(node.key());
  impl_->world.channels.insert(std::move(node));
}

void SimTwitch::set_banned(const std::string& login, bool banned) {
  const std::scoped_lock lock(impl_->world.mutex);
  impl_->world.channel(login).banned = banned;
}

std::string SimTwitch::user_id(const std::string& login) {
  const std::scoped_lock lock(impl_->world.mutex);
  return impl_->world.channel(login).user_id;
}

std::map<std::string, std::vector<std::size_t>> SimTwitch::requests_by_minute() const {
  const std::scoped_lock lock(impl_->world.mutex);
  return impl_->world.minutes;
}

void SimTwitch::set_variants(const std::string& login, std::vector<SimVariant> variants) {
  const std::scoped_lock lock(impl_->world.mutex);
  impl_->world.channel(login).variants = std::move(variants);
}

void SimTwitch::freeze_api(const std::string& login, bool frozen) {
  const std::scoped_lock lock(impl_->world.mutex);
  auto& channel = impl_->world.channel(login);
  channel.frozen = frozen;
  report(channel);
}

void SimTwitch::give_tokens_offline(bool give) {
  const std::scoped_lock lock(impl_->world.mutex);
  impl_->world.tokens_offline = give;
}

void SimTwitch::revoke_tokens() {
  const std::scoped_lock lock(impl_->world.mutex);
  impl_->world.access_tokens.clear();
}

void SimTwitch::set_points(int remaining, std::chrono::seconds reset_in) {
  const auto now =
      std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch());
  const std::scoped_lock lock(impl_->world.mutex);
  impl_->world.points = remaining;
  impl_->world.points_reset_at = (now + reset_in).count();
}

void SimTwitch::set_web_client(std::string client_id) {
  const std::scoped_lock lock(impl_->world.mutex);
  impl_->world.web_client = std::move(client_id);
}

void SimTwitch::add_account(const std::string& token) {
  const std::scoped_lock lock(impl_->world.mutex);
  impl_->world.accounts.insert(token);
}

void SimTwitch::set_persisted_hash(std::string hash) {
  const std::scoped_lock lock(impl_->world.mutex);
  impl_->world.options.persisted_hash = std::move(hash);
}

void SimTwitch::fail_next(const std::string& path, Fault fault, int times, int after) {
  impl_->origin.fail_next(path, std::move(fault), times, after);
}
std::size_t SimTwitch::hits(const std::string& path) const { return impl_->origin.hits(path); }
std::vector<HttpQuery> SimTwitch::requests(const std::string& path) const {
  return impl_->origin.requests(path);
}
Origin& SimTwitch::origin() { return impl_->origin; }

}  // namespace rec::sim
