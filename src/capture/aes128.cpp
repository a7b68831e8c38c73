// AES-128-CBC by OpenSSL's EVP.
#include "capture/aes128.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <memory>

namespace rec::capture {
namespace {

int digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

bool is_plain_aes128(const KeyInfo& key) {
  return key.method == "AES-128" && (key.format.empty() || key.format == "identity");
}

Result<AesBlock> iv_for(const KeyInfo& key, std::int64_t sequence) {
  AesBlock iv{};
  if (key.iv.empty()) {
    auto rest = static_cast<std::uint64_t>(sequence);
    for (std::size_t i = iv.size(); i-- > iv.size() - 8; rest >>= 8U)
      iv[i] = static_cast<unsigned char>(rest & 0xFFU);
    return iv;
  }
  std::string_view digits = key.iv;
  if (digits.starts_with("0x") || digits.starts_with("0X")) digits.remove_prefix(2);
  if (digits.empty() || digits.size() > 2 * iv.size())
    return fail(Errc::corrupt, fmt::format("the key's IV {} is no number of 128 bits", key.iv));
  for (std::size_t place = 0; place < digits.size(); ++place) {
    const int digit = digit_of(digits[digits.size() - 1 - place]);
    if (digit < 0)
      return fail(Errc::corrupt, fmt::format("the key's IV {} is no hexadecimal number", key.iv));
    auto& byte = iv[iv.size() - 1 - place / 2];
    byte = static_cast<unsigned char>(byte | (static_cast<unsigned>(digit) << (place % 2 == 0 ? 0U : 4U)));
  }
  return iv;
}

Result<std::string> decrypt_aes128(std::string_view body, std::string_view key, const AesBlock& iv) {
  if (key.size() != AesBlock().size())
    return fail(Errc::corrupt, fmt::format("the key has {} bytes instead of 16", key.size()));
  if (body.empty() || body.size() % AesBlock().size() != 0)
    return fail(Errc::corrupt, "encrypted body is no whole number of blocks");
  const std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)> context(EVP_CIPHER_CTX_new(),
                                                                                &EVP_CIPHER_CTX_free);
  std::string out(body.size(), '\0');
  auto* into = reinterpret_cast<unsigned char*>(out.data());
  int written = 0;
  int last = 0;
  const bool good =
      context != nullptr &&
      EVP_DecryptInit_ex(context.get(), EVP_aes_128_cbc(), nullptr, bytes_of(key), iv.data()) == 1 &&
      EVP_DecryptUpdate(context.get(), into, &written, bytes_of(body), static_cast<int>(body.size())) == 1 &&
      EVP_DecryptFinal_ex(context.get(), into + written, &last) == 1;
  if (!good) return fail(Errc::corrupt, "body cannot be decrypted: its key does not fit, or it is torn");
  out.resize(static_cast<std::size_t>(written) + static_cast<std::size_t>(last));
  return out;
}

}  // namespace rec::capture
