// Requests about channels, as doors carry them: to a running program and to the store alone.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "app/book_config.hpp"
#include "app/config_channels.hpp"
#include "app/doctor.hpp"
#include "app/service.hpp"
#include "app/told_channels.hpp"
#include "config_testing.hpp"
#include "runtime/virtual_clock.hpp"
#include "store/sqlite_store.hpp"
#include "tests/support/temp_folder.hpp"

namespace rec {
namespace {

namespace json = boost::json;
using config_testing::has;
using config_testing::loaded;

constexpr Instant kRequestNoon{Millis(1'800'000'000'000)};

class ChannelRequests : public testing::Test {
 protected:
  ChannelRequests() { settings.session_policy.publish = false; }
  Result<json::object> call(std::string request, json::object arguments = {}) {
    Service service({model,
                     settings,
                     clock,
                     *store,
                     *worker,
                     {},
                     {},
                     &book,
                     [this](ChannelOrder order, ChannelPlans plans) {
                       kept.push_back(std::move(order));
                       planned = std::move(plans);
                       return answer();
                     },
                     [](const ChannelId& id) {
                       return id.str() == "twitch:a" ? ChannelNote{"why\nnot", kRequestNoon} : ChannelNote();
                     }});
    std::optional<Result<json::object>> outcome;
    asio::co_spawn(
        io, service.call(std::move(request), std::move(arguments)),
        [&](const std::exception_ptr&, Result<json::object> result) { outcome.emplace(std::move(result)); });
    clock.run_for(std::chrono::nanoseconds(0));
    return outcome ? std::move(*outcome) : Result<json::object>(fail(Errc::timed_out, "it has not ended"));
  }
  Task<> answer() {
    if (trouble) co_return fail(*trouble);
    co_return Result<void>();
  }

