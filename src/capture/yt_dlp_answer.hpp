// What `yt-dlp -J` says of a page. Pure.
#pragma once
#include "capture/resolver.hpp"
#include "runtime/subprocess.hpp"

namespace rec::capture {

/// Of the output of a yt-dlp that has ended: the HLS formats as a multivariant playlist would list them, the
/// sound beside them where it is separate. A page whose formats are all of other kinds is
/// Resolved::other_backend. Errors as Resolver::resolve; the text is yt-dlp's own.
Result<Resolved> resolved_from_yt_dlp(const ChildResult& child, const ResolveRequest& request);

}  // namespace rec::capture
