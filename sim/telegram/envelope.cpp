// core.telegram.org/mtproto/description: x = 0 from the client, x = 8 from the server.
#include "sim/telegram/envelope.hpp"

#include <cstring>

#include "sim/telegram/crypto.hpp"
#include "sim/telegram/tl_codec.hpp"

namespace rec::sim {
namespace {

constexpr std::size_t kHead = 24;       // key id and message key
constexpr std::size_t kInnerHead = 32;  // salt, session, message id, sequence, length

struct AesPair {
  std::string key, iv;
};

AesPair message_aes(const AuthKey& key, std::string_view message_key, std::size_t x) {
  const std::string_view k = key.key;
  const auto a = sha256({message_key, k.substr(x, 36)});
  const auto b = sha256({k.substr(40 + x, 36), message_key});
  return {a.substr(0, 8) + b.substr(8, 16) + a.substr(24, 8),
          b.substr(0, 8) + a.substr(8, 16) + b.substr(24, 8)};
}

}  // namespace

AuthKey AuthKey::of(std::string key) {
  AuthKey made{std::move(key), 0, {}};
  const auto hash = sha1({made.key});
  std::memcpy(&made.id, hash.data() + 12, 8);
  made.aux_hash = hash.substr(0, 8);
  return made;
}

Result<Envelope> open_envelope(const AuthKey& key, std::string_view packet, std::string& plain) {
  if (packet.size() < kHead + kInnerHead) return fail(Errc::corrupt, "an encrypted message is too short");
  const auto message_key = packet.substr(8, 16);
  plain.assign(packet.substr(kHead, (packet.size() - kHead) / 16 * 16));
  const auto aes = message_aes(key, message_key, 0);
  ige_decrypt(plain.data(), plain.size(), aes.key, aes.iv);
  if (std::string_view(sha256({std::string_view(key.key).substr(88, 32), plain})).substr(8, 16) !=
      message_key)
    return fail(Errc::corrupt, "a message key does not match");
  Envelope made;
  std::uint32_t length = 0;
  std::memcpy(&made.salt, plain.data(), 8);
  std::memcpy(&made.session, plain.data() + 8, 8);
  std::memcpy(&made.message_id, plain.data() + 16, 8);
  std::memcpy(&made.sequence, plain.data() + 24, 4);
  std::memcpy(&length, plain.data() + 28, 4);
  if (length > plain.size() - kInnerHead) return fail(Errc::corrupt, "a message is longer than its packet");
  made.body = std::string_view(plain).substr(kInnerHead, length);
  return made;
}

std::string seal_envelope(const AuthKey& key, const Envelope& envelope) {
  std::string plain;
  plain.reserve(kInnerHead + envelope.body.size() + 32);
  append_le(plain, envelope.salt);
  append_le(plain, envelope.session);
  append_le(plain, envelope.message_id);
  append_le(plain, envelope.sequence);
  append_le(plain, static_cast<std::uint32_t>(envelope.body.size()));
  plain.append(envelope.body);
  plain += random_bytes(12 + (16 - (plain.size() + 12) % 16) % 16);
  const auto message_key = sha256({std::string_view(key.key).substr(96, 32), plain}).substr(8, 16);
  const auto aes = message_aes(key, message_key, 8);
  ige_encrypt(plain.data(), plain.size(), aes.key, aes.iv);
  std::string packet;
  packet.reserve(kHead + plain.size());
  append_le(packet, key.id);
  packet += message_key;
  packet += plain;
  return packet;
}

}  // namespace rec::sim
