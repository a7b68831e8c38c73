// core.telegram.org/mtproto/auth_key
#include "sim/telegram/handshake.hpp"

#include <chrono>

#include "sim/telegram/crypto.hpp"
#include "sim/telegram/dh_prime.hpp"
#include "sim/telegram/sim_clock.hpp"
#include "sim/telegram/tl_codec.hpp"

namespace rec::sim {
namespace {

constexpr std::uint64_t kPq = 1229739323ULL * 1402015859ULL;

std::string big_endian(std::uint64_t value) {
  std::string made(8, '\0');
  for (int i = 7; i >= 0; --i, value >>= 8U)
    made[static_cast<std::size_t>(i)] = static_cast<char>(value & 0xffU);
  return made;
}

std::int64_t unix_seconds() { return std::chrono::system_clock::to_time_t(server_now()); }

}  // namespace

Result<TlObject> Handshake::answer(const TlObject& query) {
  if (query.is("mt_req_pq_multi")) return start(query);
  if (query.is("mt_req_DH_params")) return offer(query);
  if (query.is("mt_set_client_DH_params")) return finish(query);
  return fail(Errc::invalid, "not a step of the key exchange: " + std::string(query.type));
}

Result<TlObject> Handshake::start(const TlObject& query) {
  nonce_ = query.text("nonce");
  server_nonce_ = random_bytes(16);
  return TlObject{"mt_resPQ",
                  {{"nonce", nonce_},
                   {"server_nonce", server_nonce_},
                   {"pq", big_endian(kPq)},
                   {"server_public_key_fingerprints", TlList{rsa_.fingerprint()}}}};
}

Result<TlObject> Handshake::offer(const TlObject& query) {
  REC_TRY(const auto inner_bytes, rsa_.open_padded(query.text("encrypted_data")));
  REC_TRY(const auto inner, decode(schema_, inner_bytes));
  if (!inner.object() || inner.object()->text("new_nonce").size() != 32)
    return fail(Errc::corrupt, "req_DH_params carries no new_nonce");
  new_nonce_ = inner.object()->text("new_nonce");
  secret_ = random_bytes(256);
  secret_[0] = static_cast<char>(secret_[0] & 0x3f);
  TlObject data{"mt_server_DH_inner_data",
                {{"nonce", nonce_},
                 {"server_nonce", server_nonce_},
                 {"g", kDhGenerator},
                 {"dh_prime", dh_prime()},
                 {"g_a", mod_exp("\3", secret_, dh_prime())},
                 {"server_time", unix_seconds()}}};
  REC_TRY(auto answer, encode(schema_, std::move(data)));
  answer.insert(0, sha1({answer}));
  answer += random_bytes((16 - answer.size() % 16) % 16);
  const auto [key, iv] = temporary_aes();
  ige_encrypt(answer.data(), answer.size(), key, iv);
  return TlObject{
      "mt_server_DH_params_ok",
      {{"nonce", nonce_}, {"server_nonce", server_nonce_}, {"encrypted_answer", std::move(answer)}}};
}

Result<TlObject> Handshake::finish(const TlObject& query) {
  if (new_nonce_.empty()) return fail(Errc::invalid, "set_client_DH_params before req_DH_params");
  auto data = query.text("encrypted_data");
  if (data.size() < 32 || data.size() % 16 != 0)
    return fail(Errc::corrupt, "set_client_DH_params is cut short");
  const auto [key, iv] = temporary_aes();
  ige_decrypt(data.data(), data.size(), key, iv);
  REC_TRY(const auto inner, decode(schema_, std::string_view(data).substr(20)));
  if (!inner.object()) return fail(Errc::corrupt, "set_client_DH_params carries no object");
  made_ = AuthKey::of(mod_exp(inner.object()->text("g_b"), secret_, dh_prime()));
  return TlObject{"mt_dh_gen_ok",
                  {{"nonce", nonce_},
                   {"server_nonce", server_nonce_},
                   {"new_nonce_hash1", sha1({new_nonce_, "\1", made_->aux_hash}).substr(4, 16)}}};
}

std::pair<std::string, std::string> Handshake::temporary_aes() const {
  const auto mixed = sha1({new_nonce_, server_nonce_});
  const auto turned = sha1({server_nonce_, new_nonce_});
  return {mixed + turned.substr(0, 12),
          turned.substr(12, 8) + sha1({new_nonce_, new_nonce_}) + new_nonce_.substr(0, 4)};
}

}  // namespace rec::sim
