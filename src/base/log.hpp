// The log facade: dotted past facts with fields, one line each. `log::info("segment.sealed", {{"session",
// id}})`. Thread-safe. Core never logs. Secrets cannot be passed: Secret converts to nothing.
#pragma once
#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>

#include "base/ids.hpp"

namespace rec::log {

enum class Level { debug, info, warn, error, off };

struct Field {
  std::string_view key;
  std::string value;
  Field(std::string_view k, std::string v) : key(k), value(std::move(v)) {}
  Field(std::string_view k, std::string_view v) : key(k), value(v) {}
  Field(std::string_view k, const char* v) : key(k), value(v) {}
  template <class T>
    requires std::is_arithmetic_v<T>
  Field(std::string_view k, T v) : key(k), value(std::to_string(v)) {}
  template <class Tag>
  Field(std::string_view k, const Id<Tag>& id) : key(k), value(id.str()) {}
};
using Fields = std::initializer_list<Field>;

struct Options {
  Level level = Level::info;
  std::string file{};  ///< "" = none; rotated at max_bytes, `backups` kept
  std::size_t max_bytes = 50U << 20U;
  std::size_t backups = 5;
  bool to_stderr = true;
  bool color = true;  ///< on a terminal
};

/// Replaces the process's logger. Until it is called, warnings and errors go to stderr.
void configure(const Options& options);
/// "debug", "info", "warning"/"warn", "error", in any case; false for another word.
bool parse_level(std::string_view word, Level& level);

void debug(std::string_view event, Fields fields = {});
void info(std::string_view event, Fields fields = {});
void warn(std::string_view event, Fields fields = {});
void error(std::string_view event, Fields fields = {});

}  // namespace rec::log
