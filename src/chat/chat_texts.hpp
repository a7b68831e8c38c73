// What the group is answered, in English and Russian (the Russian is the predecessor's where it had the
// words). Pure.
#pragma once
#include <string>
#include <string_view>

#include "app/config.hpp"
#include "chat/commands.hpp"
#include "chat/people.hpp"

namespace rec::chat {

/// Sentences with {} are filled by fmt.
struct ChatWords {
  const char *no_access, *anonymous, *read_only, *too_many, *unknown, *malformed, *usage, *error, *was_away,
      *interrupted, *busy;
  const char *good, *attention, *bad, *live, *posted, *missing, *queues, *tried, *disk, *disk_full, *today;
  const char *sources, *no_sources, *targets, *no_targets, *sessions, *no_sessions, *page, *looked,
      *no_looked;
  const char *added, *watched, *paused, *paused_already, *resumed, *not_paused, *removed, *set, *no_change;
  const char *bound, *notes, *tags, *target_added, *target_set, *target_removed, *target_renamed, *no_source,
      *no_target;
  const char *stop, *cancel, *retry, *skip_upload, *skip_compression, *skip_forwarding, *clear_flags,
      *reprocess, *nothing_changed;
  const char *ask_stop, *ask_cancel, *ask_skip, *ask_remove, *yes, *no, *not_done, *type_confirm;
  const char *button_stop, *button_pause, *button_resume, *button_retry, *button_refresh;
  const char *whoami, *admin, *reader, *stranger, *elsewhere, *summary, *part, *folder, *flags, *posted_to,
      *length, *from_config, *by_command, *no_channels, *set_by_command;
};

const ChatWords& chat_words(Language language);

/// "🔴 recording"; the word itself for one that is none of the ten.
std::string status_word(std::string_view status, Language language);
/// "posted", as `state` of a part has it.
std::string part_word(std::string_view state, Language language);
std::string_view status_icon(std::string_view status);
std::string role_word(Role role, Language language);

/// "Error: …", in the language of the group.
std::string error_text(std::string_view error, Language language);

/// The answer to help; `topic` is "" or a group of commands, others count as "".
std::string help_text(std::string_view topic, std::string_view prefix, Language language);

/// What an action has done, for people.
std::string session_outcome(std::string_view action, bool changed, Language language);

}  // namespace rec::chat
