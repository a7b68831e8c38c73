// Resolvers over real HTTP on loopback, and real children.
#pragma once
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "capture/resolver.hpp"
#include "runtime/curl_http.hpp"

namespace rec::capture {

class ResolverNet : public ::testing::Test {
 public:
  Result<Resolved> resolve(Resolver& resolver, ResolveRequest request) {
    std::optional<Result<Resolved>> got;
    const auto on_end = [&got](const std::exception_ptr& thrown, Result<Resolved> result) {
      if (thrown) result = fail(Errc::cancelled, "unwound");
      got = std::move(result);
    };
    asio::co_spawn(io, resolver.resolve(std::move(request)), on_end);
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(90);
    while (!got && std::chrono::steady_clock::now() < give_up) {
      io.restart();
      io.run_one_for(Millis{100});
    }
    return got ? *got : Result<Resolved>(fail(Errc::invalid, "it never ended"));
  }
  Result<Resolved> resolve(Resolver& resolver, const std::string& page, const std::string& quality = "best") {
    ResolveRequest request;
    request.page_url = page;
    request.quality = quality;
    return resolve(resolver, std::move(request));
  }

 protected:
  void TestBody() override {}
  asio::io_context io;

 public:
  CurlHttpClient http;
};

}  // namespace rec::capture
