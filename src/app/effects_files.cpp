// Effects, those that make and remove files.
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>

#include "app/deleted_files.hpp"
#include "app/effects.hpp"
#include "app/names.hpp"
#include "app/output_folder.hpp"
#include "app/part_media.hpp"
#include "app/parts.hpp"
#include "app/smaller_files.hpp"
#include "base/folders.hpp"
#include "base/log.hpp"

namespace rec {
namespace {

std::uint64_t bytes_of(const std::vector<Extent>& extents) {
  std::uint64_t bytes = 0;
  for (const Extent& extent : extents) bytes += extent.bytes;
  return bytes;
}

std::uint64_t bytes_of(const std::vector<MediaRun>& runs) {
  std::uint64_t bytes = 0;
  for (const MediaRun& run : runs) {
    bytes += bytes_of(run.extents);
    for (const std::vector<Extent>& piece : run.sound) bytes += bytes_of(piece);
  }
  return bytes;
}

constexpr int kMediaAttempts = 3;
// A compression that something ended: memory that is short now may not be so later, but hours of encoding are
// not spent for ever. A minute lies behind the first one, twice as long behind each further one.
constexpr int kEndedAttempts = 5;
constexpr Millis kEndedPause = std::chrono::minutes(1);
// By what the refusals of a compression are counted, where those of a part are by its number.
constexpr int kRefused = 0, kEnded = -1;
// While ffmpeg is missing a session goes on without its compressed version after that: the parts lie on the
// disk until then. So often it has been looked for by then, with pauses up to an hour.
constexpr std::chrono::hours kWaitForProgram{24};
constexpr int kLooksForProgram = 12;

// Only what lies in the media itself is hopeless; a killed worker or a folder that is away is not.
bool lies_in_the_media(Errc code) {
  return code == Errc::corrupt || code == Errc::invalid || code == Errc::conflict;
}

/// Killed, or it hung.
bool was_ended(Errc code) { return code == Errc::unavailable || code == Errc::timed_out; }

// What comes back with the power nobody would remove again, so a removal is done when it is durable.
Result<void> sync_removal(const std::string& folder) {
  auto synced = sync_folder(folder);
  if (synced || synced.error().code == Errc::not_found || synced.error().code == Errc::denied) return {};
  return synced;
}

Result<void> remove_files(const std::vector<session::PartFile>& files, const std::string& folder) {
  std::error_code error;
  for (const session::PartFile& file : files) {
    for (const std::string& path : {file.path, file.thumbnail}) {
      if (!path.empty()) std::filesystem::remove(path, error);
      if (error) return fail(errno_error(error.value(), "removing " + path));
    }
  }
  const bool empty = ::rmdir(folder.c_str()) == 0 || errno == ENOENT;
  return sync_removal(empty ? std::filesystem::path(folder).parent_path().string() : folder);
}

std::string compressed_path(const session::Session& session, const Settings& settings) {
  return (std::filesystem::path(session.folder) / compressed_file_name(session, settings)).string();
}

// A compressor calls what it has not finished OUTPUT.something.
Result<void> remove_unfinished(const std::string& output) {
  const std::filesystem::path path(output);
  const std::string begins = path.filename().string() + ".";
  std::error_code error;
  std::vector<std::filesystem::path> found;
  std::filesystem::directory_iterator at(path.parent_path(), error);
  for (const std::filesystem::directory_iterator end; !error && at != end; at.increment(error))
    if (at->path().filename().string().starts_with(begins)) found.push_back(at->path());
  if (error && error != std::errc::no_such_file_or_directory)
    return fail(errno_error(error.value(), "reading " + path.parent_path().string()));
  for (const auto& file : found) {
    std::filesystem::remove(file, error);
    if (error) return fail(errno_error(error.value(), "removing " + file.string()));
  }
  return {};
}

Instant last_posted(const session::Session& session) {
  Instant last = session.ended_at.value_or(session.started_at);
  for (const session::Part& part : session.parts) last = std::max(last, part.posted_at.value_or(last));
  return last;
}

std::vector<std::string> ready_paths(const session::Session& session, int post) {
  std::vector<std::string> paths;
  const auto found = std::ranges::find(session.posts, post, &session::Post::number);
  if (found == session.posts.end()) return paths;
  for (session::PartFile& file : files_of(session, *found, session::PartState::ready))
    paths.push_back(std::move(file.path));
  return paths;
}

std::vector<std::string> posted_paths(const session::Session& session) {
  std::vector<std::string> paths;
  for (const session::Part& part : session.parts) {
    if (part.state != session::PartState::posted) continue;
    for (const session::PartFile& file : all_files(part.file)) paths.push_back(file.path);
  }
  return paths;
}

}  // namespace

Task<MakePartRequest> Effects::part_media(SessionId id, int number) {
  const session::Session session = needs_.ledger.model().sessions.at(id);
  const session::Part part = session.parts.at(static_cast<std::size_t>(number) - 1);
  const session::Session* next = next_of(needs_.ledger.model(), id);
  auto job = [folder = segment_folder(id, needs_.settings), part,
              next_folder = next == nullptr ? "" : segment_folder(next->id, needs_.settings)] {
    return media_on_disk(part, folder, next_folder);
  };
  co_return co_await run_on(needs_.chores, std::move(job));
}

Task<session::PartFile> Effects::made_of_segments(session::Session session, int number) {
  REC_CO_TRY(MakePartRequest request, co_await part_media(session.id, number));
  const session::Part& part = session.parts.at(static_cast<std::size_t>(number) - 1);
  request.output =
      (std::filesystem::path(session.folder) / part_file_name(session, number, needs_.settings)).string();
  request.title = session.title;
  request.most_bytes = part.most_bytes > 0 ? part.most_bytes : file_bytes_for(needs_.settings, session);
  request.sound_alone = sound_alone_for(needs_.settings, session.channel);
  if (needs_.room_for_part)
    REC_CO_CHECK(needs_.room_for_part(room_to_make(bytes_of(request.runs), request.most_bytes)));
  REC_CO_CHECK(co_await make_output_folder(needs_.chores, session.folder));
  co_return co_await needs_.media.make_part(std::move(request));
}

// One that was made before, and waited so long to be posted that its segments were let go, is made of its
// own file, unless somebody deleted that.
Task<session::PartFile> Effects::part_file(session::Session session, int number) {
  const session::Part part = session.parts.at(static_cast<std::size_t>(number) - 1);
  bool of_a_file = part.file_take != 0;
  if (!of_a_file && !part.file.path.empty()) {
    auto look = [part, folder = segment_folder(session.id, needs_.settings)] {
      return is_media_on_disk(part, folder);
    };
    REC_CO_TRY(const bool there, co_await run_on(needs_.chores, std::move(look)));
    of_a_file = !there;
  }
  if (!of_a_file) co_return co_await made_of_segments(std::move(session), number);
  auto look = [files = wholes_of(part), folder = session.folder, root = needs_.settings.output_folder] {
    return first_missing(files, folder, root);
  };
  REC_CO_TRY(const auto missing, co_await run_on(needs_.chores, std::move(look)));
  if (missing && part.file_take != 0)
    co_return fail(Errc::corrupt, *missing + " was deleted before it was posted");
  if (missing) co_return fail(Errc::corrupt, *missing + " was deleted, and so was what it was made of");
  co_return co_await needs_.cut_smaller(session.id, number);
}

// Somebody deleted it: it is made again. Post 0 is the compressed version.
Task<std::optional<session::Event>> Effects::deleted_file(OutboxRow row) {
  std::optional<session::Event> lost;
  const auto* post = std::get_if<session::PublishPost>(&row.effect);
  const bool comment = std::holds_alternative<session::PostComment>(row.effect);
  if ((post == nullptr && !comment) || row.submitted) co_return lost;
  const int number = comment ? 0 : post->post;
  const session::Session session = needs_.ledger.model().sessions.at(row.session);
  const auto paths = comment ? std::vector{session.compressed.file.path} : ready_paths(session, number);
  auto look = [paths, folder = session.folder, root = needs_.settings.output_folder] {
    return first_missing(paths, folder, root);
  };
  REC_CO_TRY(const auto missing, co_await run_on(needs_.chores, std::move(look)));
  if (!missing) co_return lost;
  log::warn("post.file_deleted", {{"session", row.session}, {"post", number}, {"path", *missing}});
  const auto place = std::ranges::find(paths, *missing) - paths.begin();
  lost = session::PostRefused{number, static_cast<std::size_t>(place), session::Refusal::deleted,
                              *missing + " was deleted before it was posted", needs_.clock.now()};
  co_return lost;
}

Task<session::Event> Effects::make_part(OutboxRow row, int number) {
  const session::Session session = needs_.ledger.model().sessions.at(row.session);
  auto made = co_await part_file(session, number);
  if (made) {
    refused_parts_.erase({row.session, number});
    log::info("part.ready",
              {{"session", row.session}, {"part", number}, {"bytes", bytes_of(*made)}, {"path", made->path}});
    if (const int encoded = encoded_of(*made); encoded > 0)
      log::warn("part.encoded_anew", {{"session", row.session}, {"part", number}, {"files", encoded}});
    co_return session::PartReady{number, *std::move(made), needs_.clock.now()};
  }
  const bool hopeless = lies_in_the_media(made.error().code);
  if (!hopeless || ++refused_parts_[{row.session, number}] < kMediaAttempts)
    co_return fail(std::move(made).error());
  refused_parts_.erase({row.session, number});
  log::error("part.failed", {{"session", row.session}, {"part", number}, {"error", made.error().text}});
  co_return session::PartFailed{number, made.error().text, needs_.clock.now()};
}

Task<session::PartFile> Effects::compressed_file(session::Session session) {
  const CompressionPlan& plan = session.target.compression;
  if (needs_.room_for_part) REC_CO_CHECK(needs_.room_for_part(plan.target_bytes));
  CompressRequest request;
  request.inputs = posted_paths(session);
  request.output = compressed_path(session, needs_.settings);
  request.work_folder = compression_folder(session.id, needs_.settings);
  request.title = session.title;
  request.target_bytes = plan.target_bytes;
  request.audio_kbps = plan.audio_kbps;
  request.two_pass = plan.two_pass;
  request.progress = [this, id = session.id](double done) { compressions_[id] = done; };
  struct Over {
    std::map<SessionId, double>& all;
    const SessionId& session;
    ~Over() { all.erase(session); }
  } over{compressions_, session.id};
  co_return co_await needs_.compressor->compress(std::move(request));
}

Task<session::Event> Effects::compress(OutboxRow row) {
  const session::Session session = needs_.ledger.model().sessions.at(row.session);
  if (needs_.compressor == nullptr)
    co_return session::CompressionFailed{"this program was built without a compressor", needs_.clock.now()};
  auto look = [paths = posted_paths(session), folder = session.folder, root = needs_.settings.output_folder] {
    return first_missing(paths, folder, root);
  };
  REC_CO_TRY(const auto missing, co_await run_on(needs_.chores, std::move(look)));
  if (missing) {
    const std::string why = missing->empty() ? "parts that are posted are not on the disk any more"
                                             : *missing + " is gone, so nothing can be made of it";
    co_return session::CompressionFailed{why, needs_.clock.now()};
  }
  REC_CO_CHECK(co_await make_output_folder(needs_.chores, session.folder));
  const auto forget_refusals = [this, &row] {
    for (const int key : {kRefused, kEnded}) refused_parts_.erase({row.session, key});
  };
  auto made = co_await compressed_file(session);
  if (made) {
    forget_refusals();
    log::info("session.compressed", {{"session", row.session}, {"bytes", made->bytes}, {"path", made->path}});
    co_return session::CompressionMade{*std::move(made), needs_.clock.now()};
  }
  Error error = std::move(made).error();
  const bool waited = error.code == Errc::not_found && row.attempts >= kLooksForProgram &&
                      needs_.clock.now() - last_posted(session) >= kWaitForProgram;
  const bool ended = was_ended(error.code);
  const bool counts = ended || lies_in_the_media(error.code);
  const int refused = counts ? ++refused_parts_[{row.session, ended ? kEnded : kRefused}] : 0;
  if (!waited && refused < (ended ? kEndedAttempts : kMediaAttempts)) {
    if (ended) error.retry_after = kEndedPause * (1 << (refused - 1));
    co_return fail(std::move(error));
  }
  forget_refusals();
  log::error("compression.failed", {{"session", row.session}, {"error", error.text}});
  co_return session::CompressionFailed{error.text, needs_.clock.now()};
}

Task<> Effects::remove(OutboxRow row) {
  if (const auto* part = std::get_if<session::RemovePart>(&row.effect)) {
    const int number = part->number;
    co_return co_await remove_part(std::move(row), number);
  }
  if (const auto* part = std::get_if<session::ReleaseRaw>(&row.effect)) {
    const int number = part->number;
    co_return co_await needs_.raw->release(row.session, number);
  }
  if (std::holds_alternative<session::RemoveCompressed>(row.effect))
    co_return co_await remove_compressed(std::move(row));
  co_return co_await remove_raw(std::move(row));
}

Task<> Effects::remove_part(OutboxRow row, int number) {
  const session::Session& session = needs_.ledger.model().sessions.at(row.session);
  // A person wants more of it since: its end decides this again.
  const auto removable = session::removable_parts(session, needs_.settings.session_policy);
  if (std::ranges::find(removable, number) == removable.end()) co_return Result<void>();
  const session::Part& part = session.parts.at(static_cast<std::size_t>(number) - 1);
  const Instant due = part.posted_at.value_or(needs_.clock.now()) + needs_.settings.keep_posted;
  const auto gone = let_go_.find({row.session, number});
  if (gone != let_go_.end()) gone->second = false;
  if (gone == let_go_.end() && due > needs_.clock.now()) {
    row.not_before = due;
    co_return fail(Error{Errc::rate_limited, row.last_error, due - needs_.clock.now()});
  }
  std::vector<session::PartFile> files = all_files(part.file);
  for (const std::string& path : wholes_of(part)) {
    if (std::ranges::find(files, path, &session::PartFile::path) != files.end()) continue;
    session::PartFile whole;
    whole.path = path;
    whole.thumbnail = std::filesystem::path(path).replace_extension(".jpg").string();
    files.push_back(std::move(whole));
  }
  auto job = [files = std::move(files), folder = session.folder] { return remove_files(files, folder); };
  co_return co_await run_on(needs_.chores, std::move(job));
}

// It is made for the comment alone. Of one that was given up there may be a beginning; what people cancelled,
// or want to keep for themselves, stays once it is whole.
Task<> Effects::remove_compressed(OutboxRow row) {
  const session::Session& session = needs_.ledger.model().sessions.at(row.session);
  const session::Compressed& compressed = session.compressed;
  // A person wants it after all: its end decides this again.
  if (compressed.made == session::Stage::wanted || compressed.posted == session::Stage::wanted)
    co_return Result<void>();
  const std::string output = compressed_path(session, needs_.settings);
  std::vector<session::PartFile> files;
  if (compressed.posted == session::Stage::done || compressed.made == session::Stage::failed ||
      session.flags.skip_compression) {
    files = all_files(compressed.file);
    session::PartFile unknown;  // finished, and killed before that was noted
    unknown.path = output;
    unknown.thumbnail = std::filesystem::path(output).replace_extension(".jpg").string();
    files.push_back(std::move(unknown));
  }
  auto job = [files = std::move(files), folder = session.folder, output]() -> Result<void> {
    REC_CHECK(remove_unfinished(output));
    return remove_files(files, folder);
  };
  co_return co_await run_on(needs_.chores, std::move(job));
}

Task<> Effects::remove_raw(OutboxRow row) {
  // A person wants more of it since: its end decides this again.
  if (needs_.ledger.model().sessions.at(row.session).phase != session::Phase::done) co_return Result<void>();
  std::vector<std::string> folders = {segment_folder(row.session, needs_.settings),
                                      compression_folder(row.session, needs_.settings)};
  for (const session::FileTake& file : needs_.ledger.model().sessions.at(row.session).files)
    folders.push_back(file.folder);
  auto job = [folders]() -> Result<void> {
    for (const std::string& folder : folders) {
      std::error_code error;
      std::filesystem::remove_all(folder, error);
      if (error) return fail(errno_error(error.value(), "removing " + folder));
      REC_CHECK(sync_removal(std::filesystem::path(folder).parent_path().string()));
    }
    if (folders.size() > 2) ::rmdir(std::filesystem::path(folders.back()).parent_path().c_str());
    return {};
  };
  co_return co_await run_on(needs_.chores, std::move(job));
}

}  // namespace rec
