// TDLib tells of messages and presses by updates; who has said them is asked of it when their turn comes.
#include "publish/tdlib_conversation.hpp"

#include <algorithm>
#include <utility>

#include "base/base64.hpp"
#include "base/log.hpp"
#include "publish/messages_since.hpp"
#include "publish/post_checks.hpp"
#include "publish/rich_text.hpp"
#include "publish/tdlib_errors.hpp"
#include "publish/tdlib_json.hpp"
#include "publish/text_pages.hpp"

namespace rec {
namespace {

using tdlib::request;

constexpr std::size_t kMostHeard = 200;
constexpr std::size_t kMostPages = 6;
constexpr std::size_t kLongestNotice = 200;
constexpr std::chrono::seconds kArrivalPatience{60};
/// Said before nobody knows what was dealt with: so much of it is looked at.
constexpr std::int64_t kFirstLook = 600;  // seconds

boost::json::object inline_keyboard(const ReplyButtons& buttons) {
  boost::json::array rows;
  for (const auto& row : buttons) {
    boost::json::array made;
    for (const ReplyButton& button : row) {
      auto type = request("inlineKeyboardButtonTypeCallback");
      type["data"] = base64(button.data);
      auto one = request("inlineKeyboardButton");
      one["text"] = button.label;
      one["type"] = std::move(type);
      made.push_back(std::move(one));
    }
    rows.push_back(std::move(made));
  }
  auto markup = request("replyMarkupInlineKeyboard");
  markup["rows"] = std::move(rows);
  return markup;
}

/// Said by somebody, for the first time, and here.
bool is_said(const boost::json::object& message) {
  const bool pending = !tdlib::type_of(tdlib::child(message, "sending_state")).empty();
  const bool again = message.contains("forward_info") && message.at("forward_info").is_object();
  return !pending && !again && !tdlib::flag(message, "is_channel_post") &&
         tdlib::number(message, "via_bot_user_id") == 0 && tdlib::number(message, "edit_date") == 0 &&
         tdlib::type_of(tdlib::child(message, "content")) == "messageText";
}

std::string cleaned(std::string_view text) {
  RichText rich;
  rich.text = text;
  return clean_text(std::move(rich)).text;
}

std::int64_t said_id(const boost::json::object& update) {
  return tdlib::number(tdlib::child(update, "message"), "id");
}

}  // namespace

void TdlibConversation::listen(std::int64_t chat, std::int64_t since) {
  if (chat != chat_) {
    heard_.clear();
    if (chat_ != 0 && entered_in_ == session_.run() && session_.usable() && !session_.account().bot) {
      auto leave = request("closeChat");
      leave["chat_id"] = chat_;
      [[maybe_unused]] const auto told = session_.post(std::move(leave));
    }
    entered_in_ = 0;
  }
  chat_ = chat;
  known_until_ = since;
  heard_more_.notify();
}

void TdlibConversation::on_update(const boost::json::object& update) {
  if (chat_ == 0) return;
  const auto type = tdlib::type_of(update);
  const auto& message = tdlib::child(update, "message");
  const bool said =
      type == "updateNewMessage" && tdlib::number(message, "chat_id") == chat_ && is_said(message);
  const bool pressed = type == "updateNewCallbackQuery" && tdlib::number(update, "chat_id") == chat_;
  if (!said && !pressed) return;
  if (said && said_id(update) <= known_until_) return;  // was read from the server before it was told
  if (heard_.size() == kMostHeard) {
    log::warn("telegram.group_too_loud", {{"chat", chat_}});
    return;
  }
  heard_.push_back(update);
  heard_more_.notify();
}

/// A user's TDLib is told all news of a group only while that is open. What was said before is read.
Task<> TdlibConversation::enter() {
  if (entered_in_ == session_.run() || chat_ == 0) co_return Result<void>{};
  const auto run = session_.run();
  REC_CO_CHECK(co_await chats_.know(chat_));
  if (!session_.account().bot) {
    auto open = request("openChat");
    open["chat_id"] = chat_;
    const auto opened = co_await session_.ask(std::move(open), "chat " + std::to_string(chat_));
    if (!opened) co_return fail(opened.error());
    REC_CO_CHECK(co_await catch_up());
  }
  entered_in_ = run;
  co_return Result<void>{};
}

/// What was told meanwhile is among what is read, or newer than all of it.
Task<> TdlibConversation::catch_up() {
  const auto chat = chat_;
  const auto since = known_until_;
  REC_CO_TRY(const auto messages, co_await messages_since(session_, chat, since));
  REC_CO_TRY(const auto now, co_await server_time());
  if (chat != chat_) co_return fail(Errc::unavailable, "the control group has changed meanwhile");
  std::deque<boost::json::object> missed;
  for (const auto& each : messages) {
    const auto& message = each.as_object();
    known_until_ = std::max(known_until_, tdlib::number(message, "id"));
    const bool told_of_old = since == 0 && tdlib::number(message, "date") < now - kFirstLook;
    if (told_of_old || !is_said(message)) continue;
    auto update = request("updateNewMessage");
    update["message"] = message;
    missed.push_back(std::move(update));
  }
  std::erase_if(heard_, [this](const auto& update) {
    return tdlib::type_of(update) == "updateNewMessage" && said_id(update) <= known_until_;
  });
  heard_.insert(heard_.begin(), missed.begin(), missed.end());
  co_return Result<void>{};
}

Task<std::int64_t> TdlibConversation::server_time() {
  auto clock = request("getOption");
  clock["name"] = "unix_time";
  REC_CO_TRY(const auto now, co_await session_.call(std::move(clock)));
  co_return tdlib::number(now, "value");
}

Task<Asked> TdlibConversation::next() {
  for (;;) {
    REC_CO_CHECK(co_await session_.ready());
    REC_CO_CHECK(co_await enter());
    while (!heard_.empty()) {
      auto update = std::move(heard_.front());
      heard_.pop_front();
      auto asked = co_await read(update);
      if (!asked) {
        heard_.push_front(std::move(update));
        co_return fail(std::move(asked).error());
      }
      if (*asked && (*asked)->press == 0) known_until_ = std::max(known_until_, (*asked)->message);
      if (*asked) co_return std::move(**asked);
    }
    co_await heard_more_.wait();
  }
}

Task<std::optional<Asked>> TdlibConversation::read(boost::json::object update) {
  if (tdlib::type_of(update) == "updateNewCallbackQuery") co_return co_await read_press(std::move(update));
  auto message = tdlib::child(update, "message");
  co_return co_await read_message(std::move(message));
}

Task<std::optional<Asked>> TdlibConversation::read_message(boost::json::object message) {
  Asked asked;
  asked.message = tdlib::number(message, "id");
  asked.text = tdlib::message_text(message);
  asked.own = tdlib::flag(message, "is_outgoing");
  const auto& sender = tdlib::child(message, "sender_id");
  if (tdlib::type_of(sender) == "messageSenderUser") {
    asked.person = tdlib::number(sender, "user_id");
    REC_CO_TRY(auto name, co_await name_of(asked.person));
    if (!name) co_return std::optional<Asked>{};
    asked.name = std::move(*name);
  }
  REC_CO_TRY(const auto server, co_await server_time());
  const auto said = tdlib::number(message, "date");
  if (server > said) asked.ago = std::chrono::seconds(server - said);
  co_return std::optional(std::move(asked));
}

Task<std::optional<Asked>> TdlibConversation::read_press(boost::json::object update) {
  Asked asked;
  asked.press = tdlib::number(update, "id");
  asked.message = tdlib::number(update, "message_id");
  asked.person = tdlib::number(update, "sender_user_id");
  asked.text = from_base64(tdlib::text(tdlib::child(update, "payload"), "data"));
  REC_CO_TRY(auto name, co_await name_of(asked.person));
  if (!name || asked.press == 0) co_return std::optional<Asked>{};
  asked.name = std::move(*name);
  co_return std::optional(std::move(asked));
}

/// What a person is called; nothing: it is a bot.
Task<std::optional<std::string>> TdlibConversation::name_of(std::int64_t person) {
  auto ask = request("getUser");
  ask["user_id"] = person;
  REC_CO_TRY(const auto user, co_await session_.call(std::move(ask)));
  if (tdlib::type_of(tdlib::child(user, "type")) == "userTypeBot") co_return std::nullopt;
  std::string name(tdlib::text(user, "first_name"));
  if (const auto last = tdlib::text(user, "last_name"); !last.empty()) name += " " + std::string(last);
  co_return std::optional(std::move(name));
}

Task<> TdlibConversation::say(Saying saying) {
  REC_CO_CHECK(co_await session_.ready());
  REC_CO_CHECK(co_await chats_.know(chat_));
  const auto pages = text_pages(cleaned(saying.text), session_.text_limit(), kMostPages);
  for (std::size_t i = 0; i < pages.size(); ++i) {
    RichText page;
    page.text = pages[i];
    auto send = request("sendMessage");
    send["chat_id"] = chat_;
    send["input_message_content"] = tdlib::input_text(page);
    if (i == 0 && saying.reply_to != 0) {
      auto reply = request("inputMessageReplyToMessage");
      reply["message_id"] = saying.reply_to;
      send["reply_to"] = std::move(reply);
    }
    const bool last = i + 1 == pages.size();
    if (last && !saying.buttons.empty() && session_.account().bot)
      send["reply_markup"] = inline_keyboard(saying.buttons);
    REC_CO_TRY(const auto message, co_await session_.ask(std::move(send), "answering in the group"));
    book_.on_sending(message);
    REC_CO_CHECK(co_await arrived(tdlib::number(message, "id")));
  }
  co_return Result<void>{};
}

/// What is not decided in time TDLib goes on with by itself, also after a restart.
Task<> TdlibConversation::arrived(std::int64_t temporary) {
  const auto deadline = clock_.steady() + kArrivalPatience;
  Result<void> outcome;
  for (;;) {
    const SendEntry* entry = book_.get(chat_, temporary);
    if (entry == nullptr || entry->state == SendEntry::State::sent || clock_.steady() >= deadline) break;
    if (entry->state == SendEntry::State::failed) {
      outcome = fail(tdlib::error_of(entry->error_code, entry->error, "answering in the group"));
      break;
    }
    co_await session_.changed().wait_until(clock_, deadline);
  }
  book_.forget(chat_, {temporary});
  co_return outcome;
}

Task<> TdlibConversation::change(std::int64_t message, Saying saying) {
  REC_CO_CHECK(co_await session_.ready());
  REC_CO_CHECK(co_await chats_.know(chat_));
  auto look = request("getMessage");  // TDLib changes only what it has seen
  look["chat_id"] = chat_;
  look["message_id"] = message;
  const auto seen = co_await session_.ask(std::move(look), "a message with buttons");
  if (!seen) co_return fail(seen.error());
  RichText text;
  text.text = saying.text;
  auto edit = request("editMessageText");
  edit["chat_id"] = chat_;
  edit["message_id"] = message;
  edit["input_message_content"] = tdlib::input_text(fit_text(std::move(text), "", session_.text_limit()));
  if (!saying.buttons.empty()) edit["reply_markup"] = inline_keyboard(saying.buttons);
  REC_CO_TRY(const auto answer, co_await session_.call(std::move(edit)));
  if (tdlib::type_of(answer) != "error" || tdlib::edit_is_done(answer)) co_return Result<void>{};
  co_return fail(tdlib::error_of(answer, "changing a message with buttons"));
}

Task<> TdlibConversation::notice(std::int64_t press, std::string text) {
  REC_CO_CHECK(co_await session_.ready());
  std::string shown = cleaned(text);
  if (const auto fits = utf16_prefix(shown, kLongestNotice - 1); fits < shown.size())
    shown = shown.substr(0, fits) + "…";
  auto answer = request("answerCallbackQuery");
  answer["callback_query_id"] = std::to_string(press);
  answer["text"] = shown;
  answer["show_alert"] = false;
  const auto told = co_await session_.ask(std::move(answer), "answering a button");
  if (!told) co_return fail(told.error());
  co_return Result<void>{};
}

Task<std::string> TdlibConversation::deaf_to(std::int64_t chat, std::string prefix) {
  REC_CO_CHECK(co_await session_.ready());
  REC_CO_TRY(const auto found, co_await chats_.get(chat));
  if (!session_.account().bot) co_return std::string();
  REC_CO_TRY(const auto group, co_await chats_.group_of(found));
  const auto status = tdlib::type_of(tdlib::child(group, "status"));
  if (status == "chatMemberStatusAdministrator" || status == "chatMemberStatusCreator")
    co_return std::string();
  REC_CO_TRY(auto me, co_await session_.ask(request("getMe"), "Telegram account"));
  auto look = request("getUserFullInfo");  // or TDLib tells what it remembers of the bot
  look["user_id"] = tdlib::number(me, "id");
  REC_CO_TRY(const auto full, co_await session_.call(std::move(look)));
  REC_CO_TRY(me, co_await session_.ask(request("getMe"), "Telegram account"));
  if (tdlib::flag(tdlib::child(me, "type"), "can_read_all_group_messages")) co_return std::string();
  const std::string& name = session_.account().name;
  co_return "Telegram shows " + name + " only some of what is said in the control group" +
      (prefix == "/" ? ": those commands that name it, like /status" + name : "") +
      "; make it an administrator there, or say /setprivacy, Disable, to @BotFather and add it to the group "
      "anew";
}

}  // namespace rec
