// Which yt-dlp is run: ours before the system's.
#include "capture/yt_dlp_program.hpp"

#include <filesystem>

namespace rec::capture {
namespace {

// yt-dlp/yt-dlp#15012. Versions are dates with leading zeros, so they compare as text.
constexpr const char* kFirstWithRuntimes = "2025.11.12";

std::vector<std::string> arguments_of(const std::string& program) {
  const std::string version = std::filesystem::path(program).parent_path().filename().string();
  if (version < kFirstWithRuntimes) return {};
  return {"--js-runtimes", "node", "--js-runtimes", "quickjs"};
}

}  // namespace

Result<YtDlpProgram> yt_dlp_program(const std::string& configured, const std::string& data_folder) {
  YtDlpProgram program;
  if (configured != "auto") program.path = configured;
  if (configured != "auto" || data_folder.empty()) return program;
  auto own = HeldYtDlp::take(data_folder);
  if (!own && own.error().code == Errc::not_found) return program;
  if (!own) return fail(Errc::unavailable, own.error().text);
  program.held = std::make_shared<const HeldYtDlp>(*std::move(own));
  program.path = program.held->program();
  program.arguments = arguments_of(program.path);
  return program;
}

}  // namespace rec::capture
