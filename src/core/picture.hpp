// What a picture is called: "1080p60". Pure.
#pragma once
#include <string>

namespace rec {

struct Picture {
  int width = 0;  ///< as shown; 0 = not known
  int height = 0;
  int rate = 0;  ///< pictures a second, as people say it (spoken_rate); 0 = not known
  bool operator==(const Picture&) const = default;
};

/// By its shorter side: "1080p60", also of one that stands on end; "1080p" where the rate is not known, ""
/// where nothing is.
std::string name_of(const Picture& picture);

/// 59.94 is 60, and so is what comes of it when an encoder drops one picture in fifty; 0 = not known.
int spoken_rate(double pictures_a_second);

}  // namespace rec
