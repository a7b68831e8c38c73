// A look at a file that another program recorded: how long it is, and whether all of it is the end of the
// file before it. Blocking, any thread.
#pragma once
#include "base/result.hpp"
#include "ports/file_cutter.hpp"

namespace rec::media {

/// As FileCutter::look. Pictures are compared by their coded slices, so that one that was copied from
/// MPEG-TS into MP4 is still the same; sound, where that is all, by its packets. At most two of a hundred
/// pictures, at the edges, may be others: a file that was cut off ends in the middle of one.
Result<FileLook> look_at_file(const FileLookRequest& request);

}  // namespace rec::media
