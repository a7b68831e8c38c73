// Sign-ins under way, by authorization key: codes that were sent, passwords that are asked for, QR codes that
// are shown.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "sim/telegram/srp.hpp"

namespace rec::sim {

struct SignIn {
  int codes_sent = 0;
  std::string code_hash{};           ///< of the newest code; an older one has expired
  std::int64_t half_signed_in = 0;   ///< the account that only lacks its password
  std::optional<SrpQuestion> srp{};  ///< the newest question
  std::string token{};               ///< of the newest QR code, raw
  std::int64_t token_account = 0;    ///< who has scanned it
};

using SignIns = std::map<std::uint64_t, SignIn>;

/// What the QR code of a token says.
std::string qr_link(const std::string& token);

}  // namespace rec::sim
