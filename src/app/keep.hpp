// Which finished files recording.keep lets go of, as the model has it.
#pragma once
#include <vector>

#include "app/ledger.hpp"
#include "core/keep_rules.hpp"

namespace rec {

/// The finished parts whose files are there: those that wait to be posted, and those that are and were not
/// removed yet. Of sessions that are forgotten (recorded without Telegram) nothing is known, and nothing
/// goes.
std::vector<KeptPart> kept_parts(const Model& model);

/// Of them, those that go because all together are larger than recording.keep.size, the oldest posted first.
std::vector<KeptPart> over_keep_size(const Model& model, const Settings& settings);

/// Of them, those that were posted at least recording.keep.posted_for ago, the oldest posted first.
std::vector<KeptPart> past_keep(const Model& model, const Settings& settings, Instant now);

}  // namespace rec
