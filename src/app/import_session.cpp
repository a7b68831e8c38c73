#include "app/import_session.hpp"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <filesystem>

#include "app/config_channels.hpp"
#include "app/file_post.hpp"
#include "app/names.hpp"

namespace rec {
namespace {

namespace fs = std::filesystem;
using session::Stage;
using ImportKind = ImportedSession::Kind;

constexpr std::size_t kAlbumOfTheOld = 10;
constexpr const char* kNotThereAnyMore = "not there any more";

std::string import_folder_for(const session::Session& session, int number, const Settings& settings) {
  const std::string& key = session.stream_id;
  const XXH128_hash_t hash = XXH3_128bits(key.data(), key.size());
  const std::string name = fmt::format("{:016x}{:016x}", hash.high64, hash.low64);
  return (fs::path(settings.data_folder) / "posts" / name / std::to_string(number)).string();
}

/// Builds one session up, event by event, as a recording would have.
class Importer {
 public:
  Importer(const OldSession& old, const ImportFacts& facts) : old_(old), facts_(facts) {
    session::Session& session = out_.session;
    session.id = import_id(old.key, old.started_at);
    session.channel = old.channel.id;
    session.channel_name = old.channel.name;
    session.title = one_line(old.title, 200);
    session.category = one_line(old.category, 200);
    session.titles = old.titles;
    session.stream_id = "import:" + old.key;
    session.started_at = old.started_at;
    session.target = facts.target;
    session.flags = old.flags;
    session.folder = session_folder(session, facts.settings);
  }

  ImportedSession waiting() {
    session::Session& session = out_.session;
    out_.kind =
        old_.waiting_message > 0 && !facts_.target.chat.empty() ? ImportKind::waiting : ImportKind::nothing;
    out_.what = out_.kind == ImportKind::waiting
                    ? "its waiting message is removed; a new one comes with the next news"
                    : "it has no message to be removed";
    session.announcement = true;
    session.phase = session::Phase::finishing;
    session.ended_at = facts_.now;
    session.flags = {};
    adopt_status(old_.waiting_message);
    out_.effects = {session::FinishStatus{}};
    return std::move(out_);
  }

  ImportedSession offline() {
    out_.what = "it was offline";
    return std::move(out_);
  }

  ImportedSession history() {
    add_posted();
    for (session::Post& post : out_.session.posts) {
      post.caption = Stage::done;
      if (!post.copies.empty()) post.copy = Stage::done;
    }
    note_compressed_message();
    if (old_.status == "error" && !old_.flags.cancelled)
      add_failed("", old_.error.empty() ? "the Python program gave it up" : old_.error);
    if (old_.unnamed_messages.empty()) note_files_left();
    return over(ImportKind::history,
                posted_ == 0 ? "nothing of it was posted" : fmt::format("{} posted", posted_));
  }

  ImportedSession unfinished() {
    const std::vector<std::string> pending = open_files();
    if (pending.empty() && facts_.strays.empty() && old_.uploaded.empty() && old_.unnamed_messages.empty())
      return nothing_left();
    if (old_.status_message > 0)
      adopt_status(old_.status_message);
    else
      take(session::Started{});
    add_posted();
    for (const std::string& file : pending) add_file(file);
    for (const OldFile& stray : facts_.strays) add_stray(stray);
    settle_compression(pending.size() + facts_.strays.size());
    take(session::Ended{ended_at()});
    if (old_.flags.cancelled)
      return over(ImportKind::history, "it was cancelled; `session clear-flags` takes that back");
    out_.kind = ImportKind::unfinished;
    out_.what = fmt::format("{} posted, {} to be posted", posted_, to_come_);
    return std::move(out_);
  }

 private:
  void take(const session::Event& event) {
    session::Step step = session::step(out_.session, event, facts_.settings.session_policy, fresh_marker());
    out_.session = std::move(step.next);
    for (auto& effect : step.effects) out_.effects.push_back(std::move(effect));
  }

  ImportedSession over(ImportKind kind, std::string what) {
    out_.kind = kind;
    out_.what = std::move(what);
    out_.session.phase = session::Phase::done;
    out_.session.ended_at = old_.ended_at.value_or(old_.started_at);
    out_.effects.clear();
    return std::move(out_);
  }

  ImportedSession nothing_left() {
    for (const std::string& file : old_.recordings) {
      out_.notes.push_back(fmt::format("{}: {}", file, kNotThereAnyMore));
      add_failed(file, out_.notes.back());
    }
    if (out_.notes.empty()) add_failed("", "nothing of it was recorded");
    return over(ImportKind::history, "nothing of it is on the disk, and nothing was posted");
  }

