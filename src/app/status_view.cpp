#include "app/status_view.hpp"

#include <unistd.h>

#include <algorithm>
#include <set>

#include <boost/json/array.hpp>

#include "app/gap_json.hpp"
#include "app/names.hpp"
#include "app/picture_view.hpp"
#include "core/effect_key.hpp"
#include "core/gaps.hpp"
#include "core/overloaded.hpp"
#include "core/status.hpp"

namespace rec {
namespace {

namespace json = boost::json;

// Of what others wrote: one line of valid UTF-8 each.
constexpr std::size_t kMostTitle = 500;
constexpr std::size_t kMostError = 1000;

double status_seconds(std::chrono::duration<double> length) { return length.count(); }

json::value instant_or_null(const std::optional<Instant>& at) {
  return at ? json::value(iso8601(*at)) : json::value(nullptr);
}

json::value picture_word(const Picture& picture) {
  const std::string name = name_of(picture);
  return name.empty() ? json::value(nullptr) : json::value(name);
}

json::object part_status(const session::Part& part, const SessionProgress& progress) {
  json::object out;
  out["number"] = part.number;
  out["state"] = word(part.state);
  out["path"] = part.file.path;
  out["bytes"] = bytes_of(part.file);
  out["duration_s"] = status_seconds(duration_of(part.file));
  out["picture"] = picture_word(picture_of(part.file));
  out["first_sequence"] = part.first_sequence;
  out["last_sequence"] = part.last_sequence;
  out["message_id"] = part.message_id == 0 ? json::value(nullptr) : json::value(part.message_id);
  out["posted_at"] = instant_or_null(part.posted_at);
  if (encoded_of(part.file) > 0) out["encoded"] = true;
  if (part.number == progress.uploading_part) out["uploaded_bytes"] = progress.uploaded_bytes;
  if (part.state == session::PartState::failed) out["error"] = one_line(part.error, kMostError);
  return out;
}

/// What yt-dlp recorded by itself; "aside" and "failed" say in the note where it lies.
json::object file_status(const session::FileTake& file) {
  json::object out;
  out["number"] = file.number;
  out["state"] = word(file.state);
  out["beginning"] = file.beginning;
  out["folder"] = file.folder;
  out["started_at"] = iso8601(file.started_at);
  out["ended_at"] = instant_or_null(file.ended_at);
  out["note"] = one_line(file.note, kMostError);
  return out;
}

/// What it was called from when on.
json::array titles_status(const std::vector<session::Title>& titles) {
  json::array out;
  for (const session::Title& title : titles) {
    json::object one;
    one["at"] = iso8601(title.at);
    one["title"] = one_line(title.title, kMostTitle);
    one["category"] = one_line(title.category, kMostTitle);
    out.push_back(std::move(one));
  }
  return out;
}

json::value target_status(const Target& target) {
  if (target.chat.empty()) return nullptr;
  json::object out;
  out["name"] = target.name.empty() ? json::value(nullptr) : json::value(target.name);
  out["chat"] = target.chat.text();
  out["backup"] = target.backup.empty() ? json::value(nullptr) : json::value(target.backup.text());
  out["compression"] = target.compression.enabled;
  return out;
}

json::array flags_status(const session::Flags& flags) {
  json::array out;
  if (flags.cancelled) out.emplace_back("cancelled");
  if (flags.skip_upload) out.emplace_back("skip-upload");
  if (flags.skip_compression) out.emplace_back("skip-compression");
  if (flags.skip_forwarding) out.emplace_back("skip-forwarding");
  return out;
}

/// Why it is not made yet, if it was tried.
std::string why_not_compressed(const session::Session& session, const Model& model) {
  if (!session.compressed.error.empty()) return session.compressed.error;
  for (const OutboxRow& row : model.outbox) {
    const bool makes = row.session == session.id && std::holds_alternative<session::Compress>(row.effect);
    if (makes && !row.last_error.empty()) return row.last_error;
  }
  return {};
}

json::value compressed_status(const session::Compressed& compressed, const SessionProgress& progress,
                              const std::string& error) {
  if (compressed.made == session::Stage::open) return nullptr;
  json::object out;
  out["made"] = word(compressed.made);
  out["posted"] = word(compressed.posted);
  out["progress"] = progress.compression ? json::value(*progress.compression) : json::value(nullptr);
  out["path"] = compressed.file.path;
  out["bytes"] = compressed.file.bytes;
  out["chat"] = compressed.chat == 0 ? json::value(nullptr) : json::value(compressed.chat);
  out["message_id"] = compressed.message == 0 ? json::value(nullptr) : json::value(compressed.message);
  out["error"] = one_line(error, kMostError);
  return out;
}

json::array posts_status(const session::Session& session) {
  json::array out;
  for (const session::Post& post : session.posts) {
    json::object one;
    one["number"] = post.number;
    one["first_part"] = post.first_part;
    one["last_part"] = post.last_part;
    one["posted"] = post.posted;
    one["messages"] = json::array(post.messages.begin(), post.messages.end());
    one["copy"] = word(post.copy);
    one["copies"] = json::array(post.copies.begin(), post.copies.end());
    if (!post.error.empty()) one["error"] = one_line(post.error, kMostError);
    out.push_back(std::move(one));
  }
  return out;
}

}  // namespace

json::object session_json(const session::Session& session, const std::vector<Gap>& gaps,
                          const StatusFrom& from) {
  SessionProgress progress;
  for (const auto& part : session.parts) {
    progress.recorded += duration_of(part.file);
    progress.bytes += bytes_of(part.file);
  }
  if (from.progress) progress = from.progress(session.id).value_or(progress);
  json::object out;
  out["id"] = session.id.str();
  out["channel"] = session.channel.str();
  out["name"] = session.channel_name;
  out["status"] = word(status_of(session, from.settings.session_policy));
  out["title"] = one_line(session.title, kMostTitle);
  out["category"] = one_line(session.category, kMostTitle);
  out["folder"] = session.folder;
  out["started_at"] = iso8601(session.started_at);
  out["ended_at"] = instant_or_null(session.ended_at);
  out["titles"] = titles_status(session.titles);
  out["continues"] = session.continues.empty() ? json::value(nullptr) : json::value(session.continues.str());
  const Millis age = progress.age.value_or(from.running ? from.now - session.started_at : Millis(0));
  out["elapsed_s"] =
      status_seconds(std::max(Millis(0), session.ended_at ? *session.ended_at - session.started_at : age));
  out["recorded_s"] = status_seconds(progress.recorded);
  out["picture"] = picture_word(picture_of(session, from.model));
  out["bytes"] = progress.bytes;
  out["segment_bytes"] = progress.segment_bytes;
  out["last_segment_at"] = instant_or_null(progress.last_segment);
  json::array missed;
  for (const Gap& gap : gaps) {
    missed.push_back(gap_json(gap));
  }
  out["missing_s"] = status_seconds(missing_in_all(gaps));
  const bool posts = from.settings.session_policy.publish || session.status_posted;
  out["posts_to_telegram"] = posts;
  out["posted_parts"] = std::ranges::count(session.parts, session::PartState::posted, &session::Part::state);
  json::array parts;
  for (const auto& part : session.parts) parts.push_back(part_status(part, progress));
  out["parts"] = std::move(parts);
  out["gaps"] = std::move(missed);
  json::array files;
  for (const auto& file : session.files) files.push_back(file_status(file));
  out["files"] = std::move(files);
  out["target"] = target_status(session.target);
  out["flags"] = flags_status(session.flags);
  out["posts"] = posts_status(session);
  out["compressed"] =
      compressed_status(session.compressed, progress, why_not_compressed(session, from.model));
  return out;
}

namespace {

json::object channel_status(const ChannelRow& row, const StatusFrom& from) {
  const auto open = channel::open_session(row.state);
  const auto found = open ? from.model.sessions.find(*open) : from.model.sessions.end();
  const session::Session* session = found == from.model.sessions.end() ? nullptr : &found->second;
  const auto announcement = channel::announcement_of(row.state);
  const auto* grace = std::get_if<channel::Grace>(&row.state);
  const auto* live = std::get_if<channel::Live>(&row.state);
  json::object out;
  out["id"] = row.id.str();
  out["platform"] = row.platform;
  out["name"] = row.name;
  out["url"] = row.page_url;
  out["status"] = word(status_of(row.state, session, from.settings.session_policy));
  out["title"] = nullptr;
  if (session != nullptr) out["title"] = one_line(session->newest_title().title, kMostTitle);
  if (announcement) out["title"] = one_line(row.shown.title, kMostTitle);
  out["scheduled_at"] = instant_or_null(announcement ? row.scheduled : std::nullopt);
  out["source"] =
      live == nullptr || live->source.empty() ? json::value(nullptr) : json::value(live->source.str());
  out["session"] = session == nullptr ? json::value(nullptr) : json::value(session->id.str());
  const ChannelNote news = from.news ? from.news(row.id) : ChannelNote();
  out["note"] = news.note.empty() ? json::value(nullptr) : json::value(one_line(news.note, kMostError));
  out["over"] = news.over && session == nullptr;
  out["paused"] = std::ranges::any_of(from.settings.paused,
                                      [&](const WatchedChannel& each) { return each.id == row.id; });
  out["dropped_until"] = grace == nullptr ? json::value(nullptr) : json::value(iso8601(grace->grace_ends));
  return out;
}

/// Those that are watched, in their order, and those that are watched no more but still have a session open.
json::array channels_status(const StatusFrom& from) {
  json::array out;
  std::set<ChannelId> shown;
  for (const auto* list : {&from.settings.channels, &from.settings.paused}) {
    for (const WatchedChannel& watched : *list) {
      const auto known = from.model.channels.find(watched.id);
      ChannelRow row{watched.id, watched.platform, watched.name, watched.page_url, {}};
      if (known != from.model.channels.end()) row = known->second;
      out.push_back(channel_status(row, from));
      shown.insert(watched.id);
    }
  }
  for (const auto& [id, row] : from.model.channels) {
    if (!shown.contains(id) && channel::open_session(row.state)) out.push_back(channel_status(row, from));
  }
  return out;
}

const char* queue_of(const session::Effect& effect) {
  return std::visit(
      overloaded{
          [](const session::PostStatus&) { return "text"; }, [](const session::MakePart&) { return "media"; },
          [](const session::CutFile&) { return "media"; }, [](const session::PublishPost&) { return "post"; },
          [](const session::RemovePart&) { return "remove"; },
          [](const session::FindPlace&) { return "text"; },
          [](const session::Compress&) { return "compress"; },
          [](const session::PostComment&) { return "post"; },
          [](const session::EditCaption&) { return "text"; }, [](const session::CopyPost&) { return "copy"; },
          [](const session::RemoveCompressed&) { return "remove"; },
          [](const session::ReleaseRaw&) { return "remove"; },
          [](const session::FinishStatus&) { return "text"; },
          [](const session::RemoveRaw&) { return "remove"; }},
      effect);
}

constexpr const char* kQueues[] = {"media", "post", "text", "remove", "compress", "copy"};

json::object failing_row(const OutboxRow& row) {
  json::object one;
  one["session"] = row.session.str();
  one["queue"] = queue_of(row.effect);
  one["number"] = key_of(row.effect).number;
  one["attempts"] = row.attempts;
  one["next_try"] = iso8601(row.not_before);
  one["error"] = one_line(row.last_error, kMostError);
  return one;
}

json::object queues_status(const Model& model) {
  std::map<std::string, int> waiting;
  json::array failing;
  for (const OutboxRow& row : model.outbox) {
    ++waiting[queue_of(row.effect)];
    if (!row.last_error.empty()) failing.push_back(failing_row(row));
  }
  json::object out;
  for (const char* queue : kQueues) out[queue] = waiting[queue];
  out["failing"] = std::move(failing);
  return out;
}

json::array disks_status(const std::vector<DiskGuard::View>& disks) {
  json::array out;
  for (const DiskGuard::View& disk : disks) {
    json::object one;
    one["folder"] = disk.folder;
    one["free_bytes"] = disk.free;
    one["paused"] = disk.paused;
    one["left_s"] = disk.left ? json::value(disk.left->count()) : json::value(nullptr);
    out.push_back(std::move(one));
  }
  return out;
}

}  // namespace

json::array failing_json(const Model& model, const SessionId& session) {
  json::array out;
  for (const OutboxRow& row : model.outbox) {
    if (row.session == session && !row.last_error.empty()) out.push_back(failing_row(row));
  }
  return out;
}

json::object status_json(const StatusFrom& from) {
  static const std::vector<Gap> kNone;
  struct Shown {
    const session::Session* session;
    const std::vector<Gap>* gaps;
  };
  std::map<SessionId, Shown, std::greater<>> newest_first;  // an id begins with its time
  const auto gaps_in = [](const std::map<SessionId, std::vector<Gap>>& all, const SessionId& id) {
    const auto found = all.find(id);
    return found == all.end() ? &kNone : &found->second;
  };
  for (const auto& old : from.history) newest_first[old.id] = {&old, gaps_in(from.history_gaps, old.id)};
  for (const auto& [id, session] : from.model.sessions)
    if (!session.announcement) newest_first[id] = {&session, gaps_in(from.model.gaps, id)};
  json::object out;
  out["running"] = from.running;
  out["pid"] = from.running ? json::value(::getpid()) : json::value(nullptr);
  out["at"] = iso8601(from.now);
  out["channels"] = channels_status(from);
  json::array sessions;
  for (const auto& [id, shown] : newest_first)
    sessions.push_back(session_json(*shown.session, *shown.gaps, from));
  out["sessions"] = std::move(sessions);
  out["queues"] = queues_status(from.model);
  out["disks"] = disks_status(from.disks);
  return out;
}

}  // namespace rec
