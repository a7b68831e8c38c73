// The last steps of every part, whatever it was made of. Blocking, any thread.
#pragma once
#include <string>

#include "base/result.hpp"
#include "core/session.hpp"
#include "media/media_facts.hpp"
#include "media_av/durable_file.hpp"
#include "media_av/remux.hpp"

namespace rec::media {

/// Checks that `file` holds what was put in, probes and hashes it, makes the thumbnail ("<output without
/// suffix>.jpg"; none for sound alone) and gives both their final names. corrupt: it does not hold what was
/// put in, or does not open; no_space; after an error nothing is left.
Result<session::PartFile> finish_part(DurableFile& file, const std::string& output,
                                      const RemuxReport& put_in);

/// Takes over a file that another program encoded: checks that it plays (its pictures can be decoded, its
/// length and size are as asked for), describes it, gives it its name and a thumbnail. invalid: it is larger;
/// corrupt: it does not play, or is not as long; then it is left where it is.
Result<session::PartFile> adopt_part(const AdoptRequest& request);

/// Reads what a file is. not_found; corrupt: not media.
Result<MediaFacts> describe_file(const DescribeRequest& request);

/// Removes what a killed attempt at `output` left beside it under temporary names.
void remove_leftovers(const std::string& output);

}  // namespace rec::media
