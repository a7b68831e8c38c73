// telegram.proxy: the first that answers, another when it dies, with and without an upload limit.
#include <gtest/gtest.h>

#include "publish/proxy_dial.hpp"
#include "tests/unit/publish/speed_fixture.hpp"

namespace rec::test {
namespace {

constexpr std::uint64_t kPlenty = 100'000'000;  // a limit, so that the relay is used, that limits nothing

class ProxyTest : public SpeedTest {
 protected:
  /// With these proxies and that limit a text is posted.
  void expect_posts(std::vector<std::string> proxies, std::uint64_t cap, const std::string& marker) {
    auto all = options(cap);
    all.proxies = std::move(proxies);
    open(std::move(all));
    const auto ids = run(publisher_->publish(video(marker, {})));
    ASSERT_TRUE(ids) << ids.error().text;
    EXPECT_FALSE(ids->empty());
  }
};

TEST_F(ProxyTest, TheFirstThatAnswersIsUsed) {
  const auto dead = new_proxy();
  dead->die();
  const auto other = new_proxy();
  expect_posts({link(*dead), link(*proxy_), link(*other)}, 0, "#mfirst1");
  EXPECT_EQ(publisher_->uplink().way, link(*proxy_));
  EXPECT_GT(proxy_->connections(), 0);
  EXPECT_EQ(other->connections(), 0);
  expect_posts({link(*dead), link(*other)}, kPlenty, "#mfirst2");
  EXPECT_EQ(publisher_->uplink().way, link(*other));
  EXPECT_GT(other->connections(), 0);
}

TEST_F(ProxyTest, ASocksProxyWithAPasswordIsUsedWithAndWithoutALimit) {
  const auto guarded = new_proxy("user:secret");
  const std::string way = link(*guarded, "socks5://user:secret@");
  expect_posts({way}, 0, "#msocks1");
  expect_posts({way}, kPlenty, "#msocks2");
  EXPECT_EQ(guarded->last_words(), "socks5");
  EXPECT_EQ(publisher_->uplink().way, link(*guarded)) << "without the password";
}

TEST_F(ProxyTest, AnHttpProxyWithAPasswordIsUsedWithAndWithoutALimit) {
  const auto guarded = new_proxy("user:secret");
  const std::string way = link(*guarded, "http://user:secret@");
  expect_posts({way}, 0, "#mhttp1");
  guarded->forget();
  expect_posts({way}, kPlenty, "#mhttp2");
  EXPECT_EQ(guarded->last_words(), "http");
  EXPECT_GT(guarded->connections(), 0);
}

TEST_F(ProxyTest, AnotherOneIsUsedWhenItDiesDuringAnUpload) {
  for (const std::uint64_t cap : {std::uint64_t{0}, std::uint64_t{1'500'000}}) {
    const auto first = new_proxy();
    auto all = options(cap);
    all.proxies = {link(*first), link(*proxy_)};
    if (cap == 0) server_->delay_replies("upload.saveBigFilePart", std::chrono::milliseconds(100));
    open(std::move(all));
    auto post = video("#mdies" + std::to_string(cap), {cap == 0 ? 30'000'000U : 11'000'000U});
    std::uint64_t told = 0;
    post.progress = [&told](std::uint64_t bytes) { told = bytes; };
    std::optional<Result<std::vector<std::int64_t>>> done;
    start(publisher_->publish(std::move(post)), done);
    ASSERT_TRUE(turn_until([&] { return told > 2'000'000 || done; }));
    ASSERT_FALSE(done) << "too fast a machine for this file";
    first->die();
    ASSERT_TRUE(turn_until([&] { return done.has_value(); }));
    ASSERT_TRUE(*done) << done->error().text;
    EXPECT_EQ(publisher_->uplink().way, link(*proxy_));
    EXPECT_EQ(publisher_->uplink().trouble, "");
    server_->clear_faults();
  }
  EXPECT_EQ(posts().size(), 2U);
}

TEST_F(ProxyTest, AnOutageIsToldOnceAndOverWhenTheProxyIsBack) {
  open(options(kPlenty));
  ASSERT_TRUE(run(publisher_->account()));
  testing::internal::CaptureStderr();
  auto all = options(kPlenty);
  const auto second = new_proxy();
  all.proxies = {link(*proxy_), link(*second)};
  open(std::move(all));
  ASSERT_TRUE(run(publisher_->account()));
  proxy_->die();
  second->die();
  EXPECT_TRUE(turn_until([&] { return !publisher_->uplink().trouble.empty(); }));
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(7);
  turn_until([&] { return std::chrono::steady_clock::now() > until; });
  second->come_back();
  EXPECT_TRUE(turn_until([&] { return publisher_->uplink().trouble.empty(); }));
  const std::string said = testing::internal::GetCapturedStderr();
  const auto first = said.find("telegram.unreachable");
  ASSERT_NE(first, std::string::npos) << said;
  EXPECT_EQ(said.find("telegram.unreachable", first + 1), std::string::npos) << said;
  EXPECT_NE(said.find(link(*proxy_)), std::string::npos) << said;
}

TEST_F(ProxyTest, ThroughAnMtprotoProxyItSaysThatTheLimitDoesNotHold) {
  auto all = options(kPlenty);
  all.proxies = {"tg://proxy?server=127.0.0.1&port=1&secret=00112233445566778899aabbccddeeff"};
  open(std::move(all));
  std::optional<Result<Account>> done;
  start(publisher_->account(), done);
  ASSERT_TRUE(turn_until([&] { return !publisher_->uplink().cap_trouble.empty(); }));
  EXPECT_NE(publisher_->uplink().cap_trouble.find("MTProto"), std::string::npos);
  EXPECT_EQ(publisher_->uplink().way, "mtproto://127.0.0.1:1") << "without the secret";
  close();
  EXPECT_TRUE(turn_until([&] { return done.has_value(); }));
}

class DialTest : public SpeedTest {
 protected:
  Result<std::shared_ptr<TcpSocket>> dial_by(const std::string& way) {
    auto address = tdlib::parse_proxy_address(way);
    EXPECT_TRUE(address);
    const asio::ip::tcp::endpoint target(asio::ip::make_address("149.154.167.51"), 443);
    return run(dial(*address, target, clock_, Millis(2000)));
  }
};

TEST_F(DialTest, AWrongPasswordIsDeniedByTheProxysNameAndNotThePassword) {
  const auto guarded = new_proxy("user:secret");
  const auto refused = dial_by(link(*guarded, "socks5://user:wrong@"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::denied);
  EXPECT_NE(refused.error().text.find(link(*guarded)), std::string::npos) << refused.error().text;
  EXPECT_EQ(refused.error().text.find("wrong"), std::string::npos) << refused.error().text;
  EXPECT_FALSE(dial_by(link(*guarded, "socks5://")));
  const auto http = dial_by(link(*guarded, "http://user:wrong@"));
  ASSERT_FALSE(http);
  EXPECT_EQ(http.error().code, Errc::denied);
}

TEST_F(DialTest, SomethingElseAtThePortIsNoProxy) {
  asio::ip::tcp::acceptor mute(loop_, {asio::ip::address_v4::loopback(), 0});
  const auto silent = dial_by("socks5://127.0.0.1:" + std::to_string(mute.local_endpoint().port()));
  ASSERT_FALSE(silent);
  EXPECT_EQ(silent.error().code, Errc::timed_out);
  const auto wrong_kind = dial_by("http://127.0.0.1:" + std::to_string(server_->proxy_port()));
  ASSERT_FALSE(wrong_kind);
  EXPECT_EQ(wrong_kind.error().code, Errc::unavailable);
}

}  // namespace
}  // namespace rec::test
