// Whether the limit on uploads can hold.
#include <algorithm>

#include "app/doctor.hpp"
#include "app/upload_view.hpp"

namespace rec {
namespace {

/// Its connections are closed when nothing they asked was answered for 135 s, and eight parts of 512 KiB are
/// on the way at a time.
constexpr double kLeastMbps = 0.3;

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
  if (config.telegram.upload_speed_limit_mbps < kLeastMbps) {
    return {
        {"telegram", Finding::Level::warning,
         "with less than 0.3 Mbit/s large files may never arrive: Telegram's library gives up on 4 MiB that "
         "take longer than two minutes",
         "raise telegram.upload_speed_limit_mbps to 0.3 or more"}};
  }
  return {};
}

}  // namespace rec
