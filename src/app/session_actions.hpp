// What a person can ask of a session, by the words that people know.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "core/session.hpp"

namespace rec {

/// stop: the recording ends, what is there is made and posted, and this broadcast is not taken up again.
/// cancel: nothing more of it is made or posted; its files stay. retry: what waits is tried now. The others
/// as session::Wish says.
enum class SessionAction {
  stop,
  cancel,
  retry,
  skip_upload,
  skip_compression,
  skip_forwarding,
  clear_flags,
  reprocess
};
std::string_view word(SessionAction action);

/// "skip-upload", also as the predecessor wrote it: "skip_upload", "stop-upload", "cancel-upload", "abort",
/// "recover", "retry-upload". invalid: names those that there are.
Result<SessionAction> session_action_of(std::string_view text);

/// What core is asked for it; nothing for stop and retry.
std::optional<session::Wish> wish_of(SessionAction action);

/// What came of an action.
struct SessionOutcome {
  bool changed = false;
  std::string text{};  ///< for people
};

/// The session that somebody means: its id or how it begins or ends, `last`, or a channel's id or name, which
/// is that channel's newest. `newest_first` as their ids say. not_found, or invalid when several are meant.
Result<SessionId> find_session(const std::vector<const session::Session*>& newest_first,
                               std::string_view text);

/// What an action has done, for people; `segments` is the folder of the session's segments.
std::string told(SessionAction action, const session::Session& session, const std::string& segments);

/// The same where it has changed nothing.
std::string nothing_to_do(SessionAction action);

}  // namespace rec
