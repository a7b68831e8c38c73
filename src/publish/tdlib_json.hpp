// Reading and writing TDLib's JSON: requests as it wants them, fields as it gives them.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "ports/publisher.hpp"

namespace rec::tdlib {

namespace json = boost::json;

/// "@type", "" when there is none.
std::string_view type_of(const json::object& object);
/// A number, also one written as a string (TDLib's int64); 0 when missing.
std::int64_t number(const json::object& object, std::string_view key);
std::string_view text(const json::object& object, std::string_view key);
bool flag(const json::object& object, std::string_view key);
/// The object under a key, an empty one when it is missing or something else.
const json::object& child(const json::object& object, std::string_view key);
const json::array& list(const json::object& object, std::string_view key);

/// {"@type": type}, to be filled.
json::object request(std::string_view type);

/// formattedText, with bold entities in UTF-16 offsets.
json::object formatted_text(const RichText& text);
json::object input_text(const RichText& text);
/// inputMessageVideo in the flat form of TDLib 1.8.62.
json::object input_video(const session::PartFile& file, const RichText& caption);
/// sendMessage, or sendMessageAlbum for two files and more; `fitted` goes into the text or the first caption.
json::object send_request(const PostRequest& post, const RichText& fitted);
/// forwardMessages for a post that is a copy. It shows where it is from, as a forward does; `as_own`: it does
/// not, which is what a bot may do with protected content.
json::object forward_request(const PostRequest& post, bool as_own);

/// The text or caption of a message.
std::string_view message_text(const json::object& message);

/// The size of a message's video or document, 0 when it has none.
std::uint64_t message_bytes(const json::object& message);

}  // namespace rec::tdlib
