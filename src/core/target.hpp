// Where a session is posted, and how: fixed when it starts, so that a change of the configuration touches
// only later ones.
#pragma once
#include <cstdint>
#include <string>

namespace rec {

/// A chat as it was configured: its number, or the text of an @name or t.me link, whose number is asked for
/// once.
struct Chat {
  std::int64_t id = 0;  ///< 0 = not given as a number
  std::string name{};
  [[nodiscard]] bool empty() const { return id == 0 && name.empty(); }
  /// For people, and as a key: "-100123" or "@name".
  [[nodiscard]] std::string text() const { return id == 0 ? name : std::to_string(id); }
  bool operator==(const Chat&) const = default;
};

/// One small file of the whole session, as a comment below its first post.
struct CompressionPlan {
  bool enabled = false;
  std::uint64_t target_bytes = 0;  ///< of the file, at most
  int audio_kbps = 128;
  bool two_pass = true;
  bool operator==(const CompressionPlan&) const = default;
};

struct Target {
  std::string name{};  ///< under telegram.targets; "" = the telegram section itself
  Chat chat{};         ///< empty: the session is not posted
  Chat discussion{};   ///< where the compressed version goes when the post takes no comments
  Chat backup{};       ///< where all posts are copied to in the end
  CompressionPlan compression{};
  std::uint64_t file_bytes = 0;  ///< of a file to be posted, at most; 0 = any
  bool operator==(const Target&) const = default;
};

}  // namespace rec
