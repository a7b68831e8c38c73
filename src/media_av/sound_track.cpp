// Pieces of sound, one after the other, as one track on the pictures' clock.
#include "media_av/sound_track.hpp"

#include "media_av/track_match.hpp"

namespace rec::media {
namespace {

constexpr AVRational k90k{1, 90'000};

}  // namespace

Ticks90k SoundTrack::time_of(const AVPacket& packet) const {
  const std::int64_t time = packet.pts == AV_NOPTS_VALUE ? packet.dts : packet.pts;
  return av_rescale_q(time, stream()->time_base, k90k);
}

// Opens the next piece that can be read and is of the first one's kind. False: there is none.
Result<bool> SoundTrack::open_next() {
  reader_.reset();
  packed_.reset();
  wraps_.reset();
  while (next_piece_ < pieces_.size()) {
    const std::vector<Extent>& piece = pieces_[next_piece_++];
    const std::string name = name_ + ", sound " + std::to_string(next_piece_);
    Result<std::unique_ptr<RunReader>> opened = RunReader::open(MediaRun{piece, {}}, name);
    if (!opened && opened.error().code != Errc::corrupt) return fail(std::move(opened).error());
    std::string why = opened ? "" : opened.error().text;
    if (opened && (*opened)->stream(TrackKind::audio) == nullptr) why = name + ": no sound in it";
    if (opened && why.empty() && first_) why = sound_difference(*first_, **opened);
    if (!why.empty()) {
      missing_ += (missing_.empty() ? "" : "; ") + why;
      continue;
    }
    reader_ = *std::move(opened);
    if (reader_->container() == "aac") packed_ = std::make_unique<PackedAac>(piece);
    if (!first_) first_ = reader_;
    return true;
  }
  return false;
}

// The piece's next packet, in the first piece's clock; null at its end.
Result<AvPacket> SoundTrack::read() {
  const AVRational to = stream()->time_base;
  if (packed_) {
    AvPacket packet = packed_->next();
    if (packet) av_packet_rescale_ts(packet.get(), k90k, to);
    return packet;
  }
  for (;;) {
    REC_TRY(RunPacket item, reader_->next());
    if (item.packet && item.kind != TrackKind::audio) continue;
    if (item.packet)
      av_packet_rescale_ts(item.packet.get(), reader_->stream(TrackKind::audio)->time_base, to);
    return std::move(item.packet);
  }
}

Result<bool> SoundTrack::advance() {
  front_.reset();
  for (;;) {
    if (!reader_) {
      REC_TRY(const bool more, open_next());
      if (!more) return true;
    }
    REC_TRY(AvPacket packet, read());
    if (!packet) {
      reader_.reset();
      continue;
    }
    if (packet->pts == AV_NOPTS_VALUE && packet->dts == AV_NOPTS_VALUE) continue;
    const Ticks90k time = time_of(*packet);
    if (!wraps_) wraps_ = (from_ + distance90k(from_, time) - time) / kWrap90k;
    if (time + *wraps_ * kWrap90k < from_) continue;
    const std::int64_t shift = av_rescale_q(*wraps_ * kWrap90k, k90k, stream()->time_base);
    if (packet->pts != AV_NOPTS_VALUE) packet->pts += shift;
    if (packet->dts != AV_NOPTS_VALUE) packet->dts += shift;
    front_ = std::move(packet);
    return true;
  }
}

Result<bool> SoundTrack::begin(Ticks90k from) {
  from_ = from;
  REC_CHECK(advance());
  return front_ != nullptr;
}

Result<AvPacket> SoundTrack::next(Ticks90k until) {
  if (!front_ || time_of(*front_) >= until) return AvPacket(nullptr);
  AvPacket out = std::move(front_);
  from_ = time_of(*out) + 1;  // pieces that overlap
  REC_CHECK(advance());
  return out;
}

}  // namespace rec::media
