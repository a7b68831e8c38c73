// Plans group by group, writes what fits.
#include "media_av/part_cutter.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <utility>

#include "media_av/cut.hpp"
#include "media_av/finished_part.hpp"
#include "media_av/nal_units.hpp"

namespace rec::media {
namespace {

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

}  // namespace

PartCutter::PartCutter(const StreamPair& streams, const CutRequest& request)
    : streams_(streams),
      input_(request.input),
      folder_(request.output_folder),
      stem_(request.name_stem),
      title_(request.title.empty() ? request.name_stem : request.title),
      path_(request.path),
      limits_(request.limits) {}
PartCutter::~PartCutter() {
  if (kept_) return;
  for (const session::PartFile& part : parts_) {
    ::unlink(part.path.c_str());
    if (!part.thumbnail.empty()) ::unlink(part.thumbnail.c_str());
  }
}

Result<bool> PartCutter::add(Gop& gop) {
  if (part_.writer) {
    Plan plan = with(gop, *plan_);
    if (fits(plan)) return write(std::move(gop), std::move(plan));
    REC_CHECK(finish_current());
  }
  REC_CHECK(begin(gop));
  Plan plan = with(gop, *plan_);
  if (within_bytes(plan.size)) return write(std::move(gop), std::move(plan));
  part_ = OpenPart{};
  return false;
}

Result<bool> PartCutter::go_on_with(const StreamPair& streams, bool encoded) {
  if (part_.writer) {
    REC_CHECK(finish_current());
  }
  streams_ = streams;
  encoded_ = encoded;
  return true;
}

Result<std::vector<session::PartFile>> PartCutter::finish() {
  if (part_.writer) {
    REC_CHECK(finish_current());
  }
  if (parts_.empty()) return fail(Errc::corrupt, input_ + ": no keyframe in it, nothing to cut");
  remove_leftovers(next_path());  // of an attempt with smaller limits that was killed
  kept_ = true;
  return std::move(parts_);
}

Error PartCutter::too_large(std::uint64_t bytes, double seconds) const {
  return Error{Errc::invalid,
               fmt::format("{}: the group of pictures at {:.3f} s has {} bytes, more than a part of {} can "
                           "hold; encode it anew, or raise the limit",
                           input_, seconds, bytes, limits_.bytes),
               {}};
}

std::string PartCutter::next_path() const {
  if (path_) return path_(parts_.size());
  return fmt::format("{}/{}-{:03}.mp4", folder_, stem_, parts_.size() + 1);
}
bool PartCutter::within_bytes(const Mp4Size& size) const {
  return size.file() <= limits_.bytes && size.moov() <= kMostIndex;
}
bool PartCutter::fits(const Plan& plan) const {
  const bool in_time =
      limits_.duration == Millis(0) || plan.timeline.end_ns() <= limits_.duration.count() * kNsPerMs;
  return in_time && within_bytes(plan.size);
}

PartCutter::Plan PartCutter::with(const Gop& gop, const Plan& before) const {
  Plan plan = before;
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

Result<bool> PartCutter::begin(const Gop& gop) {
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
  plan_ = std::make_unique<Plan>(Plan{make_timeline(streams_, part_.writer->clocks()), Mp4Size(fixed), {}});
  plan_->timeline.begin_run(starts_in(gop));
  return true;
}

// The keyframe is shown at time 0. Only the file's first part keeps the sound that lies before it.
std::vector<RunStart> PartCutter::starts_in(const Gop& gop) const {
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
bool PartCutter::leads_a_little(const std::vector<RunStart>& starts) const {
  if (starts[0].min_pts == kNoTime || starts[1].min_pts == kNoTime) return false;
  const TimeBase picture = part_.writer->clock(TrackKind::video);
  const TimeBase sound = part_.writer->clock(TrackKind::audio);
  const double lead = static_cast<double>(starts[0].min_pts) * picture.num / picture.den -
                      static_cast<double>(starts[1].min_pts) * sound.num / sound.den;
  return lead < kMostPriming;
}

Result<bool> PartCutter::write(Gop gop, Plan plan) {
  for (std::size_t i = 0; i < gop.packets.size(); ++i) {
    const bool picture = gop.packets[i].kind == TrackKind::video;
    REC_TRY(const bool written, part_.writer->write(std::move(gop.packets[i]), plan.times[i]));
    if (!written) ++part_.report.damaged;
    if (written) ++(picture ? part_.report.video_packets : part_.report.audio_packets);
  }
  *plan_ = std::move(plan);
  return true;
}

Result<bool> PartCutter::finish_current() {
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

}  // namespace rec::media
