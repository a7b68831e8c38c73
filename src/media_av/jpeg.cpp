// Scaling, turning and JPEG compression.
#include "media_av/jpeg.hpp"

extern "C" {
#include <libswscale/swscale.h>
}

#include <initializer_list>

namespace rec::media {
namespace {

Result<AvFrame> empty_picture(int width, int height) {
  AvFrame picture(av_frame_alloc());
  picture->width = width;
  picture->height = height;
  picture->format = AV_PIX_FMT_YUVJ420P;
  picture->color_range = AVCOL_RANGE_JPEG;
  const int done = av_frame_get_buffer(picture.get(), 0);
  if (done < 0) return fail(av_error(done, "a picture for the thumbnail"));
  return picture;
}

Result<AvFrame> scaled(const ::AVFrame& picture, int width, int height) {
  REC_TRY(AvFrame out, empty_picture(width, height));
  SwsContext* scaler = sws_getContext(
      picture.width, picture.height, static_cast<AVPixelFormat>(picture.format), width, height,
      AV_PIX_FMT_YUVJ420P, SWS_AREA | SWS_ACCURATE_RND | SWS_BITEXACT, nullptr, nullptr, nullptr);
  if (scaler == nullptr) return fail(Errc::corrupt, "thumbnail: libav cannot scale this pixel format");
  const int rows =
      sws_scale(scaler, picture.data, picture.linesize, 0, picture.height, out->data, out->linesize);
  sws_freeContext(scaler);
  if (rows <= 0) return fail(Errc::corrupt, "thumbnail: scaling failed");
  return out;
}

// One quarter turn clockwise.
Result<AvFrame> turned(const ::AVFrame& picture) {
  REC_TRY(AvFrame out, empty_picture(picture.height, picture.width));
  for (int plane = 0; plane < 3; ++plane) {
    const int width = plane == 0 ? picture.width : (picture.width + 1) / 2;
    const int height = plane == 0 ? picture.height : (picture.height + 1) / 2;
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; ++x) {
        out->data[plane][x * out->linesize[plane] + height - 1 - y] =
            picture.data[plane][y * picture.linesize[plane] + x];
      }
    }
  }
  return out;
}

Result<std::string> compressed(::AVFrame& picture, int quality) {
  const AVCodec* codec = avcodec_find_encoder(AV_CODEC_ID_MJPEG);
  if (codec == nullptr) return fail(Errc::corrupt, "thumbnail: libav has no JPEG encoder");
  const AvCodec context(avcodec_alloc_context3(codec));
  context->width = picture.width;
  context->height = picture.height;
  context->pix_fmt = AV_PIX_FMT_YUVJ420P;
  context->color_range = AVCOL_RANGE_JPEG;
  context->time_base = {1, 25};
  context->thread_count = 1;
  context->flags |= AV_CODEC_FLAG_QSCALE | AV_CODEC_FLAG_BITEXACT;
  context->global_quality = FF_QP2LAMBDA * quality;
  picture.quality = context->global_quality;
  picture.pts = 0;
  picture.pict_type = AV_PICTURE_TYPE_NONE;
  int done = avcodec_open2(context.get(), codec, nullptr);
  if (done >= 0) done = avcodec_send_frame(context.get(), &picture);
  if (done >= 0) done = avcodec_send_frame(context.get(), nullptr);
  const AvPacket packet(av_packet_alloc());
  if (done >= 0) done = avcodec_receive_packet(context.get(), packet.get());
  if (done < 0) return fail(av_error(done, "compressing the thumbnail"));
  return std::string(reinterpret_cast<const char*>(packet->data), static_cast<std::size_t>(packet->size));
}

}  // namespace

Result<std::string> to_jpeg(const ::AVFrame& picture, const PictureShape& shown, std::size_t max_bytes) {
  const bool lying = shown.quarter_turns % 2 == 1;
  REC_TRY(AvFrame small,
          scaled(picture, lying ? shown.height : shown.width, lying ? shown.width : shown.height));
  for (int turn = 0; turn < shown.quarter_turns; ++turn) {
    REC_TRY(small, turned(*small));
  }
  for (const int quality : {3, 6, 10, 18, 31}) {
    REC_TRY(std::string jpeg, compressed(*small, quality));
    if (jpeg.size() <= max_bytes) return jpeg;
  }
  return fail(Errc::corrupt, "thumbnail: not within " + std::to_string(max_bytes) + " bytes at any quality");
}

}  // namespace rec::media
