// The files of the page, as they were when the program was built (cmake/embed.cmake makes them from web/).
#pragma once
#include <span>
#include <string_view>

namespace rec::web {

struct Asset {
  std::string_view path{};  ///< "/app.js"; "/" is index.html
  std::string_view content_type{};
  std::string_view etag{};  ///< with its quotes
  std::string_view bytes{};
};

std::span<const Asset> all_assets();
/// Null: there is none.
const Asset* asset_at(std::string_view path);

}  // namespace rec::web
