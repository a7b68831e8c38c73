// Case 9: what strangers say may not lead into the house. 127.0.0.9 plays the world, 127.0.0.1 the house.
#include "tests/unit/runtime/http_fixture.hpp"
#include "tests/unit/runtime/tunnel_proxy.hpp"

namespace rec {
namespace {

using testing::HasSubstr;
using testing_support::echo;
using testing_support::Net;
using testing_support::RawServer;
using testing_support::redirect_to;
using testing_support::TunnelProxy;

CurlHttpOptions with_a_world(const RawServer&) {
  CurlHttpOptions options;
  options.taken_as_public = {"127.0.0.9"};
  return options;
}

struct HouseAndWorld : Net {
  HouseAndWorld() : Net(with_a_world) {
    server.on_text("/inside", "secret");
    world.on_text("/outside", "news");
  }
  RawServer world{io, "127.0.0.9"};
};

TEST(CurlHttp, C09_NoRedirectLeadsFromTheWorldIntoTheHouse) {
  HouseAndWorld net;
  net.world.on("/in", redirect_to(net.server.url("/inside")));
  net.world.on("/by-name", redirect_to(net.server.url_as("localhost", "/inside")));
  net.world.on("/octal", redirect_to(net.server.url_as("0177.0.0.1", "/inside")));
  net.world.on("/around", redirect_to("/in"));
  for (const char* path : {"/in", "/by-name", "/octal", "/around"}) {
    for (const bool typed : {true, false}) {
      const HttpRequest request{.url = net.world.url(path), .allow_private_hosts = typed};
      EXPECT_EQ(net.failure(request), Errc::denied) << path;
      EXPECT_THAT(net.last_error, HasSubstr("private address"));
    }
  }
  EXPECT_EQ(net.server.connections(), 0);
}

TEST(CurlHttp, C09_WhatAPersonTypedMayBePrivateAndLeadAnywhereButBack) {
  HouseAndWorld net;
  net.server.on("/next-door", redirect_to("/inside"));
  net.server.on("/out", redirect_to(net.world.url("/outside")));
  net.server.on("/out-and-in", redirect_to(net.world.url("/in")));
  net.world.on("/in", redirect_to(net.server.url("/inside")));
  const auto inside = net.get("/next-door");
  ASSERT_TRUE(inside) << inside.error().text;
  EXPECT_EQ(inside->body, "secret");
  EXPECT_TRUE(inside->from_private_host);
  const auto outside = net.get("/out");
  ASSERT_TRUE(outside) << outside.error().text;
  EXPECT_EQ(outside->body, "news");
  EXPECT_FALSE(outside->from_private_host);
  EXPECT_EQ(net.failure("/out-and-in"), Errc::denied);
}

TEST(CurlHttp, C09_ANameThatLeadsToAPrivateAddressIsRefusedWhicheverAddressThatIs) {
  const std::vector<std::string> addresses{"127.0.0.1",
                                           "0.0.0.0",
                                           "10.1.2.3",
                                           "169.254.169.254",
                                           "100.64.0.1",
                                           "192.168.0.1",
                                           "[::1]",
                                           "[::]",
                                           "[fd00::1]",
                                           "[fe80::1]",
                                           "[::ffff:127.0.0.1]",
                                           "[64:ff9b::a00:1]",
                                           "[ff02::1]",
                                           "198.18.0.1",
                                           "[2002:7f00:1::1]",
                                           "10.1.2.3,127.0.0.1"};
  Net net([&](const RawServer& server) {
    CurlHttpOptions options;
    for (std::size_t i = 0; i < addresses.size(); ++i)
      options.pinned_names.push_back("n" + std::to_string(i) + ".example:" + server.port() + ":" +
                                     addresses[i]);
    return options;
  });
  net.server.on_text("/inside", "secret");
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    const auto url = net.server.url_as("n" + std::to_string(i) + ".example", "/inside");
    EXPECT_EQ(net.failure(HttpRequest{.url = url, .allow_private_hosts = false}), Errc::denied)
        << addresses[i];
    EXPECT_THAT(net.last_error, HasSubstr("private address")) << addresses[i];
  }
  EXPECT_EQ(net.server.connections(), 0);
  EXPECT_TRUE(net.fetch({.url = net.server.url_as("n0.example", "/inside")})) << "typed by a person";
}

TEST(CurlHttp, C09_EveryWayToWriteAPrivateAddressIsUnderstood) {
  HouseAndWorld net;
  for (const char* host :
       {"127.0.0.1", "2130706433", "0177.0.0.1", "0x7f.1", "127.1", "[::ffff:127.0.0.1]", "0", "[::]",
        "LOCALHOST", "localhost.", "sub.localhost", "1２7.0.0.1", "127。0。0。1"}) {
    const HttpRequest request{.url = net.server.url_as(host, "/inside"), .allow_private_hosts = false};
    const auto code = net.failure(request);
    EXPECT_TRUE(code == Errc::denied || code == Errc::unavailable || code == Errc::invalid)
        << host << ": " << net.last_error;
  }
  EXPECT_EQ(net.server.connections(), 0);
}

TEST(CurlHttp, C09_ThroughAProxyAPrivateAddressIsNotEvenAskedFor) {
  HouseAndWorld net;
  TunnelProxy proxy(net.io, static_cast<std::uint16_t>(std::stoi(net.server.port())));
  for (const char* scheme : {"socks5h://", "http://"}) {
    for (const char* host : {"10.0.0.1", "0177.0.0.1", "[::1]", "localhost"}) {
      HttpRequest request{.url = "https://" + std::string(host) + "/inside", .allow_private_hosts = false};
      request.proxy = scheme + proxy.address();
      EXPECT_EQ(net.failure(request), Errc::denied) << host << ": " << net.last_error;
    }
  }
  EXPECT_EQ(proxy.connections(), 0);
}

TEST(CurlHttp, C09_ThroughAProxyARedirectIntoTheHouseIsRefused) {
  Net net;
  const auto send_inside = redirect_to("http://10.0.0.1/secret");
  net.server.on("http://example.org/", send_inside);
  net.server.on("http://10.0.0.1/secret", echo);
  net.server.on("http://10.0.0.1/typed", echo);
  for (const bool typed : {true, false}) {
    const HttpRequest request{
        .url = "http://example.org/", .proxy = net.server.url(""), .allow_private_hosts = typed};
    EXPECT_EQ(net.failure(request), Errc::denied);
  }
  const auto typed = net.fetch({.url = "http://10.0.0.1/typed", .proxy = net.server.url("")});
  ASSERT_TRUE(typed) << typed.error().text;
  EXPECT_TRUE(typed->from_private_host);
}

}  // namespace
}  // namespace rec
