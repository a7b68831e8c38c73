// The page around a player: the JSON that it is given stands in a script.
#include <fmt/format.h>

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
    const json::object renderer{{"videoId", video.id}, {"offlineSlate", slate}, {"pollDelayMs", "15000"}};
    out["liveStreamability"] = json::object{{"liveStreamabilityRenderer", renderer}};
  }
  return out;
}

json::object player_json(World& world, const Video& video) {
  const bool live = !video.begins && !video.over;
  json::object details{{"videoId", video.id},
                       {"title", video.title},
                       {"isLiveContent", true},
                       {"author", "Somebody"},
                       {"shortDescription", "braces } in {\"text\"}; and </script> tags"}};
  if (live) details["isLive"] = true;
  if (video.begins) details["isUpcoming"] = true;
  json::object broadcast{{"isLiveNow", live}};
  if (video.over) broadcast["endTimestamp"] = "2026-11-22T17:26:03+00:00";
  const json::object renderer{{"liveBroadcastDetails", broadcast}};
  json::object out{{"responseContext", json::object{}},
                   {"playabilityStatus", playability_json(video)},
                   {"videoDetails", details},
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
  return html(fmt::format(
      "<!DOCTYPE html><html><head><link rel=\"canonical\" href=\"https://www.youtube.com/watch?v={0}\">"
      "</head><body><script nonce=\"x\">if (window.ytInitialPlayerResponse) {{}}</script>"
      "<script nonce=\"x\">var ytInitialPlayerResponse = {1};var meta = document.createElement('meta');"
      "</script><script>var ytInitialData = {{\"contents\":{{}}}};</script></body></html>",
      video.id, json::serialize(player_json(world, video))));
}

}  // namespace

HttpAnswer answer_page(World& world, const HttpQuery& query) {
  std::string video_id;
  if (query.path == "/watch") {
    video_id = query.param("v");
  } else {
    const auto channel = query.path.substr(1, query.path.rfind('/') - 1);
    const auto found = world.channels.find(channel);
    if (found == world.channels.end()) return text_answer(404, "<html>This page isn't available</html>");
    if (found->second.empty()) return channel_page();
    video_id = found->second;
  }
  const auto video = world.videos.find(video_id);
  if (video != world.videos.end()) return player_page(world, video->second);
  Video removed;
  removed.id = video_id;
  removed.status = "ERROR";
  removed.reason = "This video has been removed by the uploader";
  return player_page(world, removed);
}

}  // namespace rec::sim::youtube
