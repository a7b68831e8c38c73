// A part as files: which bytes of the segment log it is made of.
#pragma once
#include "core/session.hpp"
#include "ports/media_maker.hpp"
#include "spool/segment_log.hpp"

namespace rec {

/// Are the pictures of the part still in the log?
bool lies_in(const session::Part& part, const std::vector<SegmentRecord>& log);

/// The runs of a part: a new one at each epoch, discontinuity or initialization section; an fMP4 run begins
/// with its initialization section even when that lies in an earlier part. invalid: the range is not in the
/// log.
Result<std::vector<MediaRun>> runs_of(const session::Part& part, const std::vector<SegmentRecord>& log,
                                      const std::string& media_path);

/// All that a part is made of: its runs, the last with what it goes on with as its tail; where its sound lies
/// beside its pictures (track 1), the sound of each run, and what the recording goes on with. Of the sound
/// more is taken than is needed, because only its own times tell which of it belongs to the part: it lies in
/// the log before its pictures, and as far ahead as the playlist's window reaches. Output, title and
/// most_bytes are left empty. invalid: as runs_of.
Result<MakePartRequest> media_of(const session::Part& part, const std::vector<SegmentRecord>& log,
                                 const std::string& media_path);

/// The gaps that lie within the part.
std::vector<Gap> gaps_of(const session::Part& part, const std::vector<Gap>& gaps);

/// The files of a post's parts that are in that state, in the order in which they are posted.
std::vector<session::PartFile> files_of(const session::Session& session, const session::Post& post,
                                        session::PartState state);

}  // namespace rec
