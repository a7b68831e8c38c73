#include "core/picture.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace rec {
namespace {

constexpr std::array<int, 9> kUsualRates{24, 25, 30, 48, 50, 60, 90, 100, 120};
constexpr double kSame = 0.025;
constexpr double kMostRate = 1000;  // what says more is mistaken

}  // namespace

std::string name_of(const Picture& picture) {
  const int side = std::min(picture.width, picture.height);
  if (side <= 0) return {};
  return std::to_string(side) + "p" + (picture.rate > 0 ? std::to_string(picture.rate) : "");
}

int spoken_rate(double pictures_a_second) {
  if (!(pictures_a_second > 0) || pictures_a_second > kMostRate) return 0;
  const auto off = [pictures_a_second](int usual) { return std::abs(pictures_a_second / usual - 1); };
  const auto* nearest = std::ranges::min_element(kUsualRates, {}, off);
  if (off(*nearest) <= kSame) return *nearest;
  return static_cast<int>(std::lround(pictures_a_second));
}

}  // namespace rec
