// YAML as a tree with line numbers, bounded in size, depth and what its aliases stand for. Knows nothing of
// keys.
#pragma once
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace rec {

struct Yaml {
  enum class Kind { null, scalar, list, map };
  struct Entry {
    std::string key{};
    int line = 0;
    std::shared_ptr<const Yaml> value{};
  };
  Kind kind = Kind::null;
  int line = 0;                                      ///< from 1
  std::string text{};                                ///< of a scalar
  std::vector<std::shared_ptr<const Yaml>> items{};  ///< of a list
  std::vector<Entry> entries{};                      ///< of a map, in the file's order; a key may stand twice
  std::size_t weight = 1;                            ///< nodes in all, aliases written out
};

/// No file may be larger than this.
inline constexpr std::size_t kMaxConfigBytes = 1U << 20U;
/// Nor stand for more nodes than this with its aliases written out.
inline constexpr std::size_t kMaxConfigNodes = 100'000;

/// Why a document is none.
struct YamlMistake {
  int line = 0;        ///< from 1; 0: of no one line
  std::string what{};  ///< what is wrong; the cure
};

/// The one document in `source`; an empty one is null. `<<` merges as in YAML 1.1. A null pointer: it is
/// none.
std::shared_ptr<const Yaml> try_yaml(std::string_view source, YamlMistake& mistake);
/// The same. invalid: `file:line: what; cure`.
Result<std::shared_ptr<const Yaml>> parse_yaml(std::string_view source, const std::string& file);

/// What can be read of a document that is no YAML: all that stands before the mistake, and the top-level key
/// `wanted` also where it begins behind it.
std::shared_ptr<const Yaml> yaml_as_far_as_it_goes(std::string_view source, std::string_view wanted);

/// A document that is no YAML, a top-level key at a time.
struct YamlPieces {
  std::shared_ptr<const Yaml> root{};   ///< a map of the keys that can be read by themselves
  std::vector<std::string> unread{};    ///< the others
  std::vector<YamlMistake> mistakes{};  ///< in them; none where only their being together is wrong
};
/// Nothing is read of what is no map of keys that begin their lines, or is larger than anybody types.
YamlPieces yaml_in_pieces(std::string_view source);

/// `text` as a YAML scalar that reads back as the same string.
std::string yaml_quote(std::string_view text);

}  // namespace rec
