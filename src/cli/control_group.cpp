#include "cli/control_group.hpp"

#include <fmt/format.h>

#include <utility>

#include "app/settings_of.hpp"
#include "base/log.hpp"
#include "chat/handled.hpp"

namespace rec::cli {

ControlGroup::ControlGroup(House& house, Service& service)
    : house_(house),
      service_(service),
      tasks_(house.io.get_executor(), [](const std::string& name, const Error& error) {
        log::error("task.failed", {{"task", name}, {"error", error.text}});
      }) {}

void ControlGroup::change() {
  if (house_.config.control.enabled && !house_.publisher) {
    log::warn("control.no_telegram", {{"text",
                                       "control.enabled: there is no Telegram to take commands from; set up "
                                       "telegram, and name a chat to post to"}});
  }
  if (std::exchange(moving_, true)) return;  // looks again before it ends
  tasks_.start(fmt::format("control_group-{}", ++moves_), move());
}

asio::awaitable<void> ControlGroup::close() {
  tasks_.cancel_all();
  co_await tasks_.join();
  if (door_) co_await door_->close();
}

OptionalChat ControlGroup::wanted() const {
  const bool open = house_.config.control.enabled && house_.publisher != nullptr;
  return open ? house_.config.control.group_id : OptionalChat();
}

Task<> ControlGroup::move() {
  for (;;) {
    const OptionalChat group = wanted();
    if (door_ && group == there_) {
      door_->go_by(house_.config.control, house_.config.language,
                   static_cast<std::size_t>(house_.config.jobs.control_concurrency));
      break;
    }
    if (door_) {
      co_await door_->retire();
      door_.reset();
      log::info("control.closed");
      continue;
    }
    if (!group) break;
    there_ = group;
    door_ = door_there();
    door_->open();
  }
  moving_ = false;
  co_return Result<void>();
}

std::unique_ptr<chat::ChatDoor> ControlGroup::door_there() const {
  chat::ChatDoor::Needs needs{house_.io.get_executor(),
                              house_.clock,
                              *house_.publisher,
                              house_.publisher->conversation(),
                              *house_.chores,
                              [&service = service_](std::string request, boost::json::object arguments) {
                                return service.call(std::move(request), std::move(arguments));
                              }};
  needs.rules = house_.config.control;
  needs.language = house_.config.language;
  needs.at_once = static_cast<std::size_t>(house_.config.jobs.control_concurrency);
  needs.state_file = chat::handled_path(data_folder(house_.config));
  return std::make_unique<chat::ChatDoor>(std::move(needs));
}

}  // namespace rec::cli
