// The page around a player: the JSON that it is given stands in a script.
#include <fmt/format.h>

#include <utility>

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "sim/youtube/world.hpp"

namespace rec::sim::youtube {
namespace {

namespace json = boost::json;

json::object playability_json(const Video& video) {
  json::object out{{"status", video.status}, {"playableInEmbed", true}};
  if (!video.reason.empty()) out["reason"] = video.reason;
  if (video.begins) {
    out["status"] = "LIVE_STREAM_OFFLINE";
    out["reason"] = "This live event will begin in a few moments.";
    const auto at = std::to_string(unix_ms(*video.begins) / 1000);
    const json::object slate{{"liveStreamOfflineSlateRenderer", json::object{{"scheduledStartTime", at}}}};
    const json::object renderer{{"videoId", video.id},
                                {"offlineSlate", slate},
                                {"pollDelayMs", std::to_string(video.poll_delay.count())}};
    out["liveStreamability"] = json::object{{"liveStreamabilityRenderer", renderer}};
  }
  return out;
}

/// Of the channel that shows the video: handle and id, "" where it has none.
std::pair<std::string, std::string> owner_of(const World& world, const Video& video) {
  for (const auto& [handle, shown] : world.channels) {
    const auto id = world.ids.find(handle);
    if (shown == video.id && id != world.ids.end()) return *id;
  }
  return {};
}

json::object details_json(const Video& video, const std::string& channel_id, bool live) {
  json::object details{{"videoId", video.id},
                       {"title", video.title},
                       {"isLiveContent", !video.premiere},
                       {"author", "Somebody"},
                       {"shortDescription", "braces } in {\"text\"}; and </script> tags"}};
  if (!channel_id.empty()) details["channelId"] = channel_id;
  if (live) details["isLive"] = true;
  if (video.begins) details["isUpcoming"] = true;
  return details;
}

json::object player_json(World& world, const Video& video) {
  const bool live = !video.begins && !video.over;
  const auto [handle, channel_id] = owner_of(world, video);
  json::object broadcast{{"isLiveNow", live}};
  if (video.over) broadcast["endTimestamp"] = "2026-11-22T17:26:03+00:00";
  json::object renderer{{"liveBroadcastDetails", broadcast}};
  if (!handle.empty()) renderer["ownerProfileUrl"] = "http://www.youtube.com/" + handle;
  json::object out{{"responseContext", json::object{}},
                   {"playabilityStatus", playability_json(video)},
                   {"videoDetails", details_json(video, channel_id, live)},
                   {"microformat", json::object{{"playerMicroformatRenderer", renderer}}}};
  if (live && video.status == "OK") {
    json::object streaming{{"expiresInSeconds", "21540"}};
    if (!video.manifest_hidden) streaming["hlsManifestUrl"] = issue_manifest(world, video, "page");
    out["streamingData"] = std::move(streaming);
  }
  return out;
}

HttpAnswer html(std::string body) { return text_answer(200, std::move(body), "text/html; charset=utf-8"); }

HttpAnswer channel_page() {
  return html(
      "<!DOCTYPE html><html><head><link rel=\"canonical\" href=\"https://www.youtube.com/channel/UC1\">"
      "</head><body><script>var ytInitialData = {\"contents\":{}};</script></body></html>");
}

HttpAnswer player_page(World& world, const Video& video) {
  auto page = fmt::format(
      "<!DOCTYPE html><html><head><link rel=\"canonical\" href=\"https://www.youtube.com/watch?v={0}\">"
      "</head><body><script nonce=\"x\">if (window.ytInitialPlayerResponse) {{}}</script>"
      "<script nonce=\"x\">var ytInitialPlayerResponse = {1};var meta = document.createElement('meta');"
      "</script><script>var ytInitialData = {{\"contents\":{{}}}};</script>",
      video.id, json::serialize(player_json(world, video)));
  if (page.size() < world.page_bytes) page.append(world.page_bytes - page.size(), 'x');
  return html(page + "</body></html>");
}

HttpAnswer redirect_to(const std::string& where) {
  auto answer = text_answer(302, "");
  answer.headers.emplace_back("Location", where);
  return answer;
}

/// "@handle" of "/@handle/live" and of "/channel/UC…/live".
std::string channel_in(const World& world, const std::string& path) {
  auto channel = path.substr(1, path.rfind('/') - 1);
  for (const auto& [handle, id] : world.ids)
    if (channel == "channel/" + id) channel = handle;
  return channel;
}

void go_on_air_in_time(Video& video) {
  if (!video.live_at || std::chrono::steady_clock::now() < *video.live_at) return;
  video.begins.reset();
  video.started = *std::exchange(video.live_at, std::nullopt);
  video.started_at = std::chrono::time_point_cast<Millis>(std::chrono::system_clock::now());
}

}  // namespace

HttpAnswer answer_page(World& world, const HttpQuery& query) {
  const auto cookies = query.header("cookie");
  if (world.robots) return redirect_to("https://www.google.com/sorry/index?continue=x");
  if (world.consent && cookies.find("SOCS=") == std::string::npos)
    return redirect_to("https://consent.youtube.com/m?continue=x");
  std::string video_id;
  if (query.path == "/watch") {
    video_id = query.param("v");
  } else {
    const auto found = world.channels.find(channel_in(world, query.path));
    if (found == world.channels.end()) return text_answer(404, "<html>This page isn't available</html>");
    if (found->second.empty()) return channel_page();
    video_id = found->second;
  }
  const auto video = world.videos.find(video_id);
  if (video != world.videos.end()) {
    go_on_air_in_time(video->second);
    const auto& cookie = video->second.cookie;
    if (cookie.empty() || cookies.find(cookie) == std::string::npos) return player_page(world, video->second);
    auto shown = video->second;
    shown.status = "OK";
    shown.reason.clear();
    return player_page(world, shown);
  }
  Video removed;
  removed.id = video_id;
  removed.status = "ERROR";
  removed.reason = "This video has been removed by the uploader";
  return player_page(world, removed);
}

}  // namespace rec::sim::youtube
