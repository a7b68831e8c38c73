#include "publish/socket_bytes.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

namespace rec {

Task<std::string> hear(TcpSocket& from, std::size_t bytes, std::string whom) {
  std::string out(bytes, '\0');
  const auto [error, size] =
      co_await asio::async_read(from, asio::buffer(out), asio::as_tuple(asio::use_awaitable));
  if (error) co_return fail(Errc::unavailable, whom + ": " + error.message());
  co_return out;
}

Task<> say(TcpSocket& to, std::string bytes, std::string whom) {
  const auto [error, size] =
      co_await asio::async_write(to, asio::buffer(bytes), asio::as_tuple(asio::use_awaitable));
  if (error) co_return fail(Errc::unavailable, whom + ": " + error.message());
  co_return Result<void>();
}

}  // namespace rec
