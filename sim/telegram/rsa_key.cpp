// Key making and reading through EVP; the raw RSA step through BIGNUMs, since RSA_PAD is Telegram's own
// padding.
#include "sim/telegram/rsa_key.hpp"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <unistd.h>

#include <cstring>
#include <fstream>
#include <sstream>

#include "sim/telegram/crypto.hpp"
#include "sim/telegram/tl_codec.hpp"

namespace rec::sim {
namespace {

EVP_PKEY* pkey(const std::shared_ptr<void>& key) { return static_cast<EVP_PKEY*>(key.get()); }
std::shared_ptr<void> own_pkey(EVP_PKEY* key) {
  return {key, [](void* p) { EVP_PKEY_free(static_cast<EVP_PKEY*>(p)); }};
}
using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;

std::string parameter(EVP_PKEY* key, const char* name) {
  BIGNUM* raw = nullptr;
  if (EVP_PKEY_get_bn_param(key, name, &raw) != 1) return {};
  const std::unique_ptr<BIGNUM, decltype(&BN_clear_free)> value(raw, &BN_clear_free);
  std::string made(static_cast<std::size_t>(BN_num_bytes(raw)), '\0');
  BN_bn2bin(raw, reinterpret_cast<unsigned char*>(made.data()));
  return made;
}

std::string text_of(BIO* bio) {
  char* data = nullptr;
  const auto size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(size)};
}

std::string pkcs1_public_pem(EVP_PKEY* key) {
  unsigned char* der = nullptr;
  const int size = i2d_PublicKey(key, &der);  // PKCS#1 for an RSA key
  if (size <= 0) return {};
  const Bio bio(BIO_new(BIO_s_mem()), &BIO_free);
  PEM_write_bio(bio.get(), "RSA PUBLIC KEY", "", der, size);
  OPENSSL_free(der);
  auto pem = text_of(bio.get());
  while (!pem.empty() && pem.back() == '\n') pem.pop_back();
  return pem;
}

}  // namespace

Result<RsaKey> RsaKey::adopt(std::shared_ptr<void> key) {
  RsaKey made;
  made.modulus_ = parameter(pkey(key), OSSL_PKEY_PARAM_RSA_N);
  made.exponent_ = parameter(pkey(key), OSSL_PKEY_PARAM_RSA_E);
  made.secret_ = parameter(pkey(key), OSSL_PKEY_PARAM_RSA_D);
  made.public_pem_ = pkcs1_public_pem(pkey(key));
  if (made.modulus_.size() != 256 || made.secret_.empty() || made.public_pem_.empty())
    return fail(Errc::corrupt, "not a 2048-bit RSA key");
  std::string number_pair;
  append_tl_bytes(number_pair, made.modulus_);
  append_tl_bytes(number_pair, made.exponent_);
  std::memcpy(&made.fingerprint_, sha1({number_pair}).data() + 12, 8);
  made.key_ = std::move(key);
  return made;
}

Result<RsaKey> RsaKey::make() {
  auto key = own_pkey(EVP_RSA_gen(2048));
  if (!key) return fail(Errc::invalid, "OpenSSL makes no RSA key");
  return adopt(std::move(key));
}

Result<RsaKey> RsaKey::load_or_make(const std::filesystem::path& file) {
  if (!std::filesystem::exists(file)) {
    REC_TRY(const auto made, make());
    const Bio bio(BIO_new(BIO_s_mem()), &BIO_free);
    PEM_write_bio_PrivateKey(bio.get(), pkey(made.key_), nullptr, nullptr, 0, nullptr, nullptr);
    const auto draft = file.string() + "." + std::to_string(getpid()) + "." + std::to_string(random_int64());
    std::ofstream(draft) << text_of(bio.get());
    (void)::link(draft.c_str(), file.c_str());  // whoever is first wins; the others read what that one wrote
    ::unlink(draft.c_str());
  }
  std::ifstream in(file);
  std::stringstream text;
  text << in.rdbuf();
  const auto pem = text.str();
  const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), &BIO_free);
  auto key = own_pkey(PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr));
  if (!key) return fail(Errc::corrupt, file.string() + " holds no private key: delete it");
  return adopt(std::move(key));
}

Result<std::string> RsaKey::open_padded(std::string_view encrypted) const {
  if (encrypted.size() != 256) return fail(Errc::corrupt, "RSA data is not 256 bytes");
  auto plain = mod_exp(encrypted, secret_, modulus_);
  const auto hash = sha256({std::string_view(plain).substr(32)});
  std::string temp_key = plain.substr(0, 32);
  for (std::size_t i = 0; i < 32; ++i) temp_key[i] = static_cast<char>(temp_key[i] ^ hash[i]);
  std::string data = plain.substr(32);
  ige_decrypt(data.data(), data.size(), temp_key, std::string(32, '\0'));
  std::string inner(data.rbegin() + 32, data.rend());
  if (sha256({temp_key, inner}) != data.substr(192))
    return fail(Errc::corrupt, "RSA_PAD does not match this key");
  return inner;
}

}  // namespace rec::sim
