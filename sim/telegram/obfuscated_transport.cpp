// See core.telegram.org/mtproto/mtproto-transports: the header carries both directions' keys and the
// framing's tag.
#include "sim/telegram/obfuscated_transport.hpp"

#include <algorithm>
#include <cstring>

#include "sim/telegram/tl_codec.hpp"

namespace rec::sim {
namespace {

constexpr std::size_t kHeaderSize = 64;
constexpr std::size_t kLargestPacket = 4U << 20U;

}  // namespace

void ObfuscatedTransport::feed(char* data, std::size_t size) {
  if (!incoming_) {
    const auto taken = std::min(size, kHeaderSize - header_.size());
    header_.append(data, taken);
    data += taken;
    size -= taken;
    if (header_.size() < kHeaderSize) return;
    start();
  }
  incoming_->apply(data, size);
  if (consumed_ > 0) buffer_.erase(0, consumed_);
  consumed_ = 0;
  buffer_.append(data, size);
}

void ObfuscatedTransport::start() {
  const std::string_view header = header_;
  incoming_.emplace(header.substr(8, 32), header.substr(40, 16));
  std::string reversed(header.substr(8, 48));
  std::reverse(reversed.begin(), reversed.end());
  outgoing_.emplace(std::string_view(reversed).substr(0, 32), std::string_view(reversed).substr(32, 16));
  std::string plain = header_;
  incoming_->apply(plain.data(), plain.size());
  kind_ = plain[56] == '\xef' ? Kind::abridged : plain[56] == '\xdd' ? Kind::padded : Kind::intermediate;
  std::int16_t dc = 0;
  std::memcpy(&dc, plain.data() + 60, sizeof dc);
  dc_ = dc;
}

Result<std::optional<std::string_view>> ObfuscatedTransport::next() {
  const auto rest = std::string_view(buffer_).substr(consumed_);
  std::size_t head = kind_ == Kind::abridged ? 1 : 4;
  if (rest.size() < head) return std::optional<std::string_view>();
  std::uint32_t length = 0;
  if (kind_ == Kind::abridged) {
    length = static_cast<unsigned char>(rest[0]) & 0x7fU;  // the top bit asks for a quick acknowledgement
    if (length == 0x7fU) {
      head = 4;
      if (rest.size() < head) return std::optional<std::string_view>();
      std::memcpy(&length, rest.data(), 4);
      length >>= 8U;
    }
    length *= 4;
  } else {
    std::memcpy(&length, rest.data(), 4);
    length &= 0x7fffffffU;
  }
  if (length > kLargestPacket) return fail(Errc::corrupt, "a packet of " + std::to_string(length) + " bytes");
  if (rest.size() < head + length) return std::optional<std::string_view>();
  consumed_ += head + length;
  return std::optional(rest.substr(head, length));
}

std::string ObfuscatedTransport::frame(std::string_view packet) {
  std::string out;
  out.reserve(packet.size() + 20);
  std::string padding =
      kind_ == Kind::padded ? random_bytes(static_cast<std::size_t>(random_int64() & 15)) : std::string();
  if (kind_ == Kind::abridged && packet.size() / 4 < 0x7f) {
    out.push_back(static_cast<char>(packet.size() / 4));
  } else if (kind_ == Kind::abridged) {
    append_le(out, static_cast<std::uint32_t>(packet.size() / 4 << 8U | 0x7fU));
  } else {
    append_le(out, static_cast<std::uint32_t>(packet.size() + padding.size()));
  }
  out.append(packet);
  out.append(padding);
  outgoing_->apply(out.data(), out.size());
  return out;
}

}  // namespace rec::sim
