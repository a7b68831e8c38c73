// The last steps of every part, whatever it was made of. Blocking, any thread.
#pragma once
#include <string>

#include "base/result.hpp"
#include "core/session.hpp"
#include "media_av/durable_file.hpp"
#include "media_av/remux.hpp"

namespace rec::media {

/// Checks that `file` holds what was put in, probes and hashes it, makes the thumbnail ("<output without
/// suffix>.jpg"; none for sound alone) and gives both their final names. corrupt: it does not hold what was
/// put in, or does not open; no_space; after an error nothing is left.
Result<session::PartFile> finish_part(DurableFile& file, const std::string& output,
                                      const RemuxReport& put_in);

/// Removes what a killed attempt at `output` left beside it under temporary names.
void remove_leftovers(const std::string& output);

}  // namespace rec::media
