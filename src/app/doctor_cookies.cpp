// Doctor: cookies.txt files. Their values are secrets and are neither kept nor told.
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <set>

#include "app/config_channels.hpp"
#include "app/doctor.hpp"
#include "base/whole_file.hpp"

namespace rec {
namespace {

constexpr std::size_t kCookieFields = 7;

/// Those that a login consists of; what else is in the file comes and goes.
struct LoginCookie {
  std::string_view domain;
  std::string_view name;
};
constexpr std::array<LoginCookie, 6> kLogins{{{"twitch.tv", "auth-token"},
                                              {"youtube.com", "LOGIN_INFO"},
                                              {"youtube.com", "SAPISID"},
                                              {"youtube.com", "__Secure-1PSID"},
                                              {"youtube.com", "__Secure-3PSID"},
                                              {"youtube.com", "__Secure-3PSIDTS"}}};

std::vector<std::string_view> fields_of(std::string_view line) {
  std::vector<std::string_view> fields;
  for (std::size_t from = 0; from <= line.size();) {
    const std::size_t to = std::min(line.find('\t', from), line.size());
    fields.push_back(line.substr(from, to - from));
    from = to + 1;
  }
  return fields;
}

bool is_login(std::string_view domain, std::string_view name) {
  return std::ranges::any_of(kLogins, [&](const LoginCookie& one) {
    return one.name == name &&
           (domain == one.domain ||
            (domain.ends_with(one.domain) && domain[domain.size() - one.domain.size() - 1] == '.'));
  });
}

struct CookieCount {
  int cookies = 0;
  int others = 0;  ///< lines that are neither cookies nor comments
  int logins = 0;
  std::string first_name{};    ///< of the login cookie that expires first
  std::int64_t first_end = 0;  ///< seconds since 1970, 0 = none says
};

CookieCount count_cookies(std::string_view text) {
  static constexpr std::string_view kHttpOnly = "#HttpOnly_";
  CookieCount count;
  for (std::size_t from = 0; from < text.size();) {
    const std::size_t to = std::min(text.find('\n', from), text.size());
    std::string_view line = text.substr(from, to - from);
    from = to + 1;
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.starts_with(kHttpOnly)) line.remove_prefix(kHttpOnly.size());
    if (line.empty() || line.front() == '#') continue;
    const auto fields = fields_of(line);
    std::int64_t ends = -1;
    if (fields.size() == kCookieFields)
      std::from_chars(fields[4].data(), fields[4].data() + fields[4].size(), ends);
    if (ends < 0) {
      ++count.others;
      continue;
    }
    ++count.cookies;
    if (!is_login(fields[0], fields[5])) continue;
    ++count.logins;
    if (ends > 0 && (count.first_end == 0 || ends < count.first_end)) {
      count.first_end = ends;
      count.first_name = std::string(fields[5]);
    }
  }
  return count;
}

Finding check_cookies_file(const std::string& path, Instant now) {
  const auto text = whole_file(path);
  if (!text) {
    return {"cookies", Finding::Level::error, text.error().text,
            "correct cookies_file, or make the file readable"};
  }
  Finding finding = check_cookies(path, *text, now);
  struct stat info{};
  const bool open_to_others = ::stat(path.c_str(), &info) == 0 && (info.st_mode & 077U) != 0;
  if (finding.level == Finding::Level::ok && open_to_others) {
    return {"cookies", Finding::Level::warning, path + " can be read by other users of this machine",
            "chmod 600 " + path};
  }
  return finding;
}

}  // namespace

Finding check_cookies(const std::string& path, std::string_view text, Instant now) {
  static constexpr const char* kExport =
      "export the cookies again from a browser that is signed in, as cookies.txt in Netscape format";
  const CookieCount count = count_cookies(text);
  if (count.cookies == 0) {
    return {"cookies", Finding::Level::error,
            path + " holds no cookie in Netscape format (seven fields, tabs)", kExport};
  }
  if (count.others > 0) {
    return {"cookies", Finding::Level::warning,
            fmt::format("{}: {} lines are no cookies (seven fields, tabs between them)", path, count.others),
            kExport};
  }
  if (count.first_end != 0) {
    const Instant end = from_unix_ms(count.first_end * 1000);
    const auto days = std::chrono::floor<std::chrono::days>(end - now).count();
    if (end <= now) {
      return {"cookies", Finding::Level::error,
              fmt::format("{}: {} expired on {}", path, count.first_name, iso8601(end).substr(0, 10)),
              kExport};
    }
    const std::string text_of_end =
        fmt::format("{}: {} cookies, {} expires in {} days", path, count.cookies, count.first_name, days);
    if (days < 7) return {"cookies", Finding::Level::warning, text_of_end, kExport};
    return {"cookies", Finding::Level::ok, text_of_end, ""};
  }
  return {"cookies", Finding::Level::ok,
          fmt::format("{}: {} cookies{}", path, count.cookies,
                      count.logins == 0 ? ", no login of Twitch or YouTube among them" : ""),
          ""};
}

Findings check_cookies_files(const Config& config, Instant now) {
  std::set<std::string> files;
  if (!config.recording.cookies_file.empty()) files.insert(config.recording.cookies_file);
  for (const ConfiguredChannel& channel : configured_channels(config)) {
    if (!channel.overrides.cookies_file.empty()) files.insert(channel.overrides.cookies_file);
  }
  Findings findings;
  for (const std::string& path : files) findings.push_back(check_cookies_file(path, now));
  return findings;
}

}  // namespace rec
