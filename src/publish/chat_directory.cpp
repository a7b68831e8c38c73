// TDLib takes the number of a chat only when it has seen the chat.
#include "publish/chat_directory.hpp"

#include <utility>

#include "publish/chat_reference.hpp"
#include "publish/post_checks.hpp"
#include "publish/tdlib_errors.hpp"
#include "publish/tdlib_json.hpp"

namespace rec {
namespace {

using tdlib::request;

constexpr std::chrono::seconds kChatListPatience{5};
constexpr Millis kChatListPause{500};
constexpr int kChatPages = 50;  ///< of a hundred

std::string name_of(std::int64_t chat) { return "chat " + std::to_string(chat); }

}  // namespace

Task<> ChatDirectory::load_more() {
  auto load = request("loadChats");
  load["limit"] = 100;
  auto loaded = co_await session_.ask(std::move(load), "the list of chats");
  if (!loaded) co_return fail(std::move(loaded).error());
  co_return Result<void>{};
}

/// A user's chats come with the chat list, which may still be on its way when somebody has just signed in.
Task<boost::json::object> ChatDirectory::get(std::int64_t chat) {
  const auto deadline = clock_.steady() + kChatListPatience;
  for (;;) {
    auto ask = request("getChat");
    ask["chat_id"] = chat;
    auto got = co_await session_.ask(std::move(ask), name_of(chat));
    if (got) known_.insert(chat);
    if (got) co_return std::move(*got);
    const bool unseen = got.error().code == Errc::not_found && !session_.account().bot;
    if (!unseen || clock_.steady() > deadline) co_return fail(std::move(got).error());
    const auto loaded = co_await load_more();
    if (!loaded && loaded.error().code != Errc::not_found) co_return fail(loaded.error());
    if (!loaded) co_await clock_.sleep(kChatListPause);  // there are no more, for now
  }
}

Task<> ChatDirectory::know(std::int64_t chat) {
  if (known_.contains(chat)) co_return Result<void>{};
  auto got = co_await get(chat);
  if (!got) co_return fail(std::move(got).error());
  co_return Result<void>{};
}

Task<std::optional<boost::json::object>> ChatDirectory::message(std::int64_t chat, std::int64_t id) {
  for (;;) {
    REC_CO_CHECK(co_await know(chat));
    auto ask = request("getMessage");
    ask["chat_id"] = chat;
    ask["message_id"] = id;
    auto got = co_await session_.ask(std::move(ask), "message " + std::to_string(id));
    if (got) co_return std::optional(std::move(*got));
    if (got.error().code != Errc::not_found) co_return fail(std::move(got).error());
    if (session_.sure()) co_return std::optional<boost::json::object>{};
    REC_CO_CHECK(co_await session_.make_sure());
  }
}

Task<boost::json::object> ChatDirectory::group_of(const boost::json::object& chat) {
  const auto& type = tdlib::child(chat, "type");
  const bool supergroup = tdlib::type_of(type) == "chatTypeSupergroup";
  if (!supergroup && tdlib::type_of(type) != "chatTypeBasicGroup") co_return boost::json::object{};
  const std::string key = supergroup ? "supergroup_id" : "basic_group_id";
  auto ask = request(supergroup ? "getSupergroup" : "getBasicGroup");
  ask[key] = tdlib::number(type, key);
  co_return co_await session_.ask(std::move(ask), name_of(tdlib::number(chat, "id")));
}

Task<> ChatDirectory::check(std::int64_t chat) {
  REC_CO_TRY(const auto found, co_await get(chat));
  REC_CO_TRY(const auto group, co_await group_of(found));
  if (group.empty()) co_return Result<void>{};
  co_return tdlib::may_post(found, group);
}

Task<std::int64_t> ChatDirectory::resolve(std::string reference) {
  REC_CO_TRY(const auto parsed, tdlib::parse_chat_reference(reference));
  if (const auto* number = std::get_if<std::int64_t>(&parsed)) co_return *number;
  const std::string& name = std::get<std::string>(parsed);
  auto ask = request("searchPublicChat");
  ask["username"] = name;
  REC_CO_TRY(const auto answer, co_await session_.call(std::move(ask)));
  if (tdlib::type_of(answer) != "error") co_return tdlib::number(answer, "id");
  auto error = tdlib::error_of(answer, "@" + name);
  if (error.code == Errc::rate_limited || tdlib::number(answer, "code") != 400)
    co_return fail(std::move(error));
  co_return fail(Errc::not_found, "@" + name +
                                      ": no public chat has this name: check its spelling, or write the "
                                      "chat's number (-100…), which streamrecorder login lists");
}

Task<std::int64_t> ChatDirectory::discussion(std::int64_t chat) {
  REC_CO_TRY(const auto found, co_await get(chat));
  const auto& type = tdlib::child(found, "type");
  if (tdlib::type_of(type) != "chatTypeSupergroup" || !tdlib::flag(type, "is_channel"))
    co_return std::int64_t{0};
  auto ask = request("getSupergroupFullInfo");
  ask["supergroup_id"] = tdlib::number(type, "supergroup_id");
  REC_CO_TRY(const auto full, co_await session_.ask(std::move(ask), name_of(chat)));
  co_return tdlib::number(full, "linked_chat_id");
}

Task<ChatInfo> ChatDirectory::describe(std::int64_t id) {
  REC_CO_TRY(const auto chat, co_await get(id));
  REC_CO_TRY(const auto group, co_await group_of(chat));
  ChatInfo info;
  if (group.empty()) co_return info;
  info.id = id;
  info.title = tdlib::text(chat, "title");
  const auto& names = tdlib::list(tdlib::child(group, "usernames"), "active_usernames");
  if (const auto* name = names.empty() ? nullptr : names[0].if_string())
    info.username.assign(name->data(), name->size());
  info.channel = tdlib::flag(group, "is_channel");
  info.can_post = tdlib::may_post(chat, group).has_value();
  if (info.channel && info.can_post && tdlib::flag(group, "has_linked_chat")) {
    const auto linked = co_await discussion(id);
    if (linked) info.discussion = *linked;  // "not known" is an answer too
  }
  co_return info;
}

Task<std::vector<ChatInfo>> ChatDirectory::list() {
  for (int page = 0; page < kChatPages && !session_.account().bot; ++page) {
    const auto loaded = co_await load_more();
    if (loaded) continue;
    if (loaded.error().code != Errc::not_found) co_return fail(loaded.error());
    break;
  }
  std::vector<ChatInfo> made;
  const auto ids = heard_of_;  // it may grow meanwhile
  for (const auto id : ids) {
    auto info = co_await describe(id);
    if (!info && info.error().code != Errc::not_found && info.error().code != Errc::denied)
      co_return fail(std::move(info).error());
    if (info && info->id != 0) made.push_back(std::move(*info));
  }
  co_return made;
}

std::int64_t ChatDirectory::seconds_now() const { return unix_ms(clock_.now()) / 1000; }

void ChatDirectory::on_update(const boost::json::object& update) {
  if (tdlib::type_of(update) == "updateNewChat")
    heard_of_.insert(tdlib::number(tdlib::child(update, "chat"), "id"));
}

}  // namespace rec
