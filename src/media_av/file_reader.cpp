// Opens a file with libav, by content.
#include "media_av/file_reader.hpp"

#include <algorithm>

#include "base/log.hpp"

namespace rec::media {
namespace {

constexpr const char* kFileFormats = "mov,mpegts,matroska,flv,avi";
constexpr int kDamagedReads = 200;  // in a row

const AVStream* best_stream(AVFormatContext& input, AVMediaType type) {
  const int index = av_find_best_stream(&input, type, -1, -1, nullptr, 0);
  if (index < 0) return nullptr;
  const AVStream* stream = input.streams[index];
  const bool cover = (stream->disposition & AV_DISPOSITION_ATTACHED_PIC) != 0;
  const bool known =
      type == AVMEDIA_TYPE_VIDEO ? stream->codecpar->width > 0 : stream->codecpar->sample_rate > 0;
  return known && !cover ? stream : nullptr;
}

double seconds_at(const RunPacket& item, const StreamPair& streams) {
  const AVPacket& packet = *item.packet;
  const std::int64_t time = packet.dts == AV_NOPTS_VALUE ? packet.pts : packet.dts;
  if (time == AV_NOPTS_VALUE) return 0;
  return static_cast<double>(time) * av_q2d(streams[static_cast<std::size_t>(item.kind)]->time_base);
}

}  // namespace

Result<bool> FileReader::add(const std::string& path) {
  AVFormatContext* raw = avformat_alloc_context();
  raw->flags |= AVFMT_FLAG_GENPTS;
  AVDictionary* settings = nullptr;
  av_dict_set(&settings, "format_whitelist", kFileFormats, 0);
  const int opened = avformat_open_input(&raw, ("file:" + path).c_str(), nullptr, &settings);
  av_dict_free(&settings);
  if (opened < 0) return fail(av_error(opened, path + ": cannot be opened as media"));
  sources_.push_back({path, AvInput(raw), {}});
  const int known = avformat_find_stream_info(raw, nullptr);
  if (known < 0) return fail(av_error(known, path));
  return true;
}

Result<std::unique_ptr<FileReader>> FileReader::open(const std::string& path, const std::string& sound,
                                                     bool sound_alone) {
  std::unique_ptr<FileReader> reader(new FileReader());
  REC_CHECK(reader->add(path));
  if (!sound.empty()) {
    REC_CHECK(reader->add(sound));
  }
  // Which of two files has the pictures is not told by their sizes.
  for (auto source = reader->sources_.rbegin(); source != reader->sources_.rend(); ++source)
    if (const AVStream* found = best_stream(*source->input, AVMEDIA_TYPE_VIDEO)) reader->streams_[0] = found;
  for (const Source& source : reader->sources_)
    if (const AVStream* found = best_stream(*source.input, AVMEDIA_TYPE_AUDIO)) reader->streams_[1] = found;
  reader->sound_head_ = SoundHead(reader->streams_[1]);
  if (sound_alone && reader->streams_[1] != nullptr) reader->streams_[0] = nullptr;
  if (reader->streams_[0] == nullptr && reader->streams_[1] == nullptr)
    return fail(Errc::corrupt, path + ": neither picture nor sound in it");
  for (const Source& source : reader->sources_) {
    for (unsigned i = 0; i < source.input->nb_streams; ++i) {
      AVStream* stream = source.input->streams[i];
      const bool wanted = stream == reader->streams_[0] || stream == reader->streams_[1];
      stream->discard = wanted ? AVDISCARD_DEFAULT : AVDISCARD_ALL;
    }
  }
  return reader;
}

Result<RunPacket> FileReader::next() {
  if (sources_.size() == 1) return read(sources_.front());
  for (Source& source : sources_) {
    if (source.ahead) continue;
    REC_TRY(source.ahead, read(source));
  }
  RunPacket& first = *sources_[0].ahead;
  RunPacket& second = *sources_[1].ahead;
  const bool take_second =
      first.packet == nullptr ||
      (second.packet != nullptr && seconds_at(second, streams_) < seconds_at(first, streams_));
  Source& source = sources_[take_second ? 1 : 0];
  if (source.ahead->packet == nullptr) return RunPacket{TrackKind::video, nullptr};
  RunPacket out = std::move(*source.ahead);
  source.ahead.reset();
  return out;
}

Millis FileReader::duration() const {
  std::int64_t longest = 0;
  for (const Source& source : sources_) {
    if (source.input->duration != AV_NOPTS_VALUE) longest = std::max(longest, source.input->duration);
  }
  return Millis(longest / 1000);  // AV_TIME_BASE is a microsecond
}

void FileReader::skip_to_last(Millis length) {
  const Millis all = duration();
  if (all <= length) return;
  for (const Source& source : sources_) {
    AVFormatContext& input = *source.input;
    const std::int64_t start = input.start_time == AV_NOPTS_VALUE ? 0 : input.start_time;
    if (av_seek_frame(&input, -1, start + (all - length).count() * 1000, AVSEEK_FLAG_BACKWARD) < 0)
      log::debug("media.not_sought", {{"path", source.path}});
  }
}

Result<RunPacket> FileReader::read(Source& source) {
  AvPacket packet(av_packet_alloc());
  AVFormatContext& input = *source.input;
  for (int damaged = 0; damaged <= kDamagedReads;) {
    const int got = av_read_frame(&input, packet.get());
    if (got == AVERROR_EOF) break;
    if (got == AVERROR(EIO) || got == AVERROR(ENOMEM)) return fail(av_error(got, "reading " + source.path));
    if (got < 0) {
      ++damaged;
      continue;
    }
    for (std::size_t kind = 0; kind < kTrackKinds; ++kind) {
      const bool ours = streams_[kind] != nullptr && input.streams[packet->stream_index] == streams_[kind];
      if (!ours || packet->size == 0) continue;
      if (kind == static_cast<std::size_t>(TrackKind::audio) && sound_head_.drops(*packet)) break;
      return RunPacket{static_cast<TrackKind>(kind), std::move(packet)};
    }
    av_packet_unref(packet.get());
  }
  return RunPacket{TrackKind::video, nullptr};
}

}  // namespace rec::media
