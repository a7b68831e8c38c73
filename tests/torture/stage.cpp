#include "stage.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/wait.h>

#include <algorithm>
#include <fstream>
#include <functional>
#include <mutex>
#include <optional>
#include <stdexcept>

#include "base/fd.hpp"
#include "posted_frames.hpp"
#include "runtime/spawn.hpp"
#include "sim/stream/frame_stream.hpp"
#include "stage_tools.hpp"
#include "store/sqlite_store.hpp"

namespace rec::torture {
namespace {

constexpr const char* kStagePhone = "79990000001";
constexpr double kSpeed = 2;  // media seconds a second
constexpr int kSegmentSeconds = 2;

std::vector<sim::LiveSegment> encode(std::size_t segments, int first_frame) {
  sim::StreamOptions options;
  options.segments = static_cast<int>(segments);
  options.segment_seconds = kSegmentSeconds;
  options.first_frame = first_frame;
  options.width = 128;  // small, so that it is compressed in a moment
  options.height = 72;
  options.bitrate = 200'000;
  return encoded_media(options);
}

}  // namespace

Script brief_script() {
  Script script;
  script.steady_starts = 0.5;
  script.dropping_starts = 1;
  script.drop = 1;
  script.steady = 8;
  script.before = 3;
  script.after = 5;
  script.grace = 5;
  script.patient_grace = 8;
  script.part = "4s";
  script.all_clears = false;
  return script;
}

Media make_media(bool brief) {
  Media media;
  if (brief) media.script = brief_script();
  media.steady = encode(media.script.steady, 0);
  media.before = encode(media.script.before, 0);
  media.after = encode(media.script.after, static_cast<int>(media.script.before) * Media::kFramesASegment);
  return media;
}

Stage::Stage(std::filesystem::path folder, const Media& media, RoundPlan plan)
    : folder_(std::move(folder)), media_(media), plan_(plan) {
  auto options = sim::telegram_options(REC_SOURCE_DIR, folder_ / "telegram");
  options.library_folder = std::filesystem::temp_directory_path() / "streamrecorder-test-library";
  static std::mutex one_at_a_time;  // they share the patched library
  const std::scoped_lock lock(one_at_a_time);
  auto server = sim::TelegramServer::start(options);
  if (!server) throw std::runtime_error(server.error().text);
  telegram_ = *std::move(server);
  if (plan_.as_user)
    telegram_->add_user({.phone = kStagePhone});
  else
    telegram_->add_bot("1000:secret");
  chat_ = telegram_->add_channel({.title = "Recordings", .discussion = plan_.comments});
  if (plan_.backup) backup_ = telegram_->add_channel({.title = "Backup"});
  if (plan_.as_user) {  // a chat without a message is in nobody's list
    telegram_->say(chat_, "hello");
    if (plan_.backup) telegram_->say(backup_, "hello");
  }
  for (const char* login : {kSteady, kDropping}) twitch_.add_channel(login);
}

std::string Stage::write_config() const {
  std::filesystem::create_directories(home());
  const auto path = home() / "config.yaml";
  std::ofstream(path) << fmt::format(
      R"(platform: twitch
telegram: {{api_id: 1, api_hash: "0123456789abcdef0123456789abcdef", bot_token: "{}", channel_id: {}, tdlib: "{}",
           proxy: ["socks5://127.0.0.1:{}"], post: {}, album_wait: 4s{}}}
compression: {{enabled: {}, default_target_size_mb: 1}}
twitch:
  client_id: simulatedclient
  client_secret: simulatedsecret
  channels: [{}, {}]
  check_interval: 1
  offline_grace_period: {}
recording: {{output_dir: ./recordings, part_duration: {}, min_free: 50MB}}
endpoints: {{twitch_id: "{}", twitch_helix: "{}", twitch_gql: "{}", twitch_usher: "{}"}}
logging: {{file: {}}}
state: {{path: ./data/state.db}}
web: {{listen: ""}}
)",
      plan_.as_user ? "" : "1000:secret", chat_, telegram_->library_path().string(), telegram_->proxy_port(),
      plan_.post, plan_.backup ? fmt::format(", backup_channel_id: {}", backup_) : "", plan_.compressed,
      kSteady, kDropping, plan_.patient ? media_.script.patient_grace : media_.script.grace,
      media_.script.part, twitch_.id_url(), twitch_.helix_url(), twitch_.gql_url(), twitch_.usher_url(),
      plan_.log);
  return path.string();
}

