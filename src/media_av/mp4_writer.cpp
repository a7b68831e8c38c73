// Muxes packets into a faststart MP4.
#include "media_av/mp4_writer.hpp"

#include <cerrno>
#include <cstring>

#include "media_av/nal_units.hpp"
#include "media_av/packet_times.hpp"

namespace rec::media {
namespace {

constexpr std::uint64_t kBoxHead = 8;

// False: out of memory.
bool set_header(AVCodecParameters& codec, const std::vector<std::uint8_t>& header) {
  auto* bytes = static_cast<std::uint8_t*>(av_mallocz(header.size() + AV_INPUT_BUFFER_PADDING_SIZE));
  if (bytes == nullptr) return false;
  std::memcpy(bytes, header.data(), header.size());
  av_freep(&codec.extradata);
  codec.extradata = bytes;
  codec.extradata_size = static_cast<int>(header.size());
  return true;
}

// Of a file that is written EIO is what its disk says, and may pass.
Error not_written(int code, const std::string& doing) {
  return code == AVERROR(EIO) ? errno_error(EIO, doing) : av_error(code, doing);
}

}  // namespace

Result<std::unique_ptr<Mp4Writer>> Mp4Writer::open(const std::string& path, const StreamPair& streams,
                                                   const std::string& title, Mp4Layout layout) {
  std::unique_ptr<Mp4Writer> writer(new Mp4Writer(path));
  writer->layout_ = layout;
  const std::string url = "file:" + path;
  const int made = avformat_alloc_output_context2(&writer->output_, nullptr, "mp4", url.c_str());
  if (made < 0) return fail(av_error(made, "opening the MP4 muxer"));
  AVFormatContext& output = *writer->output_;
  // Bit-exact: no encoder name or date, so that a part made again is the same file.
  output.flags |= AVFMT_FLAG_BITEXACT;
  // The timeline has put everything at 0 or later but the decoding times of reordered pictures; an edit list
  // holds those and the offset between sound and picture, and nothing may be shifted once more.
  output.avoid_negative_ts = 0;
  output.max_chunk_duration = static_cast<int>(kTurnMicros);
  if (!title.empty()) av_dict_set(&output.metadata, "title", title.c_str(), 0);
  for (const TrackKind kind : {TrackKind::video, TrackKind::audio}) {
    if (const AVStream* stream = streams[static_cast<std::size_t>(kind)]) writer->add_track(kind, *stream);
  }
  const int opened = avio_open2(&output.pb, url.c_str(), AVIO_FLAG_WRITE, nullptr, nullptr);
  if (opened < 0) return fail(not_written(opened, "creating " + path));
  AVDictionary* settings = nullptr;
  if (layout.reserve == 0) av_dict_set(&settings, "movflags", "+faststart", 0);
  if (layout.reserve > 0)
    av_dict_set_int(&settings, "moov_size", static_cast<std::int64_t>(layout.reserve), 0);
  av_dict_set(&settings, "use_editlist", "1", 0);
  const int begun = avformat_write_header(&output, &settings);
  av_dict_free(&settings);
  if (begun < 0) return fail(av_error(begun, "beginning " + path));
  for (std::size_t kind = 0; kind < kTrackKinds; ++kind) {
    if (writer->index_[kind] < 0) continue;
    const AVRational base = output.streams[writer->index_[kind]]->time_base;
    writer->clocks_[kind] = {base.num, base.den};
  }
  return writer;
}

void Mp4Writer::add_track(TrackKind kind, const AVStream& from) {
  AVStream* stream = avformat_new_stream(output_, nullptr);
  avcodec_parameters_copy(stream->codecpar, from.codecpar);
  stream->codecpar->codec_tag = 0;
  // Apple's players take HEVC only as hvc1 (parameter sets in the header).
  if (from.codecpar->codec_id == AV_CODEC_ID_HEVC) stream->codecpar->codec_tag = MKTAG('h', 'v', 'c', '1');
  if (layout_.mixed && from.codecpar->codec_id == AV_CODEC_ID_H264)
    stream->codecpar->codec_tag = MKTAG('a', 'v', 'c', '3');
  const std::vector<std::uint8_t> avc = avc_configuration(from);
  if (!avc.empty()) gives_lengths_ = set_header(*stream->codecpar, avc);
  const TimeBase clock = mp4_clock(kind, from);
  stream->time_base = {clock.num, clock.den};
  stream->avg_frame_rate = from.avg_frame_rate;
  stream->sample_aspect_ratio = from.sample_aspect_ratio;
  std::size_t bytes = 0;
  if (const std::uint8_t* matrix = av_stream_get_side_data(&from, AV_PKT_DATA_DISPLAYMATRIX, &bytes)) {
    if (std::uint8_t* copy = av_stream_new_side_data(stream, AV_PKT_DATA_DISPLAYMATRIX, bytes)) {
      std::copy(matrix, matrix + bytes, copy);
    }
  }
  index_[static_cast<std::size_t>(kind)] = stream->index;
}

Mp4Writer::~Mp4Writer() {
  if (output_ == nullptr) return;
  avio_closep(&output_->pb);
  avformat_free_context(output_);
}

Result<bool> Mp4Writer::write(RunPacket item, const PacketTimes& times) {
  if (gives_lengths_ && item.kind == TrackKind::video) {
    item.packet = with_nal_lengths(*item.packet);
    if (!item.packet) return false;
  }
  AVPacket& packet = *item.packet;
  packet.stream_index = index_[static_cast<std::size_t>(item.kind)];
  packet.pts = times.pts;
  packet.dts = times.dts;
  packet.duration = times.duration;
  packet.pos = -1;
  packet.time_base = output_->streams[packet.stream_index]->time_base;
  const int done =
      layout_.as_given ? av_write_frame(output_, &packet) : av_interleaved_write_frame(output_, &packet);
  if (output_->pb->error < 0) return fail(not_written(output_->pb->error, "writing " + path_));
  if (done == AVERROR_INVALIDDATA || done == AVERROR(EINVAL)) return false;
  if (done < 0) return fail(av_error(done, "writing " + path_));
  return true;
}

Result<std::uint64_t> Mp4Writer::finish() {
  const int ended = av_write_trailer(output_);
  if (output_->pb->error < 0) return fail(not_written(output_->pb->error, "finishing " + path_));
  if (ended == AVERROR(EINVAL) && layout_.reserve > 0) {
    // The muxer has written moov, found that it and a free box reach over what was kept, and stopped there.
    const auto moov_end = static_cast<std::uint64_t>(avio_tell(output_->pb));
    if (moov_end + kBoxHead > layout_.reserve) return moov_end + 2 * kBoxHead;
  }
  if (ended < 0) return fail(av_error(ended, "finishing " + path_));
  const int closed = avio_closep(&output_->pb);
  if (closed < 0) return fail(not_written(closed, "closing " + path_));
  return 0;
}

}  // namespace rec::media
