// Accepting, and reaching all connections.
#include "sim/telegram/mtproto_server.hpp"

#include "sim/telegram/connection.hpp"

namespace rec::sim {

namespace asio = boost::asio;
using asio::ip::tcp;

MtprotoServer::MtprotoServer(asio::io_context& io, std::shared_ptr<const TlSchema> schema, RsaKey rsa,
                             Api& api)
    : acceptor_(io), schema_(std::move(schema)), rsa_(std::move(rsa)), api_(api) {}

MtprotoServer::~MtprotoServer() { drop_connections(); }

Result<std::uint16_t> MtprotoServer::listen() {
  boost::system::error_code error;
  const tcp::endpoint anywhere(asio::ip::address_v4::loopback(), 0);
  acceptor_.open(anywhere.protocol(), error);
  if (!error) acceptor_.bind(anywhere, error);
  if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
  const auto bound = error ? tcp::endpoint() : acceptor_.local_endpoint(error);
  if (error)
    return fail(Errc::unavailable, "the simulated Telegram cannot listen on 127.0.0.1: " + error.message());
  accept();
  return bound.port();
}

void MtprotoServer::accept() {
  acceptor_.async_accept([this](const boost::system::error_code& error, tcp::socket socket) {
    if (error == asio::error::operation_aborted) return;
    if (!error && !refusing_) {
      auto connection = std::make_shared<Connection>(std::move(socket), *this);
      connections_.insert(connection);
      connection->start();
    }
    accept();
  });
}

void MtprotoServer::drop_connections() {
  for (const auto& connection : std::exchange(connections_, {})) connection->close();
}

void MtprotoServer::push(const std::vector<ChannelEvent>& events, const Connection* except) {
  if (events.empty()) return;
  const auto all = connections_;  // a failed write forgets its connection
  for (const auto& connection : all)
    if (connection.get() != except) connection->push(events);
}

void MtprotoServer::tell(std::uint64_t key, const TlValue& updates) {
  const auto all = connections_;
  for (const auto& connection : all)
    if (connection->signed_with(key)) connection->tell(updates);
}

void MtprotoServer::add_key(AuthKey key) {
  const auto id = key.id;
  keys_[id] = std::make_shared<const AuthKey>(std::move(key));
}

std::shared_ptr<const AuthKey> MtprotoServer::key(std::uint64_t id) const {
  const auto found = keys_.find(id);
  return found == keys_.end() ? nullptr : found->second;
}

}  // namespace rec::sim
