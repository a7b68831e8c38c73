// The server's half of SRP as Telegram does it (core.telegram.org/api/srp): a password is proved without
// being sent.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace rec::sim {

/// One question to a client: what it is sent, and what only the server knows. Numbers are big-endian, 256
/// bytes.
struct SrpQuestion {
  std::int64_t id = 0;
  std::string salt1{}, salt2{};
  std::string public_b{};
  std::string secret_b{};
  std::string verifier{};
};

/// With fresh salts; takes the time of 100,000 rounds of PBKDF2.
SrpQuestion ask_for_password(std::string_view password);
/// Whether a client that sent A and M1 knows the password.
bool proves_password(const SrpQuestion& question, std::string_view a, std::string_view m1);

}  // namespace rec::sim
