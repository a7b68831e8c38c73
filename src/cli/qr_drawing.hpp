// A QR code for a terminal: two modules a character, with the quiet zone that cameras need. Pure.
#pragma once
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace rec::cli {

/// Lines of half blocks. With `colours` it is black on white whatever the terminal's colours are; without,
/// its light modules are what the terminal writes in, as on a dark one. invalid: no QR code holds so much.
Result<std::string> draw_qr(std::string_view text, bool colours);

}  // namespace rec::cli
