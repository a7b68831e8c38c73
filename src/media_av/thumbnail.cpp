// Finds a picture worth showing.
#include "media_av/thumbnail.hpp"

#include <algorithm>
#include <cmath>

#include "media_av/jpeg.hpp"
#include "media_av/picture_shape.hpp"

namespace rec::media {
namespace {

constexpr double kPlaces[] = {0.1, 0.3, 0.5, 0.7, 0.9, 0.0};
constexpr int kPacketsEach = 500;  // read at a place before it is given up
constexpr double kGoodContrast =
    12;  // standard deviation of luma (0 to 255) of a picture that shows something

Result<AvCodec> picture_decoder(const AVStream& stream) {
  const AVCodec* codec = avcodec_find_decoder(stream.codecpar->codec_id);
  if (codec == nullptr) return fail(Errc::corrupt, "thumbnail: libav has no decoder for the video");
  AvCodec context(avcodec_alloc_context3(codec));
  avcodec_parameters_to_context(context.get(), stream.codecpar);
  context->thread_count = 1;
  context->skip_loop_filter = AVDISCARD_ALL;  // nobody sees it at a thumbnail's size
  const int opened = avcodec_open2(context.get(), codec, nullptr);
  if (opened < 0) return fail(av_error(opened, "thumbnail: opening the decoder"));
  return context;
}

AvFrame picture_near(AVFormatContext& input, int index, AVCodecContext& decoder, double place) {
  const AVStream& stream = *input.streams[index];
  const std::int64_t start = stream.start_time == AV_NOPTS_VALUE ? 0 : stream.start_time;
  const auto target = start + static_cast<std::int64_t>(
                                  place * static_cast<double>(std::max<std::int64_t>(0, stream.duration)));
  if (av_seek_frame(&input, index, target, AVSEEK_FLAG_BACKWARD) < 0) return nullptr;
  avcodec_flush_buffers(&decoder);
  const AvPacket packet(av_packet_alloc());
  AvFrame picture(av_frame_alloc());
  for (int i = 0; i < kPacketsEach; ++i) {
    const bool more = av_read_frame(&input, packet.get()) >= 0;
    if (!more) avcodec_send_packet(&decoder, nullptr);
    if (more && packet->stream_index == index) avcodec_send_packet(&decoder, packet.get());
    av_packet_unref(packet.get());
    if (avcodec_receive_frame(&decoder, picture.get()) >= 0) return picture;
    if (!more) break;
  }
  return nullptr;
}

// Of the first plane, which is luma in every format cameras and encoders send.
double contrast(const ::AVFrame& picture) {
  double sum = 0;
  double squares = 0;
  double count = 0;
  for (int y = 0; y < picture.height; y += 4) {
    for (int x = 0; x < picture.width; x += 4, ++count) {
      const double luma = picture.data[0][y * picture.linesize[0] + x];
      sum += luma;
      squares += luma * luma;
    }
  }
  if (count == 0) return 0;
  const double mean = sum / count;
  return std::sqrt(std::max(0.0, squares / count - mean * mean));
}

PictureShape fitted(PictureShape shape) {
  const double scale =
      std::min(1.0, static_cast<double>(kThumbnailSide) / std::max(shape.width, shape.height));
  const auto side = [&](int length) {
    return std::clamp(static_cast<int>(std::lround(length * scale)) & ~1, 2, kThumbnailSide);
  };
  return {side(shape.width), side(shape.height), shape.quarter_turns};
}

}  // namespace

Result<Thumbnail> make_thumbnail(AVFormatContext& input, const std::string& video) {
  const int index = av_find_best_stream(&input, AVMEDIA_TYPE_VIDEO, -1, -1, nullptr, 0);
  if (index < 0) return fail(Errc::not_found, video + ": no picture in it");
  REC_TRY(const AvCodec decoder, picture_decoder(*input.streams[index]));
  AvFrame best;
  double best_contrast = -1;
  for (const double place : kPlaces) {
    AvFrame picture = picture_near(input, index, *decoder, place);
    if (!picture) continue;
    const double here = contrast(*picture);
    if (here > best_contrast) {
      best_contrast = here;
      best = std::move(picture);
    }
    if (best_contrast >= kGoodContrast) break;
  }
  if (!best) return fail(Errc::corrupt, video + ": no picture in it can be decoded");
  const PictureShape shape = fitted(picture_shape(*input.streams[index]));
  REC_TRY(std::string jpeg, to_jpeg(*best, shape, kThumbnailBytes));
  return Thumbnail{std::move(jpeg), shape.width, shape.height};
}

}  // namespace rec::media
