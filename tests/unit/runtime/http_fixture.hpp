// A CurlHttpClient and a server that answers as a test says, on one loop.
#pragma once
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/steady_timer.hpp>

#include "runtime/curl_http.hpp"
#include "tests/unit/runtime/raw_server.hpp"

namespace rec::testing_support {
struct Net {
  asio::io_context io;
  RawServer server{io};
  CurlHttpClient http;

  explicit Net(CurlHttpOptions options = {}) : http(std::move(options)) {}
  /// For options that say where the server is.
  template <class MakeOptions>
    requires std::is_invocable_r_v<CurlHttpOptions, MakeOptions, const RawServer&>
  explicit Net(MakeOptions make) : http(make(server)) {}

  void start(HttpRequest request, std::optional<Result<HttpResponse>>& into) {
    auto on_end = [&into](const std::exception_ptr& thrown, Result<HttpResponse> result) {
      if (thrown) result = fail(Errc::cancelled, "unwound");
      into = std::move(result);
    };
    asio::co_spawn(io, http.fetch(std::move(request)), std::move(on_end));
  }
  void run_until(const std::function<bool()>& done) {
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (!done() && std::chrono::steady_clock::now() < give_up)
      io.run_one_for(std::chrono::milliseconds(100));
    EXPECT_TRUE(done());
  }
  Result<HttpResponse> fetch(HttpRequest request) {
    std::optional<Result<HttpResponse>> got;
    start(std::move(request), got);
    run_until([&] { return got.has_value(); });
    return got ? *got : Result<HttpResponse>(fail(Errc::invalid, "it never ended"));
  }
  Result<HttpResponse> get(const std::string& path) { return fetch({.url = server.url(path)}); }
  Errc failure(HttpRequest request) {
    const auto got = fetch(std::move(request));
    EXPECT_FALSE(got) << "HTTP " << got->status;
    if (got) return Errc::invalid;
    last_error = got.error().text;
    return got.error().code;
  }
  Errc failure(const std::string& path) { return failure(HttpRequest{.url = server.url(path)}); }
  std::string last_error;
};

inline RawServer::Handler redirect_to(const std::string& location) {
  return [location](Exchange& exchange) -> asio::awaitable<bool> {
    auto header = "Location: " + location + "\r\n";
    co_await exchange.answer("you go elsewhere", "302 Found", std::move(header));
    co_return true;
  };
}

/// The request's head, as the answer's body.
inline asio::awaitable<bool> echo(Exchange& exchange) {
  co_await exchange.answer(exchange.head);
  co_return true;
}

inline asio::awaitable<bool> wait_for_ever(Exchange& exchange) {
  asio::steady_timer timer(exchange.socket.get_executor(), std::chrono::seconds(600));
  co_await timer.async_wait(asio::use_awaitable);
  co_return false;
}

}  // namespace rec::testing_support
