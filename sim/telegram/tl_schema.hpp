// The TL schema, read at run time from the JSON files of @mtcute/tl: what each constructor and method
// consists of.
#pragma once
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.hpp"

namespace rec::sim {

enum class TlKind : std::uint8_t {
  int32,
  int64,
  float64,
  text,
  int128,
  int256,
  boolean,
  flags,
  present,
  object
};

struct TlCombinator;

struct TlArgument {
  std::string name;
  TlKind kind{};
  bool vector = false;
  bool bare_vector = false;            ///< a count and the elements, without the vector's own id
  const TlCombinator* bare = nullptr;  ///< elements without their constructor id
  int flags_argument = -1;  ///< for optional ones: index of the flags word that says whether it is there
  int bit = 0;
};

struct TlCombinator {
  std::string name;
  std::uint32_t id = 0;
  std::vector<TlArgument> arguments;
};

/// Immutable once loaded, hence safe from any thread.
class TlSchema {
 public:
  /// Reads mtp-schema.json and api-schema.json in `folder`. not_found names the cure, corrupt the entry.
  static Result<std::shared_ptr<const TlSchema>> load(const std::filesystem::path& folder);

  [[nodiscard]] const TlCombinator* by_id(std::uint32_t id) const;
  [[nodiscard]] const TlCombinator* by_name(std::string_view name) const;
  [[nodiscard]] int layer() const { return layer_; }

 private:
  std::vector<std::unique_ptr<TlCombinator>> all_;
  std::unordered_map<std::uint32_t, const TlCombinator*> by_id_;
  std::unordered_map<std::string_view, const TlCombinator*> by_name_;
  int layer_ = 0;
};

}  // namespace rec::sim
