// The keys of recording, splitting and compression.
#include <set>
#include <sstream>

#include "app/config_fields.hpp"
#include "app/config_object.hpp"

namespace rec::config_sections {
namespace {

constexpr std::string_view kPathWords[] = {"channel", "date", "title", "id"};

// A template of folders below recording.output_dir; it may not leave it.
bool is_path_template(const std::string& text, std::string& why) {
  if (text.starts_with('/') || text.find("..") != std::string::npos) {
    why = "stands below recording.output_dir: no / in front and no ..";
    return false;
  }
  for (std::size_t at = text.find('{'); at != std::string::npos; at = text.find('{', at + 1)) {
    const std::string word = text.substr(at + 1, text.find('}', at) - at - 1);
    if (std::ranges::find(kPathWords, std::string_view(word)) == std::end(kPathWords)) {
      why = fmt::format("{{{}}} is unknown; expected {{channel}}, {{date}}, {{title}} or {{id}}", word);
      return false;
    }
  }
  if (text.find("{id}") == std::string::npos) why = "needs {id}, so that two sessions never share a folder";
  return why.empty();
}

bool is_codec_list(const std::string& text, std::string& why) {
  static const std::set<std::string> kKnown{"h264", "h265", "av1", "vp9"};
  std::istringstream list(text);
  for (std::string one; std::getline(list, one, ',');) {
    if (kKnown.contains(one)) continue;
    why = fmt::format("{} is unknown; expected h264, h265, av1 or vp9, separated by commas", one);
    return false;
  }
  return !text.empty();
}

Kind<std::string> auto_or_path() {
  Kind<std::string> kind = kinds::text();
  kind.words = "auto, or a path";
  kind.read = [read = kind.read](const Yaml& node, ConfigReader& reader,
                                 const std::string& key) -> std::optional<std::string> {
    auto value = read(node, reader, key);
    if (!value) return value;
    return value->empty() || *value == "auto" ? "auto" : reader.resolve(*value);
  };
  return kind;
}

bool is_quality(const std::string& text, std::string&) {
  return !text.empty() && text.find_first_of(" ;/") == std::string::npos;
}

void add_phantom_filter(Fields<Config>& fields) {
  const auto add = [&fields](const std::string& key, auto kind, auto at, std::string about,
                             Counts counts = Counts::next_time) {
    fields.push_back(
        make_field<Config>("recording.phantom_filter." + key, std::move(kind), at, std::move(about), counts));
  };
  add("enabled", kinds::yes_no(), REC_AT(recording.phantom_filter.enabled),
      "leave out a short piece that Twitch serves again after a stream's end");
  add("min_duration_sec", kinds::duration(std::chrono::seconds(1)),
      REC_AT(recording.phantom_filter.min_duration), "shorter than this is short");
  add("min_size_mb", kinds::size(1ULL << 20U), REC_AT(recording.phantom_filter.min_size),
      "smaller than this is small; short and small is a phantom");
  add("duplicate_hash_check", kinds::yes_no(), REC_AT(recording.phantom_filter.duplicate_hash_check),
      "so is what repeats the end of the piece before");
  add("duplicate_hash_mb", kinds::size(1ULL << 20U, true),
      REC_AT(recording.phantom_filter.duplicate_hash_window), "how much of it is compared");
  add("check_twitch_api", kinds::yes_no(), REC_AT(recording.phantom_filter.check_twitch_api),
      "leave it out only when Twitch says offline");
  add("only_on_continuation", kinds::yes_no(), REC_AT(recording.phantom_filter.only_on_continuation),
      "never leave out a session's first piece");
}

}  // namespace

void add_recording(Fields<Config>& fields) {
  const auto add = [&fields](const std::string& key, auto kind, auto at, std::string about,
                             Counts counts = Counts::next_time) {
    fields.push_back(make_field<Config>("recording." + key, std::move(kind), at, std::move(about), counts));
  };
  add("output_dir", kinds::path(), REC_AT(recording.output_dir), "finished recordings, one folder a session");
  add("temp_dir", kinds::path(), REC_AT(recording.temp_dir), "work files");
  add("path", kinds::text_like("a folder's name with {channel}, {date}, {title} and {id}", is_path_template),
      REC_AT(recording.path),
      "a session's folder in output_dir, fixed when the session starts, cut by bytes");
  add("capture",
      kinds::choice<CaptureBackend>({{"native", CaptureBackend::native}, {"yt-dlp", CaptureBackend::ytdlp}}),
      REC_AT(recording.capture), "what records");
  add("quality",
      kinds::text_like("qualities in order of preference, like 1080p60,720p60,best (no spaces)", is_quality),
      REC_AT(recording.quality),
      "in order of preference, like 1080p60,720p60,best; audio alone makes playable audio");
  add("codecs", kinds::text_like("video codecs in order of preference, like h264,h265,av1", is_codec_list),
      REC_AT(recording.codecs), "of the video; others are recorded only where there is nothing else");
  add("format", kinds::text(), REC_AT(recording.format), "yt-dlp's -f, for the yt-dlp backend");
  add("retries", kinds::integer<int>(0), REC_AT(recording.retries), "for the yt-dlp backend");
  add("fragment_retries", kinds::integer<int>(0), REC_AT(recording.fragment_retries),
      "for the yt-dlp backend");
  add("live_from_start", kinds::yes_no(), REC_AT(recording.live_from_start),
      "fetch what was broadcast before the recording began, where the platform keeps it");
  add("cookies_file", kinds::path(), REC_AT(recording.cookies_file),
      "cookies.txt (Netscape format); used where it exists");
  add("use_mpegts", kinds::yes_no(), REC_AT(recording.use_mpegts), "for the yt-dlp backend: record .ts");
  add("ytdlp", kinds::program(), REC_AT(recording.ytdlp),
      "the yt-dlp to use; auto: a managed one, else the one in PATH");
  add("resolver_data", auto_or_path(), REC_AT(recording.resolver_data),
      "what is known of the platforms and may change, as JSON; auto: resolver.json beside state.path",
      Counts::after_restart);
  add("part_duration", kinds::duration(std::chrono::seconds(1), true), REC_AT(recording.part_duration),
      "upper bound of a part; the byte limits hold as well");
  add("session_duration", kinds::duration(std::chrono::seconds(1), true), REC_AT(recording.session_duration),
      "a stream that never ends goes on in a new session after this, without a gap", Counts::at_once);
  add("keep.posted_for", kinds::duration(std::chrono::seconds(1)), REC_AT(recording.keep.posted_for),
      "what is posted may go after this; what is not posted is never deleted by itself", Counts::at_once);
  add("keep.size", kinds::size_or_unlimited(), REC_AT(recording.keep.size),
      "the oldest posted recordings go when all together are larger", Counts::at_once);
  add("min_free", kinds::size(0), REC_AT(recording.min_free), "disk space to leave free", Counts::at_once);
  add_phantom_filter(fields);
  fields.push_back(retired_field<Config>("recording.move_atom_to_front",
                                         "replaced by what is always so: parts have their index in front"));
}

void add_media(Fields<Config>& fields) {
  const auto add = [&fields](const std::string& key, auto kind, auto at, std::string about,
                             Counts counts = Counts::next_time) {
    fields.push_back(make_field<Config>(key, std::move(kind), at, std::move(about), counts));
  };
  add("splitting.default_size_gb", kinds::size(1ULL << 30U, true), REC_AT(splitting.default_size),
      "upper bound of a part; Telegram's own limit (2000 MiB) holds as well");
  add("splitting.premium_size_gb", kinds::size(1ULL << 30U, true), REC_AT(splitting.premium_size),
      "the same for Premium users (4000 MiB)");
  add("compression.enabled", kinds::yes_no(), REC_AT(compression.enabled),
      "post a smaller version of a recording that has several files, as a comment below the first post");
  add("compression.default_target_size_mb", kinds::size(1ULL << 20U, true),
      REC_AT(compression.default_target_bytes), "its size at most");
  add("compression.premium_target_size_mb", kinds::size(1ULL << 20U, true),
      REC_AT(compression.premium_target_bytes), "the same for Premium users");
  add("compression.audio_bitrate_kbps", kinds::integer<int>(1), REC_AT(compression.audio_bitrate_kbps),
      "of its sound");
  add("compression.two_pass", kinds::yes_no(), REC_AT(compression.two_pass),
      "slower, and closer to the size");
}

}  // namespace rec::config_sections
