// The API's rules, without a client: each of them is one that a client's correctness hangs on.
#include "sim/telegram/api.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "sim/telegram/telegram_server.hpp"

namespace rec::sim::test {
namespace {

namespace fs = std::filesystem;
using ::testing::SizeIs;

constexpr std::uint64_t kKey = 77;
constexpr std::int64_t kChannel = 10, kGroup = 11;

class TelegramApi : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "sim-api-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
    auto loaded = TlSchema::load(telegram_options(REC_SOURCE_DIR, {}).schema);
    ASSERT_TRUE(loaded) << loaded.error().text;
    api_ = std::make_unique<Api>(*loaded, folder_);
    api_->with_world([](World& world) {
      world.add_account({1, true, "1:a", {}, "Bot", false});
      world.signed_in[kKey] = 1;
      Channel channel;
      channel.id = kChannel;
      channel.linked = kGroup;
      world.add_channel(channel);
      Channel group;
      group.id = kGroup;
      group.broadcast = false;
      group.linked = kChannel;
      world.add_channel(group);
    });
  }
  void TearDown() override {
    api_.reset();
    fs::remove_all(folder_);
  }

  static TlObject peer() { return {"inputPeerChannel", {{"channel_id", kChannel}}}; }
  static TlObject input_channel() { return {"inputChannel", {{"channel_id", kChannel}}}; }
  TlObject call(const TlObject& query) {
    last_ = api_->call(kKey, kFirstDc, query);
    return last_.answer.object() ? *last_.answer.object() : TlObject{};
  }
  TlObject say(const std::string& text, std::int64_t random_id) {
    return call({"messages.sendMessage", {{"peer", peer()}, {"message", text}, {"random_id", random_id}}});
  }
  void upload(std::int64_t id, int part, const std::string& bytes) {
    call({"upload.saveFilePart", {{"file_id", id}, {"file_part", part}, {"bytes", bytes}}});
  }
  static TlObject uploaded(std::int64_t id, int parts) {
    TlObject file{"inputFile", {{"id", id}, {"parts", parts}, {"name", "a.mp4"}}};
    return {"inputMediaUploadedDocument", {{"file", std::move(file)}, {"mime_type", "video/mp4"}}};
  }
  TlObject send_media(TlObject media, std::int64_t random_id) {
    return call(
        {"messages.sendMedia", {{"peer", peer()}, {"media", std::move(media)}, {"random_id", random_id}}});
  }
  std::size_t messages(std::int64_t channel = kChannel) {
    return api_->with_world([&](World& world) { return world.channel(channel)->messages.size(); });
  }
  static const TlObject& update(const TlObject& updates, std::size_t i) {
    return *updates.list("updates").at(i).object();
  }

  fs::path folder_;
  std::unique_ptr<Api> api_;
  Outcome last_;
};

TEST_F(TelegramApi, ARepeatedRandomIdGivesTheFirstMessageAgainWithAPtsCountOfZero) {
  const auto first = say("hello", 5);
  const auto second = say("hello", 5);
  EXPECT_EQ(messages(), 1U);
  ASSERT_THAT(second.list("updates"), SizeIs(2));
  EXPECT_EQ(update(second, 0).integer("random_id"), 5);
  EXPECT_EQ(update(second, 0).number("id"), update(first, 0).number("id"));
  EXPECT_EQ(update(second, 1).object("message").number("id"),
            update(first, 1).object("message").number("id"));
  EXPECT_EQ(update(first, 1).number("pts_count"), 1);
  EXPECT_EQ(update(second, 1).number("pts_count"), 0);
  say("hello", 6);
  EXPECT_EQ(messages(), 2U);
}

TEST_F(TelegramApi, ARepeatedVideoAndARepeatedAlbumAreNotPostedTwiceEither) {
  upload(1, 0, "content");
  send_media(uploaded(1, 1), 5);
  send_media(uploaded(1, 1), 5);
  EXPECT_EQ(messages(), 1U);
  TlList items;
  for (int i = 0; i < 3; ++i)
    items.push_back(TlObject{"inputSingleMedia", {{"media", uploaded(1, 1)}, {"random_id", 10 + i}}});
  const TlObject album{"messages.sendMultiMedia", {{"peer", peer()}, {"multi_media", items}}};
  const auto first = call(album);
  const auto second = call(album);
  EXPECT_EQ(messages(), 4U);
  EXPECT_EQ(update(first, 5).object("message").integer("grouped_id"),
            update(second, 1).object("message").integer("grouped_id"));
}

