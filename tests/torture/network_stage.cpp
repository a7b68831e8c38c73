// The world and its weather; network_verdict.cpp judges what came of it.
#include "network_stage.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <stdexcept>

#include "posted_frames.hpp"
#include "sim/stream/frame_stream.hpp"
#include "stage_tools.hpp"

namespace rec::torture {
namespace {

constexpr int kSecondsASegment = 2;

std::vector<sim::LiveSegment> encoded(int segments) {
  sim::StreamOptions options;
  options.segments = segments;
  options.segment_seconds = kSecondsASegment;
  return encoded_media(options);
}

std::optional<sim::TlsIdentity> if_wanted(bool tls, const sim::TlsIdentity& identity) {
  return tls ? std::optional(identity) : std::nullopt;
}

sim::TlsIdentity cdn_identity() {
  sim::TlsIdentityOptions options;
  options.names = {"127.0.0.1", "steady.cdn.sim", "late.cdn.sim"};
  return sim::make_tls_identity(options);
}

}  // namespace

NetworkMedia make_network_media(bool brief) {
  NetworkMedia media;
  const int segments = brief ? 6 : 18;
  media.steady = encoded(segments);
  media.late = encoded(segments * 2 / 3);
  if (brief) media.late_at = 3;
  if (brief) media.grace = 13;
  media.traffic.seconds = media.steady_at + segments * kSecondsASegment;
  for (const sim::LiveSegment& segment : media.steady)
    media.traffic.segment_bytes =
        std::max(media.traffic.segment_bytes, static_cast<unsigned>(segment.shared_bytes->size()));
  return media;
}

NetworkStage::NetworkStage(std::filesystem::path folder, const NetworkMedia& media, NetworkPlan plan)
    : folder_(std::move(folder)),
      media_(media),
      plan_(std::move(plan)),
      identity_(cdn_identity()),
      cdn_(0, if_wanted(plan_.tls, identity_)),
      forgot_(plan_.spells.size(), false) {
  auto options = sim::telegram_options(REC_SOURCE_DIR, folder_ / "telegram");
  options.library_folder = std::filesystem::temp_directory_path() / "streamrecorder-test-library";
  auto server = sim::TelegramServer::start(options);
  if (!server) throw std::runtime_error(server.error().text);
  telegram_ = *std::move(server);
  telegram_->add_bot("1000:secret");
  chat_ = telegram_->add_channel({.title = "Recordings"});
  to_platform_ = std::make_unique<sim::ChaosProxy>(twitch_.origin().server().port(), plan_.seed);
  to_cdn_ = std::make_unique<sim::ChaosProxy>(cdn_.server().port(), plan_.seed + 1);
  to_telegram_ = std::make_unique<sim::ChaosProxy>(telegram_->proxy_port(), plan_.seed + 2);
  if (plan_.proxy) shared_ = std::make_unique<sim::ChaosProxy>(0, plan_.seed + 3);
  broadcasts_.resize(2);
  broadcasts_[0].login = "steady";
  broadcasts_[0].media = &media_.steady;
  broadcasts_[0].at = media_.steady_at;
  broadcasts_[1].login = "late";
  broadcasts_[1].media = &media_.late;
  broadcasts_[1].at = media_.late_at;
  for (const Broadcast& one : broadcasts_) twitch_.add_channel(one.login);
  std::ofstream(folder_ / "authority.pem") << identity_.authority;
  born_ = std::chrono::steady_clock::now();
}

/// Scheme-less: the name or address, and the port of the proxy, or of the server itself behind a shared one.
std::string NetworkStage::through(const std::string& host, std::uint16_t server,
                                  const sim::ChaosProxy& proxy) const {
  return fmt::format("{}:{}", plan_.names ? host : "127.0.0.1", plan_.proxy ? server : proxy.port());
}

std::string NetworkStage::write_config() {
  const auto path = folder_ / "config.yaml";
  const std::string platform =
      "http://" + through("twitch.sim", twitch_.origin().server().port(), *to_platform_);
  // socks5h: the proxy looks names up.
  const std::string proxy =
      plan_.proxy ? fmt::format("  proxy: socks5h://127.0.0.1:{}\n", shared_->port()) : "";
  std::ofstream(path) << fmt::format(R"(platform: twitch
telegram: {{api_id: 1, api_hash: "0123456789abcdef0123456789abcdef", bot_token: "1000:secret", channel_id: {}, tdlib: "{}",
           proxy: ["socks5://127.0.0.1:{}"], post: {}, album_wait: 8s}}
twitch:
  client_id: simulatedclient
  client_secret: simulatedsecret
  channels: [steady, late]
  check_interval: 1
  offline_grace_period: {}
{}recording: {{output_dir: ./recordings, part_duration: 10s, min_free: 50MB}}
endpoints: {{twitch_id: "{}/oauth2", twitch_helix: "{}/helix", twitch_gql: "{}/gql", twitch_usher: "{}"}}
logging: {{file: ./recorder.log}}
state: {{path: ./data/state.db}}
web: {{listen: ""}}
)",
                                     chat_, telegram_->library_path().string(), to_telegram_->port(),
                                     plan_.post, media_.grace, proxy, platform, platform, platform, platform);
  return path.string();
}

std::vector<std::string> NetworkStage::environment() const {
  return {"SSL_CERT_FILE=" + (folder_ / "authority.pem").string(), std::string("LD_PRELOAD=") + REC_NAME_SHIM,
          "REC_NAMES=" + (folder_ / "names").string()};
}

