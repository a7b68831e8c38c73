// Names as in core.telegram.org/api/srp.
#include "sim/telegram/srp.hpp"

#include <openssl/bn.h>
#include <openssl/evp.h>

#include <memory>

#include "sim/telegram/crypto.hpp"
#include "sim/telegram/dh_prime.hpp"

namespace rec::sim {
namespace {

constexpr int kRounds = 100'000;
constexpr std::size_t kHashBytes = 64;
constexpr std::size_t kNumberBytes = 256;

using BigNumber = std::unique_ptr<BIGNUM, decltype(&BN_free)>;

BigNumber big(std::string_view bytes) {
  return {BN_bin2bn(reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()),
                    nullptr),
          &BN_free};
}

std::string padded(const BIGNUM* number) {
  std::string made(kNumberBytes, '\0');
  BN_bn2binpad(number, reinterpret_cast<unsigned char*>(made.data()), static_cast<int>(kNumberBytes));
  return made;
}

std::string padded(std::string_view bytes) { return padded(big(bytes).get()); }

const std::string& generator() {
  static const std::string kGenerator = padded(std::string(1, static_cast<char>(kDhGenerator)));
  return kGenerator;
}

std::string product(std::string_view a, std::string_view b) {
  const std::unique_ptr<BN_CTX, decltype(&BN_CTX_free)> context(BN_CTX_new(), &BN_CTX_free);
  const BigNumber made(BN_new(), &BN_free);
  BN_mod_mul(made.get(), big(a).get(), big(b).get(), big(dh_prime()).get(), context.get());
  return padded(made.get());
}

std::string sum(std::string_view a, std::string_view b) {
  const std::unique_ptr<BN_CTX, decltype(&BN_CTX_free)> context(BN_CTX_new(), &BN_CTX_free);
  const BigNumber made(BN_new(), &BN_free);
  BN_mod_add(made.get(), big(a).get(), big(b).get(), big(dh_prime()).get(), context.get());
  return padded(made.get());
}

std::string salted(std::string_view data, std::string_view salt) { return sha256({salt, data, salt}); }

std::string private_key(std::string_view password, std::string_view salt1, std::string_view salt2) {
  const std::string first = salted(salted(password, salt1), salt2);
  std::string slow(kHashBytes, '\0');
  PKCS5_PBKDF2_HMAC(first.data(), static_cast<int>(first.size()),
                    reinterpret_cast<const unsigned char*>(salt1.data()), static_cast<int>(salt1.size()),
                    kRounds, EVP_sha512(), static_cast<int>(slow.size()),
                    reinterpret_cast<unsigned char*>(slow.data()));
  return salted(slow, salt2);
}

std::string exclusive_or(std::string a, const std::string& b) {
  for (std::size_t i = 0; i < a.size(); ++i) a[i] = static_cast<char>(a[i] ^ b[i]);
  return a;
}

}  // namespace

SrpQuestion ask_for_password(std::string_view password) {
  SrpQuestion made{random_int64(), random_bytes(40), random_bytes(40), {}, random_bytes(kNumberBytes), {}};
  made.verifier = mod_exp(generator(), private_key(password, made.salt1, made.salt2), dh_prime());
  const std::string k = sha256({dh_prime(), generator()});
  made.public_b = sum(product(k, made.verifier), mod_exp(generator(), made.secret_b, dh_prime()));
  return made;
}

bool proves_password(const SrpQuestion& question, std::string_view a, std::string_view m1) {
  const std::string public_a = padded(a);
  if (big(a) == nullptr || BN_is_zero(big(a).get()) != 0) return false;
  const std::string u = sha256({public_a, question.public_b});
  const std::string base = product(public_a, mod_exp(question.verifier, u, dh_prime()));
  const std::string key = sha256({mod_exp(base, question.secret_b, dh_prime())});
  const std::string expected =
      sha256({exclusive_or(sha256({dh_prime()}), sha256({generator()})), sha256({question.salt1}),
              sha256({question.salt2}), public_a, question.public_b, key});
  return expected == m1;
}

}  // namespace rec::sim
