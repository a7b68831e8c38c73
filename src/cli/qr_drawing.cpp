#include "cli/qr_drawing.hpp"

#include <qrencode.h>

#include <memory>

namespace rec::cli {
namespace {

constexpr int kQuietZone = 2;  // four modules by the standard; cameras take two, and small terminals are many

}  // namespace

Result<std::string> draw_qr(std::string_view text, bool colours) {
  const std::string terminated(text);
  const std::unique_ptr<QRcode, decltype(&QRcode_free)> code(
      QRcode_encodeString8bit(terminated.c_str(), 0, QR_ECLEVEL_L), &QRcode_free);
  if (!code) return fail(Errc::invalid, "this does not fit into a QR code");
  const auto dark = [&](int x, int y) {
    const bool inside = x >= 0 && y >= 0 && x < code->width && y < code->width;
    return inside && (code->data[y * code->width + x] & 1U) != 0;
  };
  std::string drawing;
  for (int y = -kQuietZone; y < code->width + kQuietZone; y += 2) {
    if (colours) drawing += "\033[38;5;231;48;5;16m";  // white blocks on black, by number: not a theme's
    for (int x = -kQuietZone; x < code->width + kQuietZone; ++x) {
      const bool upper = !dark(x, y);
      const bool lower = y + 1 < code->width + kQuietZone && !dark(x, y + 1);
      drawing += upper && lower ? "█" : upper ? "▀" : lower ? "▄" : " ";
    }
    drawing += colours ? "\033[0m\n" : "\n";
  }
  return drawing;
}

}  // namespace rec::cli
