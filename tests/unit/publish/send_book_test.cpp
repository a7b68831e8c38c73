// What TDLib's updates tell about messages under way.
#include "publish/send_book.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

namespace rec {
namespace {

boost::json::object book_json(const std::string& text) { return boost::json::parse(text).as_object(); }

boost::json::object pending_video(int id, const std::string& caption, const std::string& album, int file) {
  return book_json(
      R"({"@type":"updateNewMessage","message":{"@type":"message","id":)" + std::to_string(id) +
      R"(,"chat_id":-7,"sending_state":{"@type":"messageSendingStatePending"},"media_album_id":")" + album +
      R"(","content":{"@type":"messageVideo","caption":{"text":")" + caption +
      R"("},"video":{"video":{"id":)" + std::to_string(file) + R"(,"size":1000}}}}})");
}

boost::json::object sent(int temp, int id) {
  return book_json(R"({"@type":"updateMessageSendSucceeded","old_message_id":)" + std::to_string(temp) +
                   R"(,"message":{"id":)" + std::to_string(id) +
                   R"(,"chat_id":-7,"media_album_id":"0","content":{}}})");
}

TEST(SendBook, FindsAPendingMessageByTheMarkerInItsCaption) {
  SendBook book;
  book.on_update(pending_video(11, "title #m1", "0", 5));
  EXPECT_EQ(book.find(-7, "#m1"), (SendBook::TempIds{11}));
  EXPECT_TRUE(book.find(-7, "#m2").empty());
  EXPECT_TRUE(book.find(-8, "#m1").empty());
}

TEST(SendBook, AnAlbumIsFoundAsAWholeAndInOrder) {
  SendBook book;
  book.on_update(pending_video(13, "", "99", 7));
  book.on_update(pending_video(11, "title #m1", "99", 5));
  book.on_update(pending_video(12, "", "99", 6));
  book.on_update(pending_video(14, "", "98", 8));
  EXPECT_EQ(book.find(-7, "#m1"), (SendBook::TempIds{11, 12, 13}));
}

TEST(SendBook, AMessageFromSomebodyElseIsNotOurs) {
  SendBook book;
  EXPECT_FALSE(book.on_update(book_json(
      R"({"@type":"updateNewMessage","message":{"id":11,"chat_id":-7,"content":{"@type":"messageText","text":{"text":"#m1"}}}})")));
  EXPECT_TRUE(book.find(-7, "#m1").empty());
}

TEST(SendBook, KeepsTheServersIdOfOneThatWasSent) {
  SendBook book;
  book.on_update(pending_video(11, "#m1", "0", 5));
  book.on_update(sent(11, 4096));
  ASSERT_NE(book.get(-7, 11), nullptr);
  EXPECT_EQ(book.get(-7, 11)->state, SendEntry::State::sent);
  EXPECT_EQ(book.get(-7, 11)->message_id, 4096);
  EXPECT_EQ(book.find(-7, "#m1"), (SendBook::TempIds{11}));
}

TEST(SendBook, AnAnswerThatComesAfterTheSuccessChangesNothing) {
  SendBook book;
  const auto update = pending_video(11, "#m1", "0", 5);
  book.on_update(update);
  book.on_update(sent(11, 4096));
  book.on_sending(update.at("message").as_object());
  EXPECT_EQ(book.get(-7, 11)->state, SendEntry::State::sent);
}

TEST(SendBook, AFailedMessageIsNotTakenUpAgain) {
  SendBook book;
  book.on_update(pending_video(11, "#m1", "0", 5));
  book.on_update(book_json(
      R"({"@type":"updateMessageSendFailed","old_message_id":11,"message":{"id":11,"chat_id":-7,"content":{}},"error":{"code":429,"message":"retry after 9"}})"));
  EXPECT_TRUE(book.find(-7, "#m1").empty());
  EXPECT_EQ(book.get(-7, 11)->error_code, 429);
  EXPECT_EQ(book.get(-7, 11)->error, "retry after 9");
}

TEST(SendBook, CountsUploadedBytesOfAllFilesAndNeverBackwards) {
  SendBook book;
  book.on_update(pending_video(11, "#m1", "99", 5));
  book.on_update(pending_video(12, "", "99", 6));
  const auto file = [](int id, int bytes) {
    return book_json(R"({"@type":"updateFile","file":{"id":)" + std::to_string(id) +
                     R"(,"remote":{"uploaded_size":)" + std::to_string(bytes) + "}}}");
  };
  book.on_update(file(5, 600));
  book.on_update(file(6, 300));
  book.on_update(file(5, 500));
  EXPECT_EQ(book.uploaded(-7, {11, 12}), 900U);
  book.on_update(sent(11, 4096));
  EXPECT_EQ(book.uploaded(-7, {11, 12}), 1300U);
}

}  // namespace
}  // namespace rec
