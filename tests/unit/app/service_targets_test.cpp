// Requests about targets, as doors carry them: to a running program and to the store alone.
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "app/service.hpp"
#include "app/target_view.hpp"
#include "config_testing.hpp"
#include "runtime/virtual_clock.hpp"
#include "store/sqlite_store.hpp"

namespace rec {
namespace {

namespace json = boost::json;
using config_testing::loaded;

constexpr Instant kTargetNoon{Millis(1'800'000'000'000)};
constexpr const char* kOneChannel =
    "telegram: {api_id: 1, api_hash: h, channel_id: -1001, targets: {vip: {channel_id: -1002}}}\n"
    "twitch: {channels: [{name: a, target: vip}, b]}\n";

class TargetRequests : public testing::Test {
 protected:
  Result<json::object> call(std::string request, json::object arguments = {}) {
    Service::Needs needs{model, settings, clock, *store, *worker};
    needs.book = &channels;
    needs.targets = &targets;
    needs.change_targets = [this](TargetOrder order) -> Task<> {
      kept.push_back(std::move(order));
      if (trouble) co_return fail(*trouble);
      co_return Result<void>();
    };
    Service service(std::move(needs));
    std::optional<Result<json::object>> outcome;
    asio::co_spawn(
        io, service.call(std::move(request), std::move(arguments)),
        [&](const std::exception_ptr&, Result<json::object> result) { outcome.emplace(std::move(result)); });
    clock.run_for(std::chrono::nanoseconds(0));
    return outcome ? std::move(*outcome) : Result<json::object>(fail(Errc::timed_out, "it has not ended"));
  }

  asio::io_context io;
  VirtualClock clock{io, kTargetNoon};
  std::unique_ptr<Store> store = SqliteStore::open(":memory:").value();
  std::unique_ptr<Worker> worker = make_inline_worker();
  Config config = loaded(kOneChannel).config;
  ChannelBook channels{config, {}};
  TargetBook targets{config.telegram, {}};
  Settings settings;
  Model model;
  std::vector<TargetOrder> kept;
  std::optional<Error> trouble;
};

TEST_F(TargetRequests, AChangeIsKeptAndTheChannelBookKnowsTheTarget) {
  const auto added = call("target_add", {{"target", "x"}, {"set", {{"channel_id", "@some_chat"}}}});
  ASSERT_TRUE(added) << added.error().text;
  EXPECT_TRUE(added->at("changed").as_bool());
  EXPECT_TRUE(added->at("running").as_bool());
  ASSERT_EQ(kept.size(), 1U);
  EXPECT_TRUE(channels.config().telegram.targets.contains("x"));
  EXPECT_TRUE(channels.set("b", {{"target", "x"}}, "/", kTargetNoon));
  EXPECT_EQ(call("target_remove", {{"target", "x"}}).error().code, Errc::conflict) << "b posts to it";
  ASSERT_TRUE(channels.set("b", {{"target", ""}}, "/", kTargetNoon));
  ASSERT_TRUE(call("target_remove", {{"target", "x"}}));
  EXPECT_TRUE(kept.back().says_nothing());
  EXPECT_FALSE(channels.config().telegram.targets.contains("x"));
}

TEST_F(TargetRequests, TheListTellsWhoPostsWhere) {
  const auto list = call("target_list");
  ASSERT_TRUE(list) << list.error().text;
  const auto& all = list->at("targets").as_array();
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].at("name").as_string(), "default");
  EXPECT_EQ(all[0].at("channels"), json::array({"twitch:b"}));
  EXPECT_EQ(all[1].at("channels"), json::array({"twitch:a"}));
  EXPECT_EQ(all[1].at("values").at("channel_id").as_string(), "-1002");
  EXPECT_EQ(all[1].at("source").as_string(), "config");
  const TelegramConfig again = with_told_chats({}, *list);
  EXPECT_EQ(again.channel_id, OptionalChat(ChatRef(std::int64_t{-1001})));
  EXPECT_EQ(again.targets.at("vip").channel_id, OptionalChat(ChatRef(std::int64_t{-1002})));
}

TEST_F(TargetRequests, WhatIsNoRequestIsRefused) {
  EXPECT_EQ(call("target_fly", {{"target", "vip"}, {"set", json::object()}}).error().code, Errc::not_found);
  EXPECT_EQ(call("target_add", {{"target", "x"}}).error().code, Errc::invalid);
  EXPECT_EQ(call("target_add", {{"target", 1}, {"set", json::object()}}).error().code, Errc::invalid);
  EXPECT_EQ(call("target_list", {{"x", 1}}).error().code, Errc::invalid);
  EXPECT_EQ(call("target_remove", {{"target", "vip"}, {"set", json::object()}}).error().code, Errc::invalid);
  EXPECT_EQ(call("target_test", {{"target", "nothing"}}).error().code, Errc::not_found);
  EXPECT_EQ(call("target_test", {{"target", "vip"}}).error().code, Errc::denied) << "nobody is signed in";
  EXPECT_TRUE(kept.empty());
}

TEST_F(TargetRequests, AStoreThatDoesNotTakeItIsTold) {
  trouble = Error{Errc::unavailable, "the store is stuck", {}};
  EXPECT_EQ(call("target_set", {{"target", "vip"}, {"set", {{"channel_id", "-5"}}}}).error().code,
            Errc::unavailable);
}

TEST_F(TargetRequests, AtRestTheStoreKeepsThem) {
  const auto at_rest = [&](const std::string& request, const json::object& arguments) {
    return targets_at_rest(store.get(), config, request, arguments, kTargetNoon);
  };
  ASSERT_TRUE(at_rest("target_add", {{"target", "x"}, {"set", {{"channel_id", "-7"}}}}));
  EXPECT_EQ(at_rest("target_list", {})->at("targets").as_array().size(), 3U);
  const auto merged = with_kept_targets(config, store.get());
  ASSERT_TRUE(merged) << merged.error().text;
  EXPECT_TRUE(merged->telegram.targets.contains("x"));
  ASSERT_TRUE(at_rest("target_remove", {{"target", "x"}}));
  EXPECT_EQ(at_rest("target_list", {})->at("targets").as_array().size(), 2U);
  EXPECT_EQ(targets_at_rest(nullptr, config, "target_add", {{"target", "x"}, {"set", {{"channel_id", "-7"}}}},
                            kTargetNoon)
                .error()
                .code,
            Errc::unavailable)
      << "a store must be made first";
  EXPECT_TRUE(targets_at_rest(nullptr, config, "target_list", {}, kTargetNoon));
}

}  // namespace
}  // namespace rec
