// The bytes: reading, the SOCKS5 greeting, framing, writing in order.
#include "sim/telegram/connection.hpp"

#include <cstring>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>

#include "base/log.hpp"
#include "sim/telegram/mtproto_server.hpp"
#include "sim/telegram/tl_codec.hpp"

namespace rec::sim {
namespace {

constexpr std::size_t kReadSize = 256 * 1024;

}  // namespace

Connection::Connection(boost::asio::ip::tcp::socket socket, MtprotoServer& server)
    : socket_(std::move(socket)),
      server_(server),
      input_buffer_(kReadSize, '\0'),
      handshake_(server.schema(), server.rsa()) {
  boost::system::error_code ignored;
  socket_.set_option(boost::asio::ip::tcp::no_delay(true), ignored);
}

void Connection::close() {
  if (!open_) return;
  open_ = false;
  boost::system::error_code ignored;
  socket_.close(ignored);
  server_.forget(shared_from_this());
}

void Connection::read() {
  auto self = shared_from_this();
  socket_.async_read_some(boost::asio::buffer(input_buffer_),
                          [self](const boost::system::error_code& error, std::size_t size) {
                            if (error || !self->open_) return self->close();
                            if (auto taken = self->take(self->input_buffer_.data(), size); !taken) {
                              log::warn("sim.telegram.connection_refused", {{"error", taken.error().text}});
                              return self->close();
                            }
                            if (self->open_) self->read_later(size);
                          });
}

// Over a slow line what was read took its time.
void Connection::read_later(std::size_t taken) {
  const auto rate = server_.bytes_per_second();
  if (rate == 0) return read();
  const std::chrono::nanoseconds pause(taken * 1'000'000'000ULL / rate);
  auto timer = std::make_shared<boost::asio::steady_timer>(socket_.get_executor(), pause);
  timer->async_wait([self = shared_from_this(), timer](const boost::system::error_code& error) {
    if (!error && self->open_) self->read();
  });
}

Result<void> Connection::take(char* data, std::size_t size) {
  if (stage_ != Stage::telegram) {
    socks_bytes_.append(data, size);
    REC_TRY(const bool done, socks());
    if (!done) return {};
    std::string rest = std::move(socks_bytes_);
    if (rest.empty()) return {};
    transport_.feed(rest.data(), rest.size());
  } else {
    transport_.feed(data, size);
  }
  for (;;) {
    REC_TRY(const auto bytes, transport_.next());
    if (!bytes) return {};
    REC_CHECK(packet(*bytes));
    if (!open_) return {};
  }
}

// RFC 1928 without authentication; wherever the client wants to go, it is here. True: what follows is
// Telegram's.
Result<bool> Connection::socks() {
  const auto octet = [this](std::size_t i) {
    return static_cast<std::size_t>(static_cast<unsigned char>(socks_bytes_[i]));
  };
  if (!socks_bytes_.empty() && octet(0) != 5)
    return fail(Errc::invalid, "not SOCKS5: set addProxy's type to proxyTypeSocks5");
  if (stage_ == Stage::greeting) {
    if (socks_bytes_.size() < 2 || socks_bytes_.size() < 2 + octet(1)) return false;
    socks_bytes_.erase(0, 2 + octet(1));
    stage_ = Stage::request;
    write(std::string("\5\0", 2));
  }
  if (socks_bytes_.size() < 5) return false;
  const auto kind = octet(3);
  const std::size_t size = kind == 1 ? 10 : kind == 4 ? 22 : 7 + octet(4);
  if (socks_bytes_.size() < size) return false;
  socks_bytes_.erase(0, size);
  stage_ = Stage::telegram;
  write(std::string("\5\0\0\1\0\0\0\0\0\0", 10));
  return true;
}

void Connection::write(std::string bytes) {
  if (!open_) return;
  outgoing_.push_back(std::move(bytes));
  if (outgoing_.size() == 1) write_next();
}

void Connection::write_next() {
  auto self = shared_from_this();
  boost::asio::async_write(socket_, boost::asio::buffer(outgoing_.front()),
                           [self](const boost::system::error_code& error, std::size_t) {
                             if (error || !self->open_) return self->close();
                             self->outgoing_.pop_front();
                             if (!self->outgoing_.empty()) self->write_next();
                           });
}

Result<void> Connection::packet(std::string_view bytes) {
  if (bytes.size() < 8) return {};
  std::uint64_t key = 0;
  std::memcpy(&key, bytes.data(), 8);
  if (key == 0) return plain_packet(bytes);
  key_ = server_.key(key);
  if (key_) return encrypted_packet(bytes);
  constexpr std::int32_t kUnknownKey = -404;
  std::string body;
  append_le(body, kUnknownKey);
  write(transport_.frame(body));
  return {};
}

Result<void> Connection::plain_packet(std::string_view bytes) {
  constexpr std::size_t kHead = 20;  // key id, message id, length
  std::uint32_t length = 0;
  if (bytes.size() < kHead) return fail(Errc::corrupt, "an unencrypted message is cut short");
  std::memcpy(&length, bytes.data() + 16, 4);
  REC_TRY(const auto query, decode(server_.schema(), bytes.substr(kHead, length)));
  if (!query.object()) return fail(Errc::corrupt, "an unencrypted message is no object");
  REC_TRY(auto answer, handshake_.answer(*query.object()));
  if (auto key = handshake_.take_key()) server_.add_key(std::move(*key));
  REC_TRY(const auto body, encode(server_.schema(), std::move(answer)));
  std::string reply(8, '\0');
  append_le(reply, next_message_id(true));
  append_le(reply, static_cast<std::uint32_t>(body.size()));
  write(transport_.frame(reply + body));
  return {};
}

Result<void> Connection::encrypted_packet(std::string_view bytes) {
  REC_TRY(const auto envelope, open_envelope(*key_, bytes, plain_));
  REC_TRY(const auto inners, unpack(envelope.message_id, envelope.body));
  if (session_ != envelope.session) {
    session_ = envelope.session;
    received_.clear();
    auto first = envelope.message_id;
    for (const auto& inner : inners) first = std::min(first, inner.id);
    // A client sends everything older than first_msg_id again: it has to be the oldest of the packet.
    send(TlObject{"mt_new_session_created",
                  {{"first_msg_id", first}, {"unique_id", random_int64()}, {"server_salt", 1}}});
  }
  for (const auto& inner : inners)
    if (open_) message(inner);
  return {};
}

}  // namespace rec::sim
