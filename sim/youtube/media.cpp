// Manifests, playlists and segments, with YouTube's way of writing parameters as path components.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "sim/youtube/world.hpp"

namespace rec::sim::youtube {
namespace {

struct Itag {
  int number;
  int width;
  int height;
  int frame_rate;
  int bandwidth;
  const char* codec;
};
// Not in the order of their quality, as there.
constexpr std::array<Itag, 3> kItags{{{94, 854, 480, 30, 1'282'000, "avc1.4D401F"},
                                      {301, 1920, 1080, 60, 6'686'000, "avc1.64002A"},
                                      {300, 1280, 720, 60, 3'960'000, "avc1.4D4020"}}};
constexpr int kSoundItag = 234;

/// "" when the path has no component `name` with one behind it.
std::string component(const std::string& path, const std::string& name) {
  const auto key = "/" + name + "/";
  const auto at = path.find(key);
  if (at == std::string::npos) return "";
  const auto begin = at + key.size();
  return path.substr(begin, path.find('/', begin) - begin);
}

std::string playlist_url(const World& world, const std::string& common, int itag) {
  return fmt::format("{}/api/manifest/hls_playlist{}itag/{}/playlist/index.m3u8", world.base, common, itag);
}

std::string multivariant(const World& world, const Video& video, const std::string& common) {
  std::string out = "#EXTM3U\n#EXT-X-INDEPENDENT-SEGMENTS\n";
  if (video.separate_audio) {
    out += fmt::format(
        "#EXT-X-MEDIA:URI=\"{}\",TYPE=AUDIO,GROUP-ID=\"234\",NAME=\"Default\",DEFAULT=YES,AUTOSELECT=YES\n",
        playlist_url(world, common, kSoundItag));
  }
  for (const auto& itag : kItags) {
    out += fmt::format(
        "#EXT-X-STREAM-INF:BANDWIDTH={},CODECS=\"{},mp4a.40.2\",RESOLUTION={}x{},FRAME-RATE={}{},"
        "VIDEO-RANGE=SDR,CLOSED-CAPTIONS=NONE\n{}\n",
        itag.bandwidth, itag.codec, itag.width, itag.height, itag.frame_rate,
        video.separate_audio ? ",AUDIO=\"234\"" : "", playlist_url(world, common, itag.number));
  }
  return out;
}

std::string media_playlist(const World& world, const Video& video, const std::string& common, int itag) {
  const auto length = world.options.segment;
  const auto made = (std::chrono::steady_clock::now() - video.started) / length;
  const auto first = std::max<std::int64_t>(0, made - static_cast<std::int64_t>(world.options.window));
  auto out = fmt::format(
      "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:{}\n#EXT-X-MEDIA-SEQUENCE:{}\n"
      "#EXT-X-DISCONTINUITY-SEQUENCE:{}\n",
      (length.count() + 999) / 1000, first, video.start - 1);
  for (auto number = first; number < made; ++number) {
    out += fmt::format(
        "#EXT-X-PROGRAM-DATE-TIME:{}\n#EXTINF:{:.3f},\n{}/videoplayback{}itag/{}/sq/{}/"
        "goap/clen%3D1/dur/{:.3f}/file/seg.ts\n",
        iso8601(video.started_at + number * length), static_cast<double>(length.count()) / 1000, world.base,
        common, itag, number, static_cast<double>(length.count()) / 1000);
  }
  return out;
}

std::string segment_bytes(const World& world, int itag, int start, std::int64_t sequence) {
  if (world.options.media) return world.options.media(itag, start, sequence);
  auto packet = fmt::format("\x47{}-{}-{}", itag, start, sequence);
  packet.resize(188, '.');
  return packet;
}

HttpAnswer playlist_answer(std::string text) {
  auto answer = text_answer(200, std::move(text), "application/vnd.apple.mpegurl");
  answer.ranges = false;
  return answer;
}

bool too_old(const World& world, const std::string& issue_name) {
  const auto issue = world.issues.find(issue_name);
  if (issue == world.issues.end()) return true;
  const auto age = std::chrono::steady_clock::now() - issue->second.at;
  const auto refused = world.refused.find(issue->second.client);
  return age > world.options.url_life || (refused != world.refused.end() && age >= refused->second);
}

}  // namespace

std::string issue_manifest(World& world, const Video& video, const std::string& client) {
  const auto issue = fmt::format("issue{}", world.next_issue++);
  world.issues[issue] = {client, std::chrono::steady_clock::now()};
  const auto now = std::chrono::time_point_cast<Millis>(std::chrono::system_clock::now());
  return fmt::format(
      "{}/api/manifest/hls_variant/expire/{}/ei/{}/ip/127.0.0.1/id/{}.{}/source/"
      "yt_live_broadcast/file/index.m3u8",
      world.base, unix_ms(now + world.options.url_life) / 1000, issue, video.id, video.start);
}

HttpAnswer answer_media(World& world, const HttpQuery& query) {
  const auto id = component(query.path, "id");
  const auto dot = id.rfind('.');
  const auto video = world.videos.find(id.substr(0, dot));
  if (dot == std::string::npos || video == world.videos.end()) return text_answer(404, "");
  if (too_old(world, component(query.path, "ei"))) return text_answer(403, "");
  const int start = std::stoi(id.substr(dot + 1));
  if (video->second.over || start != video->second.start) return text_answer(404, "");
  const auto common = fmt::format("/expire/{}/ei/{}/ip/127.0.0.1/id/{}/", component(query.path, "expire"),
                                  component(query.path, "ei"), id);
  if (query.path.starts_with("/api/manifest/hls_variant/"))
    return playlist_answer(multivariant(world, video->second, common));
  const auto itag = component(query.path, "itag");
  if (itag.empty()) return text_answer(404, "");
  if (query.path.starts_with("/api/manifest/hls_playlist/"))
    return playlist_answer(media_playlist(world, video->second, common, std::stoi(itag)));
  const auto sequence = component(query.path, "sq");
  if (sequence.empty()) return text_answer(404, "");
  return text_answer(200, segment_bytes(world, std::stoi(itag), start, std::stoll(sequence)),
                     "application/octet-stream");
}

}  // namespace rec::sim::youtube
