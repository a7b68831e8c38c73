// Where a broadcast that a person stops could be taken up again. Pure.
#pragma once
#include <vector>

#include "app/ledger.hpp"

namespace rec {

/// The rows of the session's channel and of its partners, with a note (ChannelRow::stopped) that this
/// broadcast is not taken up there: the one that was seen there last. Where a partner's number is not known
/// it could not be told from a later one, and a partner that records by itself goes on.
std::vector<ChannelRow> stopped_pages(const Model& model, const Settings& settings,
                                      const session::Session& session);

}  // namespace rec
