// What can be read of a configuration that is wrong.
#include <gtest/gtest.h>

#include <filesystem>

#include "app/config.hpp"
#include "tests/support/temp_folder.hpp"

namespace rec {
namespace {

TEST(ConfigAsFarAsItGoes, WhereTheDataIsIsFoundOnEitherSideOfAMistake) {
  const test::TempFolder folder;
  const std::string file = folder / "config.yaml";
  const std::string kept = folder / "kept/state.db";
  const std::string fallback = folder / "data/state.db";
  const auto state_of = [&](const std::string& text) {
    test::write_bytes(file, text);
    return config_as_far_as_it_goes(file).state.path;
  };
  const std::string state = "state:\n  path: kept/state.db\n";
  for (const char* mistake : {"languag: ru\n", "twitch: [a\n", "twitch: {channels: [a]\n", "a: \"b\n",
                              "\tx: 1\n", "? [x]\n: y\n", "web: @x\n"}) {
    EXPECT_EQ(state_of(state + mistake), kept) << mistake;
    EXPECT_EQ(state_of("language: en\n" + std::string(mistake) + state), kept) << mistake;
    EXPECT_EQ(state_of(mistake), fallback) << mistake;
  }
  EXPECT_EQ(state_of("state: [\n"), fallback);
  EXPECT_EQ(state_of("state: {path: kept/state.db"), kept);
  EXPECT_EQ(state_of("state: {path: 'kept/sta"), fallback);
  EXPECT_EQ(state_of(std::string(200'000, '[')), fallback);
  EXPECT_EQ(state_of(""), fallback);
  std::string many = "a: &a [";
  for (int i = 0; i < 1000; ++i) many += "x,";
  many += "]\nb: [";
  for (int i = 0; i < 200; ++i) many += "*a,";
  EXPECT_EQ(state_of(many + "]\n" + state), kept) << "more than it may stand for, and then the state";
  std::filesystem::remove(file);
  EXPECT_EQ(config_as_far_as_it_goes(file).state.path, fallback);
}

}  // namespace
}  // namespace rec
