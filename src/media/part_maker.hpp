// Makes a finished part of captured segments: the whole of what MediaMaker promises, blocking, in this
// process.
#pragma once
#include "base/result.hpp"
#include "ports/media_maker.hpp"

namespace rec::media {

/// Remuxes, checks that every picture arrived, probes, hashes, takes a thumbnail ("<output without
/// suffix>.jpg"; none for sound alone), syncs. The file has its final name only when all of that is done.
/// Where a file is shorter than its extents, what is there is used, and logged as part.salvaged.
/// Same request, same bytes. Errors as remux() says; besides corrupt: the finished file does not hold what
/// was put in. Any thread, one at a time for an output.
Result<session::PartFile> make_part_file(const MakePartRequest& request);

}  // namespace rec::media
