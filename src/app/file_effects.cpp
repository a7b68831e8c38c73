#include "app/file_effects.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iterator>

#include "app/file_post.hpp"
#include "app/file_takes.hpp"
#include "app/output_folder.hpp"
#include "app/smaller_files.hpp"
#include "base/folders.hpp"
#include "base/log.hpp"

namespace rec {
namespace {

constexpr int kCutAttempts = 3;
constexpr std::chrono::hours kWaitForDisk{1};
constexpr std::uint64_t kAnySize = 1ULL << 62U;

bool lies_in_the_file(Errc code) {
  return code == Errc::corrupt || code == Errc::invalid || code == Errc::conflict;
}

/// The session's live file before this one that became parts: its media is still there.
const session::FileTake* previous_of(const session::Session& session, int number) {
  const session::FileTake* newest = nullptr;
  for (const session::FileTake& file : session.files) {
    if (file.number < number && !file.beginning && file.state == session::FileState::cut) newest = &file;
  }
  return newest;
}

/// What an earlier attempt with other limits left behind the last part: names that are this file's alone.
Result<void> remove_parts_behind(const std::string& folder, const std::string& stem, std::size_t count) {
  for (std::size_t number = count + 1;; ++number) {
    const std::filesystem::path part =
        std::filesystem::path(folder) / fmt::format("{}-{:03}.mp4", stem, number);
    std::error_code error;
    const bool was_there = std::filesystem::remove(part, error);
    if (error) return fail(errno_error(error.value(), "removing " + part.string()));
    if (!was_there) return {};
    std::filesystem::remove(std::filesystem::path(part).replace_extension(".jpg"), error);
  }
}

/// The folder says when it was moved: it may have been written long before.
Result<void> move_folder(const std::string& from, const std::string& to, Instant now) {
  REC_CHECK(make_folders(std::filesystem::path(to).parent_path().string()));
  std::error_code error;
  std::filesystem::rename(from, to, error);
  const bool by_an_earlier_try = error && std::filesystem::exists(to) && !std::filesystem::exists(from);
  if (error && !by_an_earlier_try) return fail(errno_error(error.value(), "moving " + from + " to " + to));
  std::filesystem::last_write_time(to, std::chrono::file_clock::from_sys(now), error);
  if (error) return fail(errno_error(error.value(), "moving " + from + " to " + to));
  REC_CHECK(sync_folder(std::filesystem::path(to).parent_path().string()));
  return sync_folder(std::filesystem::path(from).parent_path().string());
}

using Folders = std::vector<std::string>;

Result<Folders> phantoms_older_than(const std::string& root, Instant instant) {
  Folders old;
  std::error_code error;
  if (!std::filesystem::exists(root, error)) return old;
  for (const auto& session : std::filesystem::directory_iterator(root, error)) {
    for (const auto& one : std::filesystem::directory_iterator(session.path(), error)) {
      const auto written = std::filesystem::last_write_time(one.path(), error);
      const auto at = std::chrono::file_clock::to_sys(written);
      if (!error && std::chrono::floor<Millis>(at) < instant) old.push_back(one.path().string());
    }
  }
  return old;
}

Result<void> remove_phantom(const std::string& folder) {
  std::error_code error;
  std::filesystem::remove_all(folder, error);
  if (error) return fail(errno_error(error.value(), "removing " + folder));
  std::filesystem::remove(std::filesystem::path(folder).parent_path(), error);  // when it was its last
  return {};
}

}  // namespace

Task<FileEffects::Found> FileEffects::look_into(std::string folder) {
  auto look = [folder]() -> Result<Found> {
    Found found;
    REC_TRY(const auto lost, lost_link_in(folder));
    // One of two tracks, too: what is left alone is not what was recorded.
    if (lost) return Found{.lost = lost->file + ": not there any more", .away = lost->away};
    REC_TRY(const auto files, files_in_place(folder));
    const TakenMedia media = media_among(files);
    found.bytes = bytes_in(files);
    std::error_code none;
    const auto path =
        std::filesystem::path(folder) / (media.input.empty() ? std::string(kPostedLink) : media.input);
    const std::string own = std::filesystem::read_symlink(path, none).string();
    found.linked = !own.empty();
    if (media.input.empty() && found.linked) found.lost = own + ": there is nothing in it";
    if (!media.input.empty()) found.input = found.linked ? own : path.string();
    if (!media.sound.empty()) found.sound = (std::filesystem::path(folder) / media.sound).string();
    return found;
  };
  co_return co_await run_on(needs_.chores, std::move(look));
}

/// A disk comes back: it is waited for, but what comes behind the file is not held up for ever.
Result<session::Event> FileEffects::without_its_file(const SessionId& id, int number, const Found& found) {
  const std::pair key{id, number};
  const SteadyTime now = needs_.clock.steady();
  const bool wait = found.away.empty() ? ++refused_[key] < kCutAttempts
                                       : now - away_since_.try_emplace(key, now).first->second < kWaitForDisk;
  if (wait) return fail(Errc::unavailable, found.away.empty() ? found.lost : found.away);
  refused_.erase(key);
  away_since_.erase(key);
  return session::FileFailed{number, found.lost, needs_.clock.now()};
}

Task<session::Event> FileEffects::cut(SessionId id, int number) {
  const session::Session session = needs_.ledger.model().sessions.at(id);
  const auto known = std::ranges::find(session.files, number, &session::FileTake::number);
  if (known == session.files.end())
    co_return fail(Errc::invalid, "the session has no file " + std::to_string(number));
  // A copy: the session is another one behind the next wait.
  const session::FileTake file = *known;  // NOLINT(performance-unnecessary-copy-initialization)
  if (needs_.recorder == nullptr || needs_.cutter == nullptr)
    co_return fail(Errc::denied, "this program was built without a backend that records files");
  REC_CO_CHECK(co_await needs_.recorder->end_leftovers(file.folder));
  REC_CO_TRY(const Found found, co_await look_into(file.folder));
  if (!found.lost.empty()) co_return without_its_file(id, number, found);
  away_since_.erase({id, number});
  if (found.input.empty()) {
    if (std::filesystem::exists(phantom_folder(id, number, needs_.settings)))  // moved, and killed behind it
      co_return co_await set_aside(session, file, "a phantom");
    if (found.bytes == 0) co_return session::FileCut{number, {}, needs_.clock.now()};
    log::error("file.unknown", {{"session", id}, {"folder", file.folder}, {"bytes", found.bytes}});
    co_return session::FileFailed{number, "nothing in " + file.folder + " is a recording; it is kept there",
                                  needs_.clock.now()};
  }
  if (!found.linked) {
    REC_CO_TRY(auto aside, co_await phantom(session, file, found));
    if (aside) co_return *std::move(aside);
  }
  auto made = co_await cut_found(session, file, found);
  if (made) refused_.erase({id, number});
  if (made || !lies_in_the_file(made.error().code) || ++refused_[{id, number}] < kCutAttempts) co_return made;
  refused_.erase({id, number});
  log::error("file.failed", {{"session", id}, {"file", found.input}, {"error", made.error().text}});
  co_return session::FileFailed{number, made.error().text + "; it is kept as " + found.input,
                                needs_.clock.now()};
}

Task<std::optional<session::Event>> FileEffects::phantom(session::Session session, session::FileTake file,
                                                         Found found) {
  const PhantomRules& rules = needs_.settings.ytdlp.phantom;
  const session::FileTake* previous = previous_of(session, file.number);
  const auto nothing = std::optional<session::Event>();
  if (!rules.enabled || file.beginning) co_return nothing;
  if (rules.only_on_continuation && session.parts.empty()) co_return nothing;
  FileLookRequest request{found.input, {}, rules.duplicate_window};
  if (previous != nullptr && rules.duplicate_check) {
    REC_CO_TRY(const Found before, co_await look_into(previous->folder));
    request.previous = before.input;
  }
  auto look = co_await needs_.cutter->look(std::move(request));
  if (!look && lies_in_the_file(look.error().code)) co_return nothing;  // cutting it says what is wrong
  if (!look) co_return fail(std::move(look).error());
  FileFacts facts;
  facts.duration = look->duration;
  facts.bytes = found.bytes;
  facts.repeats = look->repeats;
  facts.continuation = !session.parts.empty();
  facts.twitch = session.channel.str().starts_with("twitch:");
  if (needs_.live_of) facts.live = needs_.live_of(session, file.number);
  const auto why = phantom_reason(facts, rules);
  if (!why) co_return nothing;
  REC_CO_TRY(auto aside, co_await set_aside(std::move(session), std::move(file), *why));
  co_return std::optional<session::Event>(std::move(aside));
}

Task<session::Event> FileEffects::set_aside(session::Session session, session::FileTake file,
                                            std::string why) {
  const std::string target = phantom_folder(session.id, file.number, needs_.settings);
  auto job = [from = file.folder, target, now = needs_.clock.now()] {
    return move_folder(from, target, now);
  };
  REC_CO_CHECK(co_await run_on(needs_.chores, std::move(job)));
  log::warn("file.phantom",
            {{"session", session.id}, {"file", file.number}, {"why", why}, {"kept_in", target}});
  co_return session::FileSetAside{file.number, why + "; kept in " + target, needs_.clock.now()};
}

Task<session::Event> FileEffects::cut_found(session::Session session, session::FileTake file, Found found) {
  const std::uint64_t most = file_bytes_for(needs_.settings, session);
  if (needs_.room_for_part) {
    REC_CO_CHECK(needs_.room_for_part(room_to_cut(found.bytes, most)));
  }
  REC_CO_CHECK(co_await make_output_folder(needs_.chores, session.folder));
  CutFileRequest request{
      found.input,
      found.sound,
      session.folder,
      file.stem,
      most > 0 ? most : kAnySize,
      std::chrono::duration_cast<Millis>(part_limits_for(needs_.settings, session).duration)};
  if (found.linked) request.duration = Millis(0);  // what somebody made whole is cut only where it has to be
  request.sound_alone = sound_alone_for(needs_.settings, session.channel);
  REC_CO_TRY(auto parts, co_await needs_.cutter->cut(std::move(request)));
  auto tidy = [folder = session.folder, stem = file.stem, count = parts.size()] {
    return remove_parts_behind(folder, stem, count);
  };
  REC_CO_CHECK(co_await run_on(needs_.chores, std::move(tidy)));
  log::info("file.cut", {{"session", session.id}, {"file", file.number}, {"parts", parts.size()}});
  const auto encoded = std::ranges::count(parts, true, &session::PartFile::encoded);
  if (encoded > 0)
    log::warn("part.encoded_anew", {{"session", session.id}, {"file", file.number}, {"files", encoded}});
  co_return session::FileCut{file.number, std::move(parts), needs_.clock.now()};
}

// The files as they were first stay until their pieces are posted: those can always be made again.
Task<session::PartFile> FileEffects::cut_smaller(SessionId id, int number) {
  if (needs_.cutter == nullptr)
    co_return fail(Errc::denied, "this program was built without a backend that records files");
  const session::Session session = needs_.ledger.model().sessions.at(id);
  const session::Part& part = session.parts.at(static_cast<std::size_t>(number) - 1);
  if (needs_.room_for_part) {
    REC_CO_CHECK(needs_.room_for_part(bytes_of(part.file)));
  }
  const std::vector<session::PartFile> now = all_files(part.file);
  std::vector<session::PartFile> files;
  for (const std::string& whole : wholes_of(part)) {
    const auto same = std::ranges::find(now, whole, &session::PartFile::path);
    if (same != now.end() && (part.most_bytes == 0 || same->bytes <= part.most_bytes)) {
      files.push_back(*same);
      continue;
    }
    CutFileRequest request;
    request.input = whole;
    request.output_folder = session.folder;
    request.stem = stem_of_smaller(whole);
    request.bytes = part.most_bytes;
    REC_CO_TRY(auto pieces, co_await needs_.cutter->cut(std::move(request)));
    if (pieces.empty()) co_return fail(Errc::corrupt, whole + ": nothing playable in it");
    std::ranges::move(pieces, std::back_inserter(files));
  }
  session::PartFile made = std::move(files.front());
  made.further.assign(std::make_move_iterator(files.begin() + 1), std::make_move_iterator(files.end()));
  co_return made;
}

Task<> FileEffects::remove_phantoms(Millis older_than) {
  const auto root = (std::filesystem::path(needs_.settings.data_folder) / "phantoms").string();
  auto look = [root, before = needs_.clock.now() - older_than] { return phantoms_older_than(root, before); };
  REC_CO_TRY(const Folders old, co_await run_on(needs_.chores, std::move(look)));
  for (const std::string& folder : old) {
    auto job = [folder] { return remove_phantom(folder); };
    REC_CO_CHECK(co_await run_on(needs_.chores, std::move(job)));
    log::info("file.phantom_removed", {{"folder", folder}});
  }
  co_return Result<void>();
}

}  // namespace rec
