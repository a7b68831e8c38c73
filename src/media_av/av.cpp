// libav's log and errors turned into ours.
#include "media_av/av.hpp"

#include <cerrno>
#include <deque>
#include <mutex>
#include <vector>

namespace rec::media {
namespace {

constexpr std::size_t kKeptLines = 3;
constexpr std::int64_t kLooked = 512 << 10U;  // bytes of packets: where the tracks begin

std::deque<std::string>& kept_lines() {
  thread_local std::deque<std::string> lines;
  return lines;
}

void keep_av_line(void* source, int level, const char* format, va_list arguments) {
  if (level > AV_LOG_ERROR) return;
  char text[512];
  int prefix = 1;
  av_log_format_line2(source, level, format, arguments, text, sizeof text, &prefix);
  std::string line(text);
  while (!line.empty() && (line.back() == '\n' || line.back() == ' ')) line.pop_back();
  std::deque<std::string>& lines = kept_lines();
  if (line.empty() || (!lines.empty() && lines.back() == line)) return;
  lines.push_back(std::move(line));
  if (lines.size() > kKeptLines) lines.pop_front();
}

/// Not ENOMEM: libav says it of damaged tables that ask for gigabytes, and to try that again helps nobody.
/// Not EIO: demuxers say it of files that end too early.
bool is_system_error(int number) {
  switch (number) {
    case ENOSPC:
    case EDQUOT:
    case EROFS:
    case EACCES:
    case EPERM:
    case ENOENT:
    case EMFILE:
    case ENFILE:
      return true;
    default:
      return false;
  }
}

}  // namespace

void collect_av_errors() {
  static std::once_flag once;
  std::call_once(once, [] { av_log_set_callback(keep_av_line); });
}

void forget_av_errors() { kept_lines().clear(); }

Error av_error(int code, std::string_view doing) {
  if (is_system_error(AVUNERROR(code))) return errno_error(AVUNERROR(code), doing);
  char text[AV_ERROR_MAX_STRING_SIZE] = {};
  av_strerror(code, text, sizeof text);
  std::string out = std::string(doing) + ": " + text;
  std::string words;
  for (const std::string& line : kept_lines()) words += (words.empty() ? "" : "; ") + line;
  if (!words.empty()) out += " (" + words + ")";
  return Error{Errc::corrupt, std::move(out), {}};
}

Result<AvInput> open_media_file(const std::string& path) {
  AVFormatContext* raw = nullptr;
  const int opened = avformat_open_input(&raw, ("file:" + path).c_str(), nullptr, nullptr);
  if (opened < 0) return fail(av_error(opened, "opening " + path));
  AvInput input(raw);
  // The index tells everything: that libav decodes pictures to be sure would cost more than all else here.
  std::vector<AVDictionary*> settings(raw->nb_streams);
  for (AVDictionary*& one : settings) av_dict_set(&one, "skip_frame", "all", 0);
  raw->probesize = kLooked;
  const int known = avformat_find_stream_info(raw, settings.data());
  for (AVDictionary*& one : settings) av_dict_free(&one);
  if (known < 0) return fail(av_error(known, "reading " + path));
  return input;
}

}  // namespace rec::media
