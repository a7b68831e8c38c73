// Signatures of webhooks and names that give no secret away.
#include "notify/signature.hpp"

#include <gtest/gtest.h>

namespace rec::notify {
namespace {

// RFC 4231, test case 2.
TEST(Signature, IsThatOfTheStandard) {
  EXPECT_EQ(hmac_sha256("Jefe", "what do ya want for nothing?"),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST(Signature, ANameTellsNothingOfTheSecret) {
  const std::string name = short_hash("https://example.org/hook/secret");
  EXPECT_EQ(name.size(), 8U);
  EXPECT_EQ(name, short_hash("https://example.org/hook/secret"));
  EXPECT_NE(name, short_hash("https://example.org/hook/other"));
}

}  // namespace
}  // namespace rec::notify
