// The state of the simulated YouTube and the parts that answer from it. Callers hold `mutex`.
#pragma once
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "sim/youtube/sim_youtube.hpp"

namespace rec::sim::youtube {

struct Video {
  std::string id;
  std::string title;
  SteadyTime started;                   ///< of the present start of the encoder
  Instant started_at;                   ///< the same, UTC
  int start = 1;                        ///< N of /id/VIDEO.N
  std::optional<Instant> begins{};      ///< announced, not live yet
  bool premiere = false;                ///< a video that is shown as if it were live
  std::optional<SteadyTime> live_at{};  ///< announced until then
  Millis poll_delay{15'000};
  std::string cookie{};  ///< who sends it is shown what `status` keeps from others
  bool over = false;
  bool manifest_hidden = false;
  bool separate_audio = false;
  std::string status = "OK";
  std::string reason{};
};

/// To whom URLs were given, and when.
struct Issue {
  std::string client;
  SteadyTime at;
};

struct World {
  SimYoutubeOptions options;
  std::string base;  ///< http://127.0.0.1:PORT
  std::mutex mutex;
  std::map<std::string, std::string> channels;  ///< "@handle" -> video id, "" = nothing
  std::map<std::string, Video> videos;
  std::map<std::string, Issue> issues;    ///< by the value of /ei/
  std::map<std::string, Millis> refused;  ///< client -> age of its URLs
  int next_issue = 1;
  std::map<std::string, std::string> ids;  ///< "@handle" -> UC…, of channels that have one
  bool robots = false;                     ///< all are taken for robots
  bool consent = false;                    ///< who sends no SOCS cookie is asked for it
  std::size_t page_bytes = 0;              ///< pages are padded up to so many
  std::vector<SteadyTime> page_times{};    ///< when pages were asked for
};

/// A manifest's URL for that client.
std::string issue_manifest(World& world, const Video& video, const std::string& client);

HttpAnswer answer_page(World& world, const HttpQuery& query);   ///< /@handle/live, /channel/…/live, /watch
HttpAnswer answer_media(World& world, const HttpQuery& query);  ///< /api/manifest/…, /videoplayback/…

}  // namespace rec::sim::youtube
