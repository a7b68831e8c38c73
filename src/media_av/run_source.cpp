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

Result<std::unique_ptr<RunSource>> RunSource::open(const MediaRun& run, std::string name, bool sound_alone,
                                                   bool mixed) {
  std::unique_ptr<RunSource> source(new RunSource);
  REC_TRY(source->main_, RunReader::open(MediaRun{run.extents, {}, run.tail_bytes}, name, mixed));
  source->pieces_ = run.sound;
  source->note_starts();
  const std::optional<Ticks90k> from = source->first_picture();
  if (run.sound.empty() || !from) {
    source->leave_pictures_out(sound_alone);
    return source;
  }
  source->shown_until_ = *from;
  auto sound = std::make_unique<SoundTrack>(run.sound, std::move(name));
  REC_TRY(const bool any, sound->begin(*from));
  // Where all of it was lost, what lies among the pictures is better than silence.
  if (any || source->main_->stream(TrackKind::audio) == nullptr) source->sound_ = std::move(sound);
  source->note_starts();
  source->leave_pictures_out(sound_alone);
  return source;
}

void RunSource::leave_pictures_out(bool wanted) {
  sound_alone_ = wanted && stream(TrackKind::audio) != nullptr;
  if (sound_alone_) starts_[0] = RunStart{};
}

const AVStream* RunSource::stream(TrackKind kind) const {
  if (kind == TrackKind::video && sound_alone_) return nullptr;
  return kind == TrackKind::audio && sound_ ? sound_->stream() : main_->stream(kind);
}

std::string RunSource::container(TrackKind kind) const {
  return kind == TrackKind::audio && sound_ ? sound_->container() : main_->container();
}

// What only packets that were not handed out yet can tell.
void RunSource::note_starts() {
  starts_ = main_->starts();
  const AVStream* video = main_->stream(TrackKind::video);
  if (video != nullptr && starts_[0].min_pts != kNoTime)
    first_picture_ = av_rescale_q(starts_[0].min_pts, video->time_base, kTicks);
  if (!sound_) return;
  starts_[1] = RunStart{};
  if (const AVPacket* front = sound_->front()) {
    const std::int64_t time = front->pts == AV_NOPTS_VALUE ? front->dts : front->pts;
    starts_[1] = {time, front->dts == AV_NOPTS_VALUE ? time : front->dts};
  }
}

const std::deque<Result<RunPacket>>& RunSource::look_ahead(std::int64_t bytes) {
  for (bool more = true; more;) {
    ahead_.push_back(read());
    const AVPacket* packet = ahead_.back() ? ahead_.back()->packet.get() : nullptr;
    const bool beside = packet != nullptr && sound_ && ahead_.back()->kind == TrackKind::audio;
    if (packet != nullptr && !beside) bytes -= packet->size;
    more = packet != nullptr && bytes > 0;
  }
  return ahead_;
}

Result<RunPacket> RunSource::next() {
  if (ahead_.empty()) return read();
  Result<RunPacket> item = std::move(ahead_.front());
  ahead_.pop_front();
  return item;
}

Result<RunPacket> RunSource::read() {
  for (;;) {
    REC_TRY(RunPacket item, read_both());
    if (!item.packet || item.kind != TrackKind::video || !sound_alone_) return item;
  }
}

Result<RunPacket> RunSource::read_both() {
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
