// The native HLS recorder: the Recorder port on top of our own playlist parser, planner and fetcher.
#pragma once
#include <memory>

#include "capture/resolver.hpp"
#include "ports/recorder.hpp"
#include "runtime/clock.hpp"
#include "runtime/http.hpp"

namespace rec::capture {

/// All three must outlive the recorder and every record() that runs. Several may run at a time. Decision
/// thread only.
///
/// A record() first opens reopen_url, before it asks any platform; then, or when that is over, it resolves
/// the page. What of a playlist overlaps with CaptureRequest::recent is not recorded again (planner.hpp says
/// how that is seen). The first window is recorded whole: what is on offer is not left behind. How it ends
/// stands in follower.hpp.
std::unique_ptr<Recorder> make_native_recorder(HttpClient& http, Clock& clock, Resolver& resolver);

}  // namespace rec::capture
