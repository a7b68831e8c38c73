// What a post needs before it can be sent, and what a refusal of it means.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <boost/json/object.hpp>

#include "ports/publisher.hpp"
#include "publish/tdlib_session.hpp"

namespace rec::tdlib {

/// How many messages it will be.
std::size_t messages_of(const PostRequest& post);

/// The first file that is larger than the account may send.
std::optional<std::size_t> too_large(const PostRequest& post, const Account& account);

/// The request for a post that is a copy, whose chats TDLib knows. not_found: a message of it is gone;
/// invalid: none of them holds the marker, so it could not be found again.
Task<boost::json::object> copy_request(TdlibSession& session, const PostRequest& post);

/// Tells request.file_refused; the error is invalid, and names the file.
Failure refuse_file(const PostRequest& post, std::size_t file, FileRefusal refusal, std::string_view why);

/// The error for a message of a post that was not sent; `which` of them.
Failure refused(const PostRequest& post, std::size_t which, std::int64_t code, std::string_view message);

/// The same when TDLib refused the whole post at once: of an album it does not say which file it means, so it
/// is asked about each. Always fails.
Task<> explain_refusal(TdlibSession& session, const PostRequest& post, boost::json::object error);

/// The caption is longer than this account may send.
bool caption_refused(const Error& error);

}  // namespace rec::tdlib
