#include "app/conditions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "app/cursor.hpp"
#include "app/names.hpp"
#include "app/texts.hpp"

namespace rec {
namespace {

constexpr std::size_t kMostOfError = 300;
// Twitch's longest advertisement breaks are three minutes.
constexpr std::chrono::minutes kSilent{5};
constexpr std::chrono::hours kSoonFull{6};

class Conditions {
 public:
  Conditions(const Model& model, const Settings& settings, const IncidentsConfig& rules,
             const ConditionFacts& facts)
      : model_(model), settings_(settings), rules_(rules), facts_(facts) {}

  std::vector<Condition> all() && {
    disks();
    refusing_disk();
    watching();
    captures();
    outbox();
    sessions();
    findings();
    config_file();
    services();
    return std::move(list_);
  }

 private:
  Condition& add(std::string kind, const std::string& of, Gravity gravity, std::string text,
                 std::string cure) {
    Condition made;
    made.id = of.empty() ? kind : kind + ":" + of;
    made.kind = std::move(kind);
    made.gravity = gravity;
    made.text = one_line(text, kMostOfError + 200);
    made.cure = std::move(cure);
    list_.push_back(std::move(made));
    return list_.back();
  }
  [[nodiscard]] static std::string error_of(const std::string& text) { return one_line(text, kMostOfError); }

  void disks() {
    for (const DiskGuard::View& disk : facts_.disks) {
      const std::string free = size_for_people(disk.free);
      if (disk.paused) {
        add("disk.paused", disk.folder, Gravity::error,
            fmt::format("the disk of {} is full ({} free): nothing is recorded", disk.folder, free),
            "make room, and recording goes on by itself; recording.min_free says how much must stay free");
      } else if (disk.left && *disk.left < kSoonFull) {
        add("disk.low", disk.folder, Gravity::warning,
            fmt::format("the disk of {} lasts for {} more at the present rate ({} free)", disk.folder,
                        clock_text(*disk.left), free),
            "make room, or let recording.keep remove posted files")
            .patience = std::chrono::minutes(1);
      }
    }
  }

  // What passes soon was tried again. A disk that is known to be full is told already.
  void refusing_disk() {
    if (facts_.disk_trouble.empty() || room_is_missing()) return;
    add("disk.refuses", settings_.data_folder, Gravity::error,
        fmt::format("the disk of {} does not take what is written: {}", settings_.data_folder,
                    error_of(facts_.disk_trouble)),
        "see the disk, its quota and the kernel's log; all goes on by itself once it takes writes again, "
        "and "
        "what the stream still offers then is fetched")
        .patience = std::chrono::seconds(8);
  }

  void watching() {
    for (const WatchReport& report : facts_.watch) {
      if (report.trouble.empty()) continue;
      add("watch", report.platform, Gravity::error,
          fmt::format("{}: cannot see who is live: {}", report.platform, error_of(report.trouble)),
          "`streamrecorder doctor` looks at keys, cookies and the network; a newer version may know the "
          "platform")
          .patience = std::chrono::minutes(2);
    }
  }

  void captures() {
    for (const auto& [id, row] : model_.channels) {
      const auto* live = std::get_if<channel::Live>(&row.state);
      const auto session = live == nullptr ? model_.sessions.end() : model_.sessions.find(live->session);
      if (session == model_.sessions.end() || room_is_missing()) continue;
      const auto progress = facts_.progress ? facts_.progress(live->session) : std::nullopt;
      Instant newest = facts_.running_since;
      // A beginning that is still to come was noted before the clock was set back.
      if (session->second.started_at <= facts_.now) newest = std::max(newest, session->second.started_at);
      if (progress && progress->last_segment) newest = std::max(newest, *progress->last_segment);
      if (facts_.now - newest < kSilent) continue;
      const auto end = facts_.capture_ends.find(id);
      const std::string why = end == facts_.capture_ends.end() ? "" : error_of(end->second);
      Condition& made =
          add("capture.silent", id.str(), Gravity::error,
              fmt::format("{} is live, and nothing of it has come for {}{}{}", row.name,
                          clock_text(facts_.now - newest), why.empty() ? "" : ": ", why),
              "see `streamrecorder doctor`; cookies_file or proxy of this channel may be needed");
      made.channel = id.str();
      made.session = live->session.str();
    }
  }

  [[nodiscard]] bool room_is_missing() const {
    return std::ranges::any_of(facts_.disks, [](const DiskGuard::View& disk) { return disk.paused; });
  }

