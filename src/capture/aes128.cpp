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

struct Aes128Stream::Impl {
  std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)> context{EVP_CIPHER_CTX_new(),
                                                                          &EVP_CIPHER_CTX_free};
  bool any = false;
  bool good = false;
};

Aes128Stream::Aes128Stream(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Aes128Stream::~Aes128Stream() = default;

Result<std::unique_ptr<Aes128Stream>> Aes128Stream::open(std::string_view key, const AesBlock& iv) {
  if (key.size() != AesBlock().size())
    return fail(Errc::corrupt, fmt::format("the key has {} bytes instead of 16", key.size()));
  auto impl = std::make_unique<Impl>();
  impl->good = impl->context != nullptr && EVP_DecryptInit_ex(impl->context.get(), EVP_aes_128_cbc(), nullptr,
                                                              bytes_of(key), iv.data()) == 1;
  return std::unique_ptr<Aes128Stream>(new Aes128Stream(std::move(impl)));
}

std::string Aes128Stream::update(std::string_view body) {
  impl_->any = impl_->any || !body.empty();
  std::string out(body.size() + AesBlock().size(), '\0');
  int written = 0;
  impl_->good =
      impl_->good && EVP_DecryptUpdate(impl_->context.get(), reinterpret_cast<unsigned char*>(out.data()),
                                       &written, bytes_of(body), static_cast<int>(body.size())) == 1;
  out.resize(impl_->good ? static_cast<std::size_t>(written) : 0);
  return out;
}

Result<std::string> Aes128Stream::finish() {
  std::string out(AesBlock().size(), '\0');
  int written = 0;
  const bool whole =
      impl_->any && impl_->good &&
      EVP_DecryptFinal_ex(impl_->context.get(), reinterpret_cast<unsigned char*>(out.data()), &written) == 1;
  if (!whole) return fail(Errc::corrupt, "body cannot be decrypted: its key does not fit, or it is torn");
  out.resize(static_cast<std::size_t>(written));
  return out;
}

Result<std::string> decrypt_aes128(std::string_view body, std::string_view key, const AesBlock& iv) {
  REC_TRY(const auto stream, Aes128Stream::open(key, iv));
  std::string out = stream->update(body);
  REC_TRY(const std::string rest, stream->finish());
  return out + rest;
}

}  // namespace rec::capture
