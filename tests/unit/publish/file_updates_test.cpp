// Which of TDLib's file updates reach the recorder.
#include "publish/file_updates.hpp"

#include <gtest/gtest.h>

namespace rec {
namespace {

std::string upload_line(int file, int bytes, bool active = true) {
  return R"({"@type":"updateFile","file":{"@type":"file","id":)" + std::to_string(file) +
         R"(,"remote":{"is_uploading_active":)" + (active ? "true" : "false") + R"(,"uploaded_size":)" +
         std::to_string(bytes) + "}}}";
}

struct Thinned {
  FileUpdateThinner thinner{};
  FileUpdateThinner::Time now{};
  std::vector<std::string> out{};
  void put(const std::string& line) { thinner.put(line, now, out); }
};

TEST(FileUpdates, OtherUpdatesPassAtOnce) {
  Thinned t;
  t.put(R"({"@type":"updateOption","name":"x"})");
  EXPECT_EQ(t.out.size(), 1U);
}

TEST(FileUpdates, FilesThatNobodyUploadsAreLeftOut) {
  Thinned t;
  t.put(upload_line(1, 0, false));
  t.thinner.flush(t.now + std::chrono::seconds(1), t.out);
  EXPECT_TRUE(t.out.empty());
}

TEST(FileUpdates, OfAManyOnlyTheNewestPassesAfterAWhile) {
  Thinned t;
  for (int bytes = 1; bytes <= 50; ++bytes) t.put(upload_line(1, bytes));
  EXPECT_EQ(t.out, (std::vector{upload_line(1, 1)}));
  t.thinner.flush(t.now + std::chrono::seconds(1), t.out);
  EXPECT_EQ(t.out, (std::vector{upload_line(1, 1), upload_line(1, 50)}));
}

TEST(FileUpdates, EachFileIsThinnedByItself) {
  Thinned t;
  t.put(upload_line(1, 1));
  t.put(upload_line(2, 1));
  EXPECT_EQ(t.out.size(), 2U);
}

}  // namespace
}  // namespace rec
