// The real library against the simulated Telegram.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <random>
#include <thread>

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

  // A bot may not name a chat before it asked for it.
  void log_in() {
    ASSERT_EQ(client_->log_in_as_bot(kToken), "authorizationStateReady");
    const auto chat = client_->call({{"@type", "getChat"}, {"chat_id", chat_}});
    ASSERT_EQ(json::value_to<std::string>(chat.at("@type")), "chat") << json::serialize(chat);
  }
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
    std::string made(fs::file_size(path), '\0');
    std::ifstream(path, std::ios::binary).read(made.data(), static_cast<std::streamsize>(made.size()));
    return made;
  }

  fs::path folder_;
  std::unique_ptr<TelegramServer> server_;
  std::unique_ptr<TdClient> client_;
  std::int64_t chat_ = 0;
};

std::string type_in(const json::object& object) { return json::value_to<std::string>(object.at("@type")); }

TEST_F(RealTdlib, ABotSignsInAndAVideoItPostsArrivesByteForByte) {
  log_in();
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

TEST_F(RealTdlib, AnAlbumIsOneGroupAndItsCaptionCanBeEdited) {
  log_in();
  json::array contents;
  for (const auto* name : {"1.mp4", "2.mp4", "3.mp4"})
    contents.push_back(video_content(random_file(name, 200'000), std::string("item ") + name));
  const auto sent = client_->call(
      {{"@type", "sendMessageAlbum"}, {"chat_id", chat_}, {"input_message_contents", contents}});
  ASSERT_EQ(type_in(sent), "messages") << json::serialize(sent);
  std::int64_t first = 0;
  for (int i = 0; i < 3; ++i) {
    const auto got = client_->wait_sent();
    ASSERT_EQ(type_in(got), "updateMessageSendSucceeded") << json::serialize(got);
    if (i == 0) first = got.at("message").at("id").as_int64();
  }
  auto posts = server_->posts(chat_);
  ASSERT_THAT(posts, SizeIs(3));
  EXPECT_NE(posts[0].grouped_id, 0);
  EXPECT_EQ(posts[0].grouped_id, posts[2].grouped_id);
  EXPECT_EQ(posts[1].file.at(0).name, "2.mp4");

  const auto edited = client_->call({{"@type", "editMessageCaption"},
                                     {"chat_id", chat_},
                                     {"message_id", first},
                                     {"caption", bold_text("new caption", 3)}});
  ASSERT_EQ(type_in(edited), "message") << json::serialize(edited);
  posts = server_->posts(chat_);
  EXPECT_EQ(posts[0].text, "new caption");
  EXPECT_EQ(posts[0].edits, 1);
  ASSERT_THAT(posts[0].entities, SizeIs(1));
  EXPECT_EQ(posts[0].entities[0].type, "messageEntityBold");
  EXPECT_EQ(posts[0].entities[0].length, 3);
  EXPECT_THAT(server_->unanswered(), IsEmpty());
}

TEST_F(RealTdlib, AKilledClientComesBackSignedInAndCanDeleteWhatItPosted) {
  log_in();
  const auto sent = client_->send(chat_, text_content("before"));
  ASSERT_EQ(type_in(sent), "updateMessageSendSucceeded") << json::serialize(sent);
  client_->kill();
  restart_client();
  log_in();
  EXPECT_FALSE(client_->had_to_log_in());
  EXPECT_EQ(server_->count("auth.importBotAuthorization"), 1);
  const auto id = sent.at("message").at("id").as_int64();
  const auto found = client_->call({{"@type", "getMessage"}, {"chat_id", chat_}, {"message_id", id}});
  ASSERT_EQ(type_in(found), "message") << json::serialize(found);
  const auto gone = client_->call(
      {{"@type", "deleteMessages"}, {"chat_id", chat_}, {"message_ids", json::array{id}}, {"revoke", true}});
  EXPECT_EQ(type_in(gone), "ok") << json::serialize(gone);
  EXPECT_TRUE(server_->posts(chat_).at(0).deleted);
}

TEST_F(RealTdlib, ALostReplyAfterAVideoWasPostedLeavesOnePost) {
  log_in();
  ASSERT_EQ(type_in(client_->send(chat_, text_content("first, so that the channel's pts is known"))),
            "updateMessageSendSucceeded");
  server_->lose_reply("messages.sendMedia");
  const auto sent = client_->send(chat_, video_content(random_file("part.mp4", 300'000), "once"));
  ASSERT_EQ(type_in(sent), "updateMessageSendSucceeded") << json::serialize(sent);
  EXPECT_EQ(server_->count("messages.sendMedia"), 2);
  const auto posts = server_->posts(chat_);
  ASSERT_THAT(posts, SizeIs(2));
  EXPECT_EQ(sent.at("message").at("id").as_int64() >> 20, posts[1].id);
}

TEST_F(RealTdlib, AClientKilledBeforeItHeardOfItsPostDoesNotPostAgain) {
  log_in();
  ASSERT_EQ(type_in(client_->send(chat_, text_content("first"))), "updateMessageSendSucceeded");
  server_->delay_replies("messages.sendMedia", std::chrono::minutes(5));
  const auto pending =
      client_->call({{"@type", "sendMessage"},
                     {"chat_id", chat_},
                     {"input_message_content", video_content(random_file("part.mp4", 300'000), "once")}});
  ASSERT_EQ(type_in(pending), "message") << json::serialize(pending);
  for (int i = 0; i < 500 && server_->posts(chat_).size() < 2; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  ASSERT_THAT(server_->posts(chat_), SizeIs(2));
  client_->kill();
  server_->clear_faults();
  restart_client();
  log_in();
  const auto sent = client_->wait_sent();
  ASSERT_EQ(type_in(sent), "updateMessageSendSucceeded") << json::serialize(sent);
  EXPECT_THAT(server_->posts(chat_), SizeIs(2));
}

TEST_F(RealTdlib, AnUploadGoesOnAfterItsConnectionsWereCut) {
  log_in();
  const auto file = random_file("big.mp4", 24U << 20U);
  server_->cut_before("upload.saveBigFilePart", 2);
  const auto sent = client_->send(chat_, video_content(file, "cut"));
  ASSERT_EQ(type_in(sent), "updateMessageSendSucceeded") << json::serialize(sent);
  const auto posts = server_->posts(chat_);
  ASSERT_THAT(posts, SizeIs(1));
  EXPECT_EQ(bytes_of(posts[0].file.at(0).path), bytes_of(file));
}

TEST_F(RealTdlib, AFloodWaitTooLongForABotFailsTheSendWithItsSeconds) {
  log_in();
  server_->fail_next("messages.sendMessage", 1, 420, "FLOOD_WAIT_30");
  const auto failed = client_->send(chat_, text_content("too much"));
  ASSERT_EQ(type_in(failed), "updateMessageSendFailed") << json::serialize(failed);
  EXPECT_EQ(failed.at("error").at("code").as_int64(), 429);
  EXPECT_THAT(json::serialize(failed.at("error")), ::testing::HasSubstr("retry after 30"));
  EXPECT_THAT(server_->posts(chat_), IsEmpty());
}

TEST_F(RealTdlib, AnUnknownTokenIsRefused) {
  EXPECT_EQ(client_->log_in_as_bot("1000:other"), "ACCESS_TOKEN_EXPIRED");
}

TEST_F(RealTdlib, AChannelsPostAppearsInItsDiscussionGroupAndSomebodysWordsReachTheClient) {
  log_in();
  const auto group = server_->discussion_of(chat_);
  ASSERT_EQ(type_in(client_->call({{"@type", "getChat"}, {"chat_id", group}})), "chat");
  ASSERT_EQ(type_in(client_->send(chat_, text_content("a post"))), "updateMessageSendSucceeded");
  const auto forwarded = client_->wait_message(group);
  ASSERT_EQ(type_in(forwarded), "updateNewMessage") << json::serialize(forwarded);
  EXPECT_EQ(forwarded.at("message").at("forward_info").at("source").at("chat_id").as_int64(), chat_);
  server_->say(group, "a comment");
  const auto heard = client_->wait_message(group);
  ASSERT_EQ(type_in(heard), "updateNewMessage") << json::serialize(heard);
  EXPECT_EQ(heard.at("message").at("content").at("text").at("text").as_string(), "a comment");
}

TEST_F(RealTdlib, AUserSignsInWithPhoneAndCodeFindsTheChannelAndReadsItsHistory) {
  server_->add_user({.phone = "491701234567", .code = "12345"});
  server_->say(chat_, "old news #marker1");
  server_->say(chat_, "newer news");
  ASSERT_EQ(client_->log_in_as_user("491701234567", "12345"), "authorizationStateReady");
  const json::object load{{"@type", "loadChats"}, {"limit", 10}};
  EXPECT_EQ(type_in(client_->call(load)), "ok");
  const auto sent = client_->send(chat_, video_content(random_file("part.mp4", 100'000), "by a user"));
  ASSERT_EQ(type_in(sent), "updateMessageSendSucceeded") << json::serialize(sent);
  const auto found = client_->call(
      {{"@type", "searchChatMessages"}, {"chat_id", chat_}, {"query", "#marker1"}, {"limit", 10}});
  ASSERT_EQ(type_in(found), "foundChatMessages") << json::serialize(found);
  EXPECT_EQ(found.at("messages").as_array().size(), 1U);
  const auto group = client_->call(
      {{"@type", "getMessageThread"}, {"chat_id", chat_}, {"message_id", sent.at("message").at("id")}});
  ASSERT_EQ(type_in(group), "messageThreadInfo") << json::serialize(group);
  EXPECT_EQ(group.at("chat_id").as_int64(), server_->discussion_of(chat_));
}

TEST_F(RealTdlib, AWrongCodeIsRefused) {
  server_->add_user({.phone = "491701234567", .code = "12345"});
  EXPECT_EQ(client_->log_in_as_user("491701234567", "54321"), "PHONE_CODE_INVALID");
}

TEST_F(RealTdlib, WhatAKilledBotMissedReachesItAfterItsReturn) {
  log_in();
  ASSERT_EQ(type_in(client_->send(chat_, text_content("first"))), "updateMessageSendSucceeded");
  client_->kill();
  server_->say(chat_, "missed");
  restart_client();
  log_in();
  const auto heard = client_->wait_message(chat_);
  ASSERT_EQ(type_in(heard), "updateNewMessage") << json::serialize(heard);
}

TEST_F(RealTdlib, AThumbnailIsUploadedBesideTheVideo) {
  log_in();
  auto content = video_content(random_file("part.mp4", 100'000), "");
  const json::object picture{{"@type", "inputFileLocal"}, {"path", random_file("thumb.jpg", 9'000).string()}};
  content["thumbnail"] =
      json::object{{"@type", "inputThumbnail"}, {"thumbnail", picture}, {"width", 320}, {"height", 180}};
  const auto sent = client_->send(chat_, std::move(content));
  ASSERT_EQ(type_in(sent), "updateMessageSendSucceeded") << json::serialize(sent);
  EXPECT_TRUE(server_->posts(chat_).at(0).file.at(0).has_thumbnail);
}

TEST_F(RealTdlib, PostsAreForwardedWithAndWithoutTheirOriginAndWhoMayPostCanBeAsked) {
  const auto backup = server_->add_channel({.title = "Backup", .username = "backup_channel"});
  const auto closed = server_->add_channel({.title = "Closed", .can_post = false});
  log_in();
  const auto sent = client_->send(chat_, video_content(random_file("part.mp4", 100'000), "original"));
  ASSERT_EQ(type_in(sent), "updateMessageSendSucceeded") << json::serialize(sent);
  const auto found = client_->call({{"@type", "searchPublicChat"}, {"username", "backup_channel"}});
  ASSERT_EQ(type_in(found), "chat") << json::serialize(found);
  EXPECT_EQ(found.at("id").as_int64(), backup);
  for (const bool copy : {false, true}) {
    const auto pending = client_->call({{"@type", "forwardMessages"},
                                        {"chat_id", backup},
                                        {"from_chat_id", chat_},
                                        {"message_ids", json::array{sent.at("message").at("id")}},
                                        {"send_copy", copy}});
    ASSERT_EQ(type_in(pending), "messages") << json::serialize(pending);
    const auto done = client_->wait_sent();
    ASSERT_EQ(type_in(done), "updateMessageSendSucceeded") << json::serialize(done);
  }
  const auto copies = server_->posts(backup);
  ASSERT_THAT(copies, SizeIs(2));
  EXPECT_EQ(copies[0].forwarded_from, chat_);
  EXPECT_EQ(copies[1].forwarded_from, 0);
  EXPECT_EQ(copies[1].file.at(0).sha256, server_->posts(chat_).at(0).file.at(0).sha256);

  const auto me = client_->call({{"@type", "getMe"}});
  const json::object sender{{"@type", "messageSenderUser"}, {"user_id", me.at("id")}};
  for (const auto& [chat, may_post] : {std::pair(backup, true), std::pair(closed, false)}) {
    ASSERT_EQ(type_in(client_->call({{"@type", "getChat"}, {"chat_id", chat}})), "chat");
    const auto member = client_->call({{"@type", "getChatMember"}, {"chat_id", chat}, {"member_id", sender}});
    ASSERT_EQ(type_in(member), "chatMember") << json::serialize(member);
    EXPECT_EQ(member.at("status").at("rights").at("can_post_messages").as_bool(), may_post);
  }
  EXPECT_THAT(server_->unanswered(), IsEmpty());
}

TEST_F(RealTdlib, LostRepliesWhileAnAlbumIsMadeLeaveOneAlbum) {
  log_in();
  ASSERT_EQ(type_in(client_->send(chat_, text_content("first"))), "updateMessageSendSucceeded");
  server_->lose_reply("messages.uploadMedia");
  server_->lose_reply("messages.sendMultiMedia");
  json::array contents;
  for (const auto* name : {"1.mp4", "2.mp4"})
    contents.push_back(video_content(random_file(name, 90'000), name));
  client_->call({{"@type", "sendMessageAlbum"}, {"chat_id", chat_}, {"input_message_contents", contents}});
  for (int i = 0; i < 2; ++i) {
    const auto got = client_->wait_sent();
    ASSERT_EQ(type_in(got), "updateMessageSendSucceeded") << json::serialize(got);
  }
  const auto posts = server_->posts(chat_);
  ASSERT_THAT(posts, SizeIs(3));
  EXPECT_EQ(posts[1].grouped_id, posts[2].grouped_id);
  EXPECT_EQ(server_->count("messages.sendMultiMedia"), 2);
}

TEST_F(RealTdlib, PartsThatTelegramForgotAreUploadedAgain) {
  log_in();
  server_->fail_next("messages.sendMedia", 1, 400, "FILE_PART_0_MISSING");
  const auto file = random_file("part.mp4", 400'000);
  const auto sent = client_->send(chat_, video_content(file, ""));
  ASSERT_EQ(type_in(sent), "updateMessageSendSucceeded") << json::serialize(sent);
  EXPECT_EQ(bytes_of(server_->posts(chat_).at(0).file.at(0).path), bytes_of(file));
  EXPECT_GT(server_->bytes_received(), 400'000U);
}

TEST_F(RealTdlib, AClientWaitsWhileConnectionsAreRefusedAndThenGoesOn) {
  log_in();
  server_->refuse_connections(true);
  server_->drop_connections();
  const auto pending = client_->call(
      {{"@type", "sendMessage"}, {"chat_id", chat_}, {"input_message_content", text_content("later")}});
  ASSERT_EQ(type_in(pending), "message") << json::serialize(pending);
  EXPECT_THAT(server_->posts(chat_), IsEmpty());
  server_->refuse_connections(false);
  const auto sent = client_->wait_sent();
  ASSERT_EQ(type_in(sent), "updateMessageSendSucceeded") << json::serialize(sent);
  EXPECT_EQ(server_->posts(chat_).at(0).text, "later");
}

}  // namespace
}  // namespace rec::sim::test
