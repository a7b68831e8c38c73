// Usher: the multivariant playlist of a channel, in the form of its second version and of the first.
#include <fmt/format.h>

#include <boost/json/parse.hpp>

#include "sim/twitch/world.hpp"

namespace rec::sim::twitch {
namespace {

HttpAnswer usher_refusal(int status, const char* error, const char* code) {
  return json_answer(status,
                     fmt::format(R"([{{"type":"error","error":"{}","error_code":"{}"}}])", error, code));
}

/// LOGIN of "…/channel/hls/LOGIN.m3u8".
std::string login_in(const std::string& path) {
  const auto slash = path.rfind('/');
  const auto name = path.substr(slash + 1);
  return name.ends_with(".m3u8") ? lower(name.substr(0, name.size() - 5)) : "";
}

bool token_good(const HttpQuery& query, const std::string& login) {
  const auto token = query.param("token");
  if (token.empty() || query.param("sig") != playback_signature(token)) return false;
  json::error_code error;
  const auto value = json::parse(token, error);
  if (error) return false;
  const auto* object = value.if_object();
  const auto* channel = object == nullptr ? nullptr : object->if_contains("channel");
  return channel != nullptr && channel->is_string() && channel->get_string() == login;
}

std::string stream_line(const SimVariant& variant) {
  auto line = fmt::format("#EXT-X-STREAM-INF:BANDWIDTH={}", variant.bandwidth);
  if (!variant.resolution.empty()) line += ",RESOLUTION=" + variant.resolution;
  line += fmt::format(",CODECS=\"{}\"", variant.codecs);
  if (!variant.resolution.empty()) line += fmt::format(",FRAME-RATE={:.3f}", variant.frame_rate);
  return line;
}

/// Of the codecs that the player says it can play, "" = whatever.
bool wanted(const SimVariant& variant, const std::string& supported) {
  if (supported.empty() || variant.resolution.empty()) return true;
  const char* family = variant.codecs.starts_with("hvc1") || variant.codecs.starts_with("hev1") ? "h265"
                       : variant.codecs.starts_with("av01")                                     ? "av1"
                                                                                                : "h264";
  return ("," + supported + ",").find(std::string(",") + family + ",") != std::string::npos;
}

std::string second_version(const Channel& channel, const std::string& supported) {
  std::string text = "#EXTM3U\n#EXT-X-VERSION:6\n";
  for (const auto& variant : channel.variants) {
    if (!wanted(variant, supported)) continue;
    text += stream_line(variant);
    text += fmt::format(",STABLE-VARIANT-ID=\"{}\",IVS-NAME=\"{}\",IVS-VARIANT-SOURCE=\"{}\"\n{}\n",
                        variant.name, variant.name, variant.source ? "source" : "transcode", variant.url);
  }
  return text;
}

std::string first_version(const Channel& channel, const std::string& supported) {
  auto text =
      fmt::format("#EXTM3U\n#EXT-X-TWITCH-INFO:ORIGIN=\"s3\",BROADCAST-ID=\"{}\"\n", channel.on_air->id);
  for (const auto& variant : channel.variants) {
    if (!wanted(variant, supported)) continue;
    const auto group = variant.source ? std::string("chunked") : variant.name;
    text += fmt::format("#EXT-X-MEDIA:TYPE=VIDEO,GROUP-ID=\"{}\",NAME=\"{}{}\",AUTOSELECT=YES,DEFAULT=YES\n",
                        group, variant.name, variant.source ? " (source)" : "");
    text += fmt::format("{},VIDEO=\"{}\"\n{}\n", stream_line(variant), group, variant.url);
  }
  return text;
}

}  // namespace

HttpAnswer answer_usher(World& world, const HttpQuery& query) {
  const auto login = login_in(query.path);
  if (!token_good(query, login))
    return usher_refusal(403, "Unauthorized: token is invalid", "nauth_token_invalid");
  const auto* channel = world.find(login);
  if (channel == nullptr || !channel->on_air) {
    return usher_refusal(404, "transcode does not exist", "transcode_does_not_exist");
  }
  const bool second = query.path.starts_with("/api/v2/");
  const auto supported = query.param("supported_codecs");
  auto answer =
      text_answer(200, second ? second_version(*channel, supported) : first_version(*channel, supported),
                  "application/vnd.apple.mpegurl");
  answer.ranges = false;
  return answer;
}

}  // namespace rec::sim::twitch
