#include "core/text_pattern.hpp"

#include <algorithm>
#include <cstdint>
#include <locale>
#include <regex>
#include <stdexcept>

namespace rec {
namespace {

constexpr std::size_t kMostPattern = 1000;
constexpr std::size_t kMostLooked = 500;
constexpr wchar_t kWrong = L'\uFFFD';

struct Lead {
  std::size_t more = 0;  ///< bytes that follow
  std::uint32_t bits = 0;
  std::uint32_t least = 0;  ///< a smaller number is too long a spelling
};

Lead lead_of(unsigned char byte) {
  if (byte < 0x80) return {0, byte, 0};
  if (byte >= 0xC2 && byte < 0xE0) return {1, byte & 0x1FU, 0x80};
  if (byte >= 0xE0 && byte < 0xF0) return {2, byte & 0x0FU, 0x800};
  if (byte >= 0xF0 && byte < 0xF5) return {3, byte & 0x07U, 0x10000};
  return {0, kWrong, 0};
}

/// At most `limit` characters of it.
std::wstring wide_of(std::string_view utf8, std::size_t limit) {
  std::wstring wide;
  std::size_t at = 0;
  while (at < utf8.size() && wide.size() < limit) {
    const Lead lead = lead_of(static_cast<unsigned char>(utf8[at]));
    std::uint32_t code = lead.bits;
    std::size_t taken = 1;
    for (; taken <= lead.more && at + taken < utf8.size(); ++taken) {
      const auto byte = static_cast<unsigned char>(utf8[at + taken]);
      if ((byte & 0xC0U) != 0x80U) break;
      code = (code << 6U) | (byte & 0x3FU);
    }
    const bool whole = taken == lead.more + 1 && code >= lead.least && code <= 0x10FFFF;
    wide.push_back(whole ? static_cast<wchar_t>(code) : kWrong);
    at += whole ? taken : 1;
  }
  return wide;
}

// The classic locale knows the case of ASCII alone.
const std::locale& letters() {
  static const std::locale kLetters = [] {
    try {
      return std::locale("C.UTF-8");
    } catch (const std::runtime_error&) {
      return std::locale::classic();
    }
  }();
  return kLetters;
}

// libstdc++ adds up the digits behind these without looking whether they still fit.
bool has_number_too_large(std::string_view pattern) {
  constexpr std::size_t kMostDigits = 9;
  for (std::size_t at = 0; (at = pattern.find_first_of("\\{,", at)) != std::string_view::npos; ++at) {
    const std::size_t behind = pattern.find_first_not_of("0123456789", at + 1);
    if (std::min(behind, pattern.size()) - at - 1 > kMostDigits) return true;
  }
  return false;
}

}  // namespace

struct TextPattern::Impl {
  std::string text{};
  std::wregex regex{};
};

Result<TextPattern> TextPattern::compile(std::string_view pattern) {
  if (pattern.size() > kMostPattern)
    return fail(Errc::invalid, "longer than " + std::to_string(kMostPattern) + " bytes");
  if (has_number_too_large(pattern))
    return fail(Errc::invalid,
                "a number behind \\, { or a comma is too large; write it as [0-9] if digits are meant");
  auto impl = std::make_shared<Impl>();
  impl->text = std::string(pattern);
  impl->regex.imbue(letters());
  try {
    // Of libstdc++: states side by side in place of backtracking, which a title could make endless or deep.
    impl->regex.assign(wide_of(pattern, kMostPattern), std::regex_constants::ECMAScript |
                                                           std::regex_constants::icase |
                                                           std::regex_constants::__polynomial);
  } catch (const std::regex_error& error) {
    if (error.code() == std::regex_constants::error_complexity)
      return fail(Errc::invalid, "back references like \\1 are not taken");
    return fail(Errc::invalid, error.what());
  }
  return TextPattern(std::move(impl));
}

bool TextPattern::finds_in(std::string_view utf8) const {
  return std::regex_search(wide_of(utf8, kMostLooked), impl_->regex);
}

const std::string& TextPattern::text() const { return impl_->text; }

}  // namespace rec
