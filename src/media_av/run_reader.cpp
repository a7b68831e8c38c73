// Opens runs and reads their packets.
#include "media_av/run_reader.hpp"

#include <algorithm>

namespace rec::media {
namespace {

// Content decides the format, but only among these: no playlist or script found in hostile bytes is ever
// followed.
constexpr const char* kFormats = "mpegts,mov,aac,mp3";
// Enough to see the reordering of the first pictures and both tracks begin.
constexpr std::size_t kAheadEach = 20;
constexpr std::size_t kAheadPackets = 3'000;
constexpr std::int64_t kAheadBytes = 48LL << 20U;
constexpr int kDamagedInARow = 200;
// Where a track begins late (sound after minutes of silence), a second look goes this far.
constexpr const char* kPatientBytes = "268435456";
constexpr const char* kPatientMicros = "600000000";

bool is_key(const RunPacket& item) { return (item.packet->flags & AV_PKT_FLAG_KEY) != 0; }

}  // namespace

Result<std::unique_ptr<RunReader>> RunReader::open(const MediaRun& run, std::string name, bool mixed) {
  std::unique_ptr<RunReader> reader(new RunReader(std::move(name)));
  REC_CHECK(reader->open_input(run, false));
  if (reader->incomplete()) {
    REC_CHECK(reader->open_input(run, true));
  }
  reader->choose_streams();
  if (std::ranges::all_of(reader->index_, [](int i) { return i < 0; })) {
    return fail(Errc::corrupt, reader->name_ + ": neither picture nor sound in it");
  }
  const auto audio = reader->stream(TrackKind::audio);
  if (audio != nullptr && audio->codecpar->codec_id == AV_CODEC_ID_AAC_LATM) reader->latm_.emplace();
  reader->sound_head_ = SoundHead(audio);
  reader->parameters_ = ParameterWatch(reader->streams(), !mixed);
  REC_CHECK(reader->look_ahead());
  if (reader->latm_) reader->take_out_of_latm();
  reader->drop_headless_pictures();
  return reader;
}

Result<bool> RunReader::open_input(const MediaRun& run, bool patiently) {
  input_.reset();
  tail_bytes_ = run.tail_bytes;
  if (tail_bytes_ > 0) {
    own_bytes_ = 0;
    for (const Extent& extent : run.extents) own_bytes_ += extent.bytes;
    own_bytes_ -= std::min(own_bytes_, tail_bytes_);
  }
  bytes_ = std::make_unique<ExtentReader>(run);
  AVFormatContext* raw = avformat_alloc_context();
  raw->pb = bytes_->io();
  raw->flags |= AVFMT_FLAG_CUSTOM_IO | AVFMT_FLAG_GENPTS;
  AVDictionary* settings = nullptr;
  av_dict_set(&settings, "format_whitelist", kFormats, 0);
  av_dict_set(&settings, "merge_pmt_versions", "1", 0);
  if (patiently) {
    av_dict_set(&settings, "probesize", kPatientBytes, 0);
    av_dict_set(&settings, "analyzeduration", kPatientMicros, 0);
  }
  const int opened = avformat_open_input(&raw, nullptr, nullptr, &settings);
  av_dict_free(&settings);
  if (opened >= 0) input_.reset(raw);
  if (bytes_->error()) return fail(Error(*bytes_->error()).in(name_));
  if (opened < 0) return fail(av_error(opened, name_ + ": not media"));
  const int known = avformat_find_stream_info(raw, nullptr);
  if (bytes_->error()) return fail(Error(*bytes_->error()).in(name_));
  if (known < 0) return fail(av_error(known, name_));
  return true;
}

bool RunReader::incomplete() const {
  for (unsigned i = 0; i < input_->nb_streams; ++i) {
    const AVCodecParameters& codec = *input_->streams[i]->codecpar;
    if (codec.codec_type == AVMEDIA_TYPE_VIDEO && codec.width == 0) return true;
    if (codec.codec_type == AVMEDIA_TYPE_AUDIO && codec.sample_rate == 0) return true;
  }
  return false;
}

void RunReader::choose_streams() {
  const int video = av_find_best_stream(input_.get(), AVMEDIA_TYPE_VIDEO, -1, -1, nullptr, 0);
  const int audio = av_find_best_stream(input_.get(), AVMEDIA_TYPE_AUDIO, -1, video, nullptr, 0);
  if (video >= 0 && input_->streams[video]->codecpar->width > 0) index_[0] = video;
  if (audio >= 0 && input_->streams[audio]->codecpar->sample_rate > 0) index_[1] = audio;
}

// Its setup came with the packets that were looked at. In a stream of our own, for libav may write the other
// one anew.
void RunReader::take_out_of_latm() {
  const AVStream& from = *input_->streams[index_[1]];
  const std::vector<std::uint8_t>& setup = latm_->setup();
  plain_sound_.reset(avformat_alloc_context());
  AVStream* stream =
      setup.empty() || !plain_sound_ ? nullptr : avformat_new_stream(plain_sound_.get(), nullptr);
  auto* header = static_cast<std::uint8_t*>(av_mallocz(setup.size() + AV_INPUT_BUFFER_PADDING_SIZE));
  if (stream == nullptr || header == nullptr ||
      avcodec_parameters_copy(stream->codecpar, from.codecpar) < 0) {
    av_free(header);
    return plain_sound_.reset();
  }
  stream->time_base = from.time_base;
  std::ranges::copy(setup, header);
  AVCodecParameters& codec = *stream->codecpar;
  av_freep(&codec.extradata);
  codec.extradata = header;
  codec.extradata_size = static_cast<int>(setup.size());
  codec.codec_id = AV_CODEC_ID_AAC;
  codec.codec_tag = 0;
}

AvPacket RunReader::without_latm(AvPacket packet) {
  const auto frame = latm_->frame_in({packet->data, static_cast<std::size_t>(packet->size)});
  AvPacket out(av_packet_alloc());
  if (frame.empty() || av_new_packet(out.get(), static_cast<int>(frame.size())) < 0) return nullptr;
  std::ranges::copy(frame, out->data);
  if (av_packet_copy_props(out.get(), packet.get()) < 0) return nullptr;
  return out;
}

const AVStream* RunReader::stream(TrackKind kind) const {
  const int index = index_[static_cast<std::size_t>(kind)];
  if (kind == TrackKind::audio && plain_sound_) return plain_sound_->streams[0];
  return index < 0 ? nullptr : input_->streams[index];
}

std::string RunReader::container() const { return input_->iformat->name; }

Result<RunPacket> RunReader::read() {
  int damaged = 0;
  AvPacket packet(av_packet_alloc());
  for (;;) {
    const int got = av_read_frame(input_.get(), packet.get());
    if (bytes_->error()) return fail(Error(*bytes_->error()).in(name_));
    if (got == AVERROR(ENOMEM)) return fail(av_error(got, name_));
    if (got == AVERROR_EOF || (got < 0 && ++damaged > kDamagedInARow))
      return RunPacket{TrackKind::video, nullptr};
    if (got < 0) continue;
    damaged = 0;
    for (std::size_t kind = 0; kind < kTrackKinds; ++kind) {
      if (packet->stream_index == index_[kind] && packet->size > 0) {
        if (latm_ && kind == static_cast<std::size_t>(TrackKind::audio)) {
          packet = without_latm(std::move(packet));
          if (packet) return RunPacket{TrackKind::audio, std::move(packet)};
          packet.reset(av_packet_alloc());
          break;
        }
        const bool sound = kind == static_cast<std::size_t>(TrackKind::audio);
        if (sound && sound_head_.drops(*packet)) break;
        return RunPacket{static_cast<TrackKind>(kind), std::move(packet)};
      }
    }
    av_packet_unref(packet.get());
  }
}

// Once the parameters have changed: does this packet still belong before that place? Sound and pictures of
// one moment lie some way apart in the bytes.
bool RunReader::before_change(const RunPacket& item) {
  const bool lies_before = item.packet->pos >= 0 && static_cast<std::uint64_t>(item.packet->pos) < *split_;
  if (item.kind == changed_) {
    ended_ = index_[1 - static_cast<std::size_t>(changed_)] < 0;
    return false;
  }
  // Pictures go on to the next keyframe: what follows the change cannot be decoded before that.
  if (changed_ == TrackKind::audio) ended_ = !lies_before && is_key(item);
  if (changed_ == TrackKind::video) ended_ = !lies_before;
  return !ended_;
}

// Of the tail the pictures up to its first keyframe.
bool RunReader::before_tail(const RunPacket& item) {
  if (item.packet->pos < 0 || static_cast<std::uint64_t>(item.packet->pos) < own_bytes_) return true;
  if (item.kind == TrackKind::video) ended_ = is_key(item);
  if (item.kind == TrackKind::audio) ended_ = index_[0] < 0;
  return item.kind == TrackKind::video && !ended_;
}

std::optional<MediaRun> RunReader::rest() const {
  std::optional<MediaRun> rest;
  if (split_) rest = bytes_->behind(*split_);
  if (!rest && bytes_->split() && *bytes_->split() < own_bytes_) rest = bytes_->rest();
  if (rest) rest->tail_bytes = tail_bytes_;
  return rest;
}

// Holds an odd sound packet back until the next one says whether it was damage.
void RunReader::judge(RunPacket item) {
  using Verdict = ParameterWatch::Verdict;
  // libav knows the place of the first of several frames alone.
  std::int64_t& last_pos = last_pos_[static_cast<std::size_t>(item.kind)];
  const bool leads = item.packet->pos >= 0;
  if (leads) last_pos = item.packet->pos;
  item.packet->pos = last_pos;
  if (!before_tail(item)) return;
  const Verdict verdict = split_ ? Verdict::same : parameters_.look_at(item, leads);
  if (verdict == Verdict::changed) {
    split_ = parameters_.changed_at();
    changed_ = item.kind;
    if (changed_ == TrackKind::audio) odd_sound_.reset();
  }
  if (item.kind == TrackKind::audio && odd_sound_)
    cleared_.push_back({TrackKind::audio, std::move(odd_sound_)});
  if (verdict == Verdict::maybe) {
    odd_sound_ = std::move(item.packet);
  } else if (!split_ || before_change(item)) {
    cleared_.push_back(std::move(item));
  }
}

Result<RunPacket> RunReader::read_until_change() {
  while (cleared_.empty() && !ended_) {
    REC_TRY(RunPacket item, read());
    ended_ = item.packet == nullptr;
    if (!ended_) judge(std::move(item));
    if (ended_ && odd_sound_) cleared_.push_back({TrackKind::audio, std::move(odd_sound_)});
  }
  if (cleared_.empty()) return RunPacket{TrackKind::video, nullptr};
  RunPacket item = std::move(cleared_.front());
  cleared_.pop_front();
  return item;
}

Result<bool> RunReader::look_ahead() {
  std::array<std::size_t, kTrackKinds> seen{};
  std::int64_t bytes = 0;
  bool key = index_[0] < 0;
  const auto enough = [&] {
    for (std::size_t kind = 0; kind < kTrackKinds; ++kind) {
      if (index_[kind] >= 0 && seen[kind] < kAheadEach) return false;
    }
    return key;
  };
  while (!enough() && ahead_.size() < kAheadPackets && bytes < kAheadBytes) {
    REC_TRY(RunPacket item, read_until_change());
    if (!item.packet) break;
    ++seen[static_cast<std::size_t>(item.kind)];
    if (item.kind == TrackKind::video && is_key(item)) key = true;
    bytes += item.packet->size;
    ahead_.push_back(std::move(item));
  }
  return true;
}

void RunReader::drop_headless_pictures() {
  const auto is_video = [](const RunPacket& item) { return item.kind == TrackKind::video; };
  const auto first_key =
      std::ranges::find_if(ahead_, [&](const RunPacket& item) { return is_video(item) && is_key(item); });
  if (first_key == ahead_.end()) return;  // no keyframe far and wide: some encoders mark none, so keep all
  std::deque<RunPacket> kept;
  for (auto item = ahead_.begin(); item != ahead_.end(); ++item) {
    if (item < first_key && is_video(*item)) {
      ++undecodable_;
    } else {
      kept.push_back(std::move(*item));
    }
  }
  ahead_ = std::move(kept);
}

std::array<RunStart, kTrackKinds> RunReader::starts() const {
  std::array<RunStart, kTrackKinds> out{};
  for (const RunPacket& item : ahead_) {
    RunStart& start = out[static_cast<std::size_t>(item.kind)];
    const std::int64_t dts = item.packet->dts == AV_NOPTS_VALUE ? item.packet->pts : item.packet->dts;
    const std::int64_t pts = item.packet->pts == AV_NOPTS_VALUE ? item.packet->dts : item.packet->pts;
    if (dts == AV_NOPTS_VALUE) continue;
    if (start.first_dts == kNoTime) start.first_dts = dts;
    start.min_pts = start.min_pts == kNoTime ? pts : std::min(start.min_pts, pts);
  }
  return out;
}

Result<RunPacket> RunReader::next() {
  if (ahead_.empty()) return read_until_change();
  RunPacket item = std::move(ahead_.front());
  ahead_.pop_front();
  return item;
}

}  // namespace rec::media
