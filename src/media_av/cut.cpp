// Plans group by group, writes what fits.
#include "media_av/cut.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "base/log.hpp"
#include "media_av/encoded_stretch.hpp"
#include "media_av/file_reader.hpp"
#include "media_av/finished_part.hpp"
#include "media_av/gop_queue.hpp"
#include "media_av/liveness.hpp"
#include "media_av/mp4_size.hpp"
#include "media_av/mp4_writer.hpp"
#include "media_av/nal_units.hpp"
#include "media_av/packet_times.hpp"

namespace rec::media {
namespace {

constexpr std::uint64_t kMostGop = 512U << 20U;
constexpr double kMostPriming = 0.1;  // seconds of sound before the first picture
constexpr std::int64_t kNsPerMs = 1'000'000;

// Annex B start codes may be shorter than the lengths that MP4 has in their place.
std::uint64_t size_in_mp4(const AVPacket& packet, bool start_codes) {
  const std::span<const std::uint8_t> data(packet.data, static_cast<std::size_t>(packet.size));
  std::uint64_t bytes = data.size();
  if (!start_codes) return bytes;
  for (std::size_t at = 0; (at = find_start_code(data, at)) < data.size(); at += 3) ++bytes;
  return bytes + 4;
}

bool has_start_codes(const AVStream* stream) {
  if (stream == nullptr) return false;
  const AVCodecParameters& codec = *stream->codecpar;
  const bool lengths = codec.extradata_size > 0 && codec.extradata[0] == 1;  // avcC, hvcC
  return (codec.codec_id == AV_CODEC_ID_H264 || codec.codec_id == AV_CODEC_ID_HEVC) && !lengths;
}

// What a part would be with another group in it.
struct PartPlan {
  Timeline timeline;
  Mp4Size size;
  std::vector<PacketTimes> times;  // of the group planned last
};

struct OpenPart {
  std::string path;
  std::unique_ptr<DurableFile> file;
  std::unique_ptr<Mp4Writer> writer;
  RemuxReport report;
};

class Cutter {
 public:
  Cutter(const StreamPair& streams, const CutRequest& request)
      : streams_(streams),
        input_(request.input),
        folder_(request.output_folder),
        stem_(request.name_stem),
        title_(request.title.empty() ? request.name_stem : request.title),
        path_(request.path),
        limits_(request.limits) {}
  ~Cutter() {
    if (kept_) return;
    for (const session::PartFile& part : parts_) {
      ::unlink(part.path.c_str());
      if (!part.thumbnail.empty()) ::unlink(part.thumbnail.c_str());
    }
  }
  Cutter(const Cutter&) = delete;
  Cutter& operator=(const Cutter&) = delete;

  /// false: no part can hold it; it was not touched, and no part is open.
  Result<bool> add(Gop& gop) {
    if (part_.writer) {
      PartPlan plan = with(gop, *plan_);
      if (fits(plan)) return write(std::move(gop), std::move(plan));
      REC_CHECK(finish_current());
    }
    REC_CHECK(begin(gop));
    PartPlan plan = with(gop, *plan_);
    if (within_bytes(plan.size)) return write(std::move(gop), std::move(plan));
    part_ = OpenPart{};
    return false;
  }

  /// What comes from here on is of other streams, and lies in other parts.
  Result<bool> go_on_with(const StreamPair& streams, bool encoded) {
    if (part_.writer) {
      REC_CHECK(finish_current());
    }
    streams_ = streams;
    encoded_ = encoded;
    return true;
  }

  Result<std::vector<session::PartFile>> finish() {
    if (part_.writer) {
      REC_CHECK(finish_current());
    }
    if (parts_.empty()) return fail(Errc::corrupt, input_ + ": no keyframe in it, nothing to cut");
    remove_leftovers(next_path());  // of an attempt with smaller limits that was killed
    kept_ = true;
    return std::move(parts_);
  }

  [[nodiscard]] Error too_large(std::uint64_t bytes, double seconds) const {
    return Error{Errc::invalid,
                 fmt::format("{}: the group of pictures at {:.3f} s has {} bytes, more than a part of {} can "
                             "hold; encode it anew, or raise the limit",
                             input_, seconds, bytes, limits_.bytes),
                 {}};
  }

 private:
  [[nodiscard]] std::string next_path() const {
    if (path_) return path_(parts_.size());
    return fmt::format("{}/{}-{:03}.mp4", folder_, stem_, parts_.size() + 1);
  }
  [[nodiscard]] bool within_bytes(const Mp4Size& size) const {
    return size.file() <= limits_.bytes && size.moov() <= kMostIndex;
  }
  [[nodiscard]] bool fits(const PartPlan& plan) const {
    const bool in_time =
        limits_.duration == Millis(0) || plan.timeline.end_ns() <= limits_.duration.count() * kNsPerMs;
    return in_time && within_bytes(plan.size);
  }