  /// Whoever cancelled it may not want them posted: a person decides.
  void note_files_left() {
    for (const std::string& file : open_files()) {
      if (const std::string there = facts_.find(file); !there.empty())
        out_.notes.push_back(fmt::format("{} was not posted; `streamrecorder post` does so", there));
    }
  }

  [[nodiscard]] Instant ended_at() const {
    Instant last = old_.started_at;
    for (const std::string& file : old_.recordings) {
      const std::string found = facts_.find(file);
      if (!found.empty()) last = std::max(last, facts_.written(found));
    }
    for (const OldFile& stray : facts_.strays) last = std::max(last, stray.written);
    return old_.ended_at.value_or(last);
  }

  /// What is still to be posted, missing files among it. Of what was posted in part, the parts that were cut
  /// for it; else the recordings themselves, unless only those parts are left of them.
  [[nodiscard]] std::vector<std::string> open_files() const {
    std::vector<std::string> open;
    const auto is_there = [&](const std::string& file) { return !facts_.find(file).empty(); };
    if (!old_.uploaded.empty() || !old_.unnamed_messages.empty()) {
      for (const std::string& part : old_.parts) {
        if (!old_.uploaded.contains(part)) open.push_back(part);
      }
      return open;
    }
    const bool all = std::ranges::all_of(old_.recordings, is_there);
    const bool cut = !old_.parts.empty() && std::ranges::all_of(old_.parts, is_there);
    if (!all && cut) return old_.parts;
    if (std::ranges::any_of(old_.recordings, is_there)) return old_.recordings;
    return {};
  }

  void adopt_status(std::int64_t message) {
    out_.session.status_posted = true;
    out_.session.status_message = tdlib_message(message);
    out_.session.status_marker = fresh_marker();
  }

  session::FileTake& add_take(const std::string& name) {
    session::FileTake& take = out_.session.files.emplace_back();
    take.number = static_cast<int>(out_.session.files.size());
    take.folder = import_folder_for(out_.session, take.number, facts_.settings);
    take.stem = name.empty() ? "" : safe_component(fs::path(name).stem().string(), 100);
    take.started_at = old_.started_at;
    take.ended_at = old_.ended_at.value_or(old_.started_at);
    return take;
  }

  session::Part& add_part(int take) {
    session::Part& part = out_.session.parts.emplace_back();
    part.number = static_cast<int>(out_.session.parts.size());
    part.file_take = take;
    return part;
  }

  void add_failed(const std::string& name, const std::string& why) {
    session::FileTake& take = add_take(name);
    take.state = session::FileState::failed;
    take.note = why;
    session::Part& part = add_part(take.number);
    part.state = session::PartState::failed;
    part.error = why;
  }

  /// In the order that they have in the chat.
  void add_posted() {
    std::vector<std::pair<std::int64_t, std::string>> posted;
    for (const auto& [part, message] : old_.uploaded) posted.emplace_back(message, part);
    for (const std::int64_t message : old_.unnamed_messages) posted.emplace_back(message, "");
    std::ranges::sort(posted);
    for (const auto& [message, name] : posted) add_posted_part(message, name);
    posted_ = posted.size();
    std::size_t copied = 0;
    for (std::size_t at = 0; at < posted.size(); at += kAlbumOfTheOld) {
      const std::size_t end = std::min(at + kAlbumOfTheOld, posted.size());
      session::Post& post = out_.session.posts.emplace_back();
      post.number = static_cast<int>(out_.session.posts.size());
      post.first_part = static_cast<int>(at) + 1;
      post.last_part = static_cast<int>(end);
      post.marker = fresh_marker();
      post.posted = true;
      for (std::size_t i = at; i < end; ++i) {
        post.messages.push_back(tdlib_message(posted[i].first));
        if (copied < old_.backups.size()) post.copies.push_back(tdlib_message(old_.backups[copied++]));
      }
      // It noted copies only when all of them were made.
      if (!old_.backups.empty()) post.copy = Stage::done;
    }
  }

  void add_posted_part(std::int64_t message, const std::string& name) {
    session::FileTake& take = add_take(name);
    take.state = session::FileState::cut;
    session::Part& part = add_part(take.number);
    part.state = session::PartState::posted;
    part.message_id = tdlib_message(message);
    part.posted_at = old_.ended_at.value_or(old_.started_at);
    const std::string file = name.empty() ? "" : facts_.find(name);
    posted_files_there_ = posted_files_there_ && !file.empty();
    if (file.empty() || old_.archived) return;
    out_.links.push_back({take.folder, kPostedLink, file});
    part.file.path = (fs::path(take.folder) / kPostedLink).string();
    part.file.bytes = facts_.size(file);
  }

