// The texts of posts: the built-in ones in both languages, and those of telegram.templates in their place.
#pragma once
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "app/config.hpp"
#include "app/template.hpp"

namespace rec {

/// What a text is for. Their names in the configuration are waiting, status, done, caption, album,
/// compressed.
enum class TextKind { waiting, status, done, caption, album, compressed };

struct Placeholder {
  std::string name{};
  std::string about{};
};
/// What a text may show, for messages and the manual.
const std::vector<Placeholder>& placeholders_of(TextKind kind);
std::string_view word(TextKind kind);
const std::vector<TextKind>& text_kinds();
/// As it would be written in the configuration.
std::string_view built_in_text(TextKind kind, Language language);

/// The texts in effect. Cheap to copy.
class TextStyle {
 public:
  TextStyle(Language language = Language::en);  // NOLINT(google-explicit-constructor): a language is a style
  /// Those of `own`, by name, in place of the built-in ones. invalid: see check_template.
  static Result<TextStyle> with(Language language, const std::map<std::string, std::string>& own);

  [[nodiscard]] Language language() const { return language_; }
  [[nodiscard]] const Template& of(TextKind kind) const { return texts_->at(kind); }

 private:
  using Texts = std::map<TextKind, Template>;
  Language language_;
  std::shared_ptr<const Texts> texts_;
};

/// An entry of telegram.templates. invalid: no such text, or what is wrong in it, with the cure.
Result<Template> check_template(const std::string& name, const std::string& text);

}  // namespace rec
