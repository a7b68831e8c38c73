// Identifiers as types of their own, so that a session cannot be passed where a channel is meant.
#pragma once
#include <compare>
#include <functional>
#include <string>
#include <utility>

namespace rec {

template <class Tag>
class Id {
 public:
  Id() = default;
  explicit Id(std::string text) : text_(std::move(text)) {}
  [[nodiscard]] const std::string& str() const { return text_; }
  [[nodiscard]] bool empty() const { return text_.empty(); }
  auto operator<=>(const Id&) const = default;

 private:
  std::string text_;
};

/// `platform:name`, e.g. `twitch:shroud`; for any other page `url:<hash of it>`.
using ChannelId = Id<struct ChannelTag>;
/// A UUIDv7, unique across machines; sorts by creation.
using SessionId = Id<struct SessionTag>;

/// A new UUIDv7 for the instant (milliseconds since 1970) in the canonical form. Thread-safe; monotonic
/// within a process.
std::string make_uuid7(std::int64_t unix_ms);

/// `n` characters of [a-z2-7] from the system's random source: markers, file name suffixes.
std::string random_token(std::size_t n);

}  // namespace rec

template <class Tag>
struct std::hash<rec::Id<Tag>> {
  std::size_t operator()(const rec::Id<Tag>& id) const noexcept { return std::hash<std::string>{}(id.str()); }
};
