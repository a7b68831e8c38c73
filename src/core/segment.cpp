#include "core/segment.hpp"

namespace rec {

std::string_view word(GapCause cause) {
  switch (cause) {
    case GapCause::window_slid:
      return "window_slid";
    case GapCause::fetch_failed:
      return "fetch_failed";
    case GapCause::upstream:
      return "upstream";
    case GapCause::ad:
      return "ad";
    case GapCause::offline:
      return "offline";
    case GapCause::disk:
      return "disk";
    case GapCause::sound:
      return "sound";
  }
  return "unknown";
}

}  // namespace rec
