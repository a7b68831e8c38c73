// The publisher in this process, the real TDLib in its own, against the simulated Telegram.
#pragma once
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include "publish/tdlib_publisher.hpp"
#include "runtime/system_clock.hpp"
#include "tests/unit/publish/telegram_fixture.hpp"

namespace rec::test {

class PublisherTest : public TelegramTest {
 protected:
  TdlibOptions options() {
    const auto o = order("");
    TdlibOptions all;
    all.host = {std::filesystem::read_symlink("/proc/self/exe").string(), "tdlib-host"};
    all.library = o.library;
    all.folder = o.folder;
    all.api_id = 1;
    all.api_hash = "0123456789abcdef0123456789abcdef";
    all.bot_token = Secret(token_);
    all.proxies = {o.proxy};
    all.look_again_after = Millis(100);
    all.lock_patience = Millis(500);
    all.doubt_after = Millis(1000);
    return all;
  }
  void open(TdlibOptions all) {
    publisher_ = make_tdlib_publisher(loop_.get_executor(), clock_, std::move(all));
  }
  /// Instead of the bot.
  void open_as_user(bool premium = false);
  /// A new process with the same database.
  void open_again() {
    close();
    open(options());
  }
  void close();
  void SetUp() override {
    TelegramTest::SetUp();
    if (server_) open(options());
  }
  void TearDown() override {
    publisher_.reset();
    loop_.poll();
    TelegramTest::TearDown();
  }
  template <class T>
  Result<T> run(Task<T> task) {
    std::optional<Result<T>> done;
    auto keep = [&done](Task<T> inner) -> asio::awaitable<void> { done.emplace(co_await std::move(inner)); };
    asio::co_spawn(loop_, keep(std::move(task)), asio::detached);
    loop_.restart();
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (!done && std::chrono::steady_clock::now() < deadline)
      loop_.run_one_for(std::chrono::milliseconds(100));
    if (!done) return fail(Errc::timed_out, "the test waited too long");
    return std::move(*done);
  }
  [[nodiscard]] PostRequest text_post(const std::string& marker, const std::string& text = "A stream") const {
    PostRequest post;
    post.chat = chat_;
    post.marker = marker;
    post.text.text = text + "\n" + marker;
    return post;
  }
  session::PartFile part(const std::string& name, std::size_t bytes) {
    session::PartFile file;
    file.path = make_file(name, bytes);
    file.bytes = bytes;
    file.duration = Millis(61'400);
    file.width = 1920;
    file.height = 1080;
    return file;
  }
  PostRequest album_post(const std::string& marker, int files = 3) {
    auto post = text_post(marker);
    for (int i = 1; i <= files; ++i)
      post.files.push_back(part("part" + std::to_string(i) + ".mp4", 100'000U * static_cast<unsigned>(i)));
    return post;
  }
  /// The posts in another chat that are not deleted.
  [[nodiscard]] std::vector<sim::PostSnapshot> posts_in(std::int64_t chat) const {
    auto all = server_->posts(chat);
    std::erase_if(all, [](const auto& post) { return post.deleted; });
    return all;
  }
  static std::int64_t id_of(const sim::PostSnapshot& post) {
    return static_cast<std::int64_t>(post.id) << 20U;
  }

  asio::io_context loop_;
  SystemClock clock_;
  std::string token_ = "1000:secret";
  std::unique_ptr<TelegramPublisher> publisher_;
};

}  // namespace rec::test
