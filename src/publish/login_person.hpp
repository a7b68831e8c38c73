// Who answers what Telegram asks while a user signs in: a person at a terminal; a script in tests.
#pragma once
#include <string>

#include "base/secret.hpp"
#include "runtime/task.hpp"

namespace rec {

/// `trouble` is what was wrong with the answer before, "" the first time. An error ends the sign-in with that
/// error.
class LoginPerson {
 public:
  virtual ~LoginPerson() = default;
  /// The phone number to sign in with, with its country's code; "" = by QR code instead.
  virtual Task<std::string> phone(std::string trouble) = 0;
  /// The code that Telegram sent, `sent` says how; "" = another one, please.
  virtual Task<std::string> code(std::string sent, std::string trouble) = 0;
  /// The password that goes with the account; `hint` is its owner's, or "".
  virtual Task<Secret> password(std::string hint, std::string trouble) = 0;
  /// A tg://login link, to be shown as a QR code; each one replaces the one before.
  virtual void show_link(std::string link) = 0;
};

}  // namespace rec
