// Whether commands can be taken in the control group: for doctor.
#pragma once
#include "app/config.hpp"
#include "app/doctor.hpp"
#include "ports/conversation.hpp"
#include "ports/publisher.hpp"
#include "runtime/clock.hpp"

namespace rec {

/// Nothing where control is not enabled, or Telegram does not answer (which telegram_check.hpp says).
Task<Findings> check_control(Publisher& publisher, Conversation& conversation, Clock& clock,
                             ControlConfig control);

}  // namespace rec
