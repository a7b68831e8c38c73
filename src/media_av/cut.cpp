// Group by group; what no part can hold is encoded anew.
#include "media_av/cut.hpp"

#include <fmt/format.h>

#include <memory>
#include <utility>

#include "base/log.hpp"
#include "media_av/encoded_stretch.hpp"
#include "media_av/file_reader.hpp"
#include "media_av/gop_queue.hpp"
#include "media_av/liveness.hpp"
#include "media_av/packet_spill.hpp"
#include "media_av/part_cutter.hpp"

namespace rec::media {
namespace {

std::uint64_t bytes_of(const std::vector<RunPacket>& packets) {
  std::uint64_t bytes = 0;
  for (const RunPacket& item : packets) bytes += static_cast<std::uint64_t>(item.packet->size);
  return bytes;
}

// Beside the parts, and known before: what a killed process left there is found again.
std::string spill_path(const CutRequest& request) {
  if (request.path) return request.path(0) + ".spill";
  return request.output_folder + "/" + request.name_stem + ".spill";
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
      : request_(request),
        reader_(reader),
        cutter_(reader.streams(), request),
        queue_(reader.streams()),
        spill_(spill_path(request)) {}

  Result<std::vector<session::PartFile>> run() {
    for (bool more = true; more;) {
      REC_TRY(RunPacket item, reader_.next());
      more = item.packet != nullptr;
      if (more && queue_.front_bytes() > request_.memory) {
        REC_CHECK(spill_.take(*item.packet));
      }
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
    if (stretch_ || queue_.front_bytes() <= request_.limits.bytes) return true;
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
  PartCutter cutter_;
  GopQueue queue_;
  PacketSpill spill_;
};

}  // namespace

Result<std::vector<session::PartFile>> cut_file(const CutRequest& request) {
  if (request.limits.bytes == 0)
    return fail(Errc::invalid, request.input + ": a part of 0 bytes cannot be made");
  collect_av_errors();
  forget_av_errors();
  REC_TRY(const auto reader, FileReader::open(request.input, request.sound, request.sound_alone));
  return CutJob(request, *reader).run();
}

}  // namespace rec::media
