// Is a page still live? Asked of its playlist, for yt-dlp as a recorder cannot tell an end from a cut.
#pragma once
#include <functional>

#include "capture/resolver.hpp"
#include "ports/file_recorder.hpp"
#include "runtime/http.hpp"

namespace rec::capture {

/// What it returns: true also where nobody can tell, for to ask again costs less than footage. `http` and
/// `resolver` must outlive it.
std::function<Task<bool>(FileCaptureRequest)> make_still_live(HttpClient& http, Resolver& resolver);

}  // namespace rec::capture
