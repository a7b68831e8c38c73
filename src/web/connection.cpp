// Beast reads the request; what is written is short enough to be written by hand.
#include "web/connection.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>

namespace rec::web {
namespace {

namespace beast = boost::beast;
namespace http = beast::http;
using Parser = http::request_parser<http::string_body>;

constexpr auto kTuple = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t kPiece = 65536;

struct Received {
  Request request{};
  bool head = false;
  bool keep_alive = false;
  unsigned version = 11;
};

std::string lowered(std::string_view name) {
  std::string out(name);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

Received received(Parser& parser, const std::string& peer) {
  Received out;
  auto message = parser.release();
  out.version = message.version();
  out.keep_alive = message.keep_alive();
  out.head = message.method() == http::verb::head;
  out.request.method = out.head ? "GET" : std::string(message.method_string());
  out.request.target = std::string(message.target());
  for (const auto& field : message) {
    const std::string_view name(field.name_string().data(), field.name_string().size());
    out.request.headers[lowered(name)] = std::string(field.value());
  }
  out.request.body = std::move(message.body());
  out.request.peer = peer;
  return out;
}

std::string head_of(const Response& response, bool keep_alive) {
  const auto reason = http::obsolete_reason(static_cast<http::status>(response.status));
  std::string text = "HTTP/1.1 " + std::to_string(response.status) + " " + std::string(reason) + "\r\n";
  if (!response.content_type.empty()) text += "Content-Type: " + response.content_type + "\r\n";
  for (const auto& [name, value] : response.headers)
    text.append(name).append(": ").append(value).append("\r\n");
  const bool bodyless = response.status == 204 || response.status == 304;
  if (!bodyless && !response.stream)
    text += "Content-Length: " + std::to_string(response.body.size()) + "\r\n";
  if (response.stream && response.stream_bytes)
    text += "Content-Length: " + std::to_string(*response.stream_bytes) + "\r\n";
  text += keep_alive ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n";
  return text;
}

/// In pieces, each with a time of its own: a slow reader is served, one that has stopped is not.
asio::awaitable<bool> write_all(beast::tcp_stream& stream, std::string text, std::chrono::seconds limit) {
  std::size_t at = 0;
  while (at < text.size()) {
    stream.expires_after(limit);
    const auto piece = asio::buffer(text.data() + at, std::min(kPiece, text.size() - at));
    const auto [error, wrote] = co_await asio::async_write(stream, piece, kTuple);
    if (error) co_return false;
    at += wrote;
  }
  co_return true;
}

/// False: the connection is to end.
asio::awaitable<bool> write_response(beast::tcp_stream& stream, Response response, bool head, bool keep_alive,
                                     std::chrono::seconds limit) {
  if (response.stream && !response.stream_bytes) keep_alive = false;
  std::string start = head_of(response, keep_alive);
  if (!head && !response.stream) start += response.body;
  if (!co_await write_all(stream, std::move(start), limit)) co_return false;
  if (head || !response.stream) co_return keep_alive;
  std::uint64_t left = response.stream_bytes.value_or(0);
  for (;;) {
    stream.expires_never();
    auto piece = co_await response.stream();
    if (!piece) co_return false;
    if (piece->empty()) break;
    if (response.stream_bytes) {
      if (piece->size() > left) co_return false;
      left -= piece->size();
    }
    if (!co_await write_all(stream, *std::move(piece), limit)) co_return false;
  }
  co_return keep_alive&& left == 0;
}

/// What is no request of ours, told before the connection ends; nothing: the other side has gone or was too
/// slow.
std::optional<Response> refusal_of(const boost::system::error_code& error) {
  Response refusal;
  refusal.content_type = "text/plain; charset=utf-8";
  if (error == http::error::header_limit) {
    refusal.status = 431;
    refusal.body = "the header is too long\n";
  } else if (error == http::error::body_limit) {
    refusal.status = 413;
    refusal.body = "the body is too long\n";
  } else if (error.category() == boost::system::error_code(http::error::bad_method).category() &&
             error != http::error::end_of_stream && error != http::error::partial_message) {
    refusal.status = 400;
    refusal.body = "this is no HTTP/1.1 request\n";
  } else {
    return std::nullopt;
  }
  return refusal;
}

}  // namespace

asio::awaitable<void> serve_connection(asio::ip::tcp::socket socket, std::string peer, const Handler& handler,
                                       ServerLimits limits) {
  beast::tcp_stream stream(std::move(socket));
  beast::flat_buffer buffer(limits.header_bytes + kPiece);
  for (bool keep_alive = true; keep_alive;) {
    Parser parser;
    parser.header_limit(limits.header_bytes);
    parser.body_limit(limits.body_bytes);
    stream.expires_after(limits.request);
    const auto [error, size] = co_await http::async_read(stream, buffer, parser, kTuple);
    if (error) {
      auto refusal = refusal_of(error);
      if (refusal) co_await write_response(stream, *std::move(refusal), false, false, limits.write);
      break;
    }
    Received got = received(parser, peer);
    stream.expires_never();
    Response response = co_await handler(std::move(got.request));
    keep_alive = co_await write_response(stream, std::move(response), got.head, got.keep_alive, limits.write);
  }
  boost::system::error_code ignored;
  stream.socket().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
  stream.close();
}

}  // namespace rec::web
