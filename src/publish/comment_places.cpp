// An automatic forward says where it comes from, and is sent in the name of the channel.
#include "publish/comment_places.hpp"

#include <string>
#include <utility>

#include "publish/message_search.hpp"
#include "publish/tdlib_errors.hpp"
#include "publish/tdlib_json.hpp"

namespace rec {
namespace {

constexpr std::size_t kMostSeen = 2000;

}  // namespace

void CommentPlaces::on_update(const boost::json::object& update) {
  if (tdlib::type_of(update) != "updateNewMessage") return;
  const auto& message = tdlib::child(update, "message");
  const auto post = automatic_forward_of(message);
  if (!post) return;
  seen_[*post] = {tdlib::number(message, "chat_id"), tdlib::number(message, "id")};
  if (seen_.size() > kMostSeen) seen_.erase(seen_.begin());
}

Task<std::optional<CommentPlace>> CommentPlaces::find(std::int64_t chat, std::int64_t message) {
  if (const auto seen = seen_.find({chat, message}); seen != seen_.end()) co_return seen->second;
  if (session_.account().bot) co_return co_await of_group(chat, message);
  co_return co_await of_thread(chat, message);
}

Task<std::optional<CommentPlace>> CommentPlaces::of_thread(std::int64_t chat, std::int64_t message) {
  REC_CO_CHECK(co_await chats_.get(chat));
  const std::string doing = "comments of message " + std::to_string(message);
  auto known = tdlib::request("getMessage");
  known["chat_id"] = chat;
  known["message_id"] = message;
  REC_CO_CHECK(co_await session_.ask(std::move(known), doing));
  auto ask = tdlib::request("getMessageThread");
  ask["chat_id"] = chat;
  ask["message_id"] = message;
  REC_CO_TRY(const auto thread, co_await session_.call(std::move(ask)));
  const CommentPlace place{tdlib::number(thread, "chat_id"), tdlib::number(thread, "message_thread_id")};
  if (tdlib::type_of(thread) != "error" && place.chat != 0) {
    seen_[{chat, message}] = place;
    co_return place;
  }
  auto error = tdlib::error_of(thread, doing);
  if (error.code == Errc::rate_limited || tdlib::number(thread, "code") >= 429)
    co_return fail(std::move(error));
  co_return std::nullopt;  // no comments, or not yet
}

Task<std::optional<CommentPlace>> CommentPlaces::of_group(std::int64_t chat, std::int64_t message) {
  REC_CO_TRY(const auto group, co_await chats_.discussion(chat));
  if (group == 0) co_return std::nullopt;
  const auto member = co_await chats_.get(group);
  if (!member && member.error().code == Errc::unavailable) co_return fail(member.error());
  if (!member) co_return std::nullopt;  // the bot is not in there
  auto get = tdlib::request("getMessage");
  get["chat_id"] = chat;
  get["message_id"] = message;
  const std::string doing = "comments of message " + std::to_string(message);
  REC_CO_TRY(const auto post, co_await session_.ask(std::move(get), doing));
  ForwardSearch search{group, chat, message, tdlib::number(post, "date")};
  REC_CO_TRY(const auto found, co_await find_forward(session_, std::move(search)));
  if (found == 0) co_return std::nullopt;
  const CommentPlace place{group, found};
  seen_[{chat, message}] = place;
  co_return place;
}

}  // namespace rec
