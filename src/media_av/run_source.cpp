// Sound beside pictures is woven in by time.
#include "media_av/run_source.hpp"

#include <algorithm>

namespace rec::media {
namespace {

constexpr AVRational kTicks{1, 90'000};
constexpr std::int64_t kSlack90k = 10 * 90'000;  // a hole between runs that is none of their clock
constexpr std::int64_t kTail90k = 90'000;        // sound behind the last picture of all
constexpr std::int64_t kOverlap90k = 90'000;

}  // namespace

Result<std::unique_ptr<RunSource>> RunSource::open(const MediaRun& run, std::string name) {
  std::unique_ptr<RunSource> source(new RunSource);
  REC_TRY(source->main_, RunReader::open(MediaRun{run.extents, {}, run.tail_bytes}, name));
  source->pieces_ = run.sound;
  const std::optional<Ticks90k> from = source->first_picture();
  if (run.sound.empty() || !from) return source;
  source->shown_until_ = *from;
  auto sound = std::make_unique<SoundTrack>(run.sound, std::move(name));
  REC_TRY(const bool any, sound->begin(*from));
  // Where all of it was lost, what lies among the pictures is better than silence.
  if (any || source->main_->stream(TrackKind::audio) == nullptr) source->sound_ = std::move(sound);
  return source;
}

const AVStream* RunSource::stream(TrackKind kind) const {
  return kind == TrackKind::audio && sound_ ? sound_->stream() : main_->stream(kind);
}

std::string RunSource::container(TrackKind kind) const {
  return kind == TrackKind::audio && sound_ ? sound_->container() : main_->container();
}

std::array<RunStart, kTrackKinds> RunSource::starts() const {
  std::array<RunStart, kTrackKinds> out = main_->starts();
  if (!sound_) return out;
  out[1] = RunStart{};
  if (const AVPacket* front = sound_->front()) {
    const std::int64_t time = front->pts == AV_NOPTS_VALUE ? front->dts : front->pts;
    out[1] = {time, front->dts == AV_NOPTS_VALUE ? time : front->dts};
  }
  return out;
}

std::optional<Ticks90k> RunSource::first_picture() const {
  const AVStream* video = main_->stream(TrackKind::video);
  const std::int64_t time = main_->starts()[0].min_pts;
  if (video == nullptr || time == kNoTime) return std::nullopt;
  return av_rescale_q(time, video->time_base, kTicks);
}

Result<RunPacket> RunSource::next() {
  if (!sound_) return main_->next();
  while (!waiting_.packet) {
    REC_TRY(RunPacket item, main_->next());
    if (!item.packet) return item;
    if (item.kind == TrackKind::video) waiting_ = std::move(item);
  }
  const AVRational base = main_->stream(TrackKind::video)->time_base;
  const std::int64_t dts =
      waiting_.packet->dts == AV_NOPTS_VALUE ? waiting_.packet->pts : waiting_.packet->dts;
  if (dts != AV_NOPTS_VALUE) {
    REC_TRY(AvPacket before, sound_->next(av_rescale_q(dts, base, kTicks)));
    if (before) return RunPacket{TrackKind::audio, std::move(before)};
    const std::int64_t pts = waiting_.packet->pts == AV_NOPTS_VALUE ? dts : waiting_.packet->pts;
    shown_until_ = std::max(shown_until_, av_rescale_q(pts + waiting_.packet->duration, base, kTicks));
  }
  return std::move(waiting_);
}

Result<RunPacket> RunSource::next_sound(std::optional<Ticks90k> until) {
  if (!sound_) return RunPacket{TrackKind::audio, nullptr};
  REC_TRY(AvPacket packet, sound_->next(until.value_or(shown_until_ + kTail90k)));
  return RunPacket{TrackKind::audio, std::move(packet)};
}

Ticks90k RunSource::sound_end(const RunSource& behind) const {
  const std::optional<Ticks90k> first = behind.first_picture();
  if (!first) return shown_until_;
  const std::int64_t hole = distance90k(shown_until_, *first);
  return hole > -kOverlap90k && hole < kSlack90k ? shown_until_ + hole : shown_until_;
}

std::optional<MediaRun> RunSource::rest() const {
  std::optional<MediaRun> rest = main_->rest();
  if (rest) rest->sound = pieces_;
  return rest;
}

}  // namespace rec::media
