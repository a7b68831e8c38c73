// What `post` shows of its session, out of what `status` says of it.
#pragma once
#include <string>
#include <string_view>

#include <boost/json/object.hpp>

namespace rec::cli {

/// The session with that id in a status object, or null.
const boost::json::object* session_in(const boost::json::object& status, std::string_view id);
/// Is nothing left to be done?
bool is_over(const boost::json::object& session);
/// "▰▰▰▱▱▱▱▱▱▱ 31 % · part 1 of 3 · 0.42 of 1.34 GB"
std::string post_progress(const boost::json::object& session);
/// " · no answer from Telegram for 0:00:45", "" = it answers as it should.
std::string post_silence(const boost::json::object& status);
/// Why it gets no further just now, "" = it does.
std::string post_trouble(const boost::json::object& status, std::string_view id);
/// {"session", "title", "status", "new", "parts": [{"number", "state", "bytes", "duration_s", "message_id",
/// …}]}
boost::json::object post_outcome(const boost::json::object& session, bool is_new);
/// The same for people, a line a part.
std::string post_outcome_text(const boost::json::object& session, bool is_new);
/// 0, 3 where some part could not be posted, 1 where none was.
int post_exit_code(const boost::json::object& session);

}  // namespace rec::cli
