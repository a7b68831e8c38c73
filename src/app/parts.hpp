// A part as files: which bytes of the segment log it is made of.
#pragma once
#include "core/session.hpp"
#include "ports/media_maker.hpp"
#include "spool/segment_log.hpp"

namespace rec {

/// The runs of a part: a new one at each epoch, discontinuity or initialization section; an fMP4 run begins
/// with its initialization section even when that lies in an earlier part. invalid: the range is not in the
/// log.
Result<std::vector<MediaRun>> runs_of(const session::Part& part, const std::vector<SegmentRecord>& log,
                                      const std::string& media_path);

/// The gaps that lie within the part.
std::vector<Gap> gaps_of(const session::Part& part, const std::vector<Gap>& gaps);

}  // namespace rec
