// Not modified, or gone, is what we want.
#include "publish/message_edits.hpp"

#include <string>
#include <utility>

#include "publish/post_checks.hpp"
#include "publish/rich_text.hpp"
#include "publish/tdlib_errors.hpp"
#include "publish/tdlib_json.hpp"

namespace rec {

using tdlib::request;

Task<bool> MessageEdits::exists(std::int64_t chat, std::int64_t message) {
  REC_CO_TRY(const auto found, co_await chats_.message(chat, message));
  co_return found.has_value();
}

Task<> MessageEdits::edit(std::int64_t chat, std::int64_t message, boost::json::object request) {
  REC_CO_TRY(const bool there, co_await exists(chat, message));
  if (!there) co_return Result<void>{};
  request["chat_id"] = chat;
  request["message_id"] = message;
  REC_CO_TRY(const auto answer, co_await session_.call(std::move(request)));
  if (tdlib::type_of(answer) != "error" || tdlib::edit_is_done(answer)) co_return Result<void>{};
  co_return fail(tdlib::error_of(answer, "editing a message of chat " + std::to_string(chat)));
}

Task<> MessageEdits::text(std::int64_t chat, std::int64_t message, RichText text) {
  const std::string marker(closing_tag(text.text));
  const auto fitted = fit_text(std::move(text), marker, session_.text_limit());
  auto edited = request("editMessageText");
  edited["input_message_content"] = tdlib::input_text(fitted);
  co_return co_await edit(chat, message, std::move(edited));
}

Task<> MessageEdits::caption(std::int64_t chat, std::int64_t message, RichText text) {
  const std::string marker(closing_tag(text.text));
  const auto limit = static_cast<std::size_t>(session_.account().caption_limit);
  const auto fitted = fit_text(std::move(text), marker, limit);
  auto edited = request("editMessageCaption");
  edited["caption"] = tdlib::formatted_text(fitted);
  co_return co_await edit(chat, message, std::move(edited));
}

Task<> MessageEdits::remove(std::int64_t chat, std::vector<std::int64_t> messages) {
  std::vector<std::int64_t> there;
  for (const auto message : messages) {
    REC_CO_TRY(const bool known, co_await exists(chat, message));
    if (known) there.push_back(message);
  }
  if (there.empty()) co_return Result<void>{};
  auto erase = request("deleteMessages");
  erase["chat_id"] = chat;
  erase["message_ids"] = boost::json::array(there.begin(), there.end());
  erase["revoke"] = true;
  auto answer = co_await session_.ask(std::move(erase), "deleting messages of chat " + std::to_string(chat));
  if (!answer) co_return fail(std::move(answer).error());
  co_return Result<void>{};
}

}  // namespace rec
