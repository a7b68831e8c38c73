// Resolver data from JSON.
#include "capture/resolver_data.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <map>
#include <variant>

#include <boost/json.hpp>

#include "base/log.hpp"
#include "base/whole_file.hpp"

namespace rec::capture {
namespace {

using Member = std::variant<std::string*, std::vector<std::string>*, bool*>;
using Members = std::map<std::string_view, Member>;

Failure no_sense(std::string_view name, std::string_view what) {
  return fail(Errc::invalid, fmt::format("resolver data: {} {}", name, what));
}

Result<void> read_list(const boost::json::value& from, std::string_view name,
                       std::vector<std::string>& into) {
  const auto* list = from.if_array();
  if (list == nullptr || list->empty()) return no_sense(name, "is no list of texts");
  into.clear();
  for (const auto& one : *list) {
    if (!one.is_string()) return no_sense(name, "is no list of texts");
    into.emplace_back(one.get_string());
  }
  return {};
}

Result<void> read_member(const boost::json::value& from, std::string_view name, Member into) {
  if (auto* const* list = std::get_if<std::vector<std::string>*>(&into)) return read_list(from, name, **list);
  if (auto* const* flag = std::get_if<bool*>(&into)) {
    if (!from.is_bool()) return no_sense(name, "is neither true nor false");
    **flag = from.get_bool();
    return {};
  }
  if (!from.is_string()) return no_sense(name, "is no text");
  *std::get<std::string*>(into) = std::string(from.get_string());
  return {};
}

}  // namespace

Result<ResolverData> parse_resolver_data(std::string_view json) {
  ResolverData data;
  std::map<std::string_view, Members> sections{
      {"twitch",
       {{"client_ids", &data.twitch.client_ids},
        {"user_agent", &data.twitch.user_agent},
        {"playback_hash", &data.twitch.playback_hash},
        {"player_type", &data.twitch.player_type},
        {"platform", &data.twitch.platform},
        {"player_origin", &data.twitch.player_origin},
        {"usher_paths", &data.twitch.usher_paths}}},
      {"youtube",
       {{"user_agent", &data.youtube.user_agent},
        {"consent_cookie", &data.youtube.consent_cookie},
        {"read_page", &data.youtube.read_page}}},
      {"yt_dlp",
       {{"player_clients", &data.yt_dlp.player_clients}, {"release_url", &data.yt_dlp.release_url}}}};
  boost::system::error_code error;
  const auto value = boost::json::parse({json.data(), json.size()}, error);
  if (error || !value.is_object()) return fail(Errc::invalid, "resolver data: not a JSON object");
  for (const auto& [section_key, section] : value.get_object()) {
    const std::string_view section_name(section_key.data(), section_key.size());
    const auto members = sections.find(section_name);
    if (members == sections.end()) return no_sense(section_name, "is known to nobody");
    if (!section.is_object()) return no_sense(section_name, "is no object");
    for (const auto& [key, member] : section.get_object()) {
      const auto name = fmt::format("{}.{}", section_name, std::string_view(key.data(), key.size()));
      const auto found = members->second.find(std::string_view(key.data(), key.size()));
      if (found == members->second.end()) return no_sense(name, "is known to nobody");
      REC_CHECK(read_member(member, name, found->second));
    }
  }
  return data;
}

std::shared_ptr<const ResolverData> ResolverDataFile::now() {
  struct stat facts{};
  if (path_.empty() || ::stat(path_.c_str(), &facts) != 0) {
    if (!stamp_.empty()) data_ = std::make_shared<const ResolverData>();
    stamp_.clear();
    return data_;
  }
  auto stamp =
      fmt::format("{}.{}.{}.{}", facts.st_ino, facts.st_size, facts.st_mtim.tv_sec, facts.st_mtim.tv_nsec);
  if (stamp == stamp_) return data_;
  stamp_ = std::move(stamp);
  auto parsed = parse_resolver_data(whole_file(path_).value_or(""));
  if (parsed) {
    data_ = std::make_shared<const ResolverData>(*std::move(parsed));
    log::info("resolver_data.loaded", {{"path", path_}});
  } else {
    log::warn("resolver_data.unusable", {{"path", path_}, {"error", parsed.error().text}});
  }
  return data_;
}

}  // namespace rec::capture