  [[nodiscard]] PartPlan with(const Gop& gop, const PartPlan& before) const {
    PartPlan plan = before;
    plan.times.clear();
    for (const RunPacket& item : gop.packets) {
      const auto track = static_cast<std::size_t>(item.kind);
      const PacketTimes times =
          times_in_clock(*item.packet, streams_[track]->time_base, part_.writer->clock(item.kind));
      plan.times.push_back(plan.timeline.place(track, times));
      const bool start_codes = item.kind == TrackKind::video && has_start_codes(streams_[0]);
      plan.size.add(track, size_in_mp4(*item.packet, start_codes), plan.times.back(),
                    (item.packet->flags & AV_PKT_FLAG_KEY) != 0);
    }
    return plan;
  }

  Result<bool> begin(const Gop& gop) {
    part_ = OpenPart{};
    part_.path = next_path();
    remove_leftovers(part_.path);
    part_.file = std::make_unique<DurableFile>(part_.path);
    REC_TRY(part_.writer,
            Mp4Writer::open(part_.file->temporary(), streams_, title_, Mp4Layout{.as_given = true}));
    std::uint64_t fixed = 2 * title_.size();
    for (const AVStream* stream : streams_) {
      if (stream != nullptr) fixed += 2 * static_cast<std::uint64_t>(stream->codecpar->extradata_size);
    }
    plan_ = std::make_unique<PartPlan>(
        PartPlan{make_timeline(streams_, part_.writer->clocks()), Mp4Size(fixed), {}});
    plan_->timeline.begin_run(starts_in(gop));
    return true;
  }

  // The keyframe is shown at time 0. Only the file's first part keeps the sound that lies before it.
  [[nodiscard]] std::vector<RunStart> starts_in(const Gop& gop) const {
    std::vector<RunStart> out(kTrackKinds);
    for (const RunPacket& item : gop.packets) {
      const auto track = static_cast<std::size_t>(item.kind);
      const bool leads = streams_[0] == nullptr || item.kind == TrackKind::video;
      const bool unheard = (item.packet->flags & AV_PKT_FLAG_DISCARD) != 0;
      if (out[track].min_pts != kNoTime || (!leads && (!parts_.empty() || unheard))) continue;
      const PacketTimes times =
          times_in_clock(*item.packet, streams_[track]->time_base, part_.writer->clock(item.kind));
      out[track] = {times.pts == kNoTime ? times.dts : times.pts, times.dts};
    }
    if (streams_[0] != nullptr && leads_a_little(out)) out[1] = RunStart{};
    return out;
  }

  // What an encoder needs to begin: it is in the file, before time 0.
  [[nodiscard]] bool leads_a_little(const std::vector<RunStart>& starts) const {
    if (starts[0].min_pts == kNoTime || starts[1].min_pts == kNoTime) return false;
    const TimeBase picture = part_.writer->clock(TrackKind::video);
    const TimeBase sound = part_.writer->clock(TrackKind::audio);
    const double lead = static_cast<double>(starts[0].min_pts) * picture.num / picture.den -
                        static_cast<double>(starts[1].min_pts) * sound.num / sound.den;
    return lead < kMostPriming;
  }

  Result<bool> write(Gop gop, PartPlan plan) {
    for (std::size_t i = 0; i < gop.packets.size(); ++i) {
      const bool picture = gop.packets[i].kind == TrackKind::video;
      REC_TRY(const bool written, part_.writer->write(std::move(gop.packets[i]), plan.times[i]));
      if (!written) ++part_.report.damaged;
      if (written) ++(picture ? part_.report.video_packets : part_.report.audio_packets);
    }
    *plan_ = std::move(plan);
    return true;
  }

  Result<bool> finish_current() {
    REC_CHECK(part_.writer->finish());
    part_.writer.reset();
    REC_TRY(session::PartFile part, finish_part(*part_.file, part_.path, part_.report));
    const std::uint64_t bytes = part.bytes;
    part.encoded = encoded_;
    parts_.push_back(std::move(part));
    part_ = OpenPart{};
    if (bytes <= limits_.bytes) return true;
    return fail(Errc::invalid, fmt::format("{}: {} bytes, more than the limit of {}; lower the limit",
                                           parts_.back().path, bytes, limits_.bytes));
  }

