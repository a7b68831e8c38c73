// Signs a user in to the simulated Telegram, as a person would with `streamrecorder login`.
#pragma once
#include <string>

namespace rec::test {

struct SignInOrder {
  std::string library{}, folder{}, proxy{};
  std::string phone{}, code{};
};

/// Leaves the database of a signed-in user in the folder; "" or what went wrong.
std::string sign_in_user(const SignInOrder& order);

}  // namespace rec::test
