// Service, what is asked of Telegram through the running program.
#include "app/service.hpp"
#include "app/telegram_check.hpp"

namespace rec {

Task<boost::json::object> Service::telegram_check() {
  if (needs_.publisher == nullptr || needs_.book == nullptr) co_return findings_json({});
  auto targets = target_chats_of(needs_.book->config());
  REC_CO_TRY(const Findings found,
             co_await check_telegram(*needs_.publisher, needs_.clock, std::move(targets)));
  co_return findings_json(found);
}

}  // namespace rec
