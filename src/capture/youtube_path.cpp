#include "capture/youtube_path.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <vector>

#include "capture/uri.hpp"

namespace rec::capture {
namespace {

std::vector<std::string_view> path_pieces(std::string_view path) {
  std::vector<std::string_view> out;
  while (!path.empty()) {
    const auto slash = std::min(path.size(), path.find('/'));
    if (slash > 0) out.push_back(path.substr(0, slash));
    path.remove_prefix(std::min(path.size(), slash + 1));
  }
  return out;
}

bool is_video_id(std::string_view text) {
  const auto allowed = [](unsigned char c) { return std::isalnum(c) != 0 || c == '_' || c == '-'; };
  return !text.empty() && std::all_of(text.begin(), text.end(), allowed);
}

std::string watch_path(std::string_view video_id) {
  if (!is_video_id(video_id)) return {};
  // The two parameters skip the warning before sensitive content.
  return fmt::format("/watch?v={}&bpctr=9999999999&has_verified=1", video_id);
}

}  // namespace

bool is_youtube_page(std::string_view page_url) {
  const auto host = host_of(page_url);
  return host == "youtu.be" || host == "youtube.com" || host.ends_with(".youtube.com");
}

bool is_youtube_video(std::string_view page_url, std::string_view base) {
  const auto path = youtube_path(page_url, base);
  return path && path->starts_with("/watch?");
}

std::string page_of_broadcast(const std::string& page_url, std::string_view video_id, std::string_view base) {
  if (!is_video_id(video_id) || !youtube_path(page_url, base) || is_youtube_video(page_url, base))
    return page_url;
  const auto pieces = split_uri(page_url);
  return fmt::format("{}://{}/watch?v={}", pieces.scheme, pieces.authority, video_id);
}

std::optional<std::string> youtube_path(std::string_view page_url, std::string_view base) {
  const auto pieces = split_uri(page_url);
  const bool ours = !base.empty() && pieces.authority == split_uri(base).authority;
  if (!ours && !is_youtube_page(page_url)) return std::nullopt;
  const auto path = path_pieces(pieces.path);
  std::string out;
  if (path.empty()) return std::nullopt;
  const bool two = path.size() > 1;
  if (host_of(page_url) == "youtu.be")
    out = watch_path(path[0]);
  else if (path[0] == "watch")
    out = watch_path(query_value(pieces.query, "v"));
  else if (two && (path[0] == "live" || path[0] == "shorts" || path[0] == "embed"))
    out = watch_path(path[1]);
  else if (path[0].starts_with('@'))
    out = fmt::format("/{}/live", path[0]);
  else if (two && (path[0] == "channel" || path[0] == "c" || path[0] == "user"))
    out = fmt::format("/{}/{}/live", path[0], path[1]);
  if (out.empty()) return std::nullopt;
  return out;
}

}  // namespace rec::capture
