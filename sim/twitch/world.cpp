// Channels by name, and the answers of the token endpoint.
#include "sim/twitch/world.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include <boost/json/serialize.hpp>

namespace rec::sim::twitch {
namespace {

HttpAnswer token_refusal(int status, const char* message) {
  const json::value body = {{"status", status}, {"message", message}};
  return json_answer(status, json::serialize(body));
}

// FNV-1a: stable from run to run, which std::hash does not promise.
std::uint64_t stable_hash(std::string_view text) {
  std::uint64_t hash = 14'695'981'039'346'656'037U;
  for (const unsigned char c : text) hash = (hash ^ c) * 1'099'511'628'211U;
  return hash;
}

}  // namespace

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

std::string category_id(const std::string& category) {
  return category.empty() ? std::string() : std::to_string(stable_hash(category) % 1'000'000);
}

Channel& World::channel(const std::string& login) {
  const auto key = lower(login);
  auto& found = channels[key];
  if (found.login.empty()) {
    found.login = key;
    found.user_id = std::to_string(100'000'000 + next_number++);
    logins[found.user_id] = key;
  }
  return found;
}

Channel* World::find(const std::string& login) {
  const auto found = channels.find(lower(login));
  return found == channels.end() || found->second.banned ? nullptr : &found->second;
}

Channel* World::find_by_id(const std::string& user_id) {
  const auto found = logins.find(user_id);
  return found == logins.end() ? nullptr : find(found->second);
}

void World::count(const std::string& path) {
  const auto passed = std::chrono::steady_clock::now() - started;
  const auto minute = static_cast<std::size_t>(std::chrono::floor<std::chrono::minutes>(passed).count());
  auto& of = minutes[path.starts_with("/api/") ? path.substr(0, path.rfind('/')) : path];
  if (of.size() <= minute) of.resize(minute + 1);
  ++of[minute];
}

HttpAnswer answer_token(World& world, const HttpQuery& query) {
  auto fields = parse_form(query.body);
  fields.insert(query.query.begin(), query.query.end());
  const auto field = [&fields](const char* name) {
    const auto found = fields.find(name);
    return found == fields.end() ? std::string() : found->second;
  };
  if (query.method != "POST") return token_refusal(404, "not found");
  if (field("client_id").empty()) return token_refusal(400, "missing client id");
  if (field("client_secret").empty()) return token_refusal(400, "missing client secret");
  if (field("grant_type") != "client_credentials") return token_refusal(400, "Invalid grant type");
  if (field("client_id") != world.options.client_id) return token_refusal(400, "invalid client");
  if (field("client_secret") != world.options.client_secret)
    return token_refusal(403, "invalid client secret");
  const auto token = fmt::format("simtoken{:022}", world.next_number++);
  world.access_tokens.insert(token);
  const json::value body = {
      {"access_token", token}, {"expires_in", world.options.token_life.count()}, {"token_type", "bearer"}};
  return json_answer(200, json::serialize(body));
}

std::string playback_token(const Channel& channel) {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const auto expires = std::chrono::duration_cast<std::chrono::seconds>(now).count() + 1200;
  const json::value token = {
      {"adblock", false},
      {"authorization", {{"forbidden", false}, {"reason", ""}}},
      {"channel", channel.login},
      {"channel_id", std::stoll(channel.user_id)},
      {"chansub", {{"restricted_bitrates", json::array()}, {"view_until", 1'924'905'600}}},
      {"expires", expires},
      {"geoblock_reason", ""},
      {"hide_ads", false},
      {"server_ads", true},
      {"show_ads", true}};
  return json::serialize(token);
}

std::string playback_signature(const std::string& token) {
  return fmt::format("{:016x}{:016x}", stable_hash(token), stable_hash("signed:" + token));
}

}  // namespace rec::sim::twitch
