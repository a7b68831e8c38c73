// How variants, enums and instants stand in columns. Words, not numbers: a person reads the database too.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "core/channel.hpp"
#include "core/effect_key.hpp"
#include "core/segment.hpp"
#include "core/session.hpp"

namespace rec::row_codec {

using session::EffectKey;
using session::key_of;

struct ChannelState {
  std::string_view word;
  std::optional<SessionId> session{};
  std::optional<Instant> ends{};  ///< of the grace, or of the waiting
  ChannelId source{};
};
ChannelState columns_of(const channel::State& state);

// Back from columns. corrupt: a word that no version of this program wrote, or a column that is missing.
Result<session::Effect> effect_of(std::string_view kind, int number);
Result<channel::State> state_of(const ChannelState& columns);
Result<session::Phase> phase_of(std::string_view word);
Result<session::PartState> part_state_of(std::string_view word);
Result<session::FileState> file_state_of(std::string_view word);
Result<session::Stage> stage_of(std::string_view word);
Result<GapCause> cause_of(std::string_view word);

/// The files of a part behind its first as a JSON array; "" = none.
std::string further_column(const std::vector<session::PartFile>& further);
Result<std::vector<session::PartFile>> further_of(const std::string& column);

/// Numbers of messages as a JSON array; "" = none.
std::string ids_column(const std::vector<std::int64_t>& ids);
Result<std::vector<std::int64_t>> ids_of(const std::string& column);

/// Where the session is posted, as a JSON object; "" = nowhere, or a session of before targets were kept.
std::string target_column(const Target& target);
Result<Target> target_of(const std::string& column);

/// The session's flags, place and compressed version as a JSON object; "" = nothing of it yet.
std::string ending_column(const session::Session& session);
Result<void> take_ending(const std::string& column, session::Session& into);

}  // namespace rec::row_codec
