// Texts of the server (capitals) and of TDLib itself.
#include "publish/file_refusals.hpp"

#include <algorithm>
#include <iterator>

namespace rec::tdlib {
namespace {

constexpr std::string_view kTooLarge[] = {"FILE_PARTS_INVALID", "FILE_PART_TOO_BIG", "oo big", "oo large",
                                          "FILE_SIZE_TOO_BIG"};
constexpr std::string_view kUnusable[] = {
    "VIDEO_FILE_INVALID", "VIDEO_CONTENT_TYPE_INVALID", "MEDIA_FILE_INVALID", "MEDIA_INVALID",
    "MEDIA_TYPE_INVALID", "FILE_CONTENT_TYPE_INVALID",  "FILE_PART_EMPTY",    "FILE_TITLE_EMPTY",
    "DOCUMENT_INVALID",   "IMAGE_PROCESS_FAILED",       "PHOTO_EXT_INVALID",  "PHOTO_INVALID_DIMENSIONS",
    "must be non-empty",  "Can't use file of type",     "File is empty",
};

bool has_one_of(std::string_view message, const auto& words) {
  return std::any_of(std::begin(words), std::end(words),
                     [&](std::string_view word) { return message.find(word) != std::string_view::npos; });
}

}  // namespace

std::optional<FileRefusal> file_refusal(std::string_view message) {
  if (has_one_of(message, kTooLarge)) return FileRefusal::too_large;
  if (has_one_of(message, kUnusable)) return FileRefusal::unusable;
  return std::nullopt;
}

}  // namespace rec::tdlib
