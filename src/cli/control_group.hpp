// The control group of a running daemon: the chat room's door, as the configuration wants it.
#pragma once
#include <memory>

#include "app/config.hpp"
#include "app/service.hpp"
#include "chat/chat_door.hpp"
#include "cli/house.hpp"

namespace rec::cli {

/// Null where control is not enabled, or there is no Telegram, which is logged. House and service outlive it.
std::unique_ptr<chat::ChatDoor> control_group(const Config& config, House& house, Service& service);

}  // namespace rec::cli
