// An authority and a certificate by OpenSSL: P-256 keys, SHA-256.
#include "sim/http/tls_identity.hpp"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>
#include <stdexcept>

namespace rec::sim {
namespace {

template <auto kFree>
struct SslFree {
  template <class T>
  void operator()(T* object) const {
    kFree(object);
  }
};
using Key = std::unique_ptr<EVP_PKEY, SslFree<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, SslFree<X509_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, SslFree<X509_EXTENSION_free>>;
using Bio = std::unique_ptr<BIO, SslFree<BIO_free>>;

template <class T>
T* made(T* object, const char* what) {
  if (object == nullptr) throw std::runtime_error(std::string("OpenSSL cannot make ") + what);
  return object;
}

void held(int result, const char* what) {
  if (result <= 0) throw std::runtime_error(std::string("OpenSSL cannot set ") + what);
}

Key new_key() { return Key(made(EVP_EC_gen("P-256"), "a key")); }

std::string text_of(BIO* bio) {
  char* data = nullptr;
  const auto size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(size)};
}

std::string pem_of(X509* certificate) {
  const Bio bio(made(BIO_new(BIO_s_mem()), "a buffer"));
  held(PEM_write_bio_X509(bio.get(), certificate), "a certificate as text");
  return text_of(bio.get());
}

std::string pem_of(EVP_PKEY* key) {
  const Bio bio(made(BIO_new(BIO_s_mem()), "a buffer"));
  held(PEM_write_bio_PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr), "a key as text");
  return text_of(bio.get());
}

/// "IP:127.0.0.1,DNS:localhost"
std::string alternative_names(const std::vector<std::string>& names) {
  std::string text;
  for (const auto& name : names) {
    const bool address =
        name.find_first_not_of("0123456789.") == std::string::npos || name.find(':') != std::string::npos;
    text += (text.empty() ? "" : ",") + std::string(address ? "IP:" : "DNS:") + name;
  }
  return text;
}

Certificate new_certificate(const char* subject, EVP_PKEY* key, const TlsIdentityOptions& options) {
  Certificate certificate(made(X509_new(), "a certificate"));
  std::uint64_t serial = 0;
  held(RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial), "a serial number");
  held(X509_set_version(certificate.get(), X509_VERSION_3), "the version");
  held(ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate.get()), serial >> 1U), "a serial number");
  const auto seconds = [](std::chrono::hours hours) { return std::chrono::seconds(hours).count(); };
  made(X509_gmtime_adj(X509_getm_notBefore(certificate.get()), seconds(options.valid_from)), "a date");
  made(X509_gmtime_adj(X509_getm_notAfter(certificate.get()), seconds(options.valid_until)), "a date");
  held(X509_set_pubkey(certificate.get(), key), "the key");
  held(X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate.get()), "CN", MBSTRING_UTF8,
                                  reinterpret_cast<const unsigned char*>(subject), -1, -1, 0),
       "the subject");
  return certificate;
}

void extend(X509* certificate, X509* issuer, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const Extension extension(made(X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str()), "an extension"));
  held(X509_add_ext(certificate, extension.get(), -1), "an extension");
}

void sign(X509* certificate, X509* issuer, EVP_PKEY* issuer_key) {
  held(X509_set_issuer_name(certificate, X509_get_subject_name(issuer)), "the issuer");
  extend(certificate, issuer, NID_subject_key_identifier, "hash");
  extend(certificate, issuer, NID_authority_key_identifier, "keyid");
  held(X509_sign(certificate, issuer_key, EVP_sha256()), "a signature");
}

}  // namespace

TlsIdentity make_tls_identity(const TlsIdentityOptions& options) {
  const auto authority_key = new_key();
  const auto authority = new_certificate("simulated authority", authority_key.get(), {});
  extend(authority.get(), authority.get(), NID_basic_constraints, "critical,CA:TRUE");
  extend(authority.get(), authority.get(), NID_key_usage, "critical,keyCertSign,cRLSign");
  sign(authority.get(), authority.get(), authority_key.get());

  const auto key = new_key();
  const auto certificate = new_certificate("simulated server", key.get(), options);
  extend(certificate.get(), authority.get(), NID_basic_constraints, "critical,CA:FALSE");
  extend(certificate.get(), authority.get(), NID_key_usage, "critical,digitalSignature");
  extend(certificate.get(), authority.get(), NID_ext_key_usage, "serverAuth");
  extend(certificate.get(), authority.get(), NID_subject_alt_name, alternative_names(options.names));
  sign(certificate.get(), authority.get(), authority_key.get());
  return {pem_of(certificate.get()), pem_of(key.get()), pem_of(authority.get())};
}

}  // namespace rec::sim
