// Doctor: the companion that makes parts, yt-dlp, the JavaScript runtime that it wants for YouTube, ffmpeg.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <optional>

#include "app/config_channels.hpp"
#include "app/doctor.hpp"
#include "app/targets.hpp"
#include "base/version.hpp"

namespace rec {
namespace {

constexpr int kOldAfterDays = 60;

/// The whole numbers in a text, as far as they matter: "v20.11.1" is 20 11 1.
std::vector<int> numbers_of(std::string_view text) {
  std::vector<int> numbers;
  for (std::size_t at = 0; at < text.size() && numbers.size() < 3;) {
    if (std::isdigit(static_cast<unsigned char>(text[at])) == 0) {
      ++at;
      continue;
    }
    int number = 0;
    const auto read = std::from_chars(text.data() + at, text.data() + text.size(), number);
    numbers.push_back(read.ec == std::errc() ? number : 0);
    at = static_cast<std::size_t>(read.ptr - text.data());
  }
  return numbers;
}

std::optional<std::chrono::sys_days> date_of_version(const std::string& version) {
  const auto numbers = numbers_of(version);
  if (numbers.size() < 3) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(numbers[0]),
                                         std::chrono::month(static_cast<unsigned>(numbers[1])),
                                         std::chrono::day(static_cast<unsigned>(numbers[2]))};
  if (!date.ok() || numbers[0] < 2020) return std::nullopt;
  return std::chrono::sys_days(date);
}

struct YtDlpNeed {
  bool program = false;  ///< something that is watched goes by way of it
  bool youtube = false;
  bool records = false;  ///< as a recorder, which runs ffmpeg
};

YtDlpNeed need_of(const Config& config) {
  YtDlpNeed need;
  for (const ConfiguredChannel& channel : configured_channels(config)) {
    if (!channel.overrides.enabled) continue;
    const auto capture = channel.overrides.capture.value_or(config.recording.capture);
    need.program = need.program || channel.watched.platform != "twitch";
    need.youtube = need.youtube || channel.watched.platform == "youtube";
    need.records = need.records || capture == CaptureBackend::ytdlp ||
                   channel.overrides.live_from_start.value_or(config.recording.live_from_start);
  }
  need.program = need.program || need.records;
  return need;
}

/// What a program prints first; nothing when it is not there or fails.
Task<std::string> first_line(const DoctorNeeds& needs, std::string program, std::string argument) {
  ChildRequest child;
  child.argv = {std::move(program), std::move(argument)};
  child.timeout = std::chrono::seconds(30);
  auto ended = co_await needs.run(std::move(child));
  if (!ended) co_return fail(std::move(ended).error());
  const std::string& text = ended->out.empty() ? ended->err : ended->out;
  if (text.empty()) co_return fail(Errc::corrupt, "it says nothing");
  co_return text.substr(0, text.find('\n'));
}

/// It is started: only so it shows whether all libraries that it loads are there.
Task<Finding> check_media(const DoctorNeeds& needs) {
  const auto said = co_await first_line(needs, needs.media, "version");
  const std::string wanted = std::string("streamrecorder-media ") + kVersion;
  if (said && *said == wanted)
    co_return Finding{"media", Finding::Level::ok, "parts are made by " + needs.media, ""};
  const std::string why = said ? "it says " + *said : said.error().text;
  co_return Finding{
      "media", Finding::Level::error,
      fmt::format("{}, which makes the parts, does not run as {} ({})", needs.media, wanted, why),
      "tools/bootstrap installs its libraries; build again (cmake --workflow --preset release), or copy it "
      "beside the program"};
}

Task<Finding> check_ytdlp(const DoctorNeeds& needs, const Config& config, bool needed) {
  auto version = co_await first_line(needs, needs.ytdlp, "--version");
  if (version && !numbers_of(*version).empty()) co_return check_ytdlp_age(*version, needs, config);
  const std::string why = version ? "it says " + *version : version.error().text;
  co_return Finding{"ytdlp", needed ? Finding::Level::error : Finding::Level::warning,
                    fmt::format("no yt-dlp that runs ({}){}", why,
                                needed ? "" : "; Twitch needs it only when its own way fails"),
                    config.recording.ytdlp == "auto" ? "streamrecorder ytdlp update"
                                                     : "correct recording.ytdlp, or set it to auto"};
}

struct JavaScript {
  const char* program;
  const char* argument;
  std::array<int, 3> least;
};
// yt-dlp/yt-dlp#15012, strongest first.
constexpr std::array<JavaScript, 3> kRuntimes{
    {{"deno", "--version", {2, 0, 0}}, {"node", "--version", {20, 0, 0}}, {"qjs", "--help", {2023, 12, 9}}}};

Task<Finding> check_javascript(const DoctorNeeds& needs, bool needed) {
  std::string too_old;
  for (const JavaScript& runtime : kRuntimes) {
    const auto line = co_await first_line(needs, runtime.program, runtime.argument);
    if (!line) continue;
    auto version = numbers_of(*line);
    version.resize(3);
    const std::string named = fmt::format("{} ({})", runtime.program, *line);
    if (!std::ranges::lexicographical_compare(version, runtime.least)) {
      // By itself yt-dlp takes deno alone, and only of our own do we know that it can be told of others.
      if (needed && !needs.own_ytdlp && std::string_view(runtime.program) != "deno") {
        co_return Finding{"javascript", Finding::Level::warning,
                          "of " + needs.ytdlp + " it is not known whether it would use " + named,
                          "install deno 2 or newer (https://deno.com), or: streamrecorder ytdlp update"};
      }
      co_return Finding{"javascript", Finding::Level::ok, "yt-dlp can solve YouTube's puzzles with " + named,
                        ""};
    }
    too_old += (too_old.empty() ? "" : ", ") + named;
  }
  const std::string text =
      too_old.empty() ? "no JavaScript runtime" : "only too old a JavaScript runtime: " + too_old;
  co_return Finding{"javascript", needed ? Finding::Level::warning : Finding::Level::ok,
                    text + (needed ? "; yt-dlp needs one for YouTube" : "; only YouTube would need one"),
                    needed ? "install deno 2 or newer (https://deno.com), or node 20 or newer" : ""};
}

/// What it is needed for, "" = nothing.
std::string use_of_ffmpeg(const Config& config, bool records) {
  if (records) return "yt-dlp records with";
  const auto targets = targets_of(config);
  const bool compresses =
      main_target_of(config).target.compression.enabled ||
      std::ranges::any_of(targets, [](const auto& one) { return one.second.target.compression.enabled; });
  return compresses ? "makes the compressed versions" : "";
}

Task<Finding> check_ffmpeg(const DoctorNeeds& needs, std::string use) {
  const bool needed = !use.empty();
  const auto line = co_await first_line(needs, "ffmpeg", "-version");
  if (line) co_return Finding{"ffmpeg", Finding::Level::ok, line->substr(0, line->find(" Copyright")), ""};
  co_return Finding{"ffmpeg", needed ? Finding::Level::error : Finding::Level::ok,
                    needed ? "ffmpeg is missing, which " + use : "no ffmpeg, and nothing needs it",
                    needed ? "apt install ffmpeg" : ""};
}

}  // namespace

