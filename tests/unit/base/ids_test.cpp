#include "base/ids.hpp"

#include <gtest/gtest.h>

#include <set>

TEST(Uuid7, SortsByCreationEvenWithinOneMillisecond) {
  std::string before = rec::make_uuid7(1'700'000'000'000);
  for (int i = 0; i < 10'000; ++i) {
    std::string next = rec::make_uuid7(1'700'000'000'000);
    ASSERT_LT(before, next);
    before = next;
  }
}

TEST(Uuid7, HasTheCanonicalFormWithVersionAndVariant) {
  const std::string id = rec::make_uuid7(1'900'000'000'000);
  ASSERT_EQ(id.size(), 36u);
  EXPECT_EQ(id[14], '7');
  EXPECT_NE(std::string("89ab").find(id[19]), std::string::npos);
}

TEST(RandomToken, DiffersAndUsesItsAlphabetOnly) {
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) {
    const std::string token = rec::random_token(8);
    EXPECT_EQ(token.find_first_not_of("abcdefghijklmnopqrstuvwxyz234567"), std::string::npos);
    EXPECT_TRUE(seen.insert(token).second);
  }
}
