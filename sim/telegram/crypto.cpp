// IGE is not an EVP mode: it is done with libcrypto's own AES_ige_encrypt, deprecated in OpenSSL 3 without a
// successor.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "sim/telegram/crypto.hpp"

#include <openssl/aes.h>
#include <openssl/bn.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace rec::sim {
namespace {

std::string digest(const EVP_MD* kind, std::initializer_list<std::string_view> pieces) {
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
  unsigned int size = 0;
  EVP_DigestInit_ex(context.get(), kind, nullptr);
  for (const auto piece : pieces) EVP_DigestUpdate(context.get(), piece.data(), piece.size());
  EVP_DigestFinal_ex(context.get(), out.data(), &size);
  return {reinterpret_cast<const char*>(out.data()), size};
}

const unsigned char* octets(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

void ige(char* data, std::size_t size, std::string_view key, std::string_view iv, int direction) {
  AES_KEY schedule;
  if (direction == AES_ENCRYPT)
    AES_set_encrypt_key(octets(key), 256, &schedule);
  else
    AES_set_decrypt_key(octets(key), 256, &schedule);
  std::array<unsigned char, 32> vector{};
  std::memcpy(vector.data(), iv.data(), std::min(vector.size(), iv.size()));
  auto* bytes = reinterpret_cast<unsigned char*>(data);
  AES_ige_encrypt(bytes, bytes, size, &schedule, vector.data(), direction);
}

using Number = std::unique_ptr<BIGNUM, decltype(&BN_free)>;
Number number(std::string_view bytes) {
  return {BN_bin2bn(octets(bytes), static_cast<int>(bytes.size()), nullptr), &BN_free};
}

}  // namespace

std::string sha1(std::initializer_list<std::string_view> pieces) { return digest(EVP_sha1(), pieces); }
std::string sha256(std::initializer_list<std::string_view> pieces) { return digest(EVP_sha256(), pieces); }

std::string random_bytes(std::size_t n) {
  std::string made(n, '\0');
  RAND_bytes(reinterpret_cast<unsigned char*>(made.data()), static_cast<int>(n));
  return made;
}

std::int64_t random_int64() {
  std::int64_t made = 0;
  RAND_bytes(reinterpret_cast<unsigned char*>(&made), sizeof made);
  return made;
}

void ige_encrypt(char* data, std::size_t size, std::string_view key, std::string_view iv) {
  ige(data, size, key, iv, AES_ENCRYPT);
}
void ige_decrypt(char* data, std::size_t size, std::string_view key, std::string_view iv) {
  ige(data, size, key, iv, AES_DECRYPT);
}

std::string mod_exp(std::string_view base, std::string_view exponent, std::string_view modulus) {
  const std::unique_ptr<BN_CTX, decltype(&BN_CTX_free)> context(BN_CTX_new(), &BN_CTX_free);
  const auto b = number(base);
  const auto e = number(exponent);
  const auto m = number(modulus);
  const Number result(BN_new(), &BN_free);
  BN_mod_exp(result.get(), b.get(), e.get(), m.get(), context.get());
  std::string made(256, '\0');
  BN_bn2binpad(result.get(), reinterpret_cast<unsigned char*>(made.data()), 256);
  return made;
}

struct CtrStream::Impl {
  std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)> context{EVP_CIPHER_CTX_new(),
                                                                          &EVP_CIPHER_CTX_free};
};

CtrStream::CtrStream(std::string_view key, std::string_view iv) : impl_(std::make_unique<Impl>()) {
  EVP_EncryptInit_ex(impl_->context.get(), EVP_aes_256_ctr(), nullptr, octets(key), octets(iv));
}
CtrStream::~CtrStream() = default;
CtrStream::CtrStream(CtrStream&&) noexcept = default;
CtrStream& CtrStream::operator=(CtrStream&&) noexcept = default;

void CtrStream::apply(char* data, std::size_t size) {
  int done = 0;
  auto* bytes = reinterpret_cast<unsigned char*>(data);
  EVP_EncryptUpdate(impl_->context.get(), bytes, &done, bytes, static_cast<int>(size));
}

}  // namespace rec::sim