  void add_file(const std::string& name) {
    const std::string file = facts_.find(name);
    if (file.empty()) {
      const std::string gone = fmt::format("{}: {}", name, kNotThereAnyMore);
      const bool part_of_more =
          posted_ > 0 && !old_.recordings.empty() && !facts_.find(old_.recordings[0]).empty();
      out_.notes.push_back(gone + (part_of_more ? "; `streamrecorder post " + old_.recordings[0] +
                                                      "` posts all of it, what is posted already as well"
                                                : ""));
      return add_failed(name, gone);
    }
    add_link(file, "");
  }

  void add_stray(const OldFile& stray) {
    if (!old_.key.starts_with("file/")) out_.notes.push_back(stray.path + ": is its own, by name and time");
    add_link(stray.path, stray.sound);
  }

  /// To be cut, as what yt-dlp leaves: the picture may lie beside its sound.
  void add_link(const std::string& file, const std::string& sound) {
    const int number = static_cast<int>(out_.session.files.size()) + 1;
    const std::string folder = import_folder_for(out_.session, number, facts_.settings);
    std::string stem = part_file_name(out_.session, number, facts_.settings);
    stem.erase(stem.rfind('.'));
    take(session::FileBegun{number, false, folder, stem, old_.started_at});
    out_.links.push_back({folder, sound.empty() ? kPostedLink : "media.f1.mp4", file});
    if (!sound.empty()) out_.links.push_back({folder, "media.f2.m4a", sound});
    ++to_come_;
  }

  void note_compressed_message() {
    if (old_.compressed_message <= 0) return;
    session::Compressed& compressed = out_.session.compressed;
    compressed.made = compressed.posted = Stage::done;
    compressed.chat = facts_.target.discussion.id;
    compressed.message = tdlib_message(old_.compressed_message);
    compressed.copy = Stage::done;  // it has no marker, so nobody could tell whether it was copied
  }

  /// One that is there is posted, or was; else it is made, if everything that it is made of is there.
  void settle_compression(std::size_t to_come) {
    session::Compressed& compressed = out_.session.compressed;
    const bool wanted = out_.session.target.compression.enabled && !old_.flags.skip_compression;
    if (old_.compressed_message > 0) return note_compressed_message();
    if (!wanted || posted_ + to_come < 2) return;
    const auto give_up = [&](std::string why) {
      compressed.made = Stage::failed;
      compressed.error = std::move(why);
      out_.notes.push_back("no compressed version: " + compressed.error);
    };
    if (old_.status == "sending_compressed") out_.compressed = facts_.find(old_.compressed);
    if (!out_.compressed.empty()) {
      compressed.made = Stage::done;
    } else if (old_.status == "sending_compressed") {
      give_up(old_.compressed + ": " + kNotThereAnyMore);
    } else if (old_.status == "forwarding") {
      give_up("the Python program went on without one");
    } else if (posted_ > 0 && !posted_files_there_) {
      give_up("parts that are posted are not on the disk any more");
    }
  }

  const OldSession& old_;
  const ImportFacts& facts_;
  ImportedSession out_{};
  std::size_t posted_ = 0;
  std::size_t to_come_ = 0;
  bool posted_files_there_ = true;
};

}  // namespace

std::int64_t tdlib_message(std::int64_t message) { return message << 20; }

SessionId import_id(const std::string& old_key, Instant started_at) {
  const XXH128_hash_t hash = XXH3_128bits(old_key.data(), old_key.size());
  const std::uint64_t ms = static_cast<std::uint64_t>(unix_ms(started_at)) & 0xFFFF'FFFF'FFFFULL;
  return SessionId(fmt::format("{:08x}-{:04x}-7{:03x}-{:04x}-{:012x}", ms >> 16U, ms & 0xFFFFU,
                               hash.high64 & 0xFFFU, 0x8000U | (hash.high64 >> 16U & 0x3FFFU),
                               hash.low64 & 0xFFFF'FFFF'FFFFULL));
}

ImportedSession import_session(const OldSession& old, const ImportFacts& facts) {
  Importer importer(old, facts);
  if (old.archived || old.status == "done") return importer.history();
  if (old.status == "waiting") return importer.waiting();
  if (old.status == "offline") return importer.offline();
  return importer.unfinished();
}

ImportedSession import_stray(const OldFile& file, const ImportFacts& facts) {
  OldSession old;
  old.key = "file/" + file.path;
  old.status = "recording";
  old.title = file.title;
  old.started_at = file.began.value_or(file.written);
  const bool youtube = file.channel.starts_with('@') || file.channel.starts_with("uc");
  const std::string login = youtube ? "" : twitch_login(file.channel);
  const std::string name = youtube ? youtube_name(file.channel) : "";
  old.channel = !login.empty()  ? twitch_channel(login)
                : !name.empty() ? youtube_channel(name)
                                : WatchedChannel{ChannelId(kPostChannel), "files", file.channel, ""};
  ImportFacts own = facts;
  own.strays = {file};
  return import_session(old, own);
}

}  // namespace rec
