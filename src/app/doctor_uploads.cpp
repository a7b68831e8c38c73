// Whether the limit on uploads can hold.
#include <algorithm>

#include "app/doctor.hpp"
#include "app/upload_view.hpp"

namespace rec {
namespace {

bool is_mtproto(const Secret& link) {
  return link.reveal().starts_with("tg://") || link.reveal().find("t.me/proxy") != std::string::npos;
}

}  // namespace

Findings check_upload_limit(const Config& config) {
  if (!telegram_configured(config) || upload_cap_of(config) == 0) return {};
  if (std::ranges::any_of(config.telegram.proxy, is_mtproto)) {
    return {{"telegram", Finding::Level::warning,
             "telegram.upload_speed_limit_mbps does not hold through an MTProto proxy of telegram.proxy",
             "use a SOCKS5 or HTTP proxy"}};
  }
  const bool bot = !config.telegram.bot_token.empty();
  if (bot && config.telegram.upload_speed_limit_mbps < 1) {
    return {{"telegram", Finding::Level::warning,
             "with less than 1 Mbit/s a bot's files of more than 500 MiB may never arrive: Telegram's "
             "library gives "
             "up on half a megabyte that takes longer than seven seconds",
             "raise telegram.upload_speed_limit_mbps to 1, or lower splitting.default_size_gb"}};
  }
  return {};
}

}  // namespace rec
