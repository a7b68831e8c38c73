// Service, what is asked of Telegram through the running program.
#include "app/control_check.hpp"
#include "app/service.hpp"
#include "app/telegram_check.hpp"

namespace rec {

Task<boost::json::object> Service::telegram_check() {
  if (needs_.publisher == nullptr || needs_.book == nullptr) co_return findings_json({});
  auto targets = target_chats_of(needs_.book->config());
  REC_CO_TRY(Findings found, co_await check_telegram(*needs_.publisher, needs_.clock, std::move(targets)));
  if (needs_.conversation != nullptr) {
    REC_CO_TRY(const Findings control, co_await check_control(*needs_.publisher, *needs_.conversation,
                                                              needs_.clock, needs_.book->config().control));
    found.insert(found.end(), control.begin(), control.end());
  }
  co_return findings_json(found);
}

}  // namespace rec
