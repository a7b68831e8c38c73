// No logic but shapes; the schema is td_api.tl of TDLib 1.8.62.
#include "publish/tdlib_json.hpp"

#include <algorithm>
#include <charconv>

#include "publish/rich_text.hpp"

namespace rec::tdlib {
namespace {

/// Seconds for Telegram: rounded, at least one, or clients show no length.
std::int64_t whole_seconds(Millis duration) {
  return std::max<std::int64_t>(1, (duration.count() + 500) / 1000);
}

constexpr double kLargestDouble = 9'223'372'036'854'774'784.0;  ///< that an int64 holds

json::object input_file(const std::string& path) {
  json::object file = request("inputFileLocal");
  file["path"] = path;
  return file;
}

}  // namespace

std::string_view type_of(const json::object& object) { return text(object, "@type"); }

std::int64_t number(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  if (value == nullptr) return 0;
  if (const auto* n = value->if_int64()) return *n;
  if (const auto* n = value->if_uint64()) return static_cast<std::int64_t>(*n);
  if (const auto* n = value->if_double())
    return static_cast<std::int64_t>(std::clamp(*n, -kLargestDouble, kLargestDouble));
  std::int64_t parsed = 0;
  if (const auto* s = value->if_string()) std::from_chars(s->data(), s->data() + s->size(), parsed);
  return parsed;
}

std::string_view text(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  const auto* string = value == nullptr ? nullptr : value->if_string();
  return string == nullptr ? std::string_view() : std::string_view(string->data(), string->size());
}

bool flag(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  const auto* boolean = value == nullptr ? nullptr : value->if_bool();
  return boolean != nullptr && *boolean;
}

const json::object& child(const json::object& object, std::string_view key) {
  static const json::object kNone;
  const json::value* value = object.if_contains(key);
  const auto* found = value == nullptr ? nullptr : value->if_object();
  return found == nullptr ? kNone : *found;
}

const json::array& list(const json::object& object, std::string_view key) {
  static const json::array kNone;
  const json::value* value = object.if_contains(key);
  const auto* found = value == nullptr ? nullptr : value->if_array();
  return found == nullptr ? kNone : *found;
}

json::object request(std::string_view type) {
  json::object object;
  object["@type"] = type;
  return object;
}

json::object formatted_text(const RichText& rich) {
  json::array entities;
  const std::string_view all = rich.text;
  for (const RichText::Bold& bold : rich.bold) {
    if (bold.length == 0 || bold.offset >= all.size()) continue;
    json::object entity = request("textEntity");
    entity["offset"] = utf16_length(all.substr(0, bold.offset));
    entity["length"] = utf16_length(all.substr(bold.offset, bold.length));
    entity["type"] = request("textEntityTypeBold");
    entities.push_back(std::move(entity));
  }
  json::object formatted = request("formattedText");
  formatted["text"] = rich.text;
  formatted["entities"] = std::move(entities);
  return formatted;
}

json::object input_text(const RichText& rich) {
  json::object preview = request("linkPreviewOptions");
  preview["is_disabled"] = true;
  json::object content = request("inputMessageText");
  content["text"] = formatted_text(rich);
  content["link_preview_options"] = std::move(preview);
  return content;
}

json::object input_video(const session::PartFile& file, const RichText& caption) {
  json::object content = request("inputMessageVideo");
  content["video"] = input_file(file.path);
  if (!file.thumbnail.empty()) {
    json::object thumbnail = request("inputThumbnail");
    thumbnail["thumbnail"] = input_file(file.thumbnail);
    thumbnail["width"] = file.thumbnail_width;
    thumbnail["height"] = file.thumbnail_height;
    content["thumbnail"] = std::move(thumbnail);
  }
  content["duration"] = whole_seconds(file.duration);
  content["width"] = file.width;
  content["height"] = file.height;
  content["supports_streaming"] = true;
  if (!caption.text.empty()) content["caption"] = formatted_text(caption);
  return content;
}

namespace {

json::object send_options(const PostRequest& post) {
  json::object options = request("messageSendOptions");
  options["disable_notification"] = post.silent;
  return options;
}

}  // namespace

json::object send_request(const PostRequest& post, const RichText& fitted) {
  json::object send = request(post.files.size() > 1 ? "sendMessageAlbum" : "sendMessage");
  send["chat_id"] = post.chat;
  send["options"] = send_options(post);
  if (post.reply_to != 0) {
    json::object reply = request("inputMessageReplyToMessage");
    reply["message_id"] = post.reply_to;
    send["reply_to"] = std::move(reply);
  }
  if (post.files.size() > 1) {
    json::array contents;
    for (const session::PartFile& file : post.files) {
      contents.push_back(input_video(file, contents.empty() ? fitted : RichText{}));
    }
    send["input_message_contents"] = std::move(contents);
  } else {
    send["input_message_content"] =
        post.files.empty() ? input_text(fitted) : input_video(post.files[0], fitted);
  }
  return send;
}

json::object forward_request(const PostRequest& post, bool as_own) {
  json::object send = request("forwardMessages");
  send["chat_id"] = post.chat;
  send["from_chat_id"] = post.copy_of->chat;
  send["message_ids"] = json::array(post.copy_of->messages.begin(), post.copy_of->messages.end());
  send["options"] = send_options(post);
  send["send_copy"] = as_own;
  return send;
}

std::string_view message_text(const json::object& message) {
  const json::object& content = child(message, "content");
  const bool plain = type_of(content) == "messageText";
  return text(child(content, plain ? "text" : "caption"), "text");
}

std::uint64_t message_bytes(const json::object& message) {
  const json::object& content = child(message, "content");
  const std::string_view kind = content.contains("video") ? "video" : "document";
  return static_cast<std::uint64_t>(
      std::max<std::int64_t>(0, number(child(child(content, kind), kind), "size")));
}

}  // namespace rec::tdlib
