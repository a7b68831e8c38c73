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
constexpr std::int64_t kUsuallyThere = 30;  ///< seconds after the post

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
  for (;;) {
    if (const auto seen = seen_.find({chat, message}); seen != seen_.end()) co_return seen->second;
    REC_CO_TRY(const auto post, co_await chats_.message(chat, message));
    if (!post) co_return fail(Errc::not_found, "message " + std::to_string(message) + " is gone");
    REC_CO_TRY(const auto group, co_await chats_.discussion(chat));
    if (group == 0) co_return std::nullopt;
    const auto member = co_await chats_.get(group);
    if (!member && member.error().code == Errc::unavailable) co_return fail(member.error());
    if (!member) co_return std::nullopt;  // the account is not in there
    const auto date = tdlib::number(*post, "date");
    auto place = session_.account().bot ? co_await of_group(group, chat, message, date)
                                        : co_await of_thread(chat, message);
    if (!place) co_return fail(std::move(place).error());
    if (*place) seen_[{chat, message}] = **place;
    const bool soon = chats_.seconds_now() < date + kUsuallyThere;
    if (*place || session_.sure() || soon) co_return *place;
    REC_CO_CHECK(co_await session_.make_sure());
  }
}

Task<std::optional<CommentPlace>> CommentPlaces::of_thread(std::int64_t chat, std::int64_t message) {
  auto ask = tdlib::request("getMessageThread");
  ask["chat_id"] = chat;
  ask["message_id"] = message;
  REC_CO_TRY(const auto thread, co_await session_.call(std::move(ask)));
  const CommentPlace place{tdlib::number(thread, "chat_id"), tdlib::number(thread, "message_thread_id")};
  if (tdlib::type_of(thread) != "error" && place.chat != 0) co_return place;
  auto error = tdlib::error_of(thread, "comments of message " + std::to_string(message));
  if (error.code == Errc::rate_limited || tdlib::number(thread, "code") >= 429)
    co_return fail(std::move(error));
  co_return std::nullopt;  // no comments, or not yet
}

Task<std::optional<CommentPlace>> CommentPlaces::of_group(std::int64_t group, std::int64_t chat,
                                                          std::int64_t message, std::int64_t date) {
  ForwardSearch search{group, chat, message, date};
  REC_CO_TRY(const auto found, co_await find_forward(session_, std::move(search)));
  if (found == 0) co_return std::nullopt;
  const CommentPlace place{group, found};
  co_return place;
}

}  // namespace rec
