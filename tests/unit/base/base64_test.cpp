#include "base/base64.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace rec {
namespace {

// RFC 4648, section 10.
TEST(Base64, IsThatOfTheRfc) {
  EXPECT_EQ(base64(""), "");
  EXPECT_EQ(base64("f"), "Zg==");
  EXPECT_EQ(base64("fo"), "Zm8=");
  EXPECT_EQ(base64("foo"), "Zm9v");
  EXPECT_EQ(base64("foob"), "Zm9vYg==");
  EXPECT_EQ(from_base64("Zm9vYmE="), "fooba");
  EXPECT_EQ(base64(std::string_view("\xff\xfe\xfb\0", 4)), "//77AA==");
}

TEST(Base64, WhatIsNoneOfItEndsIt) {
  EXPECT_EQ(from_base64("Zm9v*Zm9v"), "foo");
  EXPECT_EQ(from_base64("*"), "");
  EXPECT_EQ(from_base64("Z"), "") << "less than a byte";
}

RC_GTEST_PROP(Base64, AnyBytesComeBack, (const std::string& bytes)) {
  RC_ASSERT(from_base64(base64(bytes)) == bytes);
}

}  // namespace
}  // namespace rec
