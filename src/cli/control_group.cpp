#include "cli/control_group.hpp"

#include "app/settings_of.hpp"
#include "base/log.hpp"
#include "chat/handled.hpp"

namespace rec::cli {

std::unique_ptr<chat::ChatDoor> control_group(const Config& config, House& house, Service& service) {
  if (!config.control.enabled) return nullptr;
  if (!house.publisher) {
    log::warn("control.no_telegram", {{"text",
                                       "control.enabled: there is no Telegram to take commands from; set up "
                                       "telegram, and name a chat to post to"}});
    return nullptr;
  }
  chat::ChatDoor::Needs needs{house.io.get_executor(),
                              house.clock,
                              *house.publisher,
                              house.publisher->conversation(),
                              *house.chores,
                              [&service](std::string request, boost::json::object arguments) {
                                return service.call(std::move(request), std::move(arguments));
                              }};
  needs.rules = config.control;
  needs.language = config.language;
  needs.at_once = static_cast<std::size_t>(config.jobs.control_concurrency);
  needs.state_file = chat::handled_path(data_folder(config));
  return std::make_unique<chat::ChatDoor>(std::move(needs));
}

}  // namespace rec::cli
