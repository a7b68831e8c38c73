// The configuration file while the program runs: edited, replaced, damaged, gone; in virtual time.
#include "app/config_reload.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/json.hpp>

#include "config_testing.hpp"
#include "runtime/virtual_clock.hpp"

namespace rec {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::IsEmpty;

class ReloadedFile : public testing::Test {
 protected:
  void start(const std::string& text) {
    path_ = folder_.write("config.yaml", text);
    auto loaded = load_config(path_);
    ASSERT_TRUE(loaded) << loaded.error().text;
    ConfigReload::Needs needs{io_.get_executor(), clock_, *worker_};
    needs.find = [] { return std::string(); };
    needs.load = load_config;
    needs.apply = [this](Config config, ConfigChanges changes) {
      return take(std::move(config), std::move(changes));
    };
    file_ = std::make_unique<ConfigReload>(std::move(needs), *std::move(loaded));
    asio::co_spawn(io_, file_->watch(), [](const std::exception_ptr&, Result<void>) {});
    pass(3s);
  }
  Task<> take(Config config, ConfigChanges changes) {
    taken_.push_back(std::move(config));
    for (const ConfigChange& change : changes) keys_.push_back(change.key);
    if (trouble_) co_return fail(*trouble_);
    co_return Result<void>();
  }
  void write(const std::string& text) { folder_.write("config.yaml", text); }
  void pass(std::chrono::seconds time) { clock_.run_for(time); }
  Result<json::object> reload() {
    std::optional<Result<json::object>> answer;
    asio::co_spawn(io_, file_->reload(), [&](const std::exception_ptr&, Result<json::object> told) {
      answer.emplace(std::move(told));
    });
    pass(1s);
    return answer ? std::move(*answer) : Result<json::object>(fail(Errc::timed_out, "no answer"));
  }
  [[nodiscard]] std::string error() const {
    const auto state = file_->state();
    return state.at("error").is_null() ? "" : std::string(state.at("error").as_string());
  }
  [[nodiscard]] std::string needs_restart() const {
    return json::serialize(file_->state().at("needs_restart"));
  }

