// Keys of the configuration: https://core.telegram.org/api/config#client-configuration
#include "publish/account_limits.hpp"

#include <algorithm>

#include "publish/tdlib_json.hpp"

namespace rec {
namespace {

constexpr std::uint64_t kLargestPart = 512U << 10U;
constexpr std::int64_t kPlainParts = 4000;
constexpr std::int64_t kPremiumParts = 8000;
constexpr std::int64_t kMostBelieved = 1'000'000;  ///< characters, parts of a file

std::int64_t config_number(const boost::json::object& config, std::string_view key) {
  for (const auto& item : tdlib::list(config, "members")) {
    const auto* member = item.if_object();
    if (member != nullptr && tdlib::text(*member, "key") == key)
      return std::clamp<std::int64_t>(tdlib::number(tdlib::child(*member, "value"), "value"), 0,
                                      kMostBelieved);
  }
  return 0;
}

}  // namespace

void AccountLimits::on_me(const boost::json::object& user) {
  me_ = tdlib::number(user, "id");
  account_.bot = tdlib::type_of(tdlib::child(user, "type")) == "userTypeBot";
  account_.premium = !account_.bot && tdlib::flag(user, "is_premium");
  const auto& names = tdlib::list(tdlib::child(user, "usernames"), "active_usernames");
  const auto* username = names.empty() ? nullptr : names[0].if_string();
  account_.name = username != nullptr ? "@" + std::string(username->data(), username->size())
                                      : std::string(tdlib::text(user, "first_name"));
  apply();
}

void AccountLimits::on_config(const boost::json::object& config) {
  captions_ = {config_number(config, "caption_length_limit_default"),
               config_number(config, "caption_length_limit_premium")};
  file_parts_ = {config_number(config, "upload_max_fileparts_default"),
                 config_number(config, "upload_max_fileparts_premium")};
  apply();
}

void AccountLimits::on_update(const boost::json::object& update) {
  const auto type = tdlib::type_of(update);
  if (type == "updateUser") {
    const auto& user = tdlib::child(update, "user");
    if (me_ == 0 || tdlib::number(user, "id") != me_) return;
    account_.premium = !account_.bot && tdlib::flag(user, "is_premium");
  } else if (type == "updateOption") {
    const auto name = tdlib::text(update, "name");
    const auto value = std::min(tdlib::number(tdlib::child(update, "value"), "value"), kMostBelieved);
    if (value <= 0) return;
    if (name == "message_caption_length_max") caption_option_ = value;
    if (name == "message_text_length_max") {
      text_limit_ = static_cast<std::size_t>(value);
      told_ = true;
    }
  } else {
    return;
  }
  apply();
}

void AccountLimits::apply() {
  const auto caption = account_.premium ? captions_.premium : captions_.plain;
  account_.caption_limit = static_cast<int>(caption > 0 ? caption : caption_option_);
  auto parts = account_.premium ? file_parts_.premium : file_parts_.plain;
  if (parts == 0) parts = account_.premium ? kPremiumParts : kPlainParts;
  account_.max_file_bytes = static_cast<std::uint64_t>(parts) * kLargestPart;
}

}  // namespace rec