  // Rows that fail are tried again by themselves; a person is needed when that goes on. A target that is away
  // is one trouble, however much waits for it.
  void outbox() {
    struct Posting {
      std::size_t waiting = 0;
      std::string error{};
    };
    std::map<std::string, Posting> by_target;
    for (const OutboxRow& row : model_.outbox) {
      if (row.last_error.empty() || row.attempts == 0 || removes_something(row.effect)) continue;
      if (makes_something(row.effect)) {
        making(row);
        continue;
      }
      const auto session = model_.sessions.find(row.session);
      Posting& of = by_target[session == model_.sessions.end() ? "" : session->second.target.name];
      ++of.waiting;
      of.error = row.last_error;
    }
    for (const auto& [target, of] : by_target) {
      add("post.failing", target, Gravity::error,
          fmt::format("Telegram{}: {} posts wait and are tried again: {}",
                      target.empty() ? "" : " (" + target + ")", of.waiting, error_of(of.error)),
          "nothing is lost: it goes on by itself once the cause is gone; `streamrecorder status` shows "
          "it")
          .patience = stuck_after();
    }
  }

  static bool makes_something(const session::Effect& effect) {
    return std::holds_alternative<session::MakePart>(effect) ||
           std::holds_alternative<session::CutFile>(effect) ||
           std::holds_alternative<session::Compress>(effect);
  }
  static bool removes_something(const session::Effect& effect) {
    return std::holds_alternative<session::RemovePart>(effect) ||
           std::holds_alternative<session::RemoveCompressed>(effect) ||
           std::holds_alternative<session::ReleaseRaw>(effect) ||
           std::holds_alternative<session::RemoveRaw>(effect);
  }

  void making(const OutboxRow& row) {
    if (std::holds_alternative<session::Compress>(row.effect)) return compressing(row);
    Condition& made = add("part.failing", row.session.str(), Gravity::error,
                          fmt::format("a part of {} cannot be made and is tried again: {}",
                                      name_of(row.session), error_of(row.last_error)),
                          "see the error; what there is of it is kept until it is made");
    made.patience = stuck_after();
    made.session = row.session.str();
  }

  void compressing(const OutboxRow& row) {
    Condition& made =
        add("compress.failing", row.session.str(), Gravity::warning,
            fmt::format("the compressed version of {} cannot be made and is tried again: {}",
                        name_of(row.session), error_of(row.last_error)),
            "see the error; without ffmpeg the session goes on after a day, and `streamrecorder session "
            "skip-compression` ends the waiting");
    made.patience = stuck_after();
    made.session = row.session.str();
  }

  void sessions() {
    for (const auto& [id, session] : model_.sessions) {
      if (session.announcement) continue;
      for (const session::Part& part : session.parts) {
        if (part.state != session::PartState::failed) continue;
        Condition& made = add("part.failed", id.str() + "/" + std::to_string(part.number), Gravity::error,
                              fmt::format("part {} of {} could not be made: {}", part.number, name_of(id),
                                          error_of(part.error)),
                              what_stays(session, part));
        made.once = true;
        made.session = id.str();
        made.channel = session.channel.str();
      }
      gaps(session);
      other_backend(session);
      compression(session);
      const auto still = facts_.still.find(id);
      if (still == facts_.still.end() || still->second < stuck_after()) continue;
      add("post.stuck", id.str(), Gravity::warning,
          fmt::format("the upload of {} has not moved for {}", name_of(id), clock_text(still->second)),
          "see the connection to Telegram and telegram.proxy; it goes on by itself")
          .session = id.str();
    }
  }

  [[nodiscard]] std::string what_stays(const session::Session& session, const session::Part& part) const {
    if (part.file_take == 0 && part.file.path.empty())
      return fmt::format("its segments stay in {}", segment_folder(session.id, settings_));
    const auto file = std::ranges::find(session.files, part.file_take, &session::FileTake::number);
    const bool made = !part.file.path.empty() || file == session.files.end();
    return fmt::format("what there is of it stays in {}", made ? session.folder : file->folder);
  }

  // Of a copy that was refused, people hear as of any other: in the story and the status.
  void compression(const session::Session& session) {
    const session::Compressed& compressed = session.compressed;
    if (compressed.made != session::Stage::failed && compressed.posted != session::Stage::failed) return;
    Condition& made =
        add("compress.failed", session.id.str(), Gravity::warning,
            fmt::format("{} has no compressed version: {}", session.channel_name, error_of(compressed.error)),
            "the parts are posted all the same");
    made.once = true;
    made.session = session.id.str();
    made.channel = session.channel.str();
  }

