// What a platform or a program says in words, and what it means for us. Inside of this room only.
#pragma once
#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace rec::capture {

struct ToldReason {
  std::string_view part;  ///< lower case
  Errc code;
};

/// Of the first reason that the text holds, in whatever case.
template <std::size_t N>
std::optional<Errc> first_reason(const std::array<ToldReason, N>& reasons, std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  const auto known = std::find_if(reasons.begin(), reasons.end(), [&](const ToldReason& one) {
    return text.find(one.part) != std::string::npos;
  });
  return known == reasons.end() ? std::nullopt : std::optional(known->code);
}

}  // namespace rec::capture
