// The real library against the simulated Telegram.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <random>

#include "tests/unit/sim_telegram/td_client.hpp"

namespace rec::sim::test {
namespace {

namespace json = boost::json;
namespace fs = std::filesystem;
using ::testing::IsEmpty;
using ::testing::SizeIs;
constexpr const char* kToken = "1000:secret";

class RealTdlib : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "sim-telegram-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
    auto started = TelegramServer::start(telegram_options(REC_SOURCE_DIR, folder_ / "server"));
    ASSERT_TRUE(started) << started.error().text;
    server_ = std::move(*started);
    server_->add_bot(kToken);
    chat_ = server_->add_channel({.title = "Recordings", .discussion = true});
    client_ = std::make_unique<TdClient>(*server_, folder_ / "client");
  }
  void TearDown() override {
    client_.reset();
    server_.reset();
    fs::remove_all(folder_);
  }

  void log_in() { ASSERT_EQ(client_->log_in_as_bot(kToken), "authorizationStateReady"); }
  void restart_client() { client_ = std::make_unique<TdClient>(*server_, folder_ / "client"); }

  fs::path random_file(const std::string& name, std::size_t size) {
    std::mt19937_64 random(std::hash<std::string>()(name));
    std::string bytes(size, '\0');
    for (std::size_t i = 0; i + 8 <= size; i += 8)
      *reinterpret_cast<std::uint64_t*>(bytes.data() + i) = random();
    const auto path = folder_ / name;
    std::ofstream(path, std::ios::binary) << bytes;
    return path;
  }
  static std::string bytes_of(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  fs::path folder_;
  std::unique_ptr<TelegramServer> server_;
  std::unique_ptr<TdClient> client_;
  std::int64_t chat_ = 0;
};

json::string type_in(const json::object& object) { return object.at("@type").as_string(); }

TEST_F(RealTdlib, ABotSignsInAndAVideoItPostsArrivesByteForByte) {
  log_in();
  const auto chat = client_->call({{"@type", "getChat"}, {"chat_id", chat_}});
  ASSERT_EQ(type_in(chat), "chat") << json::serialize(chat);
  EXPECT_EQ(chat.at("title").as_string(), "Recordings");

  const auto text = client_->send(chat_, text_content("hello"));
  ASSERT_EQ(type_in(text), "updateMessageSendSucceeded") << json::serialize(text);
  const auto file = random_file("part.mp4", 3'000'000);
  const auto video = client_->send(chat_, video_content(file, "a video"));
  ASSERT_EQ(type_in(video), "updateMessageSendSucceeded") << json::serialize(video);

  const auto posts = server_->posts(chat_);
  ASSERT_THAT(posts, SizeIs(2));
  EXPECT_EQ(posts[0].text, "hello");
  EXPECT_EQ(video.at("message").at("id").as_int64() >> 20, posts[1].id);
  EXPECT_EQ(posts[1].text, "a video");
  ASSERT_THAT(posts[1].file, SizeIs(1));
  const auto& kept = posts[1].file[0];
  EXPECT_EQ(kept.name, "part.mp4");
  EXPECT_EQ(kept.mime, "video/mp4");
  EXPECT_EQ(kept.duration, 61);
  EXPECT_EQ(kept.width, 1280);
  EXPECT_EQ(kept.height, 720);
  EXPECT_TRUE(kept.supports_streaming);
  EXPECT_EQ(bytes_of(kept.path), bytes_of(file));
  EXPECT_THAT(server_->unanswered(), IsEmpty());
}

}  // namespace
}  // namespace rec::sim::test