TEST_F(TelegramApi, PartsInAnyOrderMakeTheFileAndAMissingOneIsNamed) {
  upload(1, 2, "e");
  upload(1, 0, "ab");
  EXPECT_EQ(send_media(uploaded(1, 3), 1).text("error_message"), "FILE_PART_1_MISSING");
  upload(1, 1, "cd");
  upload(1, 1, "cd");
  send_media(uploaded(1, 3), 1);
  const auto path = api_->with_world(
      [](World& world) { return world.channel(kChannel)->messages.at(2).document->content.path; });
  std::ifstream in(path);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(in), {}), "abcde");
  api_->with_world([](World& world) { world.files.forget_parts(); });
  EXPECT_EQ(send_media(uploaded(1, 3), 2).text("error_message"), "FILE_PART_0_MISSING");
  EXPECT_TRUE(fs::exists(path));
}

TEST_F(TelegramApi, AFileOfMorePartsThanABotMayHaveIsRefusedAtItsFirstPart) {
  const TlObject part{"upload.saveBigFilePart",
                      {{"file_id", 1}, {"file_part", 0}, {"file_total_parts", 4001}, {"bytes", "x"}}};
  EXPECT_EQ(call(part).text("error_message"), "FILE_PARTS_INVALID");
}

TEST_F(TelegramApi, TheDifferenceGivesEachMissedMessageOnceAndThenNothing) {
  const auto first = say("one", 1);
  say("two", 2);
  say("three", 3);
  call({"messages.editMessage", {{"peer", peer()}, {"id", 3}, {"message", "two, changed"}}});
  call({"channels.deleteMessages", {{"channel", input_channel()}, {"id", TlList{4}}}});
  const auto difference = [&](int pts, int limit) {
    return call({"updates.getChannelDifference",
                 {{"channel", input_channel()},
                  {"filter", TlObject{"channelMessagesFilterEmpty"}},
                  {"pts", pts},
                  {"limit", limit}}});
  };
  const auto missed = difference(update(first, 1).number("pts"), 100);
  ASSERT_TRUE(missed.is("updates.channelDifference"));
  ASSERT_THAT(missed.list("new_messages"), SizeIs(1));  // the third is gone
  EXPECT_EQ(missed.list("new_messages")[0].object()->text("message"), "two, changed");
  EXPECT_THAT(missed.list("other_updates"), SizeIs(2));
  EXPECT_TRUE(missed.flag("final"));
  EXPECT_TRUE(difference(missed.number("pts"), 100).is("updates.channelDifferenceEmpty"));
  const auto slice = difference(update(first, 1).number("pts"), 1);
  EXPECT_FALSE(slice.flag("final"));
  EXPECT_THAT(slice.list("new_messages"), SizeIs(1));
}

TEST_F(TelegramApi, APostIsForwardedIntoTheDiscussionGroupOnce) {
  say("post", 1);
  say("post", 1);
  EXPECT_EQ(messages(kGroup), 1U);
  const auto found = call({"messages.getDiscussionMessage", {{"peer", peer()}, {"msg_id", 2}}});
  ASSERT_THAT(found.list("messages"), SizeIs(1));
  EXPECT_EQ(found.list("messages")[0].object()->object("fwd_from").number("channel_post"), 2);
}

TEST_F(TelegramApi, TextsAreLimitedInUtf16UnitsAndAnEditThatChangesNothingIsRefused) {
  std::string clefs;
  for (int i = 0; i < 2049; ++i) clefs += "\U0001D11E";  // two units each
  EXPECT_EQ(say(clefs, 1).text("error_message"), "MESSAGE_TOO_LONG");
  clefs.resize(2048 * 4);
  EXPECT_TRUE(say(clefs, 1).is("updates"));
  EXPECT_EQ(say("", 2).text("error_message"), "MESSAGE_EMPTY");
  say("same", 3);
  EXPECT_EQ(call({"messages.editMessage", {{"peer", peer()}, {"id", 3}, {"message", "same"}}})
                .text("error_message"),
            "MESSAGE_NOT_MODIFIED");
}

TEST_F(TelegramApi, NobodySignedInMayNotPostAndAChannelWithoutTheRightRefuses) {
  const TlObject query{"messages.sendMessage", {{"peer", peer()}, {"message", "x"}, {"random_id", 1}}};
  const auto refused = api_->call(kKey + 1, kFirstDc, query);
  EXPECT_EQ(refused.answer.object()->number("error_code"), 401);
  api_->with_world([](World& world) { world.channel(kChannel)->can_post = false; });
  EXPECT_EQ(call(query).text("error_message"), "CHAT_ADMIN_REQUIRED");
}

