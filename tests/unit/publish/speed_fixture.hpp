// The real TDLib on its way to the simulated Telegram through proxies that take down what passes.
#pragma once
#include <optional>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include "publish/tdlib_publisher.hpp"
#include "runtime/system_clock.hpp"
#include "sim/telegram/watched_proxy.hpp"
#include "tests/unit/publish/telegram_fixture.hpp"

namespace rec::test {

class SpeedTest : public TelegramTest {
 protected:
  void SetUp() override {
    TelegramTest::SetUp();
    if (server_) proxy_ = new_proxy();
  }
  void TearDown() override {
    publisher_.reset();
    loop_.restart();
    loop_.poll();
    proxy_.reset();
    TelegramTest::TearDown();
  }
  std::unique_ptr<sim::WatchedProxy> new_proxy(const std::string& login = "") {
    auto proxy = sim::WatchedProxy::start(server_->proxy_port(), login);
    EXPECT_TRUE(proxy) << proxy.error().text;
    return proxy ? *std::move(proxy) : nullptr;
  }
  static std::string link(const sim::WatchedProxy& proxy, const std::string& before = "socks5://") {
    return before + "127.0.0.1:" + std::to_string(proxy.port());
  }
  TdlibOptions options(std::uint64_t cap) {
    const auto o = order("");
    TdlibOptions all;
    all.host = {std::filesystem::read_symlink("/proc/self/exe").string(), "tdlib-host"};
    all.library = o.library;
    all.folder = o.folder;
    all.api_id = 1;
    all.api_hash = "0123456789abcdef0123456789abcdef";
    all.bot_token = Secret(o.token);
    all.proxies = {link(*proxy_)};
    all.look_again_after = Millis(100);
    all.doubt_after = Millis(5000);
    all.upload_cap = cap;
    return all;
  }
  void open(TdlibOptions all) {
    publisher_.reset();
    publisher_ = make_tdlib_publisher(loop_.get_executor(), clock_, std::move(all));
  }
  template <class T>
  void start(Task<T> task, std::optional<Result<T>>& done) {
    asio::co_spawn(loop_, keep(std::move(task), &done), asio::detached);
    loop_.restart();
  }
  template <class T>
  static asio::awaitable<void> keep(Task<T> task, std::optional<Result<T>>* done) {
    done->emplace(co_await std::move(task));
  }
  /// Lets the loop run until `done`, two minutes at the most.
  template <class F>
  bool turn_until(F done) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(2);
    loop_.restart();
    while (!done() && std::chrono::steady_clock::now() < deadline)
      loop_.run_one_for(std::chrono::milliseconds(50));
    return done();
  }
  template <class T>
  Result<T> run(Task<T> task) {
    std::optional<Result<T>> done;
    start(std::move(task), done);
    if (!turn_until([&] { return done.has_value(); }))
      return fail(Errc::timed_out, "the test waited too long");
    return std::move(*done);
  }
  /// What TDLib sends over a session before that is confirmed it sends again, once: 3.5 MiB at the most.
  void warm_up() {
    const auto ids = run(publisher_->publish(video("#mwarm", {600'000})));
    EXPECT_TRUE(ids) << ids.error().text;
    proxy_->forget();
  }
  /// Ends what is under way.
  void close() {
    bool closed = false;
    asio::co_spawn(loop_, close_it(publisher_.get(), &closed), asio::detached);
    turn_until([&] { return closed; });
  }
  static asio::awaitable<void> close_it(Publisher* publisher, bool* closed) {
    co_await publisher->close();
    *closed = true;
  }
  PostRequest video(const std::string& marker, std::vector<std::size_t> sizes) {
    PostRequest post;
    post.chat = chat_;
    post.marker = marker;
    post.text.text = "A stream\n" + marker;
    for (const std::size_t bytes : sizes) {
      session::PartFile file;
      file.path = make_file(marker.substr(1) + std::to_string(post.files.size()) + ".mp4", bytes);
      file.bytes = bytes;
      file.duration = Millis(61'400);
      file.width = 1920;
      file.height = 1080;
      post.files.push_back(std::move(file));
    }
    return post;
  }

  asio::io_context loop_;
  SystemClock clock_;
  std::unique_ptr<sim::WatchedProxy> proxy_;
  std::unique_ptr<Publisher> publisher_;
};

}  // namespace rec::test
