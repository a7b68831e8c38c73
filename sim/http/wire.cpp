// Requests are parsed by Beast; answers are written by hand, because a library would not let them be wrong.
#include "sim/http/wire.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>

namespace rec::sim::wire {
namespace {

namespace http = boost::beast::http;
constexpr auto kNoThrow = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t kMaxRequestBody = 64U << 20U;
constexpr Millis kDripTick{20};
using TlsStream = asio::ssl::stream<Socket&>;

Socket& socket_of(Socket& socket) { return socket; }
Socket& socket_of(TlsStream& stream) { return stream.next_layer(); }

/// What goes out for an answer: the part of the body that is asked for, and the header for it.
struct Outgoing {
  std::string head;
  std::string_view body;
  bool keep_alive = true;
  bool bodiless = false;  ///< HEAD, 204, 304: no body whatever the header says
};

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

HttpQuery to_query(const http::request<http::string_body>& request) {
  HttpQuery query;
  query.method = std::string(request.method_string());
  query.target = std::string(request.target());
  const auto mark = std::min(query.target.find('?'), query.target.size());
  query.path = percent_decode(std::string_view(query.target).substr(0, mark), false);
  if (mark < query.target.size()) query.query = parse_form(std::string_view(query.target).substr(mark + 1));
  for (const auto& field : request) {
    query.headers.emplace(lower(std::string_view(field.name_string())), std::string(field.value()));
  }
  query.body = request.body();
  return query;
}

/// The bytes a "bytes=a-b", "a-" or "-n" header asks for as {first, count}; nothing when it asks for none of
/// them.
std::optional<std::pair<std::size_t, std::size_t>> parse_range(std::string_view text, std::size_t size) {
  if (!text.starts_with("bytes=")) return std::nullopt;
  text.remove_prefix(6);
  const auto dash = text.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const auto number = [](std::string_view digits) -> std::optional<std::size_t> {
    std::size_t value = 0;
    const auto* end = digits.data() + digits.size();
    if (digits.empty() || std::from_chars(digits.data(), end, value).ptr != end) return std::nullopt;
    return value;
  };
  const auto first = number(text.substr(0, dash));
  const auto last = number(text.substr(dash + 1));
  if (!first) {
    if (!last || *last == 0) return std::nullopt;
    const auto count = std::min(*last, size);
    return std::pair{size - count, count};
  }
  if (*first >= size || (last && *last < *first)) return std::nullopt;
  return std::pair{*first, std::min(last.value_or(size - 1), size - 1) - *first + 1};
}

Outgoing prepare(const HttpQuery& query, const HttpAnswer& answer, bool keep_alive) {
  Outgoing out;
  out.body = answer.content();
  out.keep_alive = keep_alive && !answer.close_after;
  int status = answer.status;
  std::string range_line;
  if (const auto range = query.header("range"); answer.ranges && status == 200 && !range.empty()) {
    const auto part = parse_range(range, out.body.size());
    status = part ? 206 : 416;
    range_line = part ? fmt::format("Content-Range: bytes {}-{}/{}\r\n", part->first,
                                    part->first + part->second - 1, out.body.size())
                      : fmt::format("Content-Range: bytes */{}\r\n", out.body.size());
    out.body = part ? out.body.substr(part->first, part->second) : std::string_view();
  }
  out.head = fmt::format("HTTP/1.1 {} {}\r\n", status,
                         std::string_view(http::obsolete_reason(static_cast<http::status>(status))));
  for (const auto& [name, value] : answer.headers) out.head += fmt::format("{}: {}\r\n", name, value);
  out.head += range_line;
  if (answer.ranges) out.head += "Accept-Ranges: bytes\r\n";
  const bool lengthless = status == 204 || status == 304 || status < 200;
  if (answer.chunked && !lengthless) {
    out.head += "Transfer-Encoding: chunked\r\n";
  } else if (!lengthless) {
    out.head += fmt::format("Content-Length: {}\r\n", answer.declared_length.value_or(out.body.size()));
  }
  out.head += out.keep_alive ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n";
  out.bodiless = query.method == "HEAD" || lengthless;
  return out;
}

asio::awaitable<void> pause_for(Millis time) {
  asio::steady_timer timer(co_await asio::this_coro::executor, time);
  co_await timer.async_wait(kNoThrow);
}

template <class Stream>
asio::awaitable<bool> write_all(Stream& stream, std::string_view bytes) {
  auto [error, written] =
      co_await asio::async_write(stream, asio::buffer(bytes.data(), bytes.size()), kNoThrow);
  co_return !error;
}

/// The body, whole or up to the cut; false when the client has gone.
template <class Stream>
asio::awaitable<bool> write_body(Stream& stream, const HttpAnswer& answer, std::string_view body) {
  const auto per_tick = answer.bytes_per_second == 0
                            ? std::size_t{1} << 20U
                            : std::max<std::size_t>(1, answer.bytes_per_second * kDripTick.count() / 1000);
  while (!body.empty()) {
    const auto piece = body.substr(0, per_tick);
    body.remove_prefix(piece.size());
    if (answer.chunked) {
      const auto framed = fmt::format("{:x}\r\n{}\r\n", piece.size(), piece);
      if (!co_await write_all(stream, framed)) co_return false;
    } else if (!co_await write_all(stream, piece)) {
      co_return false;
    }
    if (answer.bytes_per_second != 0 && !body.empty()) co_await pause_for(kDripTick);
  }
  co_return true;
}

/// True when the connection may be used again.
template <class Stream>
asio::awaitable<bool> write_answer(Stream& stream, const HttpAnswer& answer, Outgoing out) {
  if (answer.delay.count() > 0) co_await pause_for(answer.delay);
  if (answer.reset && !answer.cut_after_bytes) {
    reset(socket_of(stream));
    co_return false;
  }
  if (!co_await write_all(stream, out.head)) co_return false;
  if (out.bodiless) co_return out.keep_alive;
  const bool cut = answer.cut_after_bytes && *answer.cut_after_bytes < out.body.size();
  const auto body = cut ? out.body.substr(0, *answer.cut_after_bytes) : out.body;
  if (!co_await write_body(stream, answer, body)) co_return false;
  if (cut) {
    if (answer.reset) reset(socket_of(stream));
    co_return false;
  }
  if (answer.chunked && !co_await write_all(stream, "0\r\n\r\n")) co_return false;
  const bool length_true = !answer.declared_length || *answer.declared_length == out.body.size();
  co_return out.keep_alive&& length_true;
}

/// Until either side ends the connection. False when it is cut: then nothing more is said on it.
template <class Stream>
asio::awaitable<bool> serve_on(Stream& stream, std::function<HttpAnswer(const HttpQuery&)> answer) {
  boost::beast::flat_buffer buffer;
  for (;;) {
    http::request_parser<http::string_body> parser;
    parser.body_limit(kMaxRequestBody);
    auto [error, size] = co_await http::async_read(stream, buffer, parser, kNoThrow);
    if (error) co_return true;
    const auto query = to_query(parser.get());
    const auto made = answer(query);
    auto out = prepare(query, made, parser.get().keep_alive());
    const bool whole = !made.cut_after_bytes && !made.reset;
    if (!co_await write_answer(stream, made, std::move(out))) co_return whole;
  }
}

void finish(Socket& socket) {
  boost::system::error_code ignored;
  if (socket.is_open()) socket.shutdown(asio::socket_base::shutdown_send, ignored);
  socket.close(ignored);
}

}  // namespace

void reset(Socket& socket) {
  boost::system::error_code ignored;
  socket.set_option(asio::socket_base::linger(true, 0), ignored);
  socket.close(ignored);
}

asio::awaitable<void> serve(Socket& socket, std::function<HttpAnswer(const HttpQuery&)> answer) {
  (void)co_await serve_on(socket, std::move(answer));
  finish(socket);
}

asio::awaitable<void> serve_tls(Socket& socket, asio::ssl::context& context,
                                std::function<HttpAnswer(const HttpQuery&)> answer) {
  TlsStream stream(socket, context);
  auto [refused] = co_await stream.async_handshake(asio::ssl::stream_base::server, kNoThrow);
  const bool whole = !refused && co_await serve_on(stream, std::move(answer));
  if (whole && socket.is_open()) {
    boost::system::error_code ignored;
    // Our close_notify goes out, the client's is not waited for.
    socket.shutdown(asio::socket_base::shutdown_receive, ignored);
    (void)co_await stream.async_shutdown(kNoThrow);
  }
  finish(socket);
}

}  // namespace rec::sim::wire
