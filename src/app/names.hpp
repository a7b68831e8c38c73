// Names for files and folders from what strangers typed: titles never become paths or templates unescaped.
#pragma once
#include <string>
#include <string_view>

#include "app/settings.hpp"
#include "core/channel_hours.hpp"

namespace rec {

/// One path component: no separators, control characters, bidi or zero-width tricks, reserved names, leading
/// dots or trailing dots and spaces; valid UTF-8; at most `max_bytes`, cut on a character boundary. Never
/// empty.
std::string safe_component(std::string_view text, std::size_t max_bytes = 120);

/// What strangers typed as one line of a message: control characters, line breaks and bidi controls become
/// single spaces, bytes that are no UTF-8 "?"; cut to `max_characters` with "…" at the end.
std::string one_line(std::string_view text, std::size_t max_characters);

/// The folder of a session's parts, below settings.output_folder, by settings.path_template.
std::string session_folder(const session::Session& session, const Settings& settings);
/// The file name of a part; names of one session sort in time order. The id is in it unless the folder's name
/// has it, so that no two sessions ever write the same file.
std::string part_file_name(const session::Session& session, int number, const Settings& settings);
/// The name of the compressed version; it stands behind those of the parts.
std::string compressed_file_name(const session::Session& session, const Settings& settings);
/// What its making keeps between two tries.
std::string compression_folder(const SessionId& session, const Settings& settings);
/// Where the session's segment log is.
std::string segment_folder(const SessionId& session, const Settings& settings);

/// "#r" and seven characters: stands in a post, so that it is found again.
std::string fresh_marker();

/// The instant on the clocks of the process's time zone (TZ, set once at start from the configuration), by
/// strftime.
std::string local_time(Instant at, const char* format);
/// Weekday and minute on the same clocks.
WallTime wall_time(Instant at);

}  // namespace rec
