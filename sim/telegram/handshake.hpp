// The server's half of MTProto's key exchange, step by step.
#pragma once
#include <optional>
#include <string>

#include "base/result.hpp"
#include "sim/telegram/envelope.hpp"
#include "sim/telegram/rsa_key.hpp"
#include "sim/telegram/tl_schema.hpp"
#include "sim/telegram/tl_value.hpp"

namespace rec::sim {

/// One connection's exchange. One thread at a time.
class Handshake {
 public:
  Handshake(const TlSchema& schema, const RsaKey& rsa) : schema_(schema), rsa_(rsa) {}
  /// The answer to req_pq_multi, req_DH_params or set_client_DH_params. corrupt or invalid: drop the
  /// connection.
  Result<TlObject> answer(const TlObject& query);
  /// The key, once, after set_client_DH_params was answered.
  std::optional<AuthKey> take_key() { return std::exchange(made_, {}); }

 private:
  Result<TlObject> start(const TlObject& query);
  Result<TlObject> offer(const TlObject& query);
  Result<TlObject> finish(const TlObject& query);
  [[nodiscard]] std::pair<std::string, std::string> temporary_aes() const;

  const TlSchema& schema_;
  const RsaKey& rsa_;
  std::string nonce_, server_nonce_, new_nonce_, secret_;
  std::optional<AuthKey> made_;
};

}  // namespace rec::sim
