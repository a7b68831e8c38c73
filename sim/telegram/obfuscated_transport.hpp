// Telegram's obfuscated TCP framing, without the TCP: bytes in, packets out, and back.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "sim/telegram/crypto.hpp"

namespace rec::sim {

/// Abridged, intermediate or padded intermediate, as the client's 64-byte header says. One thread at a time.
class ObfuscatedTransport {
 public:
  /// Takes what the socket gave; `data` is decrypted in place.
  void feed(char* data, std::size_t size);
  /// The next whole packet, or nothing yet. The view holds until the next call of feed or next.
  /// corrupt: a length no client sends; close the connection.
  Result<std::optional<std::string_view>> next();
  /// The bytes to send for a packet. Only after the first packet came.
  std::string frame(std::string_view packet);
  /// The data centre the client believes to speak to: negative for media, 0 before the header came.
  [[nodiscard]] int dc() const { return dc_; }

 private:
  enum class Kind { abridged, intermediate, padded };
  void start();
  std::string header_;
  std::string buffer_;
  std::size_t consumed_ = 0;
  std::optional<CtrStream> incoming_, outgoing_;
  Kind kind_ = Kind::intermediate;
  int dc_ = 0;
};

}  // namespace rec::sim
