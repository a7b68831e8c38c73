// The few cryptographic steps MTProto needs, over OpenSSL's libcrypto. All functions are safe from any
// thread.
#pragma once
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>

namespace rec::sim {

/// Of the concatenated pieces: 20 and 32 bytes.
std::string sha1(std::initializer_list<std::string_view> pieces);
std::string sha256(std::initializer_list<std::string_view> pieces);
std::string random_bytes(std::size_t n);
std::int64_t random_int64();

/// AES-256 in IGE mode, in place; `size` is a multiple of 16, `key` and `iv` are 32 bytes each.
void ige_encrypt(char* data, std::size_t size, std::string_view key, std::string_view iv);
void ige_decrypt(char* data, std::size_t size, std::string_view key, std::string_view iv);

/// base^exponent mod modulus, big-endian, padded to 256 bytes.
std::string mod_exp(std::string_view base, std::string_view exponent, std::string_view modulus);

/// A running AES-256-CTR key stream. One thread at a time.
class CtrStream {
 public:
  CtrStream(std::string_view key, std::string_view iv);
  ~CtrStream();
  CtrStream(CtrStream&&) noexcept;
  CtrStream& operator=(CtrStream&&) noexcept;
  void apply(char* data, std::size_t size);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace rec::sim
