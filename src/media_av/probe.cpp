// Reads a finished file's facts.
#include "media_av/probe.hpp"

extern "C" {
#include <libavutil/pixdesc.h>
}

#include "media_av/picture_shape.hpp"

namespace rec::media {

Result<MediaInfo> probe(const std::string& path) {
  REC_TRY(const AvInput input, open_media_file(path));
  return probe(*input, path);
}

Result<MediaInfo> probe(AVFormatContext& input, const std::string& path) {
  MediaInfo info;
  if (input.duration > 0) info.duration = Millis((input.duration + 500) / 1'000);
  if (input.start_time != AV_NOPTS_VALUE) info.start = Millis(input.start_time / 1'000);
  const int video = av_find_best_stream(&input, AVMEDIA_TYPE_VIDEO, -1, -1, nullptr, 0);
  const int audio = av_find_best_stream(&input, AVMEDIA_TYPE_AUDIO, -1, video, nullptr, 0);
  if (video < 0 && audio < 0) return fail(Errc::corrupt, path + ": neither picture nor sound in it");
  if (video >= 0) {
    const AVStream& stream = *input.streams[video];
    const PictureShape shape = picture_shape(stream);
    info.width = shape.width;
    info.height = shape.height;
    const AVRational rate = stream.avg_frame_rate.num > 0 ? stream.avg_frame_rate : stream.r_frame_rate;
    if (rate.num > 0 && rate.den > 0) info.rate = rate;
    info.video_codec = avcodec_get_name(stream.codecpar->codec_id);
    info.video_packets = stream.nb_frames;
    const auto transfer = stream.codecpar->color_trc;
    if (transfer == AVCOL_TRC_SMPTE2084 || transfer == AVCOL_TRC_ARIB_STD_B67)
      info.hdr = av_color_transfer_name(transfer);
  }
  if (audio >= 0) {
    info.audio_codec = avcodec_get_name(input.streams[audio]->codecpar->codec_id);
    info.audio_packets = input.streams[audio]->nb_frames;
  }
  return info;
}

}  // namespace rec::media
