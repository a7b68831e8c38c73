// What a part is made of, read from the segment logs on disk. Blocking but for waits_for_next.
#pragma once
#include <functional>

#include "app/ledger.hpp"
#include "ports/media_maker.hpp"

namespace rec {

/// The session that goes on with this one's recording, or null.
const session::Session* next_of(const Model& model, const SessionId& session);

/// Must this part wait until the recording has gone on for a few segments? The last of a session that goes on
/// in another ends with the pictures and the sound that only what follows delimits. `own` tells how many
/// media segments a session that is being recorded has.
bool waits_for_next(const Model& model, const SessionId& session, int part,
                    const std::function<std::uint64_t(const SessionId&)>& own);

/// Is the part's media still in the log of `folder`? It goes once the part is confirmed.
Result<bool> is_media_on_disk(const session::Part& part, const std::string& folder);

/// The part's media in the log of `folder`. `next_folder`: the log in which the recording goes on, "" = none.
Result<MakePartRequest> media_on_disk(const session::Part& part, const std::string& folder,
                                      const std::string& next_folder);

}  // namespace rec