  config_testing::Folder folder_;
  asio::io_context io_;
  VirtualClock clock_{io_, Instant{Millis(1'800'000'000'000)}};
  std::unique_ptr<Worker> worker_ = make_inline_worker();
  std::string path_;
  std::unique_ptr<ConfigReload> file_;
  std::vector<Config> taken_;
  std::vector<std::string> keys_;
  std::optional<Error> trouble_;
};

TEST_F(ReloadedFile, AnEditCountsOnceTheFileHasBeenQuietForAMoment) {
  start("language: en\n");
  pass(60s);
  EXPECT_THAT(taken_, IsEmpty()) << "nothing has changed";
  write("language: ru\n");
  pass(1s);
  write("language: ru\ntwitch: {channels: [a]}\n");
  pass(1s);
  EXPECT_THAT(taken_, IsEmpty()) << "it is still being written";
  pass(2s);
  ASSERT_EQ(taken_.size(), 1U);
  EXPECT_EQ(taken_[0].language, Language::ru);
  EXPECT_EQ(taken_[0].twitch.channels.size(), 1U);
  EXPECT_THAT(keys_, testing::ElementsAre("language", "twitch.channels"));
  pass(60s);
  EXPECT_EQ(taken_.size(), 1U) << "once";
}

TEST_F(ReloadedFile, AFileThatAnEditorPutsInItsPlaceCountsAsWell) {
  start("language: en\n");
  const std::string fresh = folder_.write("config.yaml~", "language: ru\n");
  std::filesystem::rename(fresh, path_);
  pass(3s);
  ASSERT_EQ(taken_.size(), 1U);
  EXPECT_EQ(taken_[0].language, Language::ru);
}

TEST_F(ReloadedFile, AMistakeChangesNothingAndIsToldUntilItIsMended) {
  start("language: en\n");
  write("language: ru\nlanguag: de\nweb: {listen: nowhere}\n");
  pass(3s);
  EXPECT_THAT(taken_, IsEmpty());
  EXPECT_THAT(file_->trouble(), HasSubstr("config.yaml:2: languag: unknown key; did you mean language?"));
  EXPECT_THAT(file_->trouble(), HasSubstr("config.yaml:3: web.listen: expected"));
  EXPECT_THAT(error(), HasSubstr("languag"));
  const auto asked = reload();
  ASSERT_FALSE(asked);
  EXPECT_EQ(asked.error().code, Errc::invalid);
  EXPECT_EQ(asked.error().text, file_->trouble());
  write("language: ru\n");
  pass(3s);
  EXPECT_EQ(file_->trouble(), "");
  EXPECT_EQ(error(), "");
  ASSERT_EQ(taken_.size(), 1U);
}

TEST_F(ReloadedFile, AFileThatIsEmptyOrGoneIsNoWishToForgetAllChannels) {
  start("twitch: {channels: [a]}\n");
  write("");
  pass(3s);
  EXPECT_THAT(file_->trouble(), HasSubstr("says nothing any more"));
  std::filesystem::remove(path_);
  pass(3s);
  EXPECT_THAT(file_->trouble(), HasSubstr("config.yaml"));
  EXPECT_FALSE(reload());
  EXPECT_THAT(taken_, IsEmpty());
  write("twitch: {channels: [a, b]}\n");
  pass(3s);
  EXPECT_EQ(file_->trouble(), "");
  ASSERT_EQ(taken_.size(), 1U);
  EXPECT_EQ(taken_[0].twitch.channels.size(), 2U);
}

TEST_F(ReloadedFile, WhatWantsARestartIsNamedAndNotTouchedUntilItIsTakenBack) {
  start("web: {listen: \"127.0.0.1:1\"}\n");
  write("web: {listen: \"127.0.0.1:2\"}\nlanguage: ru\n");
  const auto told = reload();
  ASSERT_TRUE(told) << told.error().text;
  EXPECT_EQ(json::serialize(told->at("needs_restart")), "[\"web.listen\"]");
  EXPECT_THAT(std::string(told->at("text").as_string()),
              HasSubstr("is in effect: language: en → ru; after a restart: web.listen"));
  ASSERT_EQ(taken_.size(), 1U);
  EXPECT_EQ(taken_[0].web.listen, "127.0.0.1:1");
  write("web: {listen: \"127.0.0.1:2\"}\nlanguage: en\n");
  pass(3s);
  EXPECT_EQ(needs_restart(), "[\"web.listen\"]") << "still";
  write("web: {listen: \"127.0.0.1:1\"}\nlanguage: en\n");
  pass(3s);
  EXPECT_EQ(needs_restart(), "[]");
}

TEST_F(ReloadedFile, WhoeverAsksHearsAtOnceWhatChanged) {
  start("language: en\n");
  auto told = reload();
  ASSERT_TRUE(told) << told.error().text;
  EXPECT_FALSE(told->at("changed").as_bool());
  EXPECT_THAT(std::string(told->at("text").as_string()), HasSubstr("nothing to change"));
  write("language: ru\n");
  told = reload();
  ASSERT_TRUE(told) << told.error().text;
  EXPECT_TRUE(told->at("changed").as_bool());
  const auto& change = told->at("changes").as_array().at(0).as_object();
  EXPECT_EQ(change.at("key").as_string(), "language");
  EXPECT_EQ(change.at("was").as_string(), "en");
  EXPECT_EQ(change.at("is").as_string(), "ru");
  EXPECT_EQ(change.at("counts").as_string(), "at once");
}

TEST_F(ReloadedFile, WhatTheFileNamesMayComeLater) {
  start("twitch: {client_id: x}\n");
  write("twitch: {client_id: x, client_secret_file: secret}\n");
  pass(3s);
  EXPECT_THAT(file_->trouble(), HasSubstr("cannot read"));
  folder_.write("secret", "hunter2");
  pass(31s);
  EXPECT_EQ(file_->trouble(), "");
  ASSERT_EQ(taken_.size(), 1U);
  EXPECT_EQ(taken_[0].twitch.client_secret.reveal(), "hunter2");
}

TEST_F(ReloadedFile, WhatCouldNotBeGoneByIsTriedAgain) {
  start("language: en\n");
  trouble_ = Error{Errc::unavailable, "the store is away", {}};
  write("language: ru\n");
  pass(3s);
  EXPECT_EQ(file_->trouble(), "the store is away");
  trouble_.reset();
  pass(31s);
  EXPECT_EQ(file_->trouble(), "");
  EXPECT_EQ(taken_.size(), 2U);
}

}  // namespace
}  // namespace rec
