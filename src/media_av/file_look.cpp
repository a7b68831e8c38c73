// Prints of packets, and where one row of them lies in another.
#include "media_av/file_look.hpp"

#include <xxhash.h>

#include <algorithm>
#include <filesystem>
#include <unordered_map>
#include <unordered_set>

#include "media_av/file_reader.hpp"
#include "media_av/nal_units.hpp"

namespace rec::media {
namespace {

using Prints = std::vector<std::uint64_t>;

constexpr Millis kMoreOfPrevious = std::chrono::minutes(2);
constexpr std::size_t kMostPrints = 4'000'000;  // of the file before: 18 hours at 60 a second

using Bytes = std::span<const std::uint8_t>;

bool is_slice(AVCodecID codec, std::uint8_t head) {
  if (codec == AV_CODEC_ID_H264) return (head & 0x1FU) >= 1 && (head & 0x1FU) <= 5;
  return ((head >> 1U) & 0x3FU) < 32;
}

class PacketPrinter {
 public:
  explicit PacketPrinter(const AVStream& stream) : codec_(stream.codecpar->codec_id) {
    const AVCodecParameters& parameters = *stream.codecpar;
    slices_ = codec_ == AV_CODEC_ID_H264 || codec_ == AV_CODEC_ID_HEVC;
    if (!slices_ || parameters.extradata_size < 22 || parameters.extradata[0] != 1) return;
    length_bytes_ = (parameters.extradata[codec_ == AV_CODEC_ID_H264 ? 4 : 21] & 3U) + 1;
  }

  [[nodiscard]] std::uint64_t print(const AVPacket& packet) const {
    const Bytes bytes(packet.data, static_cast<std::size_t>(packet.size));
    if (!slices_) return XXH3_64bits(bytes.data(), bytes.size());
    std::uint64_t all = 0;
    const auto add = [&](Bytes unit) {
      if (unit.empty() || !is_slice(codec_, unit[0])) return;
      all = XXH3_64bits_withSeed(unit.data(), unit.size(), all);
    };
    length_bytes_ > 0 ? each_by_length(bytes, add) : each_by_start_code(bytes, add);
    return all;
  }

 private:
  template <class Add>
  void each_by_length(Bytes bytes, const Add& add) const {
    while (bytes.size() > length_bytes_) {
      std::size_t length = 0;
      for (std::size_t i = 0; i < length_bytes_; ++i) length = length << 8U | bytes[i];
      bytes = bytes.subspan(length_bytes_);
      length = std::min(length, bytes.size());
      add(bytes.first(length));
      bytes = bytes.subspan(length);
    }
  }
  template <class Add>
  static void each_by_start_code(Bytes bytes, const Add& add) {
    std::size_t at = find_start_code(bytes, 0);
    while (at < bytes.size()) {
      const std::size_t from = std::min(at + 3, bytes.size());
      const std::size_t next = find_start_code(bytes, from);
      std::size_t end = next;
      while (end > from && bytes[end - 1] == 0) --end;  // trailing zeros belong to the next start code
      add(bytes.subspan(from, end - from));
      at = next;
    }
  }

  AVCodecID codec_;
  bool slices_ = false;
  std::size_t length_bytes_ = 0;  // of a unit's length; 0: units lie behind start codes
};

class PrintReader {
 public:
  explicit PrintReader(FileReader& file)
      : file_(file),
        lead_(file.streams()[0] != nullptr ? TrackKind::video : TrackKind::audio),
        stream_(*file.streams()[static_cast<std::size_t>(lead_)]),
        printer_(stream_) {}

  /// Adds prints of the leading track until as many bytes were read; false at the end.
  Result<bool> read(Prints& to, std::uint64_t bytes) {
    for (std::uint64_t seen = 0; seen < bytes && to.size() < kMostPrints;) {
      REC_TRY(const RunPacket item, file_.next());
      if (item.packet == nullptr) return false;
      if (item.kind != lead_) continue;
      seen += static_cast<std::uint64_t>(item.packet->size);
      to.push_back(printer_.print(*item.packet));
      const std::int64_t time = item.packet->pts == AV_NOPTS_VALUE ? item.packet->dts : item.packet->pts;
      if (time == AV_NOPTS_VALUE) continue;
      first_ = first_ == AV_NOPTS_VALUE ? time : std::min(first_, time);
      last_ = std::max(last_, time + item.packet->duration);
    }
    return true;
  }
  [[nodiscard]] Millis length() const {
    if (first_ == AV_NOPTS_VALUE || last_ <= first_) return Millis(0);
    return Millis(av_rescale_q(last_ - first_, stream_.time_base, {1, 1000}));
  }

 private:
  FileReader& file_;
  TrackKind lead_;
  const AVStream& stream_;
  PacketPrinter printer_;
  std::int64_t first_ = AV_NOPTS_VALUE;
  std::int64_t last_ = std::numeric_limits<std::int64_t>::min();
};

// Does `row` lie in `in`, in one piece, but for a few at its edges?
bool lies_in(const Prints& row, const Prints& in) {
  if (row.empty()) return false;
  const std::size_t others = row.size() / 50;
  std::unordered_multimap<std::uint64_t, std::size_t> places;
  for (std::size_t i = 0; i < in.size(); ++i) places.emplace(in[i], i);
  for (std::size_t skipped = 0; skipped <= others && skipped < row.size(); ++skipped) {
    const auto [begin, end] = places.equal_range(row[skipped]);
    for (auto place = begin; place != end; ++place) {
      std::size_t same = 0;
      while (skipped + same < row.size() && place->second + same < in.size() &&
             row[skipped + same] == in[place->second + same])
        ++same;
      if (row.size() - same <= others || (same == row.size())) return true;
    }
  }
  return false;
}

// Where the picture stands still an encoder writes the same again and again, whatever is to be heard: that
// says nothing.
bool tells_something(const Prints& row) {
  const std::unordered_set<std::uint64_t> distinct(row.begin(), row.end());
  return 2 * distinct.size() >= row.size();
}

// The file before, from where a repetition of that length may begin.
Result<Prints> end_of_previous(const std::string& path, Millis length) {
  Prints prints;
  REC_TRY(const auto file, FileReader::open(path));
  if (length > Millis(0)) file->skip_to_last(length + kMoreOfPrevious);
  PrintReader reader(*file);
  REC_CHECK(reader.read(prints, std::numeric_limits<std::uint64_t>::max()));
  return prints;
}

}  // namespace

Result<FileLook> look_at_file(const FileLookRequest& request) {
  collect_av_errors();
  forget_av_errors();
  REC_TRY(const auto file, FileReader::open(request.file));
  FileLook look;
  std::error_code problem;
  look.bytes = std::filesystem::file_size(request.file, problem);
  look.duration = file->duration();
  Prints prints;
  PrintReader reader(*file);
  REC_TRY(const bool more, reader.read(prints, request.window));
  if (look.duration == Millis(0) && !more) look.duration = reader.length();
  if (request.previous.empty()) return look;
  const auto before = end_of_previous(request.previous, look.duration);
  if (!before) {
    if (before.error().code != Errc::corrupt) return fail(before.error());
    return look;
  }
  // A broadcast that goes on is told from a repetition by its first megabytes; only a repetition is read on.
  if (!tells_something(prints) || !lies_in(prints, *before)) return look;
  if (more) {
    REC_CHECK(reader.read(prints, std::numeric_limits<std::uint64_t>::max()));
  }
  look.repeats = tells_something(prints) && lies_in(prints, *before);
  return look;
}

}  // namespace rec::media
