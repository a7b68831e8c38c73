#include "cli/login_text.hpp"

#include <fmt/format.h>

#include <algorithm>

#include <boost/json/array.hpp>

#include "app/names.hpp"

namespace rec::cli {
namespace {

constexpr std::size_t kLongestTitle = 60;

std::string chat_line(const ChatInfo& chat) {
  std::string line = fmt::format("  {:<15} {:<8} {}", chat.id, chat.channel ? "channel" : "group",
                                 one_line(chat.title, kLongestTitle));
  if (!chat.username.empty()) line += "  @" + chat.username;
  if (chat.discussion != 0) line += fmt::format("  (comments in {})", chat.discussion);
  return line + "\n";
}

}  // namespace

std::string long_wait(std::chrono::seconds wait) {
  const auto total = std::max<std::int64_t>(0, wait.count());
  const auto hours = total / 3600;
  const auto minutes = total / 60 % 60;
  std::string text;
  if (hours > 0) text += fmt::format("{} h ", hours);
  if (minutes > 0) text += fmt::format("{} min ", minutes);
  if (total % 60 > 0 || text.empty()) text += fmt::format("{} s ", total % 60);
  text.pop_back();
  return text;
}

std::string login_trouble(const Error& error) {
  if (error.code != Errc::rate_limited || !error.retry_after) return error.text;
  const auto wait = std::chrono::ceil<std::chrono::seconds>(*error.retry_after);
  return fmt::format("Telegram takes no further try for {} ({})", long_wait(wait), error.text);
}

std::string chats_table(const Account& account, const std::vector<ChatInfo>& chats) {
  std::string may;
  std::string may_not;
  for (const ChatInfo& chat : chats) (chat.can_post ? may : may_not) += chat_line(chat);
  std::string text;
  if (!may.empty()) text = "It may post to (number, kind, title):\n" + may;
  if (!may_not.empty())
    text += "It may not post to (make it an administrator that may post messages):\n" + may_not;
  if (text.empty()) text = "No chat yet that it could post to.\n";
  if (account.bot)
    text +=
        "A bot hears of a chat when it becomes an administrator there or something is written; @name or a "
        "t.me link "
        "works as well.\n";
  return text;
}

boost::json::object login_json(const Account& account, const std::vector<ChatInfo>& chats) {
  boost::json::array list;
  for (const ChatInfo& chat : chats) {
    boost::json::object one;
    one["id"] = chat.id;
    one["title"] = chat.title;
    one["username"] = chat.username;
    one["kind"] = chat.channel ? "channel" : "group";
    one["can_post"] = chat.can_post;
    one["discussion"] = chat.discussion;
    list.push_back(std::move(one));
  }
  boost::json::object out;
  out["account"] = account.name;
  out["bot"] = account.bot;
  out["premium"] = account.premium;
  out["chats"] = std::move(list);
  return out;
}

}  // namespace rec::cli
