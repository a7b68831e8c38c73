// Doctor: folders, disks and the clock.
#include <curl/curl.h>
#include <fmt/format.h>
#include <sys/statvfs.h>
#include <sys/timex.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "app/config_channels.hpp"
#include "app/doctor.hpp"
#include "app/settings_of.hpp"

namespace rec {
namespace {

namespace fs = std::filesystem;

// No program of this name is older, so a clock that says so is wrong.
constexpr Instant kFirstRelease{std::chrono::sys_days{std::chrono::year{2026} / 11 / 1}};

fs::path nearest_that_exists(fs::path path) {
  std::error_code ignored;
  while (!path.empty() && path != path.parent_path() && !fs::exists(path, ignored)) path = path.parent_path();
  return path.empty() ? fs::path(".") : path;
}

Finding check_writable(const std::string& folder, const char* key) {
  const std::string place = nearest_that_exists(folder).string();
  std::string probe = place + "/.doctor-XXXXXX";
  const int fd = ::mkstemp(probe.data());
  if (fd < 0) {
    return {
        "folder", Finding::Level::error,
        fmt::format("{} ({}) cannot be written: {}", folder, key, std::strerror(errno)),
        fmt::format("give the user that runs streamrecorder the right to write there, or change {}", key)};
  }
  ::close(fd);
  ::unlink(probe.c_str());
  return {"folder", Finding::Level::ok, fmt::format("{} ({}) can be written", folder, key), ""};
}

Finding check_room(const std::string& folder, const char* key, std::uint64_t min_free) {
  struct statvfs disk{};
  const std::string place = nearest_that_exists(folder).string();
  if (::statvfs(place.c_str(), &disk) != 0) {
    return {"disk", Finding::Level::warning, fmt::format("{}: {}", place, std::strerror(errno)), ""};
  }
  const std::uint64_t free = static_cast<std::uint64_t>(disk.f_bavail) * disk.f_frsize;
  // At 6 Mbit/s, as a 1080p60 stream has.
  const double hours = static_cast<double>(free) / (6e6 / 8 * 3600);
  const std::string text = fmt::format("{:.1f} GB are free for {} ({}): {:.0f} hours of one 6 Mbit/s stream",
                                       static_cast<double>(free) / 1e9, folder, key, hours);
  if (free >= min_free) return {"disk", Finding::Level::ok, text, ""};
  return {"disk", Finding::Level::error,
          fmt::format("{}; recording.min_free asks for {:.1f} GB", text, static_cast<double>(min_free) / 1e9),
          "make room, or lower recording.min_free"};
}

std::string host_of_url(const std::string& url) {
  const auto from = url.find("://");
  const auto begin = from == std::string::npos ? 0 : from + 3;
  return url.substr(begin, url.find_first_of("/?#", begin) - begin);
}

}  // namespace

Findings check_folders(const Config& config) {
  const std::string data = data_folder(config);
  return {check_writable(data, "state.path"),
          check_writable(config.recording.output_dir, "recording.output_dir"),
          check_room(data, "state.path", config.recording.min_free),
          check_room(config.recording.output_dir, "recording.output_dir", config.recording.min_free)};
}

Findings check_local_clock(const Config& config, Instant now) {
  static constexpr const char* kCure = "set the clock: timedatectl set-ntp true (or install chrony)";
  if (now < kFirstRelease) {
    return {{"clock", Finding::Level::error, "the clock says " + iso8601(now) + ", which cannot be", kCure}};
  }
  Findings findings;
  std::error_code error;
  const auto written = fs::last_write_time(config.state.path, error);
  const auto ahead = written - fs::file_time_type::clock::now();
  if (!error && ahead > std::chrono::minutes(1)) {
    findings.push_back({"clock", Finding::Level::warning,
                        config.state.path + " was written in the future: the clock was set back", kCure});
  }
  timex kernel{};  // modes = 0: only asks
  if (::adjtimex(&kernel) == TIME_ERROR || (kernel.status & STA_UNSYNC) != 0) {
    findings.push_back(
        {"clock", Finding::Level::warning, "nothing keeps the clock right (no NTP, says the kernel)", kCure});
  }
  return findings;
}

Finding check_clock(const std::string& date_header, const std::string& host, Instant now) {
  const std::time_t told = curl_getdate(date_header.c_str(), nullptr);
  if (told < 0) return {"clock", Finding::Level::ok, "the clock says " + iso8601(now), ""};
  // The header has whole seconds, cut off: half a second later on average.
  const auto off =
      std::chrono::abs(now - (from_unix_ms(static_cast<std::int64_t>(told) * 1000) + Millis(500)));
  const double seconds = std::chrono::duration<double>(off).count();
  const std::string text = fmt::format("the clock differs from that of {} by {:.0f} s", host, seconds);
  static constexpr const char* kCure = "set the clock: timedatectl set-ntp true (or install chrony)";
  if (off > std::chrono::seconds(60)) return {"clock", Finding::Level::error, text, kCure};
  if (off > std::chrono::seconds(5)) return {"clock", Finding::Level::warning, text, kCure};
  return {"clock", Finding::Level::ok, "the clock agrees with that of " + host, ""};
}

// Any answer will do: it shows that the platform can be reached, and what time it is there.
Task<Findings> check_network(const DoctorNeeds& needs, const Config& config) {
  Findings findings;
  std::vector<std::string> urls;
  bool twitch = false;
  bool youtube = false;
  for (const ConfiguredChannel& channel : configured_channels(config)) {
    twitch = twitch || channel.watched.platform == "twitch";
    youtube = youtube || channel.watched.platform == "youtube";
  }
  if (twitch) urls.push_back(config.endpoints.twitch_gql);
  if (youtube) urls.push_back(config.endpoints.youtube);
  std::string date;
  std::string dated_by;
  Instant dated_at{};
  for (const std::string& url : urls) {
    HttpRequest request;
    request.url = url;
    request.timeout = request.connect_timeout = std::chrono::seconds(10);
    const std::string& proxy =
        url == config.endpoints.youtube ? config.youtube.proxy.reveal() : config.twitch.proxy.reveal();
    request.proxy = proxy.empty() ? config.proxy.reveal() : proxy;
    const auto answer = co_await needs.http.fetch(std::move(request));
    const std::string host = host_of_url(url);
    if (!answer) {
      findings.push_back({"network", Finding::Level::error, answer.error().text,
                          "check the network, the name server, and proxy in the configuration"});
      continue;
    }
    findings.push_back({"network", Finding::Level::ok, host + " answers", ""});
    if (!answer->header("date").empty()) {
      date = answer->header("date");
      dated_by = host;
      dated_at = needs.clock.now();
    }
  }
  if (!date.empty()) findings.push_back(check_clock(date, dated_by, dated_at));
  co_return findings;
}

}  // namespace rec
