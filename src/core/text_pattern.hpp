// A regular expression that looks for something in what strangers typed: titles, categories. Pure.
#pragma once
#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace rec {

/// ECMAScript, upper and lower case alike in every script; any part of the text may match. The time it takes
/// is bounded whatever the text is, so there are no back references. Copies are cheap.
class TextPattern {
 public:
  /// At most 1000 bytes of UTF-8. invalid: it does not compile; the text says why.
  static Result<TextPattern> compile(std::string_view pattern);

  /// Only the first 500 characters are looked at; what is no UTF-8 counts as one wrong character each.
  [[nodiscard]] bool finds_in(std::string_view utf8) const;
  /// As it was given.
  [[nodiscard]] const std::string& text() const;

 private:
  struct Impl;
  explicit TextPattern(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}
  std::shared_ptr<const Impl> impl_;
};

}  // namespace rec
