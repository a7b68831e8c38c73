#include "cli/demo_media.hpp"

#include <charconv>

#include "base/whole_file.hpp"
#include "cli/companion.hpp"
#include "cli/one_task.hpp"
#include "runtime/subprocess.hpp"

namespace rec::cli {
namespace {

/// What the companion printed.
Result<std::string> ask_companion(std::vector<std::string> arguments) {
  ChildRequest request;
  request.argv = {media_program()};
  request.argv.insert(request.argv.end(), arguments.begin(), arguments.end());
  asio::io_context io;
  REC_TRY(ChildResult child, run_one_task(io, run_child(std::move(request))));
  if (child.exit_code == 0) return std::move(child.out);
  return fail(Errc::corrupt, child.err.empty()
                                 ? arguments[0] + " ended with " + std::to_string(child.exit_code)
                                 : child.err.substr(0, child.err.find('\n')));
}

}  // namespace

Result<std::vector<sim::LiveSegment>> make_demo_media(std::filesystem::path folder, int fps, int first_frame,
                                                      int segments) {
  std::error_code problem;
  std::filesystem::create_directories(folder, problem);
  if (problem) return fail(errno_error(problem.value(), "creating " + folder.string()));
  REC_CHECK(ask_companion({"demo-stream", folder.string(), std::to_string(fps), std::to_string(first_frame),
                           std::to_string(segments)}));
  std::vector<sim::LiveSegment> media;
  for (int i = 0; i < segments; ++i) {
    const auto path = folder / (std::to_string(i) + ".ts");
    REC_TRY(std::string bytes, whole_file(path.string()));
    if (bytes.empty()) return fail(Errc::corrupt, path.string() + ": no media in it");
    media.push_back({std::move(bytes), std::chrono::seconds(2), false});
  }
  std::filesystem::remove_all(folder, problem);
  return media;
}

Result<std::vector<int>> read_demo_frames(const std::string& file) {
  REC_TRY(const std::string text, ask_companion({"demo-frames", file}));
  std::vector<int> numbers;
  const char* at = text.data();
  const char* const end = at + text.size();
  for (int number = 0; at < end; ++at) {
    const auto read = std::from_chars(at, end, number);
    if (read.ec != std::errc()) return fail(Errc::corrupt, file + ": not the numbers of frames");
    numbers.push_back(number);
    at = read.ptr;
  }
  return numbers;
}

}  // namespace rec::cli
