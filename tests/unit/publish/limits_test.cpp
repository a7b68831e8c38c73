// What Telegram refuses, when it makes us wait, and what an account may send.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "publish/account_limits.hpp"
#include "publish/file_refusals.hpp"
#include "publish/rich_text.hpp"
#include "publish/tdlib_json.hpp"
#include "tests/unit/publish/publisher_fixture.hpp"

namespace rec::test {
namespace {

using testing::HasSubstr;

TEST(FileRefusals, AFileTooLargeAnUnusableOneAndEverythingElseAreToldApart) {
  using tdlib::file_refusal;
  for (const auto* text : {"FILE_PARTS_INVALID", "File is too big", "File too large"})
    EXPECT_EQ(file_refusal(text), FileRefusal::too_large) << text;
  for (const auto* text : {"VIDEO_FILE_INVALID", "MEDIA_FILE_INVALID", "File must be non-empty"})
    EXPECT_EQ(file_refusal(text), FileRefusal::unusable) << text;
  for (const auto* text : {"Too Many Requests: retry after 5", "CHAT_WRITE_FORBIDDEN", "FILE_PART_3_MISSING",
                           "Group send failed", ""})
    EXPECT_FALSE(file_refusal(text)) << text;
}

TEST(AccountLimits, NumbersThatNobodyCanMeanAreBounded) {
  const auto object = [](const char* text) { return boost::json::parse(text).as_object(); };
  EXPECT_EQ(tdlib::number(object(R"({"n": 1.5e300})"), "n"), 9'223'372'036'854'774'784);
  EXPECT_EQ(tdlib::number(object(R"({"n": -1.5e300})"), "n"), -9'223'372'036'854'774'784);
  EXPECT_EQ(tdlib::number(object(R"({"n": 41.9})"), "n"), 41);
  AccountLimits limits;
  limits.on_config(object(R"({"members": [
      {"key": "upload_max_fileparts_default", "value": {"value": 4e32}},
      {"key": "caption_length_limit_default", "value": {"value": 4e32}}]})"));
  EXPECT_EQ(limits.account().max_file_bytes, 1'000'000ULL * (512U << 10U));
  EXPECT_EQ(limits.account().caption_limit, 1'000'000);
}

/// Which file of a post was refused, and why.
struct Refused {
  std::size_t file = 99;
  FileRefusal why{};
  void listen(PostRequest& post) {
    post.file_refused = [this](std::size_t which, FileRefusal refusal) {
      file = which;
      why = refusal;
    };
  }
};

class LimitsTest : public PublisherTest {
 protected:
  /// Publishes as the app does it: what may pass is tried again.
  Result<std::vector<std::int64_t>> publish_at_last(PostRequest post) {
    for (int i = 0; i < 50; ++i) {
      auto ids = run(publisher_->publish(post));
      if (ids || ids.error().code == Errc::invalid || ids.error().code == Errc::denied) return ids;
      post.maybe_sent = true;
    }
    return fail(Errc::timed_out, "tried too often");
  }
};

TEST_F(LimitsTest, AFileThatIsTooLargeIsNamedBeforeAnythingIsUploaded) {
  auto post = album_post("#rlarge1");
  post.files[1].bytes = (2000ULL << 20U) + 1;
  Refused refused;
  refused.listen(post);
  const auto ids = run(publisher_->publish(post));
  ASSERT_FALSE(ids);
  EXPECT_EQ(ids.error().code, Errc::invalid);
  EXPECT_THAT(ids.error().text, HasSubstr("part2.mp4"));
  EXPECT_EQ(refused.file, 1U);
  EXPECT_EQ(refused.why, FileRefusal::too_large);
  EXPECT_EQ(server_->bytes_received(), 0U);
}

TEST_F(LimitsTest, AFileThatTelegramFindsTooLargeIsNamedAfterItsFirstPart) {
  auto post = album_post("#rlarge2", 1);
  std::filesystem::resize_file(post.files[0].path, 2001ULL << 20U);
  Refused refused;
  refused.listen(post);
  const auto ids = run(publisher_->publish(post));
  ASSERT_FALSE(ids);
  EXPECT_EQ(ids.error().code, Errc::invalid) << ids.error().text;
  EXPECT_EQ(refused.file, 0U);
  EXPECT_EQ(refused.why, FileRefusal::too_large);
  EXPECT_LE(server_->bytes_received(), 8U << 20U);
}

TEST_F(LimitsTest, OfAnAlbumTheFileThatTelegramDoesNotTakeIsNamedAndNotItsFellows) {
  for (const auto& [error, why] : {std::pair("FILE_PARTS_INVALID", FileRefusal::too_large),
                                   std::pair("VIDEO_FILE_INVALID", FileRefusal::unusable)}) {
    server_->fail_file("part2.mp4", error);
    auto post = album_post("#ritem" + std::to_string(static_cast<int>(why)));
    Refused refused;
    refused.listen(post);
    const auto ids = run(publisher_->publish(post));
    ASSERT_FALSE(ids);
    EXPECT_EQ(ids.error().code, Errc::invalid) << ids.error().text;
    EXPECT_EQ(refused.file, 1U) << error;
    EXPECT_EQ(refused.why, why) << error;
    EXPECT_TRUE(posts().empty());
  }
}

TEST_F(LimitsTest, AnEmptyFileIsNamedButOneThatIsAwayIsWaitedFor) {
  auto post = album_post("#rempty1");
  Refused refused;
  refused.listen(post);
  std::filesystem::remove(post.files[2].path);
  const auto away = run(publisher_->publish(post));
  ASSERT_FALSE(away);
  EXPECT_EQ(away.error().code, Errc::unavailable) << away.error().text;
  EXPECT_EQ(refused.file, 99U);
  make_file("part3.mp4", 0);
  const auto empty = run(publisher_->publish(post));
  ASSERT_FALSE(empty);
  EXPECT_EQ(empty.error().code, Errc::invalid) << empty.error().text;
  EXPECT_EQ(refused.file, 2U) << empty.error().text;
  EXPECT_TRUE(posts().empty());
}

TEST_F(LimitsTest, EveryFormOfAWaitIsHandedOnAndNothingIsSentAgainButThePartsInFlight) {
  constexpr std::size_t kBytes = 24U << 20U;
  // TDLib has this much under way; what is when an upload is refused counts twice: sent, and sent again. Of
  // that a part may be once more, where the machine is so busy that the next try begins before all refusals
  // have come.
  constexpr double kWindow = 4U << 20U;
  for (const auto* wait : {"FLOOD_WAIT_20", "FLOOD_PREMIUM_WAIT_20", "SLOWMODE_WAIT_20"}) {
    auto post = text_post(std::string("#r") + wait[0] + wait[6] + "1");
    post.files = {part(wait + std::string(".mp4"), kBytes)};
    const bool on_send = wait[0] == 'S';
    const std::string method = "upload.saveBigFilePart";
    server_->fail_after(on_send ? "messages.sendMedia" : method, on_send ? 0 : 60, 420, wait);
    const auto bytes = server_->bytes_received();
    const int calls = server_->count(method);
    const int failed = server_->failed(method);
    const auto waits = run(publisher_->publish(post));
    ASSERT_FALSE(waits);
    EXPECT_EQ(waits.error().code, Errc::rate_limited) << waits.error().text;
    EXPECT_EQ(waits.error().retry_after, std::optional(Millis(20'000))) << waits.error().text;
    server_->clear_faults();
    post.maybe_sent = true;
    const auto ids = run(publisher_->publish(post));
    ASSERT_TRUE(ids) << ids.error().text;
    const double share =
        static_cast<double>(server_->failed(method) - failed) / (server_->count(method) - calls);
    EXPECT_LE(static_cast<double>(server_->bytes_received() - bytes),
              1.05 * kBytes / (1 - share) + 3 * kWindow)
        << wait << ", of the calls failed " << share;
  }
  EXPECT_EQ(posts().size(), 3U);
}

TEST_F(LimitsTest, PartsThatTelegramHasForgottenAreSentAgainAndOnlyThese) {
  constexpr std::size_t kBytes = 24U << 20U;
  auto post = text_post("#rforgot1");
  post.files = {part("forgot.mp4", kBytes)};
  server_->forget_part_before("messages.sendMedia", 7);
  const auto ids = run(publisher_->publish(post));
  ASSERT_TRUE(ids) << ids.error().text;
  EXPECT_LE(server_->bytes_received(), kBytes + (4U << 20U));
  EXPECT_EQ(posts().at(0).file.at(0).size, kBytes);
}

TEST_F(LimitsTest, OverASlowLineThatDropsAllArrivesOnce) {
  server_->slow_down(1U << 20U);
  auto post = album_post("#rslow1", 2);
  post.files[0] = part("slow.mp4", 6U << 20U);
  int drops = 0;
  post.progress = [&](std::uint64_t) {
    if (++drops % 4 == 0) server_->drop_connections();
  };
  const auto ids = publish_at_last(post);
  ASSERT_TRUE(ids) << ids.error().text;
  EXPECT_GT(drops, 4);
  EXPECT_EQ(posts().size(), 2U);
}

TEST_F(LimitsTest, AClockThatJumpsByAnHourStopsNothing) {
  for (const int hours : {1, -1, 0}) {
    sim::TelegramServer::skew_clock(std::chrono::hours(hours));
    const auto ids = publish_at_last(text_post("#rclock" + std::to_string(hours + 1)));
    EXPECT_TRUE(ids) << ids.error().text;
  }
  sim::TelegramServer::skew_clock(std::chrono::seconds(0));
  EXPECT_EQ(posts().size(), 3U);
}

TEST_F(LimitsTest, AnAccountOfAnotherDataCentreIsFoundThere) {
  server_->add_bot("2000:elsewhere", 4);
  token_ = "2000:elsewhere";
  open(options());
  EXPECT_TRUE(run(publisher_->publish(album_post("#rfar1", 2))));
  EXPECT_EQ(posts().size(), 2U);
  open_again();
  EXPECT_TRUE(run(publisher_->publish(text_post("#rfar2"))));
  EXPECT_EQ(posts().size(), 3U);
}

TEST_F(LimitsTest, WhatAUserMaySendFollowsPremiumWhileItRuns) {
  server_->say(chat_, "hello");
  open_as_user(true);
  const auto before = run(publisher_->account());
  ASSERT_TRUE(before) << before.error().text;
  EXPECT_TRUE(before->premium);
  EXPECT_EQ(before->max_file_bytes, 4000ULL << 20U);
  EXPECT_EQ(before->caption_limit, 2048);
  auto post = album_post("#rpremium1", 1);
  post.text.text = std::string(5000, 'x') + "\n#rpremium1";
  ASSERT_TRUE(run(publisher_->publish(post)));
  EXPECT_EQ(utf16_length(posts().back().text), 2048U);
  // It ends, and Telegram has not told yet: the caption is refused, and sent shorter.
  server_->set_premium("79990000001", false);
  auto late = album_post("#rpremium2", 2);
  late.text.text = std::string(5000, 'x') + "\n#rpremium2";
  const auto ids = run(publisher_->publish(late));
  ASSERT_TRUE(ids) << ids.error().text;
  EXPECT_EQ(utf16_length(posts().at(2).text), 1024U);
  EXPECT_EQ(posts().size(), 4U);
  const auto after = run(publisher_->account());
  ASSERT_TRUE(after);
  EXPECT_FALSE(after->premium);
  EXPECT_EQ(after->max_file_bytes, 2000ULL << 20U);
  EXPECT_EQ(after->caption_limit, 1024);
}

TEST_F(LimitsTest, NoCaptionIsSoStrangeThatItIsRefused) {
  std::string emoji;
  for (int i = 0; i < 5000; ++i) emoji += i % 2 == 0 ? "👨‍👩‍👧‍👦" : "🔴";
  const std::string texts[] = {
      emoji,
      "\u202Eעברית وعربي\u202C and \u2066more\u2069 \u200F",
      std::string(10'000, 'a'),
      "<b>bold</b> *x* _y_ `z` [a](tg://user?id=1) &amp; %s {name} \\n @someone /start #tag https://t.me/x",
      "lone \xED\xA0\xBD surrogate, \xFF\xFE bytes, cut \xF0\x9F\x94",
      std::string("nul \0 and \x01\x02\x1F control", 21),
      "   \n\n\t  ",
      "z\u0335\u0336a\u0300\u0301\u0302\u0303l\u0304g\u0305o\u030A",
  };
  int number = 0;
  for (const auto& text : texts) {
    for (const bool file : {false, true}) {
      const auto marker = "#rodd" + std::to_string(++number);
      auto post = file ? album_post(marker, 1) : text_post(marker);
      post.text.text = text + "\nSecond " + text.substr(0, 60) + "\n" + marker;
      // Spans as a careless caller gives them: through characters, over each other, past the end.
      post.text.bold = {{0, 9}, {1, 2}, {3, text.size()}, {post.text.text.size() - 3, 500}};
      const auto ids = run(publisher_->publish(post));
      ASSERT_TRUE(ids) << number << ": " << ids.error().text;
      const auto posted = posts().back();
      EXPECT_TRUE(has_marker(posted.text, marker)) << posted.text;
      EXPECT_LE(utf16_length(posted.text), file ? 1024U : 4096U);
      for (const auto& entity : posted.entities)
        EXPECT_LE(static_cast<std::size_t>(entity.offset + entity.length), utf16_length(posted.text));
      RichText edited{text + "\nEdited\n" + marker, post.text.bold};
      const auto done = file ? run(publisher_->edit_caption(chat_, ids->at(0), edited))
                             : run(publisher_->edit_text(chat_, ids->at(0), edited));
      ASSERT_TRUE(done) << number << ": " << done.error().text;
      EXPECT_TRUE(has_marker(posts().back().text, marker));
    }
  }
}

}  // namespace
}  // namespace rec::test
