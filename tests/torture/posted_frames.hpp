// What a visitor of the chat sees of one channel: its frames, in the order of the posts.
#pragma once
#include <string>
#include <vector>

#include "sim/telegram/telegram_server.hpp"

namespace rec::torture {

/// What the stages call a broadcast, and its posts are known by.
inline std::string title_of(const std::string& login) { return "Title of " + login; }

struct PostedFrames {
  std::vector<int> frames{};
  int distinct = 0;
  int statuses = 0;                   ///< messages without a file
  std::vector<std::string> faults{};  ///< posts that do not play; frames out of order, or there twice
};

/// Decodes every file of the channel.
PostedFrames posted_frames(const std::vector<sim::PostSnapshot>& posts, const std::string& login);

}  // namespace rec::torture
