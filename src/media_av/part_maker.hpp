// Makes a finished part of captured segments: the whole of what MediaMaker promises, blocking, in this
// process.
#pragma once
#include "base/result.hpp"
#include "ports/media_maker.hpp"

namespace rec::media {

/// Remuxes, checks that every picture arrived, probes, hashes, takes a thumbnail ("<output without
/// suffix>.jpg"; none for sound alone), syncs. A file has its final name only when all of that is done;
/// further ones are called "<output without suffix>_02.mp4", "_03", …, which sort behind it and before the
/// next part. Where a file is shorter than its extents, what is there is used, and logged as part.salvaged;
/// that there are further files is logged as part.divided. Same request, same bytes. Errors as remux_files()
/// and cut_file() say; besides corrupt: a finished file does not hold what was put in; invalid: more than ten
/// files. Any thread, one at a time for an output.
Result<session::PartFile> make_part_file(const MakePartRequest& request);

}  // namespace rec::media