  asio::io_context io;
  VirtualClock clock{io, kRequestNoon};
  std::unique_ptr<Store> store = SqliteStore::open(":memory:").value();
  std::unique_ptr<Worker> worker = make_inline_worker();
  ChannelBook book{loaded("twitch: {channels: [a]}").config, {}};
  Settings settings;
  Model model;
  std::vector<ChannelOrder> kept;
  ChannelPlans planned;
  std::optional<Error> trouble;
};

TEST_F(ChannelRequests, AChangeIsKeptPlannedAndTold) {
  const auto added = call("channel_add", {{"url", "twitch.tv/b"}});
  ASSERT_TRUE(added) << added.error().text;
  EXPECT_EQ(added->at("channel").as_string(), "twitch:b");
  EXPECT_TRUE(added->at("changed").as_bool());
  ASSERT_EQ(kept.size(), 1U);
  EXPECT_EQ(planned.channels.size(), 2U);
  EXPECT_FALSE(call("channel_add", {{"url", "twitch.tv/b"}})->at("changed").as_bool());
  EXPECT_EQ(kept.size(), 1U) << "what is so already is not kept again";
  ASSERT_TRUE(call("channel_pause", {{"channel", "a"}}));
  EXPECT_EQ(planned.paused.size(), 1U);
  ASSERT_TRUE(call("channel_set", {{"channel", "b"}, {"set", {{"cookies_file", "c"}}}, {"folder", "/srv"}}));
  EXPECT_EQ(planned.capture_of.at(ChannelId("twitch:b")).cookies_file, "/srv/c");
  ASSERT_TRUE(call("channel_remove", {{"channel", "b"}}));
  EXPECT_TRUE(kept.back().says_nothing());
}

TEST_F(ChannelRequests, TheListSaysHowEachIsAndWhy) {
  ASSERT_TRUE(call("channel_set", {{"channel", "a"}, {"set", {{"proxy", "http://me:secret@h:1"}}}}));
  const auto list = call("channel_list");
  ASSERT_TRUE(list);
  EXPECT_EQ(json::serialize(*list).find("secret"), std::string::npos);
  const auto& one = list->at("channels").at(0).as_object();
  EXPECT_EQ(one.at("source").as_string(), "config");
  EXPECT_EQ(one.at("overrides").at("proxy").as_string(), "http://***@h:1");
  EXPECT_EQ(one.at("set_by_command").at(0).as_string(), "proxy");
  EXPECT_EQ(one.at("note").as_string(), "why not");
  EXPECT_EQ(one.at("looked_at").as_string(), iso8601(kRequestNoon));
  EXPECT_EQ(one.at("status").as_string(), "offline");
}

TEST_F(ChannelRequests, DoctorLooksAtWhatCommandsSaidThatChannelsNeed) {
  const Config file = loaded("twitch: {channels: [{name: a, proxy: 'http://me:secret@h:1'}]}").config;
  book = ChannelBook(file, {});
  ASSERT_TRUE(call("channel_add", {{"url", "https://example.org/show"}}));
  const std::string page = call("channel_list")->at("channels").at(1).at("id").as_string().c_str();
  ASSERT_TRUE(call("channel_set", {{"channel", page}, {"set", {{"cookies_file", "/none/page.txt"}}}}));
  ASSERT_TRUE(call("channel_set", {{"channel", "a"}, {"set", {{"cookies_file", "/none/a.txt"}}}}));
  ASSERT_TRUE(call("channel_pause", {{"channel", "a"}}));
  const Config config = with_told_channels(file, *call("channel_list"));
  const auto channels = configured_channels(config);
  ASSERT_EQ(channels.size(), 2U);
  EXPECT_FALSE(channels[0].overrides.enabled);
  EXPECT_TRUE(channels[1].overrides.enabled);
  EXPECT_EQ(channels[0].overrides.proxy.reveal(), "http://me:secret@h:1") << "told without its password";
  EXPECT_EQ(channels[1].watched.page_url, "https://example.org/show");
  std::vector<std::string> said;
  for (const Finding& one : check_cookies_files(config, kRequestNoon)) said.push_back(one.text);
  EXPECT_THAT(said, testing::UnorderedElementsAre(testing::HasSubstr("/none/a.txt"),
                                                  testing::HasSubstr("/none/page.txt")));
}

TEST_F(ChannelRequests, WhatIsNoRequestIsRefusedAndChangesNothing) {
  EXPECT_EQ(call("channel_explode", {{"channel", "a"}}).error().code, Errc::not_found);
  EXPECT_EQ(call("channel_list", {{"x", 1}}).error().code, Errc::not_found);
  EXPECT_EQ(call("channel_add").error().code, Errc::invalid);
  EXPECT_EQ(call("channel_add", {{"url", 7}}).error().code, Errc::invalid);
  EXPECT_EQ(call("channel_add", {{"url", "twitch.tv/b"}, {"force", true}}).error().code, Errc::invalid);
  EXPECT_EQ(call("channel_pause", {{"channel", nullptr}}).error().code, Errc::invalid);
  EXPECT_EQ(call("channel_set", {{"channel", "a"}}).error().code, Errc::invalid);
  EXPECT_EQ(call("channel_set", {{"channel", "a"}, {"set", {{"quality", 720}}}}).error().code, Errc::invalid);
  EXPECT_EQ(call("channel_set", {{"channel", "a"}, {"set", {"quality"}}}).error().code, Errc::invalid);
  EXPECT_EQ(call("channel_remove", {{"channel", "a"}}).error().code, Errc::conflict);
  EXPECT_TRUE(kept.empty());
}

TEST_F(ChannelRequests, ACookiesFileThatACommandNamedIsLookedAtLikeThoseOfTheConfiguration) {
  const test::TempFolder folder;
  const auto named = [&](const char* name) {
    test::write_bytes(folder / name, "no cookie");
    return OverrideTexts{{"cookies_file", name}};
  };
  book = ChannelBook(
      loaded("twitch: {channels: [a]}\nchannels: [{url: twitch.tv/c, cookies_file: /before}]").config, {});
  ASSERT_TRUE(book.add("twitch.tv/b", kRequestNoon));
  ASSERT_TRUE(book.set("a", named("changed"), folder.path(), kRequestNoon));
  ASSERT_TRUE(book.set("b", named("added"), folder.path(), kRequestNoon));
  ASSERT_TRUE(book.set("c", named("instead"), folder.path(), kRequestNoon));
  std::string found;
  for (const Finding& one : check_cookies_files(config_of_channels(book), kRequestNoon))
    found += one.text + "\n";
  for (const char* name : {"changed", "added", "instead"})
    EXPECT_NE(found.find((folder / name) + " holds no cookie"), std::string::npos) << found;
  EXPECT_EQ(found.find("/before"), std::string::npos) << "it is not used any more";
  Service::Needs needs{model, settings, clock, *store, *worker};
  needs.book = &book;
  needs.files = worker.get();
  Service service(std::move(needs));
  std::string problems;
  asio::co_spawn(io, service.call("overview", {}), [&](const std::exception_ptr&, Result<json::object> told) {
    if (told) problems = json::serialize(told->at("problems"));
  });
  clock.run_for(std::chrono::nanoseconds(0));
  EXPECT_NE(problems.find("added holds no cookie"), std::string::npos) << problems;
}

TEST_F(ChannelRequests, TheDefaultTargetIsNamedAsTheDashboardNamesIt) {
  book = ChannelBook(loaded("telegram: {targets: {music: {channel_id: -7}}}\n"
                            "twitch: {channels: [{name: a, target: music}]}")
                         .config,
                     {});
  ASSERT_TRUE(call("channel_set", {{"channel", "a"}, {"set", {{"target", "default"}}}}));
  EXPECT_TRUE(planned.target_of.empty());
  ASSERT_TRUE(call("channel_set", {{"channel", "a"}, {"set", {{"target", "music"}}}}));
  EXPECT_EQ(planned.target_of.at(ChannelId("twitch:a")), "music");
}

TEST_F(ChannelRequests, AtRestATargetThatACommandAddedIsKnown) {
  const Config config = loaded("twitch: {channels: [a]}").config;
  ASSERT_TRUE(targets_at_rest(store.get(), config, "target_add",
                              {{"target", "music"}, {"set", {{"channel_id", "-7"}}}}, kRequestNoon));
  const auto set = channels_at_rest(store.get(), config, "channel_set",
                                    {{"channel", "a"}, {"set", {{"target", "music"}}}}, kRequestNoon);
  EXPECT_TRUE(set) << set.error().text;
}

TEST_F(ChannelRequests, AStoreThatDoesNotTakeItIsTold) {
  trouble = Error{Errc::unavailable, "the store is stuck", {}};
  EXPECT_EQ(call("channel_pause", {{"channel", "a"}}).error().text, "the store is stuck");
}

TEST_F(ChannelRequests, AtRestTheStoreIsChangedAndNoneIsNeededToLook) {
  const Config config = loaded("twitch: {channels: [a]}").config;
  const auto at_rest = [&](Store* kept_in, const char* request, const json::object& arguments) {
    return channels_at_rest(kept_in, config, request, arguments, kRequestNoon);
  };
  EXPECT_EQ(at_rest(nullptr, "channel_list", {})->at("channels").as_array().size(), 1U);
  EXPECT_EQ(at_rest(nullptr, "channel_add", {{"url", "twitch.tv/b"}}).error().code, Errc::unavailable);
  EXPECT_EQ(at_rest(nullptr, "channel_add", {{"url", "b"}}).error().code, Errc::invalid);
  const auto added = at_rest(store.get(), "channel_add", {{"url", "twitch.tv/b"}});
  ASSERT_TRUE(added) << added.error().text;
  EXPECT_FALSE(added->at("running").as_bool());
  ASSERT_TRUE(at_rest(store.get(), "channel_pause", {{"channel", "b"}}));
  const auto list = at_rest(store.get(), "channel_list", {});
  ASSERT_EQ(list->at("channels").as_array().size(), 2U);
  EXPECT_TRUE(list->at("channels").at(1).at("paused").as_bool());
  ASSERT_TRUE(at_rest(store.get(), "channel_remove", {{"channel", "b"}}));
  EXPECT_TRUE(store->load()->orders.empty());
}

}  // namespace
}  // namespace rec
