// The simulated server does what it is told, as a real client sees it.
#include "sim/http/server.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "client.hpp"

namespace rec::sim {
namespace {

HttpServer server_of(HttpAnswer answer) {
  return HttpServer([answer](const HttpQuery&) { return answer; });
}

TEST(HttpServer, DecodesPathQueryHeadersAndBody) {
  auto server = server_of(text_answer(200, "ok"));
  TestClient client;
  const auto fetched =
      client.post(server.url("/a%20b?x=1&x=2&y=%C3%A4+c&flag"), "payload", {"X-Thing: Seven"});
  EXPECT_EQ(fetched.status, 200);
  ASSERT_EQ(server.hits("/a b"), 1U);
  const auto seen = server.requests("/a b").front();
  EXPECT_EQ(seen.method, "POST");
  EXPECT_EQ(seen.path, "/a b");
  EXPECT_EQ(seen.params("x"), (std::vector<std::string>{"1", "2"}));
  EXPECT_EQ(seen.param("y"), "ä c");
  EXPECT_TRUE(seen.query.contains("flag"));
  EXPECT_EQ(seen.header("x-thing"), "Seven");
  EXPECT_EQ(seen.body, "payload");
}

TEST(HttpServer, KeepsOneConnectionForManyRequests) {
  auto server = server_of(text_answer(200, "hello"));
  TestClient client;
  for (int i = 0; i < 5; ++i) EXPECT_EQ(client.get(server.url("/x")).body, "hello");
  EXPECT_EQ(server.connections_taken(), 1U);
  EXPECT_EQ(server.hits("/x"), 5U);
}

TEST(HttpServer, EndsTheConnectionBehindTheAnswerWhenTold) {
  auto answer = text_answer(200, "hello");
  answer.close_after = true;
  auto server = server_of(answer);
  TestClient client;
  EXPECT_EQ(client.get(server.url("/x")).body, "hello");
  EXPECT_EQ(client.get(server.url("/x")).body, "hello");
  EXPECT_EQ(server.connections_taken(), 2U);
}

TEST(HttpServer, AnswersRangesAndCanBeToldToIgnoreThem) {
  auto answer = text_answer(200, "0123456789");
  auto server = server_of(answer);
  TestClient client;
  const auto middle = client.get(server.url("/x"), {"Range: bytes=2-4"});
  EXPECT_EQ(middle.status, 206);
  EXPECT_EQ(middle.body, "234");
  EXPECT_NE(middle.head.find("Content-Range: bytes 2-4/10"), std::string::npos);
  EXPECT_EQ(client.get(server.url("/x"), {"Range: bytes=7-"}).body, "789");
  EXPECT_EQ(client.get(server.url("/x"), {"Range: bytes=-2"}).body, "89");
  EXPECT_EQ(client.get(server.url("/x"), {"Range: bytes=10-"}).status, 416);
  EXPECT_EQ(server.requests("/x").front().header("range"), "bytes=2-4");

  answer.ranges = false;
  auto stubborn = server_of(answer);
  const auto whole = client.get(stubborn.url("/x"), {"Range: bytes=2-4"});
  EXPECT_EQ(whole.status, 200);
  EXPECT_EQ(whole.body, "0123456789");
}

TEST(HttpServer, CutsABodyShortOfItsDeclaredLength) {
  auto answer = text_answer(200, std::string(100'000, 'x'));
  answer.cut_after_bytes = 1'000;
  auto server = server_of(answer);
  const auto fetched = TestClient().get(server.url("/x"));
  EXPECT_EQ(fetched.error, CURLE_PARTIAL_FILE);
  EXPECT_EQ(fetched.body.size(), 1'000U);
  EXPECT_NE(fetched.head.find("Content-Length: 100000"), std::string::npos);
}

TEST(HttpServer, EndsAChunkedBodyWithoutItsLastChunk) {
  auto answer = text_answer(200, std::string(5'000, 'x'));
  answer.chunked = true;
  auto whole = server_of(answer);
  EXPECT_EQ(TestClient().get(whole.url("/x")).body.size(), 5'000U);
  answer.cut_after_bytes = 3'000;
  auto cut = server_of(answer);
  const auto fetched = TestClient().get(cut.url("/x"));
  EXPECT_NE(fetched.error, CURLE_OK);
  EXPECT_EQ(fetched.body.size(), 3'000U);
}

TEST(HttpServer, ResetsInPlaceOfAnAnswer) {
  HttpAnswer answer;
  answer.reset = true;
  auto server = server_of(answer);
  EXPECT_EQ(TestClient().get(server.url("/x")).error, CURLE_RECV_ERROR);
}

TEST(HttpServer, DeclaresALengthThatIsNotTrue) {
  auto answer = text_answer(200, "short");
  answer.declared_length = 50;
  auto server = server_of(answer);
  EXPECT_EQ(TestClient().get(server.url("/x")).error, CURLE_PARTIAL_FILE);
}

TEST(HttpServer, DripsABodyAtTheRateItIsTold) {
  auto answer = text_answer(200, std::string(2'000, 'x'));
  answer.bytes_per_second = 10'000;
  auto server = server_of(answer);
  const auto before = std::chrono::steady_clock::now();
  EXPECT_EQ(TestClient().get(server.url("/x")).body.size(), 2'000U);
  EXPECT_GE(std::chrono::steady_clock::now() - before, std::chrono::milliseconds(150));
}

TEST(HttpServer, ADelayedAnswerHoldsUpNobodyElse) {
  HttpServer server([](const HttpQuery& query) {
    auto answer = text_answer(200, "ok");
    if (query.path == "/slow") answer.delay = std::chrono::hours(1);
    return answer;
  });
  CURLM* multi = curl_multi_init();
  CURL* slow = curl_easy_init();
  const auto url = server.url("/slow");
  curl_easy_setopt(slow, CURLOPT_URL, url.c_str());
  curl_easy_setopt(slow, CURLOPT_PROXY, "");
  curl_multi_add_handle(multi, slow);
  int running = 1;
  while (server.hits("/slow") == 0) {
    curl_multi_perform(multi, &running);
    curl_multi_poll(multi, nullptr, 0, 10, nullptr);
  }
  EXPECT_EQ(TestClient().get(server.url("/quick")).body, "ok");
  EXPECT_EQ(running, 1);
  curl_multi_remove_handle(multi, slow);
  curl_easy_cleanup(slow);
  curl_multi_cleanup(multi);
}

TEST(HttpServer, GoesDownAndComesBackOnTheSamePort) {
  auto server = server_of(text_answer(200, "ok"));
  TestClient client;
  const auto url = server.url("/x");
  EXPECT_EQ(client.get(url).status, 200);
  server.set_down(true);
  EXPECT_EQ(client.get(url).error, CURLE_COULDNT_CONNECT);
  server.set_down(false);
  EXPECT_EQ(client.get(url).status, 200);
}

TEST(HttpServer, DropsIdleConnectionsBetweenRequests) {
  auto server = server_of(text_answer(200, "ok"));
  TestClient client;
  EXPECT_EQ(client.get(server.url("/x")).status, 200);
  server.drop_connections();
  EXPECT_EQ(client.get(server.url("/x")).status, 200);
  EXPECT_EQ(server.connections_taken(), 2U);
}

}  // namespace
}  // namespace rec::sim
