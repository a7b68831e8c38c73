// A segment log whose index and media file were written by anybody: opening it never crashes, what it says is
// what it says the next time, and it can be appended to. Records are whole ones with odd fields, and bodies
// of any bytes under a true checksum; the file is damaged then.
#include <fuzzer/FuzzedDataProvider.h>
#include <unistd.h>
#include <xxhash.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "base/log.hpp"
#include "spool/index_format.hpp"
#include "spool/segment_log.hpp"

namespace rec {
namespace {

void expect(bool holds) {
  if (!holds) std::abort();
}

std::string folder_of_this_process() {
  std::error_code error;
  const bool memory = std::filesystem::is_directory("/dev/shm", error);
  return std::string(memory ? "/dev/shm" : "/tmp") + "/rec_fuzz_log_" + std::to_string(::getpid());
}

std::string whole_record(FuzzedDataProvider& in, std::uint32_t salt, std::uint64_t ordinal) {
  if (in.ConsumeBool()) {
    Gap gap;
    gap.from_sequence = in.ConsumeIntegral<std::int64_t>();
    gap.to_sequence = in.ConsumeIntegral<std::int64_t>();
    gap.before_ordinal = in.ConsumeBool() ? ordinal : in.ConsumeIntegral<std::uint64_t>();
    return index_format::encode(gap, salt).value_or("");
  }
  SegmentRecord record;
  record.info.sequence = in.ConsumeIntegral<std::int64_t>();
  record.info.identity = in.ConsumeRandomLengthString(40);
  record.ordinal = in.ConsumeBool() ? ordinal : in.ConsumeIntegral<std::uint64_t>();
  for (int spans = in.ConsumeIntegralInRange(0, 3); spans > 0; --spans) {
    const auto offset = in.ConsumeBool() ? in.ConsumeIntegralInRange<std::uint64_t>(0, 16) * 4096
                                         : in.ConsumeIntegral<std::uint64_t>();
    const auto bytes = in.ConsumeBool() ? in.ConsumeIntegralInRange<std::uint64_t>(0, 9000)
                                        : in.ConsumeIntegral<std::uint64_t>();
    record.spans.push_back({offset, bytes});
    record.bytes += bytes;
  }
  return index_format::encode(record, salt).value_or("");
}

/// Any body, under the checksum that it should have: docs/formats/segment-log.md.
std::string any_record(FuzzedDataProvider& in, std::uint32_t salt) {
  const auto body = in.ConsumeRandomLengthString(300);
  std::string out;
  for (std::size_t i = 0; i < 4; ++i) out += static_cast<char>(body.size() >> (8 * i));
  const auto sum = XXH3_64bits_withSeed(body.data(), body.size(), salt);
  for (std::size_t i = 0; i < 8; ++i) out += static_cast<char>(sum >> (8 * i));
  return out + body;
}

std::string index_of(FuzzedDataProvider& in) {
  const std::uint32_t salt = in.ConsumeIntegral<std::uint8_t>();
  std::string index = index_format::header(salt);
  std::uint64_t ordinal = 0;
  for (int records = in.ConsumeIntegralInRange(0, 8); records > 0; --records)
    index += in.ConsumeBool() ? whole_record(in, salt, ordinal++) : any_record(in, salt);
  for (int damages = in.ConsumeIntegralInRange(0, 3); damages > 0 && !index.empty(); --damages) {
    const auto at = in.ConsumeIntegralInRange<std::size_t>(0, index.size() - 1);
    if (in.ConsumeBool()) {
      index.resize(at);
    } else {
      index[at] = static_cast<char>(in.ConsumeIntegral<std::uint8_t>());
    }
  }
  return index;
}

void write_file(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

void append_one(SegmentLog& log) {
  SegmentInfo info;
  info.identity = "/new.ts";
  SegmentBytes bytes;
  Chunk chunk;
  chunk.fill("new bytes");
  expect(log.write(bytes, chunk).has_value());
  const auto record = log.append(info, bytes, Instant{});
  expect(record.has_value() && log.segments().back() == *record);
}

}  // namespace
}  // namespace rec

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace rec;
  static const std::string folder = [] {
    log::configure({.level = log::Level::error, .to_stderr = false});
    std::atexit([] { std::filesystem::remove_all(folder_of_this_process()); });
    return folder_of_this_process();
  }();
  std::filesystem::create_directories(folder);
  FuzzedDataProvider in(data, size);
  const auto media_bytes = in.ConsumeIntegralInRange<std::size_t>(0, 70'000);
  write_file(folder + "/media.bin", std::string(media_bytes, 'm'));
  write_file(folder + "/index.bin", index_of(in));
  auto log = SegmentLog::open(folder);
  if (!log) return 0;
  const auto segments = (*log)->segments();
  const auto gaps = (*log)->gaps();
  log->reset();
  auto again = SegmentLog::open(folder);
  expect(again && (*again)->segments() == segments && (*again)->gaps() == gaps);
  append_one(**again);
  again->reset();
  const auto read = SegmentLog::read_segments(folder);
  expect(read && read->size() == segments.size() + 1);
  return 0;
}
