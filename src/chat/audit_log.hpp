// control.audit_log_file: who asked for a change, and what came of it. A line each, appended; no line is ever
// changed.
#pragma once
#include <cstdint>
#include <string>

#include "base/result.hpp"
#include "base/time.hpp"

namespace rec::chat {

struct AuditEntry {
  Instant at{};
  std::int64_t person = 0;  ///< 0: an anonymous administrator
  std::string outcome{};    ///< ok, failed, denied, interrupted
  std::string command{};
  std::string result{};  ///< the first 300 characters are kept
};

/// Tab-separated, without its newline: time (UTC), user, outcome, command, result. What would break the line
/// becomes blanks.
std::string audit_line(const AuditEntry& entry);

/// Durable when it returns; the file is made (0600), its folder too. Errors name the path. Blocking.
Result<void> append_audit(const std::string& path, const std::string& line);

}  // namespace rec::chat
