// The key, and the library that is made to trust it.
#include "sim/telegram/rsa_key.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "sim/telegram/library_patch.hpp"
#include "sim/telegram/telegram_server.hpp"

namespace rec::sim::test {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class ServerKey : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "sim-key-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { fs::remove_all(folder_); }
  static std::string read(const fs::path& path) {
    std::string made(fs::file_size(path), '\0');
    std::ifstream(path, std::ios::binary).read(made.data(), static_cast<std::streamsize>(made.size()));
    return made;
  }
  fs::path folder_;
};

TEST_F(ServerKey, ItsPemIsAsLongAsThoseInTheLibraryAndItIsTheSameNextTime) {
  const auto first = RsaKey::load_or_make(folder_ / "server.pem");
  ASSERT_TRUE(first) << first.error().text;
  EXPECT_EQ(first->public_pem().size(), 425U);
  EXPECT_THAT(first->public_pem(), ::testing::EndsWith("-----END RSA PUBLIC KEY-----"));
  const auto second = RsaKey::load_or_make(folder_ / "server.pem");
  ASSERT_TRUE(second) << second.error().text;
  EXPECT_EQ(first->fingerprint(), second->fingerprint());
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_), {}), 1);
}

TEST_F(ServerKey, DataThatWasNotMadeForItIsRefused) {
  const auto key = RsaKey::make();
  ASSERT_TRUE(key) << key.error().text;
  EXPECT_FALSE(key->open_padded(std::string(256, '\x11')));
  EXPECT_FALSE(key->open_padded("short"));
}

TEST_F(ServerKey, PatchingChangesTheTwoServerKeysOfTheLibraryAndNotAByteElse) {
  const auto source = telegram_options(REC_SOURCE_DIR, {}).library;
  const auto key = RsaKey::make();
  ASSERT_TRUE(key) << key.error().text;
  const auto done = patch_library(source, folder_ / "lib.so", key->public_pem());
  ASSERT_TRUE(done) << done.error().text;
  auto before = read(source);
  auto after = read(folder_ / "lib.so");
  ASSERT_EQ(before.size(), after.size());
  int keys = 0;
  for (auto at = after.find(key->public_pem()); at != after.npos;
       at = after.find(key->public_pem(), at + 1), ++keys)
    after.replace(at, 425, before, at, 425);
  EXPECT_EQ(keys, 2);
  EXPECT_TRUE(before == after);
}

TEST_F(ServerKey, ALibraryWithoutTheTwoKeysIsRefusedAndNothingIsLeftBehind) {
  std::ofstream(folder_ / "other.so") << "no keys in here";
  const auto refused = patch_library(folder_ / "other.so", folder_ / "lib.so", std::string(425, 'x'));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::corrupt);
  EXPECT_THAT(refused.error().text, HasSubstr("0 server keys"));
  const auto missing = patch_library(folder_ / "none.so", folder_ / "lib.so", std::string(425, 'x'));
  ASSERT_FALSE(missing);
  EXPECT_THAT(missing.error().text, HasSubstr("npm ci"));
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_), {}), 1);
}

}  // namespace
}  // namespace rec::sim::test