  // Told for the first, the second, the fourth … of a session: a bad line is not one message a minute.
  void gaps(const session::Session& session) {
    const auto known = model_.gaps.find(session.id);
    if (known == model_.gaps.end() || rules_.gap_over == Millis(0)) return;
    std::size_t count = 0;
    const Gap* newest = nullptr;
    for (const Gap& gap : known->second) {
      if (gap.cause == GapCause::ad || gap.duration <= rules_.gap_over) continue;
      ++count;
      if (newest == nullptr || gap.noticed_at >= newest->noticed_at) newest = &gap;
    }
    if (newest == nullptr) return;
    Condition& made =
        add("gap", session.id.str() + "/" + std::to_string(std::bit_width(count)), Gravity::warning,
            fmt::format("{}: missing {}, noticed at {}; of this recording in all {}", session.channel_name,
                        gap_text({*newest}, Language::en), local_time(newest->noticed_at, "%H:%M"),
                        gap_text(known->second, Language::en)),
            "");
    made.once = true;
    made.session = session.id.str();
    made.channel = session.channel.str();
  }

  // What the engine never opened is yt-dlp's from the beginning, as pages without a playlist are. Of a
  // broadcast that is over it is no news.
  void other_backend(const session::Session& session) {
    if (session.phase != session::Phase::recording) return;
    if (capture_for(settings_, session.channel).backend == CaptureBackend::ytdlp ||
        !model_.takes.contains(session.id) || !ends_in_files(model_, session.id))
      return;
    Condition& made = add(
        "capture.other_backend", session.id.str(), Gravity::warning,
        fmt::format("{}: yt-dlp records the rest of this broadcast, which the program's own engine gave up",
                    session.channel_name),
        "nothing is to be done while parts are posted; the log says why (capture.other_backend)");
    made.once = true;
    made.session = session.id.str();
    made.channel = session.channel.str();
  }

  void findings() {
    for (const Finding& finding : facts_.findings) {
      if (finding.level == Finding::Level::ok) continue;
      // What it is about stands first: a file, a program.
      const std::string of = finding.text.substr(0, finding.text.find_first_of(" :"));
      add(finding.check, of, finding.level == Finding::Level::error ? Gravity::error : Gravity::warning,
          finding.text, finding.cure);
    }
  }

  void config_file() {
    if (facts_.config_file.empty()) return;
    const std::size_t more = static_cast<std::size_t>(std::ranges::count(facts_.config_file, '\n'));
    const std::string first = facts_.config_file.substr(0, facts_.config_file.find('\n'));
    const std::string others = more == 0 ? "" : fmt::format(" (and {} more)", more);
    add("config", "", Gravity::error,
        fmt::format("the configuration file is wrong, what was read before counts: {}{}", error_of(first),
                    others),
        "correct it: it is read again by itself; `streamrecorder config check` shows all that is wrong");
  }

  void services() {
    if (!facts_.telegram.empty()) {
      add("telegram", "", Gravity::error,
          fmt::format("Telegram cannot be used: {}", error_of(facts_.telegram)),
          "recording goes on and posts wait; check bot_token, api_id, channel_id and the bot's rights")
          .patience = std::chrono::minutes(2);
    }
    for (const auto& [chat, why] : facts_.chats) {
      if (why.empty()) continue;
      add("telegram", chat, Gravity::error,
          fmt::format("nothing can be posted to {}: {}", chat, error_of(why)),
          "make the account an administrator there who may post, or correct channel_id");
    }
    for (const auto& [name, why] : facts_.unreachable) {
      add("notify.failing", name, Gravity::warning, fmt::format("{} does not work: {}", name, error_of(why)),
          "see notify and hooks in the configuration")
          .patience = std::chrono::minutes(2);
    }
  }

  [[nodiscard]] std::string name_of(const SessionId& id) const {
    const auto found = model_.sessions.find(id);
    return found == model_.sessions.end() ? id.str() : found->second.channel_name;
  }
  [[nodiscard]] std::chrono::seconds stuck_after() const {
    return std::chrono::duration_cast<std::chrono::seconds>(rules_.stuck_after);
  }

  const Model& model_;
  const Settings& settings_;
  const IncidentsConfig& rules_;
  const ConditionFacts& facts_;
  std::vector<Condition> list_{};
};

}  // namespace

std::vector<Condition> conditions_of(const Model& model, const Settings& settings,
                                     const IncidentsConfig& rules, const ConditionFacts& facts) {
  return Conditions(model, settings, rules, facts).all();
}

}  // namespace rec
