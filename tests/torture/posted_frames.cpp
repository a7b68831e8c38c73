#include "posted_frames.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "sim/stream/frame_stream.hpp"

namespace rec::torture {

PostedFrames posted_frames(const std::vector<sim::PostSnapshot>& posts, const std::string& login) {
  PostedFrames seen;
  std::int64_t album = 0;  // only the first item of an album has a caption
  for (const auto& post : posts) {
    if (post.deleted) continue;
    const bool of_album = post.grouped_id != 0 && post.grouped_id == album;
    if (!of_album && post.text.find(title_of(login)) == std::string::npos) {
      album = 0;
      continue;
    }
    if (post.file.empty()) {
      ++seen.statuses;
      continue;
    }
    album = post.grouped_id;
    const auto numbers = sim::read_frame_numbers(post.file.front().path.string());
    if (numbers)
      seen.frames.insert(seen.frames.end(), numbers->begin(), numbers->end());
    else
      seen.faults.push_back(login + ": a post does not play: " + numbers.error().text);
  }
  if (!std::ranges::is_sorted(seen.frames)) seen.faults.push_back(login + ": frames out of order");
  const std::set<int> distinct(seen.frames.begin(), seen.frames.end());
  seen.distinct = static_cast<int>(distinct.size());
  if (distinct.size() != seen.frames.size())
    seen.faults.push_back(fmt::format("{}: {} frames doubled", login, seen.frames.size() - distinct.size()));
  return seen;
}

}  // namespace rec::torture
