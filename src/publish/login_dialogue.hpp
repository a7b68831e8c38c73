// What Telegram asks of a user who signs in, one question after the other, each again until it is answered.
#pragma once
#include "publish/login_person.hpp"
#include "publish/tdlib_session.hpp"

namespace rec::tdlib {

/// Whether only a person can go on from this state of authorization. TDLib keeps some of them over restarts.
bool wants_a_person(std::string_view authorization_state);

/// Asks until Telegram wants nothing more of a person, or its process has ended. Begins with the phone number
/// whatever an earlier try has left. rate_limited: Telegram says how long to wait; denied: the account or
/// api_id is refused, or what it wants can only be done in a Telegram app; what `person` fails with.
Task<> sign_in_with(LoginPerson& person, TdlibSession& session, Clock& clock);

}  // namespace rec::tdlib