TEST_F(TelegramApi, PlannedFaultsComeInOrderAndALostReplyActs) {
  api_->with_faults([](Faults& faults) {
    faults.schedule("messages.sendMessage", 1, {Fault::Kind::error, 420, "FLOOD_WAIT_5"});
    faults.schedule("messages.sendMessage", 1, {Fault::Kind::lose_reply});
    faults.schedule("messages.sendMessage", 1, {Fault::Kind::cut});
  });
  EXPECT_EQ(say("a", 1).text("error_message"), "FLOOD_WAIT_5");
  EXPECT_EQ(messages(), 0U);
  say("a", 1);
  EXPECT_TRUE(last_.cut);
  EXPECT_EQ(messages(), 1U);
  say("b", 2);
  EXPECT_TRUE(last_.cut);
  EXPECT_EQ(messages(), 1U);
  say("c", 3);
  EXPECT_FALSE(last_.cut);
  EXPECT_EQ(messages(), 2U);
}

TEST_F(TelegramApi, AMethodWithoutAHandlerIsRememberedByName) {
  EXPECT_EQ(call({"messages.getStickers"}).text("error_message"), "METHOD_INVALID");
  EXPECT_EQ(api_->unanswered(), std::vector<std::string>{"messages.getStickers"});
}

TEST_F(TelegramApi, WhoSignsInAtTheWrongDataCentreIsSentToItsOwn) {
  api_->with_world([](World& world) { world.add_account({3, true, "3:c", {}, "Far", false, 4}); });
  const TlObject query{"auth.importBotAuthorization", {{"bot_auth_token", "3:c"}}};
  const auto sent_away = api_->call(kKey + 5, 1, query);
  EXPECT_EQ(sent_away.answer.object()->number("error_code"), 303);
  EXPECT_EQ(sent_away.answer.object()->text("error_message"), "USER_MIGRATE_4");
  EXPECT_TRUE(api_->call(kKey + 5, 4, query).answer.object()->is("auth.authorization"));
}

TEST_F(TelegramApi, AnAuthorizationIsCarriedToAnotherDataCentreOnce) {
  const auto ticket = call({"auth.exportAuthorization", {{"dc_id", 4}}});
  const TlObject query{"auth.importAuthorization", {{"id", 1}, {"bytes", ticket.text("bytes")}}};
  EXPECT_TRUE(api_->call(kKey + 6, 4, query).answer.object()->is("auth.authorization"));
  EXPECT_TRUE(api_->call(kKey + 7, 4, query).answer.object()->is("mt_rpc_error"));
}

TEST_F(TelegramApi, OfAnAlbumAllItemsAppearOrNone) {
  upload(5, 0, "bytes");
  const auto item = [](std::int64_t file, std::int64_t random_id) {
    return TlObject{"inputSingleMedia", {{"media", uploaded(file, 1)}, {"random_id", random_id}, {"message", ""}}};
  };
  const auto refused =
      call({"messages.sendMultiMedia", {{"peer", peer()}, {"multi_media", TlList{item(5, 1), item(6, 2)}}}});
  EXPECT_EQ(refused.text("error_message"), "FILE_PART_0_MISSING");
  EXPECT_EQ(messages(), 0U);
  say("one", 10);
  const auto gone = call({"messages.forwardMessages",
                          {{"from_peer", peer()}, {"to_peer", peer()}, {"id", TlList{2, 77}}, {"random_id", TlList{20, 21}}}});
  EXPECT_EQ(gone.text("error_message"), "MESSAGE_ID_INVALID");
  EXPECT_EQ(messages(), 1U);
}

TEST_F(TelegramApi, TheKthCallIsStruckWhateverItIsAndChanceIsTheSameForASeed) {
  api_->with_faults([](Faults& faults) { faults.schedule_at(2, {Fault::Kind::error, 500, "INTERNAL"}); });
  EXPECT_TRUE(say("one", 1).is("updates"));
  EXPECT_TRUE(say("two", 2).is("mt_rpc_error"));
  EXPECT_TRUE(say("three", 3).is("updates"));
  EXPECT_EQ(api_->with_faults([](Faults& faults) { return faults.struck(); }), "messages.sendMessage");
  std::vector<std::string> rows;
  for (int round = 0; round < 2; ++round) {
    std::string row;
    Faults faults;
    faults.by_chance(0.3, 7);
    for (int i = 0; i < 200; ++i) row += std::to_string(static_cast<int>(faults.take("any").kind));
    EXPECT_NEAR(static_cast<double>(faults.failed("any")), 60, 25);
    rows.push_back(row);
  }
  EXPECT_EQ(rows[0], rows[1]);
}

}  // namespace
}  // namespace rec::sim::test
