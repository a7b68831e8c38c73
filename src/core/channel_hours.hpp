// The hours in which a channel is recorded: "18:00-02:00", "Fri,Sat 18:00-04:00; Sun 10:00-14:00". Pure.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace rec {

/// What a clock on the wall shows, where config.yaml's `timezone` is.
struct WallTime {
  int weekday = 0;  ///< 0 = Monday
  int minute = 0;   ///< of the day
};

class ChannelHours {
 public:
  ChannelHours() = default;  ///< always
  /// Windows, with semicolons between them: days (`Fri`, `Mon-Fri`, `Sat,Sun`), hours (`18:00-02:00`), or
  /// days and hours. Hours that end before they begin, or when, end on the next day; days count for the
  /// beginning. "" = always. invalid: which window is none, and how one is written.
  static Result<ChannelHours> parse(std::string_view text);

  [[nodiscard]] bool always() const { return windows_.empty(); }
  [[nodiscard]] bool contains(WallTime time) const;
  /// The windows as they were given, trimmed, with "; " between them.
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  struct Window {
    unsigned days = 0x7F;  ///< bit 0 = Monday
    int from = 0;          ///< minute of the day
    int length = 24 * 60;
  };
  static Result<Window> window_of(std::string_view text);

  std::vector<Window> windows_{};
  std::string text_{};
};

}  // namespace rec
