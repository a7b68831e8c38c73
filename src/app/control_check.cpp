#include "app/control_check.hpp"

#include <fmt/format.h>

#include <boost/asio/experimental/awaitable_operators.hpp>

namespace rec {

using asio::experimental::awaitable_operators::operator||;  // NOLINT(misc-unused-using-decls): used below

namespace {

constexpr const char* kControlCheck = "control";
constexpr std::chrono::seconds kControlPatience{15};

Finding control_error(const std::string& text) {
  return {kControlCheck, Finding::Level::error, "control.group_id: " + text,
          "add the account to that group; `streamrecorder login` lists the chats it knows"};
}

bool only_away(const Error& error) {
  return error.code == Errc::unavailable || error.code == Errc::timed_out || error.code == Errc::rate_limited;
}

Task<Findings> look_at_control(Publisher& publisher, Conversation& conversation, ControlConfig control) {
  Findings found;
  REC_CO_TRY(const Account account, co_await publisher.account());
  std::int64_t chat = 0;
  if (const auto* number = std::get_if<std::int64_t>(&*control.group_id)) {
    chat = *number;
  } else {
    const auto resolved = co_await publisher.resolve_chat(std::get<std::string>(*control.group_id));
    if (!resolved && only_away(resolved.error())) co_return fail(resolved.error());
    if (!resolved) {
      found.push_back(control_error(resolved.error().text));
      co_return found;
    }
    chat = *resolved;
  }
  const auto may = co_await publisher.check_chat(chat);
  if (!may && only_away(may.error())) co_return fail(may.error());
  if (!may) {
    found.push_back(control_error(may.error().text));
    co_return found;
  }
  REC_CO_TRY(const std::string deaf, co_await conversation.deaf_to(chat, control.command_prefix));
  if (deaf.empty()) {
    found.push_back({kControlCheck, Finding::Level::ok,
                     fmt::format("takes commands in {}{}", chat, account.bot ? ", with buttons" : ""), ""});
    co_return found;
  }
  const auto cure = deaf.find("; ");
  found.push_back({kControlCheck, Finding::Level::warning, deaf.substr(0, cure),
                   cure == std::string::npos ? "" : deaf.substr(cure + 2)});
  co_return found;
}

}  // namespace

Task<Findings> check_control(Publisher& publisher, Conversation& conversation, Clock& clock,
                             ControlConfig control) {
  if (!control.enabled || !control.group_id) co_return Findings{};
  auto ended = co_await (look_at_control(publisher, conversation, std::move(control)) ||
                         clock.sleep(kControlPatience));
  auto* looked = std::get_if<0>(&ended);
  if (looked == nullptr || !*looked) co_return Findings{};
  co_return std::move(**looked);
}

}  // namespace rec