  StreamPair streams_;
  std::string input_;
  std::string folder_;
  std::string stem_;
  std::string title_;
  std::function<std::string(std::size_t)> path_;
  CutLimits limits_;
  OpenPart part_;
  std::unique_ptr<PartPlan> plan_;
  std::vector<session::PartFile> parts_;
  bool encoded_ = false;
  bool kept_ = false;
};

std::uint64_t bytes_of(const std::vector<RunPacket>& packets) {
  std::uint64_t bytes = 0;
  for (const RunPacket& item : packets) bytes += static_cast<std::uint64_t>(item.packet->size);
  return bytes;
}

/// Of the pictures among the packets; 0 = not known.
std::int64_t bit_rate_of(const std::vector<RunPacket>& packets, const AVStream& video) {
  std::int64_t bits = 0;
  std::int64_t first = AV_NOPTS_VALUE;
  std::int64_t last = AV_NOPTS_VALUE;
  for (const RunPacket& item : packets) {
    if (item.kind != TrackKind::video) continue;
    bits += 8LL * item.packet->size;
    if (item.packet->dts == AV_NOPTS_VALUE) continue;
    if (first == AV_NOPTS_VALUE) first = item.packet->dts;
    last = item.packet->dts;
  }
  const double seconds = static_cast<double>(last - first) * av_q2d(video.time_base);
  return first == last || seconds <= 0 ? 0 : static_cast<std::int64_t>(static_cast<double>(bits) / seconds);
}

class CutJob {
 public:
  CutJob(const CutRequest& request, FileReader& reader)
      : request_(request), reader_(reader), cutter_(reader.streams(), request), queue_(reader.streams()) {}

  Result<std::vector<session::PartFile>> run() {
    for (bool more = true; more;) {
      REC_TRY(RunPacket item, reader_.next());
      more = item.packet != nullptr;
      if (more) queue_.push(std::move(item));
      if (!more) queue_.finish();
      REC_CHECK(take_groups());
    }
    return cutter_.finish();
  }

 private:
  Result<bool> take_groups() {
    for (;;) {
      if (stretch_) {
        REC_CHECK(feed(queue_.drain_front()));
      }
      const double seconds = queue_.front_seconds();
      std::optional<Gop> gop = queue_.pop();
      if (!gop) break;
      if (!stretch_) {
        REC_TRY(const bool fits, cutter_.add(*gop));
        if (fits) continue;
        REC_CHECK(begin_stretch(gop->packets, seconds));
      }
      REC_CHECK(feed(std::move(gop->packets)));
      REC_CHECK(end_stretch());
    }
    if (stretch_ || queue_.front_bytes() <= std::min(request_.limits.bytes, kMostGop)) return true;
    const double seconds = queue_.front_seconds();
    std::vector<RunPacket> packets = queue_.drain_front();
    REC_CHECK(begin_stretch(packets, seconds));
    return feed(std::move(packets));
  }

  Result<bool> begin_stretch(const std::vector<RunPacket>& packets, double seconds) {
    begins_ = seconds;
    const AVStream* video = reader_.streams()[0];
    if (!request_.encode || video == nullptr) return fail(cutter_.too_large(bytes_of(packets), seconds));
    // Half of a part: the sound and the index are to lie in it, too.
    const EncodeLimits limits{request_.limits.bytes / 2, bit_rate_of(packets, *video)};
    auto opened = EncodedStretch::open(reader_.streams(), limits);
    if (!opened)
      return fail(std::move(opened).error().in(cutter_.too_large(bytes_of(packets), seconds).text));
    stretch_ = *std::move(opened);
    return true;
  }

  Result<bool> feed(std::vector<RunPacket> packets) {
    REC_CHECK(stretch_->push(std::move(packets)));
    return cut_encoded();
  }

  Result<bool> cut_encoded() {
    while (std::optional<Gop> gop = stretch_->pop()) {
      if (!std::exchange(in_stretch_, true)) {
        REC_CHECK(cutter_.go_on_with(stretch_->streams(), true));
      }
      const std::uint64_t bytes = gop->bytes;
      REC_TRY(const bool fits, cutter_.add(*gop));
      if (!fits) return fail(cutter_.too_large(bytes, begins_));
    }
    return true;
  }

  Result<bool> end_stretch() {
    REC_CHECK(stretch_->finish());
    REC_CHECK(cut_encoded());
    REC_CHECK(cutter_.go_on_with(reader_.streams(), false));
    log::warn("cut.encoded_anew", {{"input", request_.input},
                                   {"at_s", fmt::format("{:.3f}", begins_)},
                                   {"pictures", stretch_->pictures()},
                                   {"lost", stretch_->lost()}});
    in_stretch_ = false;
    stretch_.reset();
    rest();
    return true;
  }

  const CutRequest& request_;
  FileReader& reader_;
  std::unique_ptr<EncodedStretch> stretch_;  // while a group is encoded anew
  bool in_stretch_ = false;                  // the cutter has begun with it
  double begins_ = 0;
  Cutter cutter_;
  GopQueue queue_;
};

}  // namespace

Result<std::vector<session::PartFile>> cut_file(const CutRequest& request) {
  if (request.limits.bytes == 0)
    return fail(Errc::invalid, request.input + ": a part of 0 bytes cannot be made");
  collect_av_errors();
  forget_av_errors();
  REC_TRY(const auto reader, FileReader::open(request.input, request.sound));
  return CutJob(request, *reader).run();
}

}  // namespace rec::media
