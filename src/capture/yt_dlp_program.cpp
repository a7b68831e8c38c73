// Which yt-dlp is run: ours before the system's.
#include "capture/yt_dlp_program.hpp"

namespace rec::capture {

Result<YtDlpProgram> yt_dlp_program(const std::string& configured, const std::string& data_folder) {
  YtDlpProgram program;
  if (configured != "auto") program.path = configured;
  if (configured != "auto" || data_folder.empty()) return program;
  auto own = HeldYtDlp::take(data_folder);
  if (!own && own.error().code == Errc::not_found) return program;
  if (!own) return fail(Errc::unavailable, own.error().text);
  program.held = std::make_shared<const HeldYtDlp>(*std::move(own));
  program.path = program.held->program();
  return program;
}

}  // namespace rec::capture
