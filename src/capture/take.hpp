// What the coroutines of one capture share: follower, resolver, fetchers and assembler. Decision thread only.
// Each of them holds the Take by shared_ptr, so that in whatever order their frames are destroyed, it
// outlives them.
#pragma once
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "capture/content_memory.hpp"
#include "capture/denied_segments.hpp"
#include "capture/incident.hpp"
#include "capture/resolver.hpp"
#include "capture/segment_queue.hpp"
#include "capture/spread.hpp"
#include "ports/recorder.hpp"
#include "runtime/clock.hpp"
#include "runtime/http.hpp"
#include "runtime/signal.hpp"

namespace rec::capture {

/// What several segments need and one of them fetches.
struct SharedBytes {
  bool busy = false;  ///< being fetched
  std::shared_ptr<const std::string> body{};
};
/// Those behind newer names replace the oldest.
using SharedBytesMap = std::map<std::string, std::shared_ptr<SharedBytes>>;

struct Take {
  Take(HttpClient& http_, Clock& clock_, Resolver& resolver_, SegmentSink& sink_, CaptureRequest request_,
       const asio::any_io_executor& executor)
      : http(http_),
        clock(clock_),
        resolver(resolver_),
        sink(sink_),
        request(std::move(request_)),
        changed(executor) {}

  HttpClient& http;
  Clock& clock;
  Resolver& resolver;
  SegmentSink& sink;
  CaptureRequest request;
  const double spread = spread_of(request.channel.str());  ///< of the pauses behind what failed

  Signal changed;  ///< anything below changed
  SegmentQueue queue;
  ContentMemory content{};             ///< of what was handed to the sink
  std::vector<std::string> headers{};  ///< of every request, as the resolver said
  /// Of what servers set while this take is resolved and recorded.
  std::shared_ptr<CookieJar> cookies = std::make_shared<CookieJar>();
  /// The playlist came from a private host, so its segments may be on private hosts, too.
  bool private_hosts = false;
  /// How long a segment is still tried once the playlist has forgotten it.
  Millis linger{10'000};
  /// The same behind the end of a broadcast that was seen live, while no server can be reached.
  Millis last_linger{0};
  /// Set once: nothing will be pushed any more; what is queued is still drained.
  std::optional<CaptureEnd> end{};

  bool resolve_wanted = false;
  std::optional<Result<Resolved>> resolution{};
  Incident disk_full{"capture.disk_full", "capture.disk_has_room"};
  int rivals = 0;                         ///< second attempts that run
  std::optional<SteadyTime> last_came{};  ///< the newest segment that could be fetched
  int refusals = 0;  ///< URLs that were refused soon after their opening, see refusals.hpp
  DeniedSegments denied{};

  std::map<std::string, SteadyTime> quiet_until{};  ///< hosts that answered 429, with a Retry-After

  SharedBytesMap inits{};  ///< by epoch, discontinuities before it, URL and range
  SharedBytesMap keys{};   ///< by URL; in memory only

  void finish(EndReason reason, std::string text) {
    if (end) return;
    end = CaptureEnd{reason, std::move(text)};
    queue.unlist_all(clock.steady());
    changed.notify();
  }
  [[nodiscard]] HttpRequest get(std::string url) const {
    HttpRequest out;
    out.url = std::move(url);
    out.headers = headers;
    out.proxy = request.proxy;
    out.cookies_file = request.cookies_file;
    out.cookies = cookies;
    out.group = request.channel.str();
    out.allow_private_hosts = private_hosts;
    return out;
  }
};

}  // namespace rec::capture
