// METHOD=AES-128 of RFC 8216, 4.3.2.4: whole segments in AES-128-CBC with PKCS#7 padding. Pure.
#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "capture/playlist.hpp"

namespace rec::capture {

using AesBlock = std::array<unsigned char, 16>;

/// A key that anybody who may fetch it can use: AES-128 in the format "identity". All else is rights
/// management.
bool is_plain_aes128(const KeyInfo& key);

/// The IV the playlist wrote, or else the segment's media sequence number, big-endian. corrupt: an IV that is
/// no hexadecimal number of at most 128 bits.
Result<AesBlock> iv_for(const KeyInfo& key, std::int64_t sequence);

/// Decrypts a body while it arrives.
class Aes128Stream {
 public:
  /// corrupt: a key that is not 16 bytes.
  static Result<std::unique_ptr<Aes128Stream>> open(std::string_view key, const AesBlock& iv);
  ~Aes128Stream();
  Aes128Stream(const Aes128Stream&) = delete;
  Aes128Stream& operator=(const Aes128Stream&) = delete;

  /// What is plain by now; "" also after a failure, which finish() tells.
  std::string update(std::string_view body);
  /// The rest. corrupt: no whole number of blocks, or wrong padding, which is how a wrong key or a torn body
  /// shows.
  Result<std::string> finish();

 private:
  struct Impl;
  explicit Aes128Stream(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// The same at once. corrupt: a key that is not 16 bytes, a body that is no whole number of blocks, or wrong
/// padding, which is how a wrong key or a torn body shows.
Result<std::string> decrypt_aes128(std::string_view body, std::string_view key, const AesBlock& iv);

}  // namespace rec::capture
