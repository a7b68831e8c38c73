// Of a session's step, what its files share: internal to core/session*.cpp. Pure.
#pragma once
#include "core/session.hpp"

namespace rec::session {

Part* find_part(Session& session, int number);
Post* find_post(Session& session, int number);

/// Are there posts to come, as far as people have not said otherwise?
bool will_post(const Session& session, const Policy& policy);
/// Nothing is made of its segments any more, and people have what was.
bool confirmed(const Session& session, const Part& part, const Policy& policy);
/// All of it is made, and posted where it is to be, or given up.
bool settled(const Session& session, const Policy& policy);

/// What follows from the facts as they are now: the next post, the next step of the end, or the end.
void advance(Step& step, const Policy& policy, Instant now, const std::string& fresh_marker);
/// The steps of the end, each when the one before is over; then the last words (session_end.cpp).
void conclude(Step& step, const Policy& policy, const std::string& fresh_marker);
void status_finished(Step& step, const Policy& policy, const std::string& fresh_marker);
/// Once the first post is made: where comments go, if the compressed version is to be one.
void seek_place(Step& step);
void finish(Step& step);
/// Parts are there to be made smaller, alone or not at all (session_refusals.cpp).
void refuse(Step& step, const PostRefused& refused, const Policy& policy);
void refuse_comment(Step& step, const CommentRefused& refused);
/// True: it changed something (session_wishes.cpp).
bool ask(Step& step, const Asked& asked, const Policy& policy, const std::string& fresh_marker);
/// Its status message is to be posted, if it goes to Telegram and has none.
void announce(Step& step, const Policy& policy, const std::string& fresh_marker);

}  // namespace rec::session
