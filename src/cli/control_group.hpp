// The control group of a running daemon: the chat room's door, as the configuration wants it at present.
#pragma once
#include <cstdint>
#include <memory>

#include "app/config.hpp"
#include "app/service.hpp"
#include "chat/chat_door.hpp"
#include "cli/house.hpp"

namespace rec::cli {

class ControlGroup {
 public:
  /// House and service outlive it.
  ControlGroup(House& house, Service& service);
  /// Goes by what the house's configuration says now. In another group, or none, what was asked in the one
  /// before is answered first, which nobody waits for. No Telegram to take commands from is logged.
  void change();
  asio::awaitable<void> close();

 private:
  Task<> move();
  [[nodiscard]] OptionalChat wanted() const;
  [[nodiscard]] std::unique_ptr<chat::ChatDoor> door_there() const;

  House& house_;
  Service& service_;
  OptionalChat there_{};  ///< where the door is
  std::unique_ptr<chat::ChatDoor> door_{};
  bool moving_ = false;
  std::uint64_t moves_ = 0;
  Supervisor tasks_;
};

}  // namespace rec::cli
