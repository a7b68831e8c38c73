// Words of a session's enums, sums over its files, and what belongs together.
#include <algorithm>

#include "core/session.hpp"

namespace rec::session {

std::vector<PartFile> all_files(const PartFile& file) {
  std::vector<PartFile> files = file.further;
  PartFile first = file;
  first.further.clear();
  files.insert(files.begin(), std::move(first));
  return files;
}

std::uint64_t bytes_of(const PartFile& file) {
  std::uint64_t bytes = file.bytes;
  for (const PartFile& one : file.further) bytes += one.bytes;
  return bytes;
}

int encoded_of(const PartFile& file) {
  int encoded = file.encoded ? 1 : 0;
  for (const PartFile& one : file.further) encoded += one.encoded ? 1 : 0;
  return encoded;
}

Millis duration_of(const PartFile& file) {
  Millis duration = file.duration;
  for (const PartFile& one : file.further) duration += one.duration;
  return duration;
}

std::string_view word(PartState state) {
  switch (state) {
    case PartState::sealed:
      return "sealed";
    case PartState::ready:
      return "ready";
    case PartState::posted:
      return "posted";
    case PartState::failed:
      return "failed";
  }
  return "unknown";
}

std::string_view word(FileState state) {
  switch (state) {
    case FileState::recording:
      return "recording";
    case FileState::recorded:
      return "recorded";
    case FileState::cut:
      return "cut";
    case FileState::aside:
      return "aside";
    case FileState::failed:
      return "failed";
  }
  return "unknown";
}

std::string_view word(Stage stage) {
  switch (stage) {
    case Stage::open:
      return "open";
    case Stage::wanted:
      return "wanted";
    case Stage::done:
      return "done";
    case Stage::failed:
      return "failed";
  }
  return "unknown";
}

std::string_view word(Phase phase) {
  switch (phase) {
    case Phase::recording:
      return "recording";
    case Phase::finishing:
      return "finishing";
    case Phase::done:
      return "done";
  }
  return "unknown";
}

Title Session::newest_title() const {
  return titles.empty() ? Title{started_at, title, category} : titles.back();
}

std::uint64_t Session::next_ordinal() const {
  for (auto part = parts.rbegin(); part != parts.rend(); ++part) {
    if (part->file_take == 0) return part->last_ordinal + 1;
  }
  return 0;
}

bool belongs(const Part& part, const Post& post) {
  const bool in_range = part.number >= post.first_part && part.number <= post.last_part;
  return in_range && (part.behind == 0 || post.first_part == post.last_part);
}

std::vector<std::int64_t> messages_of(const Session& session, const Post& post) {
  if (!post.messages.empty()) return post.messages;
  std::vector<std::int64_t> ids;
  for (const Part& part : session.parts) {
    if (belongs(part, post) && part.message_id != 0) ids.push_back(part.message_id);
  }
  return ids;
}

}  // namespace rec::session
