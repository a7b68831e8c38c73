// Opens a file with libav, by content.
#include "media/file_reader.hpp"

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

}  // namespace

Result<std::unique_ptr<FileReader>> FileReader::open(const std::string& path) {
  AVFormatContext* raw = avformat_alloc_context();
  raw->flags |= AVFMT_FLAG_GENPTS;
  AVDictionary* settings = nullptr;
  av_dict_set(&settings, "format_whitelist", kFileFormats, 0);
  const int opened = avformat_open_input(&raw, ("file:" + path).c_str(), nullptr, &settings);
  av_dict_free(&settings);
  if (opened < 0) return fail(av_error(opened, path + ": cannot be opened as media"));
  AvInput input(raw);
  const int known = avformat_find_stream_info(raw, nullptr);
  if (known < 0) return fail(av_error(known, path));
  std::unique_ptr<FileReader> reader(new FileReader(path, std::move(input)));
  reader->streams_ = {best_stream(*raw, AVMEDIA_TYPE_VIDEO), best_stream(*raw, AVMEDIA_TYPE_AUDIO)};
  if (reader->streams_[0] == nullptr && reader->streams_[1] == nullptr)
    return fail(Errc::corrupt, path + ": neither picture nor sound in it");
  for (unsigned i = 0; i < raw->nb_streams; ++i) {
    const bool wanted = raw->streams[i] == reader->streams_[0] || raw->streams[i] == reader->streams_[1];
    raw->streams[i]->discard = wanted ? AVDISCARD_DEFAULT : AVDISCARD_ALL;
  }
  return reader;
}

Result<RunPacket> FileReader::next() {
  AvPacket packet(av_packet_alloc());
  for (int damaged = 0; damaged <= kDamagedReads;) {
    const int got = av_read_frame(input_.get(), packet.get());
    if (got == AVERROR_EOF) break;
    if (got == AVERROR(EIO) || got == AVERROR(ENOMEM)) return fail(av_error(got, "reading " + path_));
    if (got < 0) {
      ++damaged;
      continue;
    }
    for (std::size_t kind = 0; kind < kTrackKinds; ++kind) {
      const bool ours = streams_[kind] != nullptr && packet->stream_index == streams_[kind]->index;
      if (ours && packet->size > 0) return RunPacket{static_cast<TrackKind>(kind), std::move(packet)};
    }
    av_packet_unref(packet.get());
  }
  return RunPacket{TrackKind::video, nullptr};
}

}  // namespace rec::media
