// The simulated server inside TLS, as a real client sees it: trust, names, dates, keep-alive and the faults.
#include <gtest/gtest.h>

#include "client.hpp"
#include "sim/http/server.hpp"

namespace rec::sim {
namespace {

HttpServer tls_server_of(HttpAnswer answer, const TlsIdentity& identity) {
  return HttpServer([answer](const HttpQuery&) { return answer; }, 0, identity);
}

TEST(TlsServer, AClientThatTrustsTheAuthorityGetsAllBytesOverOneConnection) {
  const auto identity = make_tls_identity();
  std::string large(3'000'000, '\0');
  for (std::size_t i = 0; i < large.size(); ++i) large[i] = static_cast<char>(i * 31 % 251);
  auto server = tls_server_of(text_answer(200, large), identity);
  EXPECT_TRUE(server.url("/x").starts_with("https://127.0.0.1:"));
  TestClient client;
  client.trust(identity.authority);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(client.get(server.url("/x")).body == large) << i;
  EXPECT_EQ(server.connections_taken(), 1U);
  EXPECT_EQ(server.hits("/x"), 3U);
}

TEST(TlsServer, IsRefusedByAClientThatTrustsSomebodyElse) {
  auto server = tls_server_of(text_answer(200, "secret"), make_tls_identity());
  TestClient client;
  client.trust(make_tls_identity().authority);
  EXPECT_EQ(client.get(server.url("/x")).error, CURLE_PEER_FAILED_VERIFICATION);
  EXPECT_EQ(server.hits(), 0U);
}

TEST(TlsServer, IsRefusedForAnotherNameOrAnExpiredCertificate) {
  TlsIdentityOptions elsewhere;
  elsewhere.names = {"example.com"};
  TlsIdentityOptions expired;
  expired.valid_until = std::chrono::hours(-1);
  for (const auto& options : {elsewhere, expired}) {
    const auto identity = make_tls_identity(options);
    auto server = tls_server_of(text_answer(200, "secret"), identity);
    TestClient client;
    client.trust(identity.authority);
    EXPECT_EQ(client.get(server.url("/x")).error, CURLE_PEER_FAILED_VERIFICATION);
    EXPECT_EQ(server.hits(), 0U);
  }
}

TEST(TlsServer, SpeaksNoPlainHttp) {
  const auto identity = make_tls_identity();
  auto server = tls_server_of(text_answer(200, "secret"), identity);
  TestClient client;
  EXPECT_NE(client.get("http" + server.url("/x").substr(5)).error, CURLE_OK);
  client.trust(identity.authority);
  EXPECT_EQ(client.get(server.url("/x")).body, "secret") << "the failed handshake harmed nobody";
}

TEST(TlsServer, CutsAndResetsAmidABodyAsWithoutTls) {
  const auto identity = make_tls_identity();
  auto cut = text_answer(200, std::string(100'000, 'x'));
  cut.cut_after_bytes = 50'000;
  auto reset = cut;
  reset.reset = true;
  for (const auto& answer : {cut, reset}) {
    auto server = tls_server_of(answer, identity);
    TestClient client;
    client.trust(identity.authority);
    const auto fetched = client.get(server.url("/x"));
    EXPECT_NE(fetched.error, CURLE_OK);
    EXPECT_LE(fetched.body.size(), 50'000U);
  }
}

TEST(TlsServer, EndsTheConnectionBehindAWholeAnswerWhenTold) {
  const auto identity = make_tls_identity();
  auto answer = text_answer(200, "hello");
  answer.close_after = true;
  auto server = tls_server_of(answer, identity);
  TestClient client;
  client.trust(identity.authority);
  for (int i = 0; i < 2; ++i) {
    const auto fetched = client.get(server.url("/x"));
    EXPECT_EQ(fetched.error, CURLE_OK);
    EXPECT_EQ(fetched.body, "hello");
  }
  EXPECT_EQ(server.connections_taken(), 2U);
}

TEST(TlsServer, DropsItsConnectionsAndGoesDownLikeAnyOther) {
  const auto identity = make_tls_identity();
  auto server = tls_server_of(text_answer(200, "hello"), identity);
  TestClient client;
  client.trust(identity.authority);
  EXPECT_EQ(client.get(server.url("/x")).body, "hello");
  server.drop_connections();
  EXPECT_EQ(client.get(server.url("/x")).body, "hello");
  server.set_down(true);
  EXPECT_EQ(client.get(server.url("/x")).error, CURLE_COULDNT_CONNECT);
  server.set_down(false);
  EXPECT_EQ(client.get(server.url("/x")).body, "hello");
}

}  // namespace
}  // namespace rec::sim
