// Nothing here sends a message.
#include "publish/post_request.hpp"

#include <algorithm>
#include <utility>

#include "publish/file_refusals.hpp"
#include "publish/rich_text.hpp"
#include "publish/tdlib_errors.hpp"
#include "publish/tdlib_json.hpp"

namespace rec::tdlib {
namespace {

std::string posting_to(const PostRequest& post) { return "posting to chat " + std::to_string(post.chat); }

}  // namespace

std::size_t messages_of(const PostRequest& post) {
  return post.copy_of ? post.copy_of->messages.size() : std::max<std::size_t>(1, post.files.size());
}

std::optional<std::size_t> too_large(const PostRequest& post, const Account& account) {
  const auto at = std::find_if(post.files.begin(), post.files.end(),
                               [&](const auto& file) { return file.bytes > account.max_file_bytes; });
  if (at == post.files.end()) return std::nullopt;
  return static_cast<std::size_t>(at - post.files.begin());
}

Task<json::object> copy_request(TdlibSession& session, const PostRequest& post) {
  const MessageRange& from = *post.copy_of;
  const std::string source = "the messages to copy in chat " + std::to_string(from.chat);
  auto get = request("getMessages");
  get["chat_id"] = from.chat;
  get["message_ids"] = json::array(from.messages.begin(), from.messages.end());
  REC_CO_TRY(const auto answer, co_await session.ask(std::move(get), source));
  std::size_t there = 0;
  bool marked = false;
  for (const auto& item : list(answer, "messages")) {
    const auto* message = item.if_object();
    if (message == nullptr) continue;
    ++there;
    marked = marked || has_marker(message_text(*message), post.marker);
  }
  // A bot that has just been started anew may not know yet of what is there.
  const Errc gone = session.sure() ? Errc::invalid : Errc::not_found;
  if (there != from.messages.size()) co_return fail(gone, source + ": one of them is gone");
  if (!marked) co_return fail(Errc::invalid, source + ": none of them holds " + post.marker);
  auto ask = request("getChat");
  ask["chat_id"] = from.chat;
  REC_CO_TRY(const auto chat, co_await session.ask(std::move(ask), source));
  const bool as_own = session.account().bot && flag(chat, "has_protected_content");
  co_return forward_request(post, as_own);
}

Failure refuse_file(const PostRequest& post, std::size_t file, FileRefusal refusal, std::string_view why) {
  if (post.file_refused) post.file_refused(file, refusal);
  return fail(Errc::invalid, posting_to(post) + ": " + post.files.at(file).path + ": " + std::string(why));
}

Failure refused(const PostRequest& post, std::size_t which, std::int64_t code, std::string_view message) {
  auto error = error_of(code, message, posting_to(post));
  const auto refusal = file_refusal(message);
  if (!refusal || error.code == Errc::rate_limited || which >= post.files.size() || post.copy_of)
    return fail(std::move(error));
  return refuse_file(post, which, *refusal, error.text);
}

Task<> explain_refusal(TdlibSession& session, const PostRequest& post, json::object error) {
  const auto message = text(error, "message");
  if (!file_refusal(message) || post.files.size() < 2)
    co_return refused(post, 0, number(error, "code"), message);
  for (std::size_t i = 0; i < post.files.size(); ++i) {
    json::object file = request("inputFileLocal");
    file["path"] = post.files[i].path;
    auto upload = request("preliminaryUploadFile");
    upload["file"] = std::move(file);
    upload["file_type"] = request("fileTypeVideo");
    upload["priority"] = 1;
    REC_CO_TRY(const auto answer, co_await session.call(std::move(upload)));
    if (type_of(answer) == "error")
      co_return refused(post, i, number(answer, "code"), text(answer, "message"));
    auto stop = request("cancelPreliminaryUploadFile");
    stop["file_id"] = number(answer, "id");
    REC_CO_TRY(const auto stopped, co_await session.call(std::move(stop)));
  }
  co_return fail(error_of(error, posting_to(post)));
}

bool caption_refused(const Error& error) {
  return error.code == Errc::invalid && error.text.find(kCaptionTooLong) != std::string::npos;
}

}  // namespace rec::tdlib