Finding check_ytdlp_age(const std::string& version, const DoctorNeeds& needs, const Config& config) {
  const auto date = date_of_version(version);
  const std::string named =
      fmt::format("yt-dlp {} ({}{})", version, needs.own_ytdlp ? "our own, " : "", needs.ytdlp);
  if (!date) return {"ytdlp", Finding::Level::warning, named + ": its version is no date", ""};
  const auto days = (std::chrono::floor<std::chrono::days>(needs.clock.now()) - *date).count();
  if (days <= kOldAfterDays)
    return {"ytdlp", Finding::Level::ok, fmt::format("{} is {} days old", named, days), ""};
  return {"ytdlp", Finding::Level::warning,
          fmt::format("{} is {} days old; sites change faster than that", named, days),
          config.recording.ytdlp == "auto"
              ? "streamrecorder ytdlp update"
              : "update it, or set recording.ytdlp to auto and: streamrecorder ytdlp update"};
}

Task<Findings> check_programs(const DoctorNeeds& needs, const Config& config) {
  const YtDlpNeed need = need_of(config);
  Findings findings;
  REC_CO_TRY(Finding media, co_await check_media(needs));
  findings.push_back(std::move(media));
  REC_CO_TRY(Finding ytdlp, co_await check_ytdlp(needs, config, need.program));
  findings.push_back(std::move(ytdlp));
  REC_CO_TRY(Finding javascript, co_await check_javascript(needs, need.youtube));
  findings.push_back(std::move(javascript));
  REC_CO_TRY(Finding ffmpeg, co_await check_ffmpeg(needs, use_of_ffmpeg(config, need.records)));
  findings.push_back(std::move(ffmpeg));
  co_return findings;
}

}  // namespace rec
