// How variants, enums and instants stand in columns. Words, not numbers: a person reads the database too.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "core/channel.hpp"
#include "core/segment.hpp"
#include "core/session.hpp"

namespace rec::row_codec {

/// An effect's key within its session.
struct EffectKey {
  std::string_view kind;
  int number = 0;  ///< 0 where the kind has none
  bool operator==(const EffectKey&) const = default;
};
EffectKey key_of(const session::Effect& effect);

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
Result<GapCause> cause_of(std::string_view word);

/// The files of a part behind its first as a JSON array; "" = none.
std::string further_column(const std::vector<session::PartFile>& further);
Result<std::vector<session::PartFile>> further_of(const std::string& column);

}  // namespace rec::row_codec
