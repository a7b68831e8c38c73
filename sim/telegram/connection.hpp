// One TCP connection of a client: SOCKS5, then Telegram's transport, then MTProto messages. Lives on the
// server's thread. A session ends with its connection: a client must send again what was not answered.
// Telegram itself remembers for a while; this is the harder case, and the one that doubles posts if random
// ids are not honoured.
#pragma once
#include <deque>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <boost/asio/ip/tcp.hpp>

#include "sim/telegram/api.hpp"
#include "sim/telegram/handshake.hpp"
#include "sim/telegram/obfuscated_transport.hpp"

namespace rec::sim {

class MtprotoServer;

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(boost::asio::ip::tcp::socket socket, MtprotoServer& server);
  void start() { read(); }
  void close();
  /// Sends the updates, if this connection is one that asked for any.
  void push(const std::vector<ChannelEvent>& events);
  /// Sends it, if this connection is one that asked for updates.
  void tell(const TlValue& updates);
  [[nodiscard]] bool signed_with(std::uint64_t key) const { return key_ && key_->id == key; }

 private:
  struct Inner {
    std::int64_t id = 0;
    std::string_view body{};
    std::int32_t sequence = 0;
  };
  enum class Stage { greeting, request, telegram };

  void read();
  void read_later(std::size_t taken);
  Result<void> take(char* data, std::size_t size);
  Result<bool> socks();
  void write(std::string bytes);
  void write_next();

  Result<void> packet(std::string_view bytes);
  Result<void> plain_packet(std::string_view bytes);
  Result<void> encrypted_packet(std::string_view bytes);
  static Result<std::vector<Inner>> unpack(std::int64_t id, std::string_view body);
  bool out_of_time(const Inner& inner);
  void message(const Inner& inner);
  bool service(std::int64_t id, const TlObject& message);
  void rpc(std::int64_t id, const TlObject& query);
  void send(const TlValue& message, bool reply = true);
  void send_result(std::int64_t id, const TlValue& result);
  void send_body(std::string_view body, bool reply);
  std::int64_t next_message_id(bool reply);

  boost::asio::ip::tcp::socket socket_;
  MtprotoServer& server_;
  Stage stage_ = Stage::greeting;
  bool open_ = true;
  std::string input_buffer_, socks_bytes_, plain_;
  std::deque<std::string> outgoing_;
  ObfuscatedTransport transport_;
  Handshake handshake_;
  std::shared_ptr<const AuthKey> key_;
  std::optional<std::int64_t> session_;
  std::set<std::int64_t> received_;
  std::int64_t last_id_ = 0;
  std::int32_t sequence_ = 0;
  bool wants_updates_ = false;
};

}  // namespace rec::sim
