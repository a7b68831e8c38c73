// What a platform or a program says in words, and what it means for us.
#pragma once
#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <string>
#include <string_view>

namespace rec::page {

template <class Meaning>
struct ToldReason {
  std::string_view part;  ///< lower case
  Meaning meaning;
};

/// Of the first reason that the text holds, in whatever case.
template <class Meaning, std::size_t N>
std::optional<Meaning> first_reason(const std::array<ToldReason<Meaning>, N>& reasons, std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  const auto known = std::find_if(reasons.begin(), reasons.end(), [&](const ToldReason<Meaning>& one) {
    return text.find(one.part) != std::string::npos;
  });
  return known == reasons.end() ? std::nullopt : std::optional(known->meaning);
}

}  // namespace rec::page
