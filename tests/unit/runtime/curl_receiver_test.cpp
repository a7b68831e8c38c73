// Bodies that go to a receiver as they arrive.
#include "tests/unit/runtime/http_fixture.hpp"

namespace rec {
namespace {

using testing_support::Exchange;
using testing_support::Net;

struct SlowReceiver final : BodyReceiver {
  void on_room(std::function<void()> resume) override { resume_ = std::move(resume); }
  void begin(int status) override { began = status; }
  bool take(std::string_view bytes) override {
    body += bytes;
    if (!pausing) return true;
    ++pauses;
    // Another thread makes room a little later.
    waiting.emplace_back([this] {
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
      resume_();
    });
    return false;
  }
  ~SlowReceiver() override {
    for (auto& thread : waiting) thread.join();
  }
  std::string body;
  int began = 0;
  int pauses = 0;
  bool pausing = false;

 private:
  std::function<void()> resume_;
  std::vector<std::thread> waiting;
};

std::string long_text() {
  std::string text;
  for (int i = 0; i < 60'000; ++i) text += std::to_string(i) + " ";
  return text;
}

asio::awaitable<bool> tell_long_text(Exchange& exchange) {
  co_await exchange.answer(long_text());
  co_return true;
}

TEST(CurlReceiver, GetsTheBodyAndTheResponseHasNone) {
  Net net;
  net.server.on("/long", tell_long_text);
  const auto receiver = std::make_shared<SlowReceiver>();
  const auto got = net.fetch({.url = net.server.url("/long"), .receiver = receiver});
  ASSERT_TRUE(got) << got.error().text;
  EXPECT_EQ(got->status, 200);
  EXPECT_EQ(got->body, "");
  EXPECT_EQ(receiver->began, 200);
  EXPECT_EQ(receiver->body, long_text());
}

TEST(CurlReceiver, ThatHasNoRoomIsWaitedForAndMissesNothing) {
  Net net;
  net.server.on("/long", tell_long_text);
  const auto receiver = std::make_shared<SlowReceiver>();
  receiver->pausing = true;
  const auto got = net.fetch({.url = net.server.url("/long"), .receiver = receiver});
  ASSERT_TRUE(got) << got.error().text;
  EXPECT_EQ(receiver->body, long_text());
  EXPECT_GT(receiver->pauses, 1);
}

TEST(CurlReceiver, IsLeftAloneByAnAnswerThatIsNotTheBody) {
  Net net;
  net.server.on("/gone", [](Exchange& exchange) -> asio::awaitable<bool> {
    co_await exchange.answer("it is not here", "404 Not Found");
    co_return true;
  });
  const auto receiver = std::make_shared<SlowReceiver>();
  const auto got = net.fetch({.url = net.server.url("/gone"), .receiver = receiver});
  ASSERT_TRUE(got) << got.error().text;
  EXPECT_EQ(got->body, "it is not here");
  EXPECT_EQ(receiver->began, 0);
  EXPECT_EQ(receiver->body, "");
}

TEST(CurlReceiver, NeverGetsMoreThanTheRequestAllows) {
  Net net;
  net.server.on("/long", tell_long_text);
  const auto receiver = std::make_shared<SlowReceiver>();
  EXPECT_EQ(net.failure({.url = net.server.url("/long"), .max_bytes = 100'000, .receiver = receiver}),
            Errc::corrupt);
  EXPECT_LE(receiver->body.size(), 100'000U);
}

}  // namespace
}  // namespace rec
