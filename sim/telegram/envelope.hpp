// MTProto 2.0's encrypted message: what an authorization key makes of salt, session, id and body, and back.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace rec::sim {

struct AuthKey {
  std::string key;       ///< 256 bytes
  std::uint64_t id = 0;  ///< as it stands before each message
  std::string aux_hash;  ///< 8 bytes, for dh_gen_ok

  static AuthKey of(std::string key);
};

struct Envelope {
  std::int64_t salt = 0;
  std::int64_t session = 0;
  std::int64_t message_id = 0;
  std::int32_t sequence = 0;
  std::string_view body;
};

/// The packet of a client. `plain` gets the decrypted bytes that the Envelope's body points into.
/// corrupt: the message key does not match, or the lengths do not add up.
Result<Envelope> open_envelope(const AuthKey& key, std::string_view packet, std::string& plain);

/// The packet for a client.
std::string seal_envelope(const AuthKey& key, const Envelope& envelope);

}  // namespace rec::sim
