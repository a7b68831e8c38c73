// A recording that was damaged on its way, made into a part: a file, or an honest error, never a crash and
// never half a file under a final name. The input says which stream is damaged and how.
#include <fuzzer/FuzzedDataProvider.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "base/log.hpp"
#include "media/codec_signature.hpp"
#include "media_av/part_maker.hpp"
#include "sim/stream/frame_stream.hpp"

namespace rec {
namespace {

namespace fs = std::filesystem;

std::string work_folder() {
  std::error_code error;
  const bool memory = fs::is_directory("/dev/shm", error);
  return std::string(memory ? "/dev/shm" : "/tmp") + "/rec_fuzz_part_" + std::to_string(::getpid());
}

struct Streams {
  std::string ts;
  std::string fragmented;
};

Streams make_streams() {
  log::configure({.level = log::Level::error, .to_stderr = false});
  sim::StreamOptions options;
  options.width = 64;
  options.height = 64;
  options.segments = 2;
  options.segment_seconds = 0.2;
  options.bitrate = 60'000;
  Streams out;
  const auto ts = sim::make_stream(options);
  const auto mp4 = sim::make_fmp4_stream(options);
  if (!ts || !mp4) std::abort();
  for (const auto& segment : *ts) out.ts += segment.bytes;
  out.fragmented = mp4->init;
  for (const auto& segment : mp4->segments) out.fragmented += segment.bytes;
  return out;
}

/// Bytes changed, cut out, doubled and put in.
std::string damaged(std::string bytes, FuzzedDataProvider& in) {
  while (in.remaining_bytes() > 0 && !bytes.empty()) {
    const auto at = in.ConsumeIntegralInRange<std::size_t>(0, bytes.size() - 1);
    const auto length = in.ConsumeIntegralInRange<std::size_t>(1, 400);
    switch (in.ConsumeIntegralInRange(0, 4)) {
      case 0:
        bytes[at] = static_cast<char>(in.ConsumeIntegral<std::uint8_t>());
        break;
      case 1:
        bytes.erase(at, length);
        break;
      case 2:
        bytes.insert(at, bytes.substr(at, length));
        break;
      case 3:
        bytes.insert(at, in.ConsumeBytesAsString(length));
        break;
      default:
        bytes.resize(at);
    }
  }
  return bytes;
}

[[noreturn]] void give_up(const std::string& why) {
  std::fprintf(stderr, "%s\n", why.c_str());
  std::abort();
}

MediaRun run_of(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
  MediaRun run;
  run.extents.push_back({path, 0, bytes.size()});
  return run;
}

}  // namespace
}  // namespace rec

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace rec;
  static const Streams streams = make_streams();
  static const std::string folder = work_folder();
  static const int at_end = std::atexit([] { fs::remove_all(work_folder()); });
  (void)at_end;
  fs::remove_all(folder);
  fs::create_directories(folder);
  FuzzedDataProvider in(data, size);
  const bool fragmented = in.ConsumeBool();
  const auto& whole = fragmented ? streams.fragmented : streams.ts;
  MakePartRequest request;
  request.output = folder + "/p.mp4";
  if (in.ConsumeBool()) request.runs.push_back(run_of(folder + "/first", whole));
  const auto hurt = damaged(whole, in);
  (void)media::codec_signature({reinterpret_cast<const std::uint8_t*>(hurt.data()), hurt.size()});
  request.runs.push_back(run_of(folder + "/hurt", hurt));
  const auto part = media::make_part_file(request);
  if (part.has_value() != fs::exists(request.output))
    give_up("a file where there is none, or none where there is one");
  if (!part && part.error().code != Errc::corrupt && part.error().code != Errc::conflict &&
      part.error().code != Errc::invalid)
    give_up(part.error().text);
  return 0;
}
