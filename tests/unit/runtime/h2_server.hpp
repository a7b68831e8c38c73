// An HTTP/2 server over TLS that answers frame by frame, so that it can go away in the middle. It does not
// read what it is asked for: answers go by the number of the request. Runs on the test's own loop.
#pragma once
#include <openssl/ssl.h>

#include <functional>
#include <string>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "sim/http/tls_identity.hpp"

namespace rec::testing_support {

namespace asio = boost::asio;

/// What becomes of a request (RFC 9113).
enum class H2Fate {
  answer,
  refuse_and_go,  ///< GOAWAY that says it was not looked at, and the connection ends
  answer_and_go,  ///< GOAWAY that includes it, then the answer, and the connection ends
  refuse,         ///< RST_STREAM with REFUSED_STREAM
  cut             ///< half of the body, and the connection ends
};

class H2Server {
 public:
  /// `fate` of the 1st, 2nd, … request of all connections.
  H2Server(asio::io_context& io, const sim::TlsIdentity& identity, std::function<H2Fate(int)> fate)
      : fate_(std::move(fate)), acceptor_(io, {asio::ip::address_v4::loopback(), 0}) {
    context_.use_certificate_chain(asio::buffer(identity.certificate));
    context_.use_private_key(asio::buffer(identity.key), asio::ssl::context::pem);
    SSL_CTX_set_alpn_select_cb(context_.native_handle(), &H2Server::choose_h2, nullptr);
    asio::co_spawn(io, accept(), asio::detached);
  }
  [[nodiscard]] std::string url(const std::string& path) const {
    return "https://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port()) + path;
  }
  [[nodiscard]] int connections() const { return connections_; }
  [[nodiscard]] int requests() const { return requests_; }
  static std::string body() { return std::string(9000, 'h'); }

 private:
  using Stream = asio::ssl::stream<asio::ip::tcp::socket>;
  enum Type : unsigned char { data = 0, headers = 1, rst_stream = 3, settings = 4, ping = 6, goaway = 7 };
  static constexpr unsigned char kEndStream = 1;
  static constexpr unsigned char kEndHeaders = 4;
  static constexpr unsigned char kAck = 1;
  static constexpr unsigned kRefusedStream = 7;

  static int choose_h2(SSL*, const unsigned char** out, unsigned char* length, const unsigned char*, unsigned,
                       void*) {
    static constexpr unsigned char kH2[] = {'h', '2'};
    *out = kH2;
    *length = sizeof kH2;
    return SSL_TLSEXT_ERR_OK;
  }
  static std::string number(unsigned value, int bytes) {
    std::string out;
    while (bytes-- > 0) out += static_cast<char>((value >> (8 * bytes)) & 255U);
    return out;
  }
  static std::string frame(Type type, unsigned char flags, unsigned stream, const std::string& payload) {
    return number(static_cast<unsigned>(payload.size()), 3) + static_cast<char>(type) +
           static_cast<char>(flags) + number(stream, 4) + payload;
  }
  /// ":status: 200" and "content-length", as HPACK has them in its static table.
  static std::string ok_head(unsigned stream) {
    const auto length = std::to_string(body().size());
    const auto block = std::string("\x88\x0F\x0D", 3) + static_cast<char>(length.size()) + length;
    return frame(headers, kEndHeaders, stream, block);
  }
  static std::string answer_to(H2Fate fate, unsigned stream, unsigned last) {
    switch (fate) {
      case H2Fate::answer:
        return ok_head(stream) + frame(data, kEndStream, stream, body());
      case H2Fate::answer_and_go:
        return frame(goaway, 0, 0, number(stream, 4) + number(0, 4)) + ok_head(stream) +
               frame(data, kEndStream, stream, body());
      case H2Fate::refuse_and_go:
        return frame(goaway, 0, 0, number(last, 4) + number(0, 4));
      case H2Fate::refuse:
        return frame(rst_stream, 0, stream, number(kRefusedStream, 4));
      case H2Fate::cut:
        return ok_head(stream) + frame(data, 0, stream, body().substr(4500));
    }
    return {};
  }

  asio::awaitable<void> accept() {
    for (;;) {
      auto socket = co_await acceptor_.async_accept(asio::use_awaitable);
      ++connections_;
      asio::co_spawn(acceptor_.get_executor(), serve(std::move(socket)), asio::detached);
    }
  }
  asio::awaitable<bool> read(Stream& stream, std::string& into, std::size_t bytes) {
    into.resize(bytes);
    auto [error, size] =
        co_await asio::async_read(stream, asio::buffer(into), asio::as_tuple(asio::use_awaitable));
    co_return !error;
  }
  asio::awaitable<void> write(Stream& stream, std::string bytes) {
    (void)co_await asio::async_write(stream, asio::buffer(bytes), asio::as_tuple(asio::use_awaitable));
  }
  asio::awaitable<void> serve(asio::ip::tcp::socket socket) {
    Stream stream(std::move(socket), context_);
    auto [refused] = co_await stream.async_handshake(Stream::server, asio::as_tuple(asio::use_awaitable));
    std::string text;
    if (refused || !co_await read(stream, text, 24)) co_return;  // the client's preface
    auto hello = frame(settings, 0, 0, "");
    co_await write(stream, std::move(hello));
    unsigned last = 0;
    for (bool stays = true; stays && co_await read(stream, text, 9);) {
      const auto byte = [&](int i) { return static_cast<unsigned char>(text[static_cast<std::size_t>(i)]); };
      const unsigned size = byte(0) * 65536U + byte(1) * 256U + byte(2);
      const unsigned type = byte(3);
      const unsigned flags = byte(4);
      const unsigned id = byte(6) * 65536U + byte(7) * 256U + byte(8);
      if (!co_await read(stream, text, size)) co_return;
      std::string out;
      if (type == settings && (flags & kAck) == 0) out = frame(settings, kAck, 0, "");
      if (type == ping && (flags & kAck) == 0) out = frame(ping, kAck, 0, text);
      if (type == headers) {
        const auto fate = fate_(++requests_);
        out = answer_to(fate, id, last);
        last = id;
        stays = fate == H2Fate::answer || fate == H2Fate::refuse;
      }
      co_await write(stream, std::move(out));
    }
    boost::system::error_code ignored;
    stream.next_layer().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
  }

  std::function<H2Fate(int)> fate_;
  asio::ssl::context context_{asio::ssl::context::tls_server};
  asio::ip::tcp::acceptor acceptor_;
  int connections_ = 0;
  int requests_ = 0;
};

}  // namespace rec::testing_support
