#include "chat/chat_door.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "app/names.hpp"
#include "base/log.hpp"
#include "chat/chat_texts.hpp"

namespace rec::chat {
namespace {

constexpr int kBurst = 10;
constexpr Millis kEvery{3'000};
constexpr Millis kRefusedEvery{60'000};
constexpr std::chrono::minutes kRetirePatience{1};
constexpr std::chrono::milliseconds kRetirePause{50};
constexpr std::chrono::seconds kTryAgain{10};
constexpr std::chrono::minutes kTryAgainRefused{5};  ///< does not mend itself
constexpr std::size_t kMostText = 500;

}  // namespace

ChatDoor::ChatDoor(Needs needs)
    : needs_(std::move(needs)),
      desk_(needs_.ask, needs_.language, needs_.rules.command_prefix),
      limit_(kBurst, kEvery),
      refusals_(1, kRefusedEvery),
      tasks_(needs_.executor, [](const std::string& name, const Error& error) {
        log::warn("control.failed", {{"task", name}, {"error", error.text}});
      }) {}

void ChatDoor::open() {
  opened_ = needs_.clock.steady();
  tasks_.start("listen", run());
}

void ChatDoor::go_by(ControlConfig rules, Language language, std::size_t at_once) {
  desk_.speak(language, rules.command_prefix);
  needs_.rules = std::move(rules);
  needs_.language = language;
  needs_.at_once = at_once;
  pump();
}

asio::awaitable<void> ChatDoor::retire() {
  tasks_.cancel("listen");
  const auto until = needs_.clock.steady() + kRetirePatience;
  while ((at_work_ > 0 || !waiting_.empty()) && needs_.clock.steady() < until)
    co_await needs_.clock.sleep(kRetirePause);
  co_await close();
}

asio::awaitable<void> ChatDoor::close() {
  closing_ = true;
  waiting_.clear();
  tasks_.cancel_all();
  co_await tasks_.join();
  needs_.conversation.listen(0, 0);
}

void ChatDoor::start(Task<> task) {
  ++at_work_;
  std::shared_ptr<void> mark(nullptr, [this](void*) { --at_work_; });
  tasks_.start(fmt::format("command-{}", ++started_), at_work(std::move(task), std::move(mark)));
}

Task<> ChatDoor::at_work(Task<> task, std::shared_ptr<void>) { co_return co_await std::move(task); }

Task<> ChatDoor::run() {
  std::string said;
  for (;;) {
    auto heard = co_await come_in();
    if (heard) {
      auto asked = co_await needs_.conversation.next();
      if (asked) {
        said.clear();
        take(std::move(*asked));
        continue;
      }
      heard = fail(std::move(asked).error());
    }
    const Error error = heard.error();
    if (error.code == Errc::cancelled) co_return fail(error);
    if (std::exchange(said, error.text) != said)
      log::warn("control.group_out_of_reach", {{"error", error.text}});
    const bool refused = error.code == Errc::denied || error.code == Errc::not_found;
    const auto pause = refused ? Millis(kTryAgainRefused) : Millis(kTryAgain);
    co_await needs_.clock.sleep(std::max(pause, error.retry_after.value_or(Millis{0})));
  }
}

/// Once, and again until it has worked: signs in, and deals with what was before.
Task<> ChatDoor::come_in() {
  if (in_) co_return Result<void>();
  REC_CO_CHECK(co_await listen());
  REC_CO_TRY(account_, co_await needs_.publisher.account());
  REC_CO_CHECK(co_await tell_interrupted());
  REC_CO_CHECK(co_await warn_if_deaf());
  in_ = true;
  log::info("control.listening", {{"chat", chat_}, {"buttons", account_.bot ? "yes" : "no"}});
  co_return Result<void>();
}

Task<> ChatDoor::listen() {
  if (chat_ != 0) co_return Result<void>();
  const ChatRef group = needs_.rules.group_id.value_or(ChatRef{});
  std::int64_t chat = 0;
  if (const auto* number = std::get_if<std::int64_t>(&group)) {
    chat = *number;
  } else {
    REC_CO_TRY(chat, co_await needs_.publisher.resolve_chat(std::get<std::string>(group)));
  }
  auto job = [path = needs_.state_file, chat] { return load_handled(path, chat); };
  auto kept = co_await run_on(needs_.files, std::move(job));
  if (!kept) log::error("control.notes_unreadable", {{"error", kept.error().text}});
  if (kept) handled_ = std::move(*kept);
  handled_.chat = chat;
  noted_newest_ = handled_.newest;
  chat_ = chat;
  needs_.conversation.listen(chat, handled_.newest);
  co_return Result<void>();
}

Task<> ChatDoor::tell_interrupted() {
  const ChatWords& w = chat_words(needs_.language);
  const auto open = handled_.open;
  for (const auto& [message, command] : open) {
    Saying saying = saying_of(fmt::format(fmt::runtime(w.interrupted), one_line(command.text, kMostText),
                                          needs_.rules.command_prefix),
                              std::max<std::int64_t>(0, message));
    REC_CO_CHECK(co_await needs_.conversation.say(std::move(saying)));
    handled_.open.erase(message);  // before anything that may fail: it is said once
    REC_CO_CHECK(co_await keep());
    const auto noted = co_await write_audit(command.person, "interrupted", command.text, "");
    if (!noted) log::warn("control.not_noted", {{"error", noted.error().text}});
  }
  co_return Result<void>();
}

Task<> ChatDoor::warn_if_deaf() {
  REC_CO_TRY(const std::string deaf,
             co_await needs_.conversation.deaf_to(chat_, needs_.rules.command_prefix));
  if (!deaf.empty()) log::warn("control.hears_not_all", {{"text", deaf}});
  co_return Result<void>();
}

}  // namespace rec::chat
