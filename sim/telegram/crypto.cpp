// IGE is not an EVP mode: it is done with libcrypto's own AES_ige_encrypt, deprecated in OpenSSL 3 without a
// successor.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "sim/telegram/crypto.hpp"

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

using Cipher = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;
using Block = std::array<std::uint64_t, 2>;

Block operator^(const Block& a, const Block& b) { return {a[0] ^ b[0], a[1] ^ b[1]}; }

// c = E(p ^ c before) ^ p before, block by block; decryption is the same with the two sides exchanged. The
// first half of the vector stands for the encrypted block before the first, the second half for the plain
// one.
void ige(char* data, std::size_t size, std::string_view key, std::string_view iv, int encrypt) {
  const Cipher cipher(EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free);
  EVP_CipherInit_ex(cipher.get(), EVP_aes_256_ecb(), nullptr, octets(key), nullptr, encrypt);
  EVP_CIPHER_CTX_set_padding(cipher.get(), 0);
  Block out_before{};
  Block in_before{};
  std::memcpy((encrypt ? out_before : in_before).data(), iv.data(), 16);
  std::memcpy((encrypt ? in_before : out_before).data(), iv.data() + 16, 16);
  for (char* at = data; at + 16 <= data + size; at += 16) {
    Block in{};
    std::memcpy(in.data(), at, 16);
    Block mixed = in ^ out_before;
    auto* bytes = reinterpret_cast<unsigned char*>(mixed.data());
    int done = 0;
    EVP_CipherUpdate(cipher.get(), bytes, &done, bytes, 16);
    out_before = mixed ^ in_before;
    in_before = in;
    std::memcpy(at, out_before.data(), 16);
  }
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
  ige(data, size, key, iv, 1);
}
void ige_decrypt(char* data, std::size_t size, std::string_view key, std::string_view iv) {
  ige(data, size, key, iv, 0);
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