sim::Weather NetworkStage::weather(unsigned line, double now) const {
  sim::Weather all;
  for (const Spell& spell : plan_.spells) {
    if ((spell.lines & line) == 0 || now < spell.from || now >= spell.until()) continue;
    switch (spell.trouble) {
      case Trouble::slow:
        all.latency = std::max(all.latency, Millis(spell.amount));
        all.jitter = all.latency / 4;
        break;
      case Trouble::sliced:
        all.slice = spell.amount;
        break;
      case Trouble::thin:
        all.bytes_per_second = spell.amount;
        break;
      case Trouble::resets:
        all.reset_within = spell.amount;
        break;
      case Trouble::silent:
        all.silent = true;
        break;
      case Trouble::refuses:
        all.refuses = true;
        break;
      case Trouble::forgotten:
      case Trouble::names:
      case Trouble::answers:
        break;
    }
  }
  return all;
}

void NetworkStage::make_weather(double now) {
  to_telegram_->set(weather(kTelegram, now));
  if (shared_) {
    shared_->set(weather(kCdn, now));
  } else {
    to_platform_->set(weather(kPlatform, now));
    to_cdn_->set(weather(kCdn, now));
  }
  for (std::size_t i = 0; i < plan_.spells.size(); ++i) {
    const Spell& spell = plan_.spells[i];
    if (spell.trouble != Trouble::forgotten || now < spell.from || forgot_[i]) continue;
    forgot_[i] = true;
    if ((spell.lines & kTelegram) != 0) to_telegram_->forget_connections();
    if ((spell.lines & kPlatform) != 0) to_platform_->forget_connections();
    if ((spell.lines & kCdn) != 0) to_cdn_->forget_connections();
    if (shared_ && (spell.lines & kCdn) != 0) shared_->forget_connections();
  }
}

/// What servers and the name server do, where it is not the line's.
void NetworkStage::strike_answers(double now) {
  int playlists = 0, segments = 0;
  const Spell* names = nullptr;
  for (const Spell& spell : plan_.spells) {
    if (now < spell.from || now >= spell.until()) continue;
    if (spell.trouble == Trouble::names) names = &spell;
    if (spell.trouble != Trouble::answers) continue;
    if (spell.playlists) playlists = static_cast<int>(spell.amount);
    if (spell.segments) segments = static_cast<int>(spell.amount);
  }
  segment_status_ = segments;
  if (playlists != playlist_status_) {
    playlist_status_ = playlists;
    for (const Broadcast& one : broadcasts_) {
      const std::string path = "/live/" + one.login + "/index.m3u8";
      cdn_.heal(path);
      if (playlists != 0) cdn_.fail_next(path, sim::faults::status(playlists), sim::Origin::kForever);
    }
  }
  if (names_gone_ == (names != nullptr)) return;
  names_gone_ = names != nullptr;
  if (names != nullptr)
    std::ofstream(folder_ / "names") << (names->amount == 0 ? "gone" : "silent");
  else
    std::filesystem::remove(folder_ / "names");
}

void NetworkStage::go_live(Broadcast& broadcast, double now) {
  sim::LiveOptions options;
  options.prefix = "/live/" + broadcast.login;
  options.after_end = sim::AfterEnd::endlist;
  options.twitch_tags = true;
  options.each_segment = [this](const sim::HttpQuery&, sim::HttpAnswer& answer) {
    if (const int status = segment_status_; status != 0) answer = sim::text_answer(status, "");
  };
  broadcast.stream = std::make_unique<sim::LiveStream>(cdn_, options, *broadcast.media);
  broadcast.live_since = now;
  const std::string url = fmt::format("{}://{}{}", plan_.tls ? "https" : "http",
                                      through(broadcast.login + ".cdn.sim", cdn_.server().port(), *to_cdn_),
                                      broadcast.stream->playlist_path());
  twitch_.set_live(broadcast.login, broadcast.login + "-1", title_of(broadcast.login), "Chess", url);
}

double NetworkStage::seconds_of(SteadyTime time) const {
  return std::chrono::duration<double>(time - born_).count();
}

bool NetworkStage::play() {
  const double now = this->now();
  make_weather(now);
  strike_answers(now);
  bool on_cdn = false, on_platform = false, more = false;
  for (const Spell& spell : plan_.spells) {
    more = more || now < spell.until();
    if (now < spell.from || now >= spell.until()) continue;
    on_cdn = on_cdn || blocks(spell, kCdn, media_.traffic);
    on_platform = on_platform || blocks(spell, kPlatform, media_.traffic);
  }
  cdn_outages_.note(on_cdn, now);
  opening_outages_.note(on_cdn || on_platform, now);
  for (Broadcast& one : broadcasts_) {
    if (!one.stream && now >= one.at) go_live(one, now);
    if (one.stream && !one.over && one.stream->ended()) {
      one.over = true;
      twitch_.set_offline(one.login);
    }
    more = more || !one.over;
  }
  return more;
}

double NetworkStage::ends() const {
  double last = media_.traffic.seconds;
  for (const Spell& spell : plan_.spells) last = std::max(last, spell.until());
  return last;
}

void NetworkStage::Outages::note(bool blocked, double now) {
  if (blocked && !std::exchange(open, true)) spans.emplace_back(now, now);
  if (open) spans.back().second = now;
  if (!blocked) open = false;
}

double NetworkStage::Outages::first_clear(double seconds, double from) const {
  for (const auto& [begins, over] : spans) {
    if (begins >= from + seconds) break;
    if (over > from) from = over;
  }
  return from + seconds;
}

bool NetworkStage::Outages::clear_for(double seconds, double from, double until) const {
  return first_clear(seconds, from) <= until;
}

}  // namespace rec::torture
