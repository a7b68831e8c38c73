#include "app/effects.hpp"

#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "app/names.hpp"
#include "app/output_folder.hpp"
#include "app/part_media.hpp"
#include "app/parts.hpp"
#include "base/log.hpp"
#include "core/overloaded.hpp"

namespace rec {
namespace {

std::string name_of(const OutboxRow& row) {
  const auto with = [](const char* kind, int number) {
    return std::string(kind) + "/" + std::to_string(number);
  };
  return "effect/" + row.session.str() + "/" +
         std::visit(overloaded{
                        [&](const session::PostStatus&) { return with("post_status", 0); },
                        [&](const session::MakePart& e) { return with("make_part", e.number); },
                        [&](const session::CutFile& e) { return with("cut_file", e.number); },
                        [&](const session::PublishPost& e) { return with("publish_post", e.post); },
                        [&](const session::RemovePart& e) { return with("remove_part", e.number); },
                        [&](const session::ReleaseRaw& e) { return with("release_raw", e.number); },
                        [&](const session::FinishStatus&) { return with("finish_status", 0); },
                        [&](const session::RemoveRaw&) { return with("remove_raw", 0); },
                    },
                    row.effect);
}

// Long enough to be no burden while a service is away for hours, short enough that nobody waits for it
// afterwards.
Millis backoff(const OutboxRow& row, const Error& error) {
  if (error.retry_after) return *error.retry_after;
  const bool hopeless =
      error.code == Errc::denied || error.code == Errc::invalid || error.code == Errc::not_found;
  const int doublings = std::min(row.attempts, hopeless ? 12 : 7);
  return std::min<Millis>(std::chrono::seconds(1) * (1 << doublings),
                          hopeless ? std::chrono::hours(1) : std::chrono::minutes(2));
}

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
// No wait is longer than this but those that were asked for; one that is comes from a clock that was set
// back.
constexpr std::chrono::hours kLongestWait{25};

bool removes(const session::Effect& effect) {
  return std::holds_alternative<session::RemovePart>(effect) ||
         std::holds_alternative<session::ReleaseRaw>(effect) ||
         std::holds_alternative<session::RemoveRaw>(effect);
}

bool is_telegram(const session::Effect& effect) {
  return std::holds_alternative<session::PostStatus>(effect) ||
         std::holds_alternative<session::PublishPost>(effect) ||
         std::holds_alternative<session::FinishStatus>(effect);
}

}  // namespace

// Media jobs share the cores, so a lane of limited width. Posts go one after the other, or their order would
// not hold; texts have a lane of their own, so that a status never waits behind gigabytes.
std::string Effects::lane_of(const OutboxRow& row) const {
  return std::visit(overloaded{
                        [](const session::PostStatus&) { return std::string("text"); },
                        [](const session::MakePart&) { return std::string("media"); },
                        [](const session::CutFile&) { return std::string("media"); },
                        [](const session::PublishPost&) { return std::string("post"); },
                        [&](const session::RemovePart&) { return "remove/" + row.session.str(); },
                        [&](const session::ReleaseRaw&) { return "remove/" + row.session.str(); },
                        [](const session::FinishStatus&) { return std::string("text"); },
                        [&](const session::RemoveRaw&) { return "remove/" + row.session.str(); },
                    },
                    row.effect);
}

void Effects::start_due() {
  const Instant now = needs_.clock.now();
  const std::vector<OutboxRow> rows = needs_.ledger.model().outbox;  // starting one may change it
  for (const OutboxRow& row : rows) {
    if (!can_start(row, now)) continue;
    const std::string lane = lane_of(row);
    if (lanes_[lane] >= (lane == "media" ? needs_.settings.media_jobs : 1)) continue;
    const std::string name = name_of(row);
    if (needs_.supervisor.running(name)) continue;
    ++lanes_[lane];
    if (!needs_.supervisor.start(name, perform(row, lane))) --lanes_[lane];
  }
}

bool Effects::can_start(const OutboxRow& row, Instant now) const {
  if (needs_.publisher == nullptr && is_telegram(row.effect)) return false;  // until Telegram is set up again
  if (std::holds_alternative<session::RemoveRaw>(row.effect) && needs_.segments_needed &&
      needs_.segments_needed(row.session))
    return false;
  if (const auto* part = std::get_if<session::ReleaseRaw>(&row.effect)) {
    if (!needs_.raw || needs_.raw->waits(row.session, part->number)) return false;
  }
  if (const auto* part = std::get_if<session::MakePart>(&row.effect)) {
    if (needs_.part_waits && needs_.part_waits(row.session, part->number)) return false;
  }
  if (const auto* file = std::get_if<session::CutFile>(&row.effect)) {
    // One after the other: their parts get their numbers when they are cut.
    const bool first = std::ranges::none_of(needs_.ledger.model().outbox, [&](const OutboxRow& other) {
      const auto* before = std::get_if<session::CutFile>(&other.effect);
      return other.session == row.session && before != nullptr && before->number < file->number;
    });
    if (!needs_.cut_file || !first) return false;
  }
  if (row.not_before <= now) return true;
  if (const auto* part = std::get_if<session::RemovePart>(&row.effect)) {
    const auto gone = let_go_.find({row.session, part->number});
    if (gone != let_go_.end() && gone->second) return true;
  }
  const bool asked_for = std::holds_alternative<session::RemovePart>(row.effect);
  return !asked_for && row.not_before > now + kLongestWait;
}

bool Effects::let_go(const SessionId& session, int part) {
  return let_go_.try_emplace({session, part}, true).second;
}

std::optional<Effects::Upload> Effects::upload_of(const SessionId& session) const {
  const auto found = uploads_.find(session);
  if (found == uploads_.end()) return {};
  return found->second;
}

Task<> Effects::perform(OutboxRow row, std::string lane) {
  struct Leave {
    std::map<std::string, int>& lanes;
    const std::string& lane;
    ~Leave() {
      if (--lanes[lane] == 0) lanes.erase(lane);
    }
  } leave{lanes_, lane};
  if (removes(row.effect)) {
    auto removed = co_await remove(row);
    if (!removed) co_return co_await retry_later(std::move(row), std::move(removed).error());
    if (const auto* part = std::get_if<session::RemovePart>(&row.effect))
      let_go_.erase({row.session, part->number});
    needs_.ledger.effect_done(row, {});
    co_return Result<void>();
  }
  auto outcome = co_await attempt(row);
  if (!outcome) co_return co_await retry_later(std::move(row), std::move(outcome).error());
  needs_.ledger.effect_done(row, *outcome);
  co_return Result<void>();
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
  co_return co_await remove_raw(std::move(row));
}

Task<session::Event> Effects::attempt(OutboxRow row) {
  if (std::holds_alternative<session::PostStatus>(row.effect)) co_return co_await post_status(std::move(row));
  if (std::holds_alternative<session::FinishStatus>(row.effect))
    co_return co_await finish_status(std::move(row));
  if (const auto* post = std::get_if<session::PublishPost>(&row.effect)) {
    const int number = post->post;
    co_return co_await publish_post(std::move(row), number);
  }
  if (const auto* file = std::get_if<session::CutFile>(&row.effect)) {
    const int file_number = file->number;
    co_return co_await needs_.cut_file(row.session, file_number);
  }
  const int number = std::get<session::MakePart>(row.effect).number;
  auto made = co_await make_part(row, number);
  if (made) co_return made;
  // Only what lies in the segments themselves is hopeless; a killed worker or a folder that is away is not.
  const Errc code = made.error().code;
  if (code != Errc::corrupt && code != Errc::invalid && code != Errc::conflict) co_return made;
  if (++refused_parts_[{row.session, number}] < kMediaAttempts) co_return made;
  log::error("part.failed", {{"session", row.session}, {"part", number}, {"error", made.error().text}});
  co_return session::PartFailed{number, made.error().text, needs_.clock.now()};
}

Task<> Effects::retry_later(OutboxRow row, Error error) {
  const Millis wait = backoff(row, error);
  if (error.code == Errc::no_space && needs_.on_full) needs_.on_full(error);
  if (row.last_error != error.text) {  // once per incident, not once per attempt
    log::warn("effect.failed", {{"effect", name_of(row)}, {"error", error.text}, {"retry_ms", wait.count()}});
  }
  for (const OutboxRow& known : needs_.ledger.model().outbox) {  // submitted may have been set meanwhile
    if (known.session == row.session && known.effect == row.effect) row.submitted = known.submitted;
  }
  ++row.attempts;
  row.last_error = error.text;
  row.not_before = needs_.clock.now() + wait;
  auto written = co_await needs_.ledger.update(row);
  if (!written) log::warn("store.failed", {{"error", written.error().text}});
  co_return Result<void>();
}

std::function<Task<>()> Effects::mark_submitted(const OutboxRow& row) {
  return [this, row] {
    OutboxRow marked = row;
    marked.submitted = true;
    return needs_.ledger.update(std::move(marked));
  };
}

std::int64_t Effects::newest_message() const {
  std::int64_t newest = 0;
  for (const auto& [id, session] : needs_.ledger.model().sessions) {
    newest = std::max(newest, session.status_message);
    for (const auto& part : session.parts) newest = std::max(newest, part.message_id);
  }
  return newest;
}

Task<session::Event> Effects::post_status(OutboxRow row) {
  const session::Session session = needs_.ledger.model().sessions.at(row.session);
  // What was announced has begun, or never came, while Telegram was away: nobody needs to be told now.
  if (session.announcement && session.phase != session::Phase::recording && !row.submitted)
    co_return session::StatusFinished{};
  PostRequest request;
  request.chat = needs_.settings.chat;
  request.marker = session.status_marker;
  request.silent = needs_.settings.silent != Silent::none;
  request.text = status_text(session, needs_.facts(session), needs_.settings.language);
  request.maybe_sent = row.submitted;
  request.after_message = newest_message();
  request.about_to_send = mark_submitted(row);
  REC_CO_TRY(const auto ids, co_await needs_.publisher->publish(std::move(request)));
  co_return session::StatusPosted{ids.empty() ? 0 : ids.front(), needs_.clock.now()};
}

Task<session::Event> Effects::publish_post(OutboxRow row, int number) {
  const session::Session session = needs_.ledger.model().sessions.at(row.session);
  const auto post = std::ranges::find(session.posts, number, &session::Post::number);
  if (post == session.posts.end())
    co_return fail(Errc::invalid, "the session has no post " + std::to_string(number));
  PostRequest request;
  request.chat = needs_.settings.chat;
  request.marker = post->marker;
  request.silent =
      needs_.settings.silent == Silent::all || (needs_.settings.silent == Silent::parts && number > 1);
  request.maybe_sent = row.submitted;
  request.after_message = newest_message();
  request.about_to_send = mark_submitted(row);
  Upload upload{post->first_part, 0, 0};
  std::vector<Gap> gaps;
  const auto known_gaps = needs_.ledger.model().gaps.find(row.session);
  for (const auto& part : session.parts) {
    if (part.number < post->first_part || part.number > post->last_part ||
        part.state != session::PartState::ready)
      continue;
    for (session::PartFile& file : all_files(part.file)) request.files.push_back(std::move(file));
    upload.size += bytes_of(part.file);
    // Which gaps lie in a file that another program recorded, nobody knows.
    if (known_gaps == needs_.ledger.model().gaps.end() || part.file_take != 0) continue;
    for (Gap& gap : gaps_of(part, known_gaps->second)) gaps.push_back(gap);
  }
  request.text = caption(session, *post, gaps, needs_.settings.language);
  uploads_[row.session] = upload;
  request.progress = [this, id = row.session](std::uint64_t sent) { uploads_[id].sent = sent; };
  auto ids = co_await needs_.publisher->publish(std::move(request));
  uploads_.erase(row.session);
  if (!ids) co_return fail(std::move(ids).error());
  log::info("post.published", {{"session", row.session}, {"post", number}, {"files", ids->size()}});
  co_return session::Posted{number, *std::move(ids), needs_.clock.now()};
}

Task<session::Event> Effects::finish_status(OutboxRow row) {
  session::Session session = needs_.ledger.model().sessions.at(row.session);
  session.phase = session::Phase::done;
  RichText text = status_text(session, needs_.facts(session), needs_.settings.language);
  Result<void> edited;
  if (session.announcement) {
    edited = co_await needs_.publisher->remove(needs_.settings.chat, session.status_message);
  } else {
    edited =
        co_await needs_.publisher->edit_text(needs_.settings.chat, session.status_message, std::move(text));
  }
  if (!edited) {
    const Errc code = edited.error().code;
    const bool refused = code == Errc::denied || code == Errc::invalid || code == Errc::not_found;
    if (!refused) co_return fail(std::move(edited).error());
    log::warn("status.not_finished", {{"session", row.session}, {"error", edited.error().text}});
  }
  co_return session::StatusFinished{};
}

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

Task<session::Event> Effects::make_part(OutboxRow row, int number) {
  REC_CO_TRY(MakePartRequest request, co_await part_media(row.session, number));
  if (needs_.room_for_part) REC_CO_CHECK(needs_.room_for_part(bytes_of(request.runs)));
  const session::Session session = needs_.ledger.model().sessions.at(row.session);
  request.output =
      (std::filesystem::path(session.folder) / part_file_name(session, number, needs_.settings)).string();
  request.title = session.title;
  request.most_bytes = needs_.settings.file_bytes;
  REC_CO_CHECK(co_await make_output_folder(needs_.chores, session.folder));
  REC_CO_TRY(session::PartFile file, co_await needs_.media.make_part(std::move(request)));
  log::info("part.ready",
            {{"session", row.session}, {"part", number}, {"bytes", bytes_of(file)}, {"path", file.path}});
  if (const int encoded = encoded_of(file); encoded > 0)
    log::warn("part.encoded_anew", {{"session", row.session}, {"part", number}, {"files", encoded}});
  co_return session::PartReady{number, std::move(file), needs_.clock.now()};
}

Task<> Effects::remove_part(OutboxRow row, int number) {
  const session::Session& session = needs_.ledger.model().sessions.at(row.session);
  const session::Part& part = session.parts.at(static_cast<std::size_t>(number) - 1);
  const Instant due = part.posted_at.value_or(needs_.clock.now()) + needs_.settings.keep_posted;
  const auto gone = let_go_.find({row.session, number});
  if (gone != let_go_.end()) gone->second = false;
  if (gone == let_go_.end() && due > needs_.clock.now()) {
    row.not_before = due;
    co_return fail(Error{Errc::rate_limited, row.last_error, due - needs_.clock.now()});
  }
  auto job = [files = all_files(part.file), folder = session.folder]() -> Result<void> {
    std::error_code error;
    for (const session::PartFile& file : files) {
      std::filesystem::remove(file.path, error);
      if (error) return fail(errno_error(error.value(), "removing " + file.path));
      if (!file.thumbnail.empty()) std::filesystem::remove(file.thumbnail, error);
    }
    ::rmdir(folder.c_str());  // succeeds only when it is empty
    return {};
  };
  co_return co_await run_on(needs_.chores, std::move(job));
}

Task<> Effects::remove_raw(OutboxRow row) {
  std::vector<std::string> folders = {segment_folder(row.session, needs_.settings)};
  for (const session::FileTake& file : needs_.ledger.model().sessions.at(row.session).files)
    folders.push_back(file.folder);
  auto job = [folders]() -> Result<void> {
    for (const std::string& folder : folders) {
      std::error_code error;
      std::filesystem::remove_all(folder, error);
      if (error) return fail(errno_error(error.value(), "removing " + folder));
    }
    if (folders.size() > 1) ::rmdir(std::filesystem::path(folders.back()).parent_path().c_str());
    return {};
  };
  co_return co_await run_on(needs_.chores, std::move(job));
}

}  // namespace rec