Result<void> Stage::sign_in() const {
  SpawnRequest request;
  request.argv = {REC_BINARY, "login", "--phone", kStagePhone, "--config", (home() / "config.yaml").string()};
  request.extra_environment = {"STREAMRECORDER_CODE=12345"};
  const std::string said = (folder_ / "login.stderr").string();
  const Fd err(::open(said.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  request.stdout_fd = err.get();
  request.stderr_fd = err.get();
  REC_TRY(const SpawnedChild child, spawn(request));
  const Fd handle(child.pidfd);
  int status = 0;
  if (waitpid(child.pid, &status, 0) == child.pid && WIFEXITED(status) && WEXITSTATUS(status) == 0) return {};
  return fail(Errc::denied, "login did not work: " + said);
}

void Stage::go_live(const std::string& login, const std::string& broadcast,
                    const std::vector<sim::LiveSegment>& media) {
  sim::LiveOptions options;
  options.prefix = "/live/" + login + "/" + broadcast;
  options.window = 100;  // whoever is dead for some seconds can have everything: what is missing is our fault
  options.speed = kSpeed;
  // The list stays as it ended: who is down at the end still finds the last segments.
  options.after_end = sim::AfterEnd::endlist;
  options.twitch_tags = true;
  // The media's own clock runs faster than the one on the wall: the second broadcast is later by both.
  options.first_program_date_time =
      born_ + (std::chrono::time_point_cast<Millis>(std::chrono::system_clock::now()) - born_) *
                  static_cast<int>(kSpeed);
  streams_.emplace_back(twitch_.origin(), options, media);
  twitch_.set_live(login, broadcast, title_of(login), "Chess", streams_.back().playlist_url());
}

bool Stage::was_seen(std::size_t broadcast) const {
  return const_cast<sim::SimTwitch&>(twitch_).origin().hits(streams_.at(broadcast).segment_path(0)) > 0;
}

bool Stage::play(double now) {
  const Script& script = media_.script;
  struct Act {
    double at;
    std::function<void()> perform;
    std::optional<std::size_t> ends{};  ///< the first, second, third broadcast
  };
  const std::vector<Act> acts = {
      {script.steady_starts, [&] { go_live(kSteady, "4001", media_.steady); }},
      {script.dropping_starts, [&] { go_live(kDropping, "5001", media_.before); }},
      {script.drops(), [&] { twitch_.set_offline(kDropping); }, 1},
      {script.returns(), [&] { go_live(kDropping, "5002", media_.after); }},
      {script.steady_ends(), [&] { twitch_.set_offline(kSteady); }, 0},
      {script.ends(), [&] { twitch_.set_offline(kDropping); }, 2},
  };
  while (act_ < acts.size() && now >= acts[act_].at + late_) {
    const Act& act = acts[act_];
    if (act.ends && !was_seen(*act.ends)) {
      late_ = now - act.at;
      break;
    }
    ++act_;
    act.perform();
  }
  return act_ < acts.size();
}

std::size_t Stage::playlist_hits() const {
  std::size_t hits = 0;
  for (const sim::LiveStream& stream : streams_)
    hits += const_cast<sim::SimTwitch&>(twitch_).origin().hits(stream.playlist_path());
  return hits;
}

bool Stage::on_air() const {
  const auto soon = std::chrono::steady_clock::now() + std::chrono::seconds(3);
  return std::ranges::any_of(streams_, [&](const sim::LiveStream& stream) {
    return stream.started() && stream.first_listed_at(stream.size() - 1) > soon;
  });
}

bool Stage::looks_done() const {
  const auto posts = telegram_->posts(chat_);
  return std::ranges::count_if(posts, [](const sim::PostSnapshot& post) {
           return post.file.empty() && !post.deleted && post.text.starts_with("✅");
         }) == 2;
}

void Stage::judge_channel(const std::string& login, std::size_t segments,
                          std::vector<std::string>& faults) const {
  PostedFrames seen = posted_frames(telegram_->posts(chat_), login);
  for (std::string& fault : seen.faults) faults.push_back(std::move(fault));
  if (seen.statuses != 1) faults.push_back(fmt::format("{}: {} status messages", login, seen.statuses));
  const int frames = static_cast<int>(segments) * Media::kFramesASegment;
  if (seen.distinct != frames)
    faults.push_back(fmt::format("{}: {} of {} frames", login, seen.distinct, frames));
}

void Stage::judge_store(std::vector<std::string>& faults) const {
  auto store = SqliteStore::open((home() / "data" / "state.db").string());
  if (!store) return faults.push_back(store.error().text);
  const auto left = (*store)->load();
  if (!left || !left->sessions.empty() || !left->outbox.empty())
    faults.emplace_back("work is left in the store");
  const auto history = (*store)->history(10);
  if (!history || history->size() != 2) {
    faults.push_back(fmt::format("{} sessions, not two", history ? history->size() : 0));
    return;
  }
  for (const auto& session : *history) {
    for (const Gap& gap : (*store)->gaps(session.id).value_or(std::vector<Gap>{}))
      if (gap.cause != GapCause::offline) faults.push_back("a gap of cause " + std::string(word(gap.cause)));
  }
}

std::vector<std::string> Stage::faults() const {
  std::vector<std::string> faults;
  judge_channel(kSteady, media_.script.steady, faults);
  judge_channel(kDropping, media_.script.before + media_.script.after, faults);
  judge_store(faults);
  judge_comments(faults);
  judge_copies(faults);
  if (holds_files(home() / "recordings") || holds_files(home() / "data" / "segments"))
    faults.emplace_back("files were left behind");
  return faults;
}

}  // namespace rec::torture
