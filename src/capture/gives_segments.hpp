// Does a page's playlist bring anything new? For who doubts a platform that says offline.
#pragma once
#include <functional>

#include "capture/resolver.hpp"
#include "runtime/clock.hpp"
#include "runtime/http.hpp"

namespace rec::capture {

/// What it returns: true when the page resolves to a media playlist without an end, and a segment was added
/// to that while it was looked at (for its target duration, six seconds at most). False for anything else, be
/// it that nobody could tell. What is borrowed must outlive it.
std::function<Task<bool>(ResolveRequest)> make_gives_segments(HttpClient& http, Resolver& resolver,
                                                              Clock& clock);

}  // namespace rec::capture
