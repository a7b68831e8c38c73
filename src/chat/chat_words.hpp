// The sentences that the group is answered with, in English and Russian (the Russian is the predecessor's
// where it had the words). Pure.
#pragma once
#include "app/config.hpp"

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
  const char *ask_stop, *ask_cancel, *ask_skip, *ask_remove, *yes, *no, *not_done, *say_yes, *no_question,
      *which_question;
  const char *button_stop, *button_pause, *button_resume, *button_retry, *button_refresh;
  const char *whoami, *admin, *reader, *stranger, *elsewhere, *summary, *part, *folder, *flags, *posted_to,
      *length, *from_config, *by_command, *no_channels, *set_by_command;
};

const ChatWords& chat_words(Language language);

}  // namespace rec::chat
