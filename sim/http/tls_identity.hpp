// Who a simulated TLS server says it is: a private authority and a server certificate signed by it, made at
// run time. Blocking, about a millisecond; any thread.
#pragma once
#include <chrono>
#include <string>
#include <vector>

namespace rec::sim {

/// All PEM. A client that trusts `authority` (CURLOPT_CAINFO, --ca-bundle, SSL_CERT_FILE) and asks for one of
/// the names is content; any other refuses.
struct TlsIdentity {
  std::string certificate;  ///< of the server
  std::string key;          ///< of the certificate, not encrypted
  std::string authority;    ///< what a client has to trust
};

struct TlsIdentityOptions {
  std::vector<std::string> names{"127.0.0.1", "localhost"};  ///< addresses and host names it is valid for
  std::chrono::hours valid_from{-24};                        ///< counted from now
  std::chrono::hours valid_until{24};                        ///< counted from now; negative: it has expired
};

/// Throws std::runtime_error when OpenSSL cannot.
TlsIdentity make_tls_identity(const TlsIdentityOptions& options = {});

}  // namespace rec::sim
