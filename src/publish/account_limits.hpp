// What an account may send, as Telegram tells it: by options, by the user's own entry, by the application's
// configuration; also when Premium begins or ends meanwhile.
#pragma once
#include <cstddef>
#include <cstdint>

#include <boost/json/object.hpp>

#include "ports/publisher.hpp"

namespace rec {

/// Plain state; lives where the session lives.
class AccountLimits {
 public:
  /// The answer to getMe: who it is.
  void on_me(const boost::json::object& user);
  /// The answer to getApplicationConfig (users only; bots may not ask, and cannot have Premium).
  void on_config(const boost::json::object& json_value);
  /// updateOption and updateUser; others are ignored.
  void on_update(const boost::json::object& update);

  [[nodiscard]] const Account& account() const { return account_; }
  /// False until TDLib has the server's configuration: it finds a bot's every text too long before.
  [[nodiscard]] bool told() const { return told_; }
  /// UTF-16 units of a message without files.
  [[nodiscard]] std::size_t text_limit() const { return text_limit_; }

 private:
  /// A limit that depends on Premium; 0: not told.
  struct Pair {
    std::int64_t plain = 0, premium = 0;
  };
  void apply();

  Account account_{};
  std::int64_t me_ = 0;
  std::int64_t caption_option_ = 1024;  ///< of the state of Premium that it was told in
  std::size_t text_limit_ = 4096;
  bool told_ = false;
  Pair captions_{}, file_parts_{};
};

}  // namespace rec
