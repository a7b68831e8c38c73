#include "core/session.hpp"

namespace rec::session {

std::string_view word(PartState state) {
  switch (state) {
    case PartState::sealed: return "sealed";
    case PartState::ready: return "ready";
    case PartState::posted: return "posted";
    case PartState::failed: return "failed";
  }
  return "unknown";
}

std::string_view word(Phase phase) {
  switch (phase) {
    case Phase::recording: return "recording";
    case Phase::finishing: return "finishing";
    case Phase::done: return "done";
  }
  return "unknown";
}

}  // namespace rec::session
