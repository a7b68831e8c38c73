// What tells a session's effects apart: a word and a number.
#pragma once
#include <string_view>

#include "core/session.hpp"

namespace rec::session {

struct EffectKey {
  std::string_view kind;
  int number = 0;  ///< 0 where the kind has none
  bool operator==(const EffectKey&) const = default;
};
EffectKey key_of(const Effect& effect);

}  // namespace rec::session
