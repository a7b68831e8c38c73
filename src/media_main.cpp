// `streamrecorder-media`: everything that needs libav, in processes of its own beside `streamrecorder`, which
// starts them and never links libav itself. Its roles are not for people and may change.
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <string>
#include <string_view>

#include "base/crash_report.hpp"
#include "base/version.hpp"
#include "media_av/media_worker.hpp"
#include "sim/stream/frame_stream.hpp"

namespace rec {
namespace {

constexpr int kUsage = 2;

int told(const Error& error) {
  std::fprintf(stderr, "streamrecorder-media: %s\n", error.text.c_str());
  return 1;
}

/// FOLDER FPS FIRST_FRAME SEGMENTS: the demo's numbered stream, as FOLDER/0.ts, 1.ts … of two seconds each.
int demo_stream(char** arguments) {
  sim::StreamOptions options;
  options.fps = std::atoi(arguments[1]);
  options.first_frame = std::atoi(arguments[2]);
  options.segments = std::atoi(arguments[3]);
  const auto made = sim::make_stream(options);
  if (!made) return told(made.error());
  for (std::size_t i = 0; i < made->size(); ++i) {
    const std::string path = std::string(arguments[0]) + "/" + std::to_string(i) + ".ts";
    std::ofstream file(path, std::ios::binary);
    file << (*made)[i].bytes;
    file.close();
    if (!file) return told({Errc::no_space, "cannot write " + path, {}});
  }
  return 0;
}

/// FILE: the number on each frame, in the order of presentation, one a line.
int demo_frames(const char* path) {
  const auto numbers = sim::read_frame_numbers(path);
  if (!numbers) return told(numbers.error());
  for (const int number : *numbers) std::printf("%d\n", number);
  return std::fflush(stdout) == 0 ? 0 : 1;
}

int media_main(int argc, char** argv) {
  const std::string_view role = argc > 1 ? argv[1] : "";
  if (role == "worker" && argc == 2) return media::media_worker_main();
  if (role == "demo-stream" && argc == 6) return demo_stream(argv + 2);
  if (role == "demo-frames" && argc == 3) return demo_frames(argv[2]);
  if (role == "version" && argc == 2) return std::printf("streamrecorder-media %s\n", kVersion) < 0;
  std::fprintf(stderr, "streamrecorder-media: a part of streamrecorder, which starts it by itself\n");
  return kUsage;
}

}  // namespace
}  // namespace rec

int main(int argc, char** argv) {
  rec::report_crashes("streamrecorder-media");
  try {
    return rec::media_main(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "streamrecorder-media: a defect in the program: %s\n", error.what());
    return 1;
  }
}
