// Which of Telegram's errors mean that a file itself is not taken. Pure.
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

#include "ports/publisher.hpp"

namespace rec::tdlib {

/// Nothing for errors about anything else, a file that is not there included: its disk may come back.
std::optional<FileRefusal> file_refusal(std::string_view message);

}  // namespace rec::tdlib
