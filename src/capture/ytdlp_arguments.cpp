// Options that yt-dlp of 2023.03.04 (Debian 12) and later understand.
#include "capture/ytdlp_arguments.hpp"

#include <algorithm>
#include <charconv>

#include "capture/youtube_path.hpp"

namespace rec::capture {
namespace {

constexpr std::string_view kProgressMark = "[[rec]] ";
constexpr const char* kProgressTemplate =
    "download:[[rec]] %(info.format_id)s %(progress.fragment_index)s %(progress.fragment_count)s";
constexpr std::string_view kChosenMark = "format(s): ";

// An MP4 that can be read however it ends: an ordinary one has its index at its end. The header comes with
// the first fragment, for before it nobody knows what the sound of MPEG-TS is.
constexpr const char* kFragmentedMp4 =
    "ffmpeg_o:-bsf:a aac_adtstoasc -movflags +frag_keyframe+delay_moov+default_base_moof";

std::string in_template(const std::string& path) {
  std::string out;
  for (const char c : path) out += c == '%' ? std::string("%%") : std::string(1, c);
  return out;
}

std::string format_of_quality(std::string_view quality) {
  if (quality == "audio" || quality == "audio_only") return "ba/b";
  if (quality == "worst") return "w";
  int height = 0;
  const auto [end, error] = std::from_chars(quality.data(), quality.data() + quality.size(), height);
  const std::string_view rest(end, static_cast<std::size_t>(quality.data() + quality.size() - end));
  if (error != std::errc() || !rest.starts_with('p')) return "b/bv*+ba";
  std::string limits = "[height<=" + std::to_string(height) + "]";
  int rate = 0;
  if (std::from_chars(rest.data() + 1, rest.data() + rest.size(), rate).ec == std::errc())
    limits += "[fps<=" + std::to_string(rate) + "]";
  return "b" + limits + "/bv*" + limits + "+ba";
}

/// As in yt-dlp's -f: the first of them that there is.
std::string formats_of(std::string_view wishes, std::string (*format)(std::string_view)) {
  std::string out;
  while (!wishes.empty()) {
    const auto comma = std::min(wishes.find(','), wishes.size());
    if (comma > 0) out += (out.empty() ? "" : "/") + format(wishes.substr(0, comma));
    wishes.remove_prefix(std::min(comma + 1, wishes.size()));
  }
  return out;
}

/// Only formats of picture and sound apart reach back to the start.
std::string beginning_of_quality(std::string_view quality) {
  const std::string whole = format_of_quality(quality);
  const auto apart = whole.find("bv*");
  return apart == std::string::npos ? whole : whole.substr(apart);
}

std::string beginning_format(std::string_view quality) {
  std::string out = formats_of(quality, beginning_of_quality);
  if (out.ends_with("ba/b")) return out;
  if (out.ends_with("bv*+ba")) return out + "/b";
  return out + (out.empty() ? "" : "/") + "bv*+ba/b";
}

/// The one that is preferred, as yt-dlp calls it.
std::string codec_of(std::string_view codecs) {
  const std::string_view first = codecs.substr(0, std::min(codecs.find(','), codecs.size()));
  if (first == "av1") return "av01";
  return first.empty() ? "h264" : std::string(first);
}

std::optional<std::int64_t> number_in(std::string_view text) {
  std::int64_t number = 0;
  if (std::from_chars(text.data(), text.data() + text.size(), number).ec != std::errc()) return {};
  return number;
}

std::string_view next_word(std::string_view& text) {
  const auto space = std::min(text.find(' '), text.size());
  const auto word = text.substr(0, space);
  text.remove_prefix(std::min(space + 1, text.size()));
  return word;
}

}  // namespace

std::string ytdlp_format(const FileCaptureRequest& request) {
  if (!request.format.empty() && request.format != "best") return request.format;
  const std::string out = formats_of(request.quality, format_of_quality);
  return out.empty() ? "b/bv*+ba" : out;
}

std::vector<std::string> ytdlp_arguments(const FileCaptureRequest& request, const std::string& folder,
                                         const std::string& cookies, bool beginning) {
  std::vector<std::string> out = {"--ignore-config",
                                  "--no-playlist",
                                  "--playlist-items",
                                  "1",
                                  "--newline",
                                  "--no-mtime",
                                  "--fixup",
                                  "never",
                                  "--socket-timeout",
                                  "30",
                                  "--retries",
                                  "",
                                  "--fragment-retries",
                                  "",
                                  "--retry-sleep",
                                  "exp=1:30",
                                  "--retry-sleep",
                                  "fragment:exp=1:30"};
  out[11] = std::to_string(request.retries);
  out[13] = std::to_string(request.fragment_retries);
  const auto add = [&out](std::initializer_list<std::string> more) { out.insert(out.end(), more); };
  const bool own = !request.format.empty() && request.format != "best";
  if (!own) add({"-S", "vcodec:" + codec_of(request.codecs)});
  if (beginning) {
    // Of what is over the page shows all, and not what was broadcast before.
    add({"--match-filter", "is_live!=?0", "--live-from-start", "--progress-template", kProgressTemplate, "-f",
         own ? request.format : beginning_format(request.quality)});
  } else {
    // yt-dlp's own downloader would take today's window of a live playlist and be content, where the page
    // does not say that it is live.
    add({"--downloader", "m3u8:ffmpeg", "-f", ytdlp_format(request)});
    if (request.continues) add({"--match-filter", "is_live!=?0"});
  }
  if (request.use_mpegts) {
    add({"--hls-use-mpegts"});
  } else {
    add({"--no-hls-use-mpegts", "--downloader-args", kFragmentedMp4});
  }
  if (!cookies.empty()) add({"--cookies", cookies});
  add({"-o", in_template(folder) + "/media.%(ext)s", "--",
       page_of_broadcast(request.page_url, request.broadcast, {})});
  return out;
}

void BeginningProgress::read(std::string_view line) {
  if (const auto chosen = line.find(kChosenMark); chosen != std::string_view::npos) {
    const auto formats = line.substr(chosen + kChosenMark.size());
    formats_ = 1 + static_cast<std::size_t>(std::ranges::count(formats, '+'));
    return;
  }
  const auto at = line.find(kProgressMark);
  if (at == std::string_view::npos) return;
  std::string_view rest = line.substr(at + kProgressMark.size());
  const std::string format(next_word(rest));
  const auto index = number_in(next_word(rest));
  const auto count = number_in(next_word(rest));
  if (!index) return;
  if (!until_) until_ = count;
  const auto known = std::ranges::find(tracks_, format, &Track::format);
  if (known == tracks_.end()) {
    tracks_.push_back({format, *index});
  } else {
    known->index = std::max(known->index, *index);
  }
}

bool BeginningProgress::complete() const {
  if (!until_ || tracks_.size() < formats_) return false;
  return std::ranges::all_of(tracks_, [&](const Track& track) { return track.index >= *until_; });
}

}  // namespace rec::capture
