#include "app/template.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace rec {

class Template::Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  Result<std::vector<Piece>> parse() {
    while (at_ < text_.size()) REC_CHECK(step());
    if (group_)
      return fail(Errc::invalid, "a [ is not closed on its line; write ] behind it, or [[ for a bracket");
    if (bold_) return fail(Errc::invalid, "a ** is not closed; write ** behind what is to be bold");
    return std::move(pieces_);
  }

 private:
  Result<void> step() {
    const std::string_view two = text_.substr(at_, 2);
    for (const char* doubled : {"{{", "}}", "[[", "]]"}) {
      if (two == doubled) return plain(two.substr(0, 1), 2);
    }
    switch (text_[at_]) {
      case '{':
        return placeholder();
      case '}':
        return fail(Errc::invalid, "a } closes nothing; write }} for a brace");
      case '[':
        if (std::exchange(group_, true))
          return fail(Errc::invalid, "a [ within another; write [[ for a bracket");
        return mark(Kind::group_begins, 1);
      case ']':
        if (!std::exchange(group_, false))
          return fail(Errc::invalid, "a ] closes nothing; write ]] for a bracket");
        return mark(Kind::group_ends, 1);
      case '\n':
        if (group_)
          return fail(Errc::invalid, "a [ is not closed on its line; write ] behind it, or [[ for a bracket");
        return mark(Kind::line_ends, 1);
      case '\r':
        ++at_;
        return {};
      default:
        break;
    }
    if (two == "**") {
      bold_ = !bold_;
      return mark(Kind::bold, 2);
    }
    return plain(text_.substr(at_, 1), 1);
  }

  Result<void> placeholder() {
    const std::size_t end = text_.find('}', at_);
    const std::string_view name = text_.substr(at_ + 1, end == std::string_view::npos ? end : end - at_ - 1);
    const bool good = end != std::string_view::npos && !name.empty() &&
                      std::ranges::all_of(name, [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; });
    if (!good)
      return fail(Errc::invalid, fmt::format("{{{} is no placeholder; write {{title}}, or {{{{ for a brace",
                                             name.substr(0, 20)));
    pieces_.push_back({Kind::placeholder, std::string(name)});
    at_ = end + 1;
    return {};
  }

  Result<void> mark(Kind kind, std::size_t length) {
    pieces_.push_back({kind, {}});
    at_ += length;
    return {};
  }

  Result<void> plain(std::string_view text, std::size_t length) {
    if (pieces_.empty() || pieces_.back().kind != Kind::plain) pieces_.push_back({Kind::plain, {}});
    pieces_.back().text += text;
    at_ += length;
    return {};
  }

  std::string_view text_;
  std::size_t at_ = 0;
  bool group_ = false;
  bool bold_ = false;
  std::vector<Piece> pieces_{};
};

/// What has been written, and where the line and the group that may yet be taken back began.
class Template::Filling {
 public:
  explicit Filling(const Values& values) : values_(values) {}

  void add(const Piece& piece) {
    switch (piece.kind) {
      case Kind::plain:
        rich_.text += piece.text;
        return;
      case Kind::placeholder:
        return value(piece.text);
      case Kind::bold:
        return toggle_bold();
      case Kind::group_begins:
        group_ = Mark{rich_.text.size(), rich_.bold.size(), false};
        in_group_ = true;
        return;
      case Kind::group_ends:
        in_group_ = false;
        if (group_.empty) take_back(group_);
        return;
      case Kind::line_ends:
        return end_line();
    }
  }

  RichText take() && {
    end_line();
    while (rich_.text.ends_with('\n')) rich_.text.pop_back();
    for (RichText::Bold& bold : rich_.bold)
      bold.length = std::min(bold.length, rich_.text.size() - std::min(bold.offset, rich_.text.size()));
    std::erase_if(rich_.bold, [](const RichText::Bold& bold) { return bold.length == 0; });
    return std::move(rich_);
  }

 private:
  struct Mark {
    std::size_t text = 0;
    std::size_t spans = 0;
    bool empty = false;  ///< a placeholder since then has no value
  };

  void value(const std::string& name) {
    const auto found = values_.find(name);
    const bool empty = found == values_.end() || found->second.empty();
    if (empty) (in_group_ ? group_ : line_).empty = true;
    if (!empty) rich_.text += found->second;
  }

  void toggle_bold() {
    if (bold_from_) {
      if (rich_.text.size() > *bold_from_)
        rich_.bold.push_back({*bold_from_, rich_.text.size() - *bold_from_});
      bold_from_.reset();
    } else {
      bold_from_ = rich_.text.size();
    }
  }

  void take_back(const Mark& mark) {
    rich_.text.resize(mark.text);
    rich_.bold.resize(std::min(mark.spans, rich_.bold.size()));
    if (bold_from_) bold_from_ = std::min(*bold_from_, mark.text);
  }

  // Lines that were left out leave one blank line between their neighbours, not several.
  void end_line() {
    const bool blank = rich_.text.size() == line_.text;
    if (line_.empty)
      take_back(line_);
    else if (!blank || (!rich_.text.empty() && !rich_.text.ends_with("\n\n")))
      rich_.text += '\n';
    line_ = Mark{rich_.text.size(), rich_.bold.size(), false};
  }

  const Values& values_;
  RichText rich_{};
  Mark line_{};
  Mark group_{};
  bool in_group_ = false;
  std::optional<std::size_t> bold_from_{};
};

Result<Template> Template::parse(std::string_view text) {
  Template made;
  REC_TRY(made.pieces_, Parser(text).parse());
  return made;
}

std::vector<std::string> Template::placeholders() const {
  std::vector<std::string> names;
  for (const Piece& piece : pieces_) {
    if (piece.kind == Kind::placeholder) names.push_back(piece.text);
  }
  return names;
}

RichText Template::fill(const Values& values) const {
  Filling filling(values);
  for (const Piece& piece : pieces_) filling.add(piece);
  return std::move(filling).take();
}

}  // namespace rec
