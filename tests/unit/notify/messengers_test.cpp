// What receivers on loopback get, and what is said of those that fail.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/json.hpp>

#include "notify/heartbeat.hpp"
#include "notify/hook_messenger.hpp"
#include "notify/http_messengers.hpp"
#include "notify/signature.hpp"
#include "notify/telegram_messenger.hpp"
#include "runtime/curl_http.hpp"
#include "runtime/system_clock.hpp"
#include "sim/http/server.hpp"
#include "tests/support/idle_publisher.hpp"

namespace rec::notify {
namespace {

using testing::HasSubstr;
using testing::Not;

Notice a_notice() {
  Notice notice;
  notice.id = "disk.paused:/srv@1/error";
  notice.event = "incident";
  notice.gravity = Gravity::error;
  notice.title = "❌ диск заполнен";
  notice.text = "Что делать: освободите место";
  notice.json = R"({"id":"disk.paused:/srv@1/error","event":"incident"})";
  return notice;
}

class Messengers : public testing::Test {
 protected:
  Result<void> told(Messenger& messenger, const Notice& notice = a_notice()) {
    std::optional<Result<void>> outcome;
    auto body = [](Messenger& to, Notice what, std::optional<Result<void>>& into) -> asio::awaitable<void> {
      std::function<Task<>()> nothing = []() -> Task<> { co_return Result<void>(); };
      into.emplace(co_await to.tell(std::move(what), false, std::move(nothing)));
    };
    asio::io_context io;
    asio::co_spawn(io, body(messenger, notice, outcome), asio::detached);
    io.run();
    return outcome ? *std::move(outcome) : fail(Errc::timed_out, "it has not ended");
  }
  [[nodiscard]] boost::json::object body_at(const std::string& path) const {
    const auto requests = server.requests(path);
    return requests.empty() ? boost::json::object() : boost::json::parse(requests.back().body).as_object();
  }

