// A group of people and a service that keeps count, in memory; the door before it is the real one.
#pragma once
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/json.hpp>

#include "chat/chat_door.hpp"
#include "runtime/signal.hpp"
#include "runtime/virtual_clock.hpp"
#include "tests/support/idle_publisher.hpp"
#include "tests/support/temp_folder.hpp"

namespace rec::chat {

inline constexpr std::int64_t kAdmin = 1, kReader = 2, kStranger = 3;

/// What is said comes when a test says it.
class ScriptedGroup final : public Conversation {
 public:
  explicit ScriptedGroup(const asio::any_io_executor& executor) : more_(executor) {}
  void listen(std::int64_t chat, std::int64_t since) override {
    listens_to = chat;
    listens_since = since;
  }
  Task<Asked> next() override {
    while (heard_.empty()) co_await more_.wait();
    Asked asked = std::move(heard_.front());
    heard_.pop_front();
    co_return asked;
  }
  Task<> say(Saying saying) override {
    if (deaf) co_return fail(Errc::unavailable, "the network is gone");
    said.push_back(std::move(saying));
    co_return Result<void>();
  }
  Task<> change(std::int64_t message, Saying saying) override {
    changed.emplace_back(message, std::move(saying));
    co_return Result<void>();
  }
  Task<> notice(std::int64_t press, std::string text) override {
    notices[press] = std::move(text);
    co_return Result<void>();
  }
  Task<std::string> deaf_to(std::int64_t, std::string) override { co_return std::string(); }

  void hear(Asked asked) {
    heard_.push_back(std::move(asked));
    more_.notify();
  }

  std::int64_t listens_to = 0, listens_since = 0;
  bool deaf = false;
  std::vector<Saying> said{};
  std::vector<std::pair<std::int64_t, Saying>> changed{};
  std::map<std::int64_t, std::string> notices{};

 private:
  Signal more_;
  std::deque<Asked> heard_{};
};

class BotAccount final : public test::IdlePublisher {
 public:
  Task<Account> account() override {
    Account account;
    account.name = "@recbot";
    account.bot = bot;
    co_return account;
  }

  bool bot = true;
};

class DoorTest : public testing::Test {
 protected:
  DoorTest() {
    rules.enabled = true;
    rules.group_id = std::int64_t{-100};
    rules.allowed_user_ids = {kAdmin};
    rules.readonly_user_ids = {kReader};
    rules.audit_log_file = folder / "audit.log";
    answers["session_details"] =
        boost::json::parse(
            R"({"id": "01a2057e-0282-7000-8f41-ece5c5aeb0c0", "name": "ann", "title": "A title"})")
            .as_object();
    answers["session_action"] =
        boost::json::parse(R"({"session": "01a2057e-0282-7000-8f41-ece5c5aeb0c0", "changed": true})")
            .as_object();
    answers["channel_pause"] =
        boost::json::parse(R"({"channel": "twitch:ann", "changed": true})").as_object();
    answers["channel_list"] =
        boost::json::parse(R"({"channels": [{"id": "twitch:ann", "name": "ann", "status": "offline"}]})")
            .as_object();
    answers["overview"] = boost::json::parse(R"({"verdict": "good"})").as_object();
    start();
  }
  ~DoorTest() override { stop(); }

  void start() {
    world = std::make_unique<World>();
    world->account.bot = bot;
    auto ask = [this](std::string request, boost::json::object arguments) {
      return serve(std::move(request), std::move(arguments));
    };
    ChatDoor::Needs needs{world->io.get_executor(), world->clock,  world->account, world->group,
                          *world->worker,           std::move(ask)};
    needs.rules = rules;
    needs.language = language;
    needs.state_file = folder / "control.json";
    world->door = std::make_unique<ChatDoor>(std::move(needs));
    world->door->open();
    run();
  }
  /// As a kill does: nothing more happens, and nothing is tidied up.
  void kill() { world.reset(); }
  void stop() {
    if (!world) return;
    asio::co_spawn(world->io, world->door->close(), asio::detached);
    run();
    world.reset();
  }
  void run() { world->clock.run_for(std::chrono::seconds(1)); }

  Task<boost::json::object> serve(std::string request, boost::json::object arguments) {
    requests.push_back(request + " " + boost::json::serialize(arguments));
    if (request == hangs_at) co_await world->clock.sleep(hangs_for);
    const auto found = answers.find(request);
    if (found == answers.end()) co_return fail(Errc::not_found, "there is no such part");
    co_return found->second;
  }

  void say(std::int64_t person, const std::string& text, std::chrono::seconds ago = std::chrono::seconds(0)) {
    Asked asked;
    asked.message = ++message;
    asked.person = person;
    asked.name = "Somebody";
    asked.text = text;
    asked.ago = ago;
    hear(std::move(asked));
  }
  void press(std::int64_t person, const std::string& data) {
    Asked asked;
    asked.message = 7;
    asked.person = person;
    asked.name = "Somebody";
    asked.text = data;
    asked.press = ++pressed;
    hear(std::move(asked));
  }
  void hear(Asked asked) {
    world->group.hear(std::move(asked));
    run();
  }
  [[nodiscard]] std::string last_said() const {
    return world->group.said.empty() ? "" : world->group.said.back().text;
  }
  [[nodiscard]] std::string notice() const {
    const auto found = world->group.notices.find(pressed);
    return found == world->group.notices.end() ? "(none)" : found->second;
  }
  [[nodiscard]] std::string audit() const {
    std::ifstream file(rules.audit_log_file);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  /// How often the service was asked for something that changes.
  [[nodiscard]] int acts() const {
    int count = 0;
    for (const auto& request : requests)
      count += request.starts_with("session_action") || request.starts_with("channel_pause") ? 1 : 0;
    return count;
  }

  /// What is suspended goes when it is taken apart, while all that it uses is there.
  struct Loop : asio::io_context {
    void take_apart() { shutdown(); }
  };
  struct World {
    Loop io{};
    VirtualClock clock{io, Instant{Millis(1'800'000'000'000)}};
    std::unique_ptr<Worker> worker = make_inline_worker();
    ScriptedGroup group{io.get_executor()};
    BotAccount account{};
    std::unique_ptr<ChatDoor> door{};
    ~World() { io.take_apart(); }
  };

  test::TempFolder folder;
  ControlConfig rules{};
  Language language = Language::en;
  bool bot = true;
  std::map<std::string, boost::json::object> answers{};
  std::vector<std::string> requests{};
  std::string hangs_at{};
  std::chrono::seconds hangs_for = std::chrono::hours(1);
  std::int64_t message = 100, pressed = 0;
  std::unique_ptr<World> world{};
};

}  // namespace rec::chat
