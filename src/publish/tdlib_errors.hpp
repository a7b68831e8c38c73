// What a TDLib error means for the caller.
#pragma once
#include <string>
#include <string_view>

#include <boost/json/object.hpp>

#include "base/result.hpp"

namespace rec::tdlib {

/// The Error for TDLib's {code, message}: rate_limited with retry_after for every spelling of a flood wait,
/// whatever the code; denied, not_found and invalid where a person must act, with the cure; conflict for a
/// database in use; everything else is unavailable, for the caller to try again.
Error error_of(std::int64_t code, std::string_view message, std::string_view doing);
/// Stands in the error's text when a caption is longer than the account may send.
inline constexpr std::string_view kCaptionTooLong = "the caption is too long";
/// The same for an object of type `error`.
Error error_of(const boost::json::object& error, std::string_view doing);

}  // namespace rec::tdlib