  sim::HttpAnswer answer = sim::text_answer(200, "ok");
  sim::HttpServer server{[this](const sim::HttpQuery&) { return answer; }};
  CurlHttpClient http{};
};

TEST_F(Messengers, AWebhookGetsSignedJson) {
  const auto webhook = make_webhook(http, {server.url("/hooks/T0K3N"), "k3y", "", {}});
  ASSERT_TRUE(told(*webhook).has_value());
  const auto requests = server.requests("/hooks/T0K3N");
  ASSERT_EQ(requests.size(), 1U);
  EXPECT_EQ(requests[0].method, "POST");
  EXPECT_EQ(requests[0].body, a_notice().json);
  EXPECT_EQ(requests[0].header("content-type"), "application/json");
  EXPECT_EQ(requests[0].header("x-signature-256"), "sha256=" + hmac_sha256("k3y", requests[0].body));
  EXPECT_THAT(webhook->name(), Not(HasSubstr("T0K3N")));
}

TEST_F(Messengers, AReceiverThatFailsIsToldOfWithoutItsUrl) {
  const auto webhook = make_webhook(http, {server.url("/hooks/T0K3N?key=S3CRET"), "k3y", "", {}});
  answer.status = 500;
  auto failed = told(*webhook);
  ASSERT_FALSE(failed.has_value());
  EXPECT_THAT(failed.error().text, HasSubstr("HTTP 500"));
  answer.status = 429;
  answer.headers = {{"Retry-After", "7"}};
  failed = told(*webhook);
  ASSERT_FALSE(failed.has_value());
  EXPECT_EQ(failed.error().retry_after, std::chrono::seconds(7));
  server.set_down(true);
  failed = told(*webhook);
  ASSERT_FALSE(failed.has_value());
  EXPECT_THAT(failed.error().text, Not(HasSubstr("T0K3N")));
  EXPECT_THAT(failed.error().text, Not(HasSubstr("S3CRET")));
}

TEST_F(Messengers, NtfyGetsTheTopicAndTitlesInAnyScript) {
  const auto ntfy = make_ntfy(http, {server.url("/mytopic/"), "tk_1", "", {}});
  ASSERT_TRUE(told(*ntfy).has_value());
  const auto body = body_at("/");
  EXPECT_EQ(body.at("topic").as_string(), "mytopic");
  EXPECT_EQ(body.at("title").as_string(), a_notice().title);
  EXPECT_EQ(body.at("message").as_string(), a_notice().text);
  EXPECT_EQ(body.at("priority").to_number<int>(), 5);
  EXPECT_EQ(server.requests("/").back().header("authorization"), "Bearer tk_1");
}

TEST_F(Messengers, AppriseGetsTitleBodyAndType) {
  const auto apprise = make_apprise(http, {server.url("/notify/abc"), "", "", {}});
  ASSERT_TRUE(told(*apprise).has_value());
  EXPECT_EQ(body_at("/notify/abc").at("type").as_string(), "failure");
  Notice over = a_notice();
  over.event = "incident.over";
  ASSERT_TRUE(told(*apprise, over).has_value());
  EXPECT_EQ(body_at("/notify/abc").at("type").as_string(), "success");
}

TEST_F(Messengers, EachIsToldOfWhatItAskedFor) {
  const auto webhook = make_webhook(http, {server.url("/"), "", "", {}});
  EXPECT_TRUE(webhook->wants("incident"));
  EXPECT_TRUE(webhook->wants("incident.over"));
  EXPECT_FALSE(webhook->wants("session.started"));
  const auto picky = make_ntfy(http, {server.url("/t"), "", "", {"session.started"}});
  EXPECT_TRUE(picky->wants("session.started"));
  EXPECT_FALSE(picky->wants("incident"));
}

TEST_F(Messengers, AHeartbeatThatFailsIsKnown) {
  SystemClock clock;
  Heartbeat heart(http, clock, server.url("/ping/S3CRET"), "");
  answer.status = 404;
  asio::io_context io;
  auto body = [](Heartbeat& beating) -> asio::awaitable<void> { (void)co_await beating.run(); };
  asio::co_spawn(io, body(heart), asio::detached);
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (heart.trouble().empty() && std::chrono::steady_clock::now() < until)
    io.run_for(std::chrono::milliseconds(50));
  EXPECT_EQ(server.hits("/ping/S3CRET"), 1U);
  EXPECT_THAT(heart.trouble(), HasSubstr("HTTP 404"));
  EXPECT_THAT(heart.trouble(), Not(HasSubstr("S3CRET")));
}

// What a hook is given, and what is made of how it ends.
TEST_F(Messengers, AHookGetsTheNoticeOnStandardInputAndNoShell) {
  ChildRequest given;
  ChildResult result{.exit_code = 0, .out = "", .err = ""};
  const RunChild run = [&](ChildRequest request) -> Task<ChildResult> {
    given = std::move(request);
    co_return result;
  };
  const auto hook = make_hook("part.ready", {"/bin/mover", "$(reboot); {path}"}, run);
  Notice notice = a_notice();
  notice.event = "part.ready";
  EXPECT_TRUE(hook->wants("part.ready"));
  EXPECT_FALSE(hook->wants("incident"));
  ASSERT_TRUE(told(*hook, notice).has_value());
  EXPECT_EQ(given.argv, (std::vector<std::string>{"/bin/mover", "$(reboot); {path}"}));
  EXPECT_EQ(given.stdin_text, notice.json + "\n");
  result = {.exit_code = 3, .out = "", .err = "first\nno such share\n"};
  const auto failed = told(*hook, notice);
  ASSERT_FALSE(failed.has_value());
  EXPECT_EQ(failed.error().text, "/bin/mover ended with 3: no such share");
  EXPECT_EQ(hook->most_tries(), 3);
}

TEST_F(Messengers, ARealHookRunsInACleanEnvironment) {
  setenv("BOT_TOKEN", "S3CRET", 1);
  const auto hook = make_hook(
      "gap", {"/bin/sh", "-c", "env | grep -q S3CRET && exit 9; read x; test \"$x\" = '{}'"}, run_child);
  Notice notice = a_notice();
  notice.json = "{}";
  const auto done = told(*hook, notice);
  EXPECT_TRUE(done.has_value()) << done.error().text;
  unsetenv("BOT_TOKEN");
}

/// Takes one post.
class OnePost final : public test::IdlePublisher {
 public:
  Task<std::vector<std::int64_t>> publish(PostRequest request) override {
    posts.push_back(request);
    REC_CO_CHECK(co_await posts.back().about_to_send());
    co_return std::vector<std::int64_t>{std::int64_t(posts.size())};
  }
  Task<std::int64_t> resolve_chat(std::string reference) override {
    ++resolved;
    co_return reference == "@ops" ? -1009 : 0;
  }

  std::vector<PostRequest> posts{};
  int resolved = 0;
};

TEST_F(Messengers, AChatGetsAMessageThatIsFoundAgainByItsMarker) {
  OnePost publisher;
  const auto chat = make_telegram(publisher, std::string("@ops"), {});
  ASSERT_TRUE(told(*chat).has_value());
  ASSERT_TRUE(told(*chat).has_value());
  ASSERT_EQ(publisher.posts.size(), 2U);
  EXPECT_EQ(publisher.resolved, 1);
  EXPECT_EQ(publisher.posts[0].chat, -1009);
  EXPECT_EQ(publisher.posts[0].marker, publisher.posts[1].marker) << "the same notice";
  EXPECT_THAT(publisher.posts[0].text.text,
              HasSubstr("❌ диск заполнен\nЧто делать: освободите место\n\n" + publisher.posts[0].marker));
}

}  // namespace
}  // namespace rec::notify
