// What `record` shows: a progress line on a terminal, one JSON object or a few lines at the end.
#pragma once
#include <string>

#include "app/app.hpp"
#include "core/session.hpp"

namespace rec::cli {

/// "● 0:01:23 · 12.3 MB · 5.8 Mbit/s · gaps 0 s · 2 parts"
std::string progress_line(const App& app, Instant now);

struct RecordOutcome {
  std::string url;
  CaptureEnd end{};
  session::Session session{};
  std::vector<Gap> gaps{};
  std::uint64_t segments = 0;
  std::uint64_t bytes = 0;
};

/// docs/interface: `record --json`.
std::string outcome_json(const RecordOutcome& outcome);
std::string outcome_text(const RecordOutcome& outcome);

}  // namespace rec::cli
