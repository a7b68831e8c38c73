// The simulated Telegram's RSA key: the one the patched library trusts.
#pragma once
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace rec::sim {

/// 2048 bits, e = 65537. Immutable: safe from any thread.
class RsaKey {
 public:
  /// Reads `file`, or makes a key and writes it there (atomically: processes that race get the same key).
  static Result<RsaKey> load_or_make(const std::filesystem::path& file);
  static Result<RsaKey> make();

  /// PKCS#1 "RSA PUBLIC KEY", without a final newline: 425 bytes, as the keys inside libtdjson.so.
  [[nodiscard]] const std::string& public_pem() const { return public_pem_; }
  /// As MTProto names a key: the low 64 bits of SHA-1 over n and e.
  [[nodiscard]] std::int64_t fingerprint() const { return fingerprint_; }
  /// Undoes RSA_PAD of req_DH_params: the 192 bytes of inner data and padding. corrupt: not made for this
  /// key.
  [[nodiscard]] Result<std::string> open_padded(std::string_view encrypted) const;

 private:
  static Result<RsaKey> adopt(std::shared_ptr<void> key);
  std::shared_ptr<void> key_;  // EVP_PKEY
  std::string public_pem_, modulus_, exponent_, secret_;
  std::int64_t fingerprint_ = 0;
};

}  // namespace rec::sim
