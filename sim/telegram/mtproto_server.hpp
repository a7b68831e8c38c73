// Accepts connections and knows the authorization keys. Everything here runs on one thread: its io_context's.
#pragma once
#include <map>
#include <memory>
#include <set>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "sim/telegram/api.hpp"
#include "sim/telegram/envelope.hpp"
#include "sim/telegram/rsa_key.hpp"

namespace rec::sim {

class Connection;

class MtprotoServer {
 public:
  MtprotoServer(boost::asio::io_context& io, std::shared_ptr<const TlSchema> schema, RsaKey rsa, Api& api);
  ~MtprotoServer();
  MtprotoServer(const MtprotoServer&) = delete;
  MtprotoServer& operator=(const MtprotoServer&) = delete;

  /// Listens on a free port of 127.0.0.1 and starts accepting.
  Result<std::uint16_t> listen();
  void drop_connections();
  void refuse_connections(bool refuse) { refusing_ = refuse; }
  /// What each connection takes in, 0: as it comes.
  void slow_down(std::uint64_t bytes_per_second) { bytes_per_second_ = bytes_per_second; }
  [[nodiscard]] std::uint64_t bytes_per_second() const { return bytes_per_second_; }
  /// Tells every connection but `except` (may be null).
  void push(const std::vector<ChannelEvent>& events, const Connection* except);
  /// Tells those that have this authorization key and want updates.
  void tell(std::uint64_t key, const TlValue& updates);

  void forget(const std::shared_ptr<Connection>& connection) { connections_.erase(connection); }
  void add_key(AuthKey key);
  void remove_key(std::uint64_t id) { keys_.erase(id); }
  [[nodiscard]] std::shared_ptr<const AuthKey> key(std::uint64_t id) const;
  [[nodiscard]] const TlSchema& schema() const { return *schema_; }
  [[nodiscard]] const RsaKey& rsa() const { return rsa_; }
  [[nodiscard]] Api& api() { return api_; }

 private:
  void accept();

  boost::asio::ip::tcp::acceptor acceptor_;
  std::shared_ptr<const TlSchema> schema_;
  RsaKey rsa_;
  Api& api_;
  std::map<std::uint64_t, std::shared_ptr<const AuthKey>> keys_;
  std::set<std::shared_ptr<Connection>> connections_;
  bool refusing_ = false;
  std::uint64_t bytes_per_second_ = 0;
};

}  // namespace rec::sim
