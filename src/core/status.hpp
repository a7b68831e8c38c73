// The ten words that people know, projected from what really is. Pure.
#pragma once
#include <string_view>

#include "core/channel.hpp"
#include "core/session.hpp"

namespace rec {

/// offline waiting recording processing uploading compressing sending_compressed forwarding done error
enum class StatusWord {
  offline,
  waiting,
  recording,
  processing,
  uploading,
  compressing,
  sending_compressed,
  forwarding,
  done,
  error,
};
std::string_view word(StatusWord status);

StatusWord status_of(const session::Session& session, const session::Policy& policy);
/// `open` is the channel's open session, or null.
StatusWord status_of(const channel::State& state, const session::Session* open,
                     const session::Policy& policy);

}  // namespace rec
