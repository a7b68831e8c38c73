#include "cli/login_text.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "cli/qr_drawing.hpp"

namespace rec::cli {
namespace {

using std::chrono::seconds;

TEST(LoginText, WaitsAreSaidAsPeopleSayThem) {
  EXPECT_EQ(long_wait(seconds(0)), "0 s");
  EXPECT_EQ(long_wait(seconds(59)), "59 s");
  EXPECT_EQ(long_wait(seconds(60)), "1 min");
  EXPECT_EQ(long_wait(seconds(4000)), "1 h 6 min 40 s");
  EXPECT_EQ(long_wait(seconds(7200)), "2 h");
}

TEST(LoginText, ChatsAreListedWithTheirNumbersThoseForPostingFirst) {
  const std::vector<ChatInfo> chats{{-1001, "Closed\nchannel", "", true, false, 0},
                                    {-1002, "Recordings", "recs", true, true, -1003}};
  const std::string text = chats_table({.name = "@bot", .bot = true}, chats);
  const auto open = text.find("-1002");
  const auto closed = text.find("-1001");
  ASSERT_NE(open, std::string::npos) << text;
  ASSERT_NE(closed, std::string::npos) << text;
  EXPECT_LT(open, closed);
  EXPECT_NE(text.find("@recs"), std::string::npos) << text;
  EXPECT_NE(text.find("comments in -1003"), std::string::npos) << text;
  EXPECT_EQ(text.find("Closed\nchannel"), std::string::npos) << "a title must not break lines";
}

/// Dark modules of a drawing, a row each, two a line.
std::vector<std::string> modules_of(const std::string& drawing) {
  std::vector<std::string> rows;
  for (std::size_t from = 0; from < drawing.size();) {
    const std::size_t to = drawing.find('\n', from);
    std::string upper;
    std::string lower;
    for (std::size_t at = from; at < to;) {
      const bool blank = drawing[at] == ' ';
      const std::string block = blank ? " " : drawing.substr(at, 3);
      upper += block == "█" || block == "▀" ? '.' : '#';
      lower += block == "█" || block == "▄" ? '.' : '#';
      at += block.size();
    }
    rows.push_back(upper);
    rows.push_back(lower);
    from = to + 1;
  }
  return rows;
}

TEST(QrDrawing, HasItsThreeFindersInsideAQuietZone) {
  const auto drawing = draw_qr("tg://login?token=abcdefghijklmnopqrstuvwxyz0123456789", false);
  ASSERT_TRUE(drawing) << drawing.error().text;
  const auto rows = modules_of(*drawing);
  const std::size_t width = rows[0].size();
  constexpr const char* kFinder[] = {"#######", "#.....#", "#.###.#", "#.###.#",
                                     "#.###.#", "#.....#", "#######"};
  for (std::size_t row = 0; row < 7; ++row) {
    EXPECT_EQ(rows[row + 2].substr(0, 9), std::string("..") + kFinder[row]);
    EXPECT_EQ(rows[row + 2].substr(width - 9), std::string(kFinder[row]) + "..");
    EXPECT_EQ(rows[width - 9 + row].substr(0, 9), std::string("..") + kFinder[row]);
  }
  EXPECT_EQ(rows[0], std::string(width, '.'));
  EXPECT_EQ(rows[1], std::string(width, '.'));
}

TEST(QrDrawing, WhatIsTooLongForOneIsRefused) { EXPECT_FALSE(draw_qr(std::string(5000, 'x'), false)); }

}  // namespace
}  // namespace rec::cli
