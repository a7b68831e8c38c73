// Finds a picture worth showing.
#include "media_av/thumbnail.hpp"

extern "C" {
#include <libswscale/swscale.h>
}

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <utility>

#include "media_av/jpeg.hpp"
#include "media_av/picture_shape.hpp"
#include "media_av/run_reader.hpp"

namespace rec::media {
namespace {

constexpr double kPlaces[] = {0.1, 0.3, 0.5, 0.7, 0.9, 0.0};
constexpr int kPacketsEach = 500;  // read at a place before it is given up
constexpr double kGoodContrast =
    12;                         // standard deviation of luma (0 to 255) of a picture that shows something
constexpr double kBlack = 1.5;  // of noise on black, and of a picture that is nothing but dark
constexpr std::int64_t kFewPictures = 5'000;  // that are all decoded: seconds

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

struct CloseScaler {
  void operator()(SwsContext* scaler) const { sws_freeContext(scaler); }
};

// How much there is to see, as luma of a few pixels, whatever the format: what differs counts most, and of
// what is all one colour the brighter is better than black. Negative: it cannot be told.
double interest(const ::AVFrame& picture) {
  constexpr int kWide = 64;
  constexpr int kHigh = 36;
  const std::unique_ptr<SwsContext, CloseScaler> scaler(
      sws_getContext(picture.width, picture.height, static_cast<AVPixelFormat>(picture.format), kWide, kHigh,
                     AV_PIX_FMT_GRAY8, SWS_POINT, nullptr, nullptr, nullptr));
  if (!scaler) return -1;
  std::array<std::uint8_t, std::size_t{kWide} * kHigh + AV_INPUT_BUFFER_PADDING_SIZE> luma{};
  std::uint8_t* const planes[4] = {luma.data(), nullptr, nullptr, nullptr};
  const int strides[4] = {kWide, 0, 0, 0};
  if (sws_scale(scaler.get(), picture.data, picture.linesize, 0, picture.height, planes, strides) <= 0)
    return -1;
  double sum = 0;
  double squares = 0;
  for (std::size_t i = 0; i < std::size_t{kWide} * kHigh; ++i) {
    sum += luma[i];
    squares += static_cast<double>(luma[i]) * luma[i];
  }
  const double mean = sum / (kWide * kHigh);
  return std::sqrt(std::max(0.0, squares / (kWide * kHigh) - mean * mean)) + mean / 255;
}

/// The most interesting picture so far.
struct BestPicture {
  AvFrame picture;
  double interest = -2;

  void offer(AvFrame other) {
    if (!other) return;
    const double theirs = media::interest(*other);
    if (theirs <= interest) return;
    interest = theirs;
    picture = std::move(other);
  }
  [[nodiscard]] bool good() const { return interest >= kGoodContrast; }
  [[nodiscard]] bool black() const { return interest < kBlack; }
};

/// From the start on until one is good, keyframes or all of them.
void look_through(AVFormatContext& input, int index, AVCodecContext& decoder, AVDiscard skip,
                  BestPicture& best) {
  if (av_seek_frame(&input, index, 0, AVSEEK_FLAG_BACKWARD) < 0) return;
  avcodec_flush_buffers(&decoder);
  decoder.skip_frame = skip;
  const AvPacket packet(av_packet_alloc());
  for (bool more = true; more && !best.good();) {
    more = av_read_frame(&input, packet.get()) >= 0;
    const bool wanted = more && packet->stream_index == index &&
                        (skip == AVDISCARD_DEFAULT || (packet->flags & AV_PKT_FLAG_KEY) != 0);
    if (wanted) avcodec_send_packet(&decoder, packet.get());
    if (!more) avcodec_send_packet(&decoder, nullptr);
    av_packet_unref(packet.get());
    AvFrame picture(av_frame_alloc());
    while (avcodec_receive_frame(&decoder, picture.get()) >= 0) {
      best.offer(std::move(picture));
      picture.reset(av_frame_alloc());
    }
  }
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
  BestPicture best;
  for (const double place : kPlaces) {
    best.offer(picture_near(input, index, *decoder, place));
    if (best.good()) break;
  }
  // Black at every place: some picture may still show something.
  if (best.black()) look_through(input, index, *decoder, AVDISCARD_NONKEY, best);
  if (best.black() && input.streams[index]->nb_frames <= kFewPictures)
    look_through(input, index, *decoder, AVDISCARD_DEFAULT, best);
  if (!best.picture) return fail(Errc::corrupt, video + ": no picture in it can be decoded");
  const PictureShape shape = fitted(picture_shape(*input.streams[index]));
  REC_TRY(std::string jpeg, to_jpeg(*best.picture, shape, kThumbnailBytes));
  return Thumbnail{std::move(jpeg), shape.width, shape.height};
}

Result<Thumbnail> make_live_picture(const MediaRun& run) {
  collect_av_errors();
  const std::string name = "the newest segments";
  REC_TRY(const auto reader, RunReader::open(run, name));
  const AVStream* stream = reader->stream(TrackKind::video);
  if (stream == nullptr) return fail(Errc::not_found, name + ": no picture in them");
  AvPacket newest;
  for (;;) {
    REC_TRY(RunPacket item, reader->next());
    if (!item.packet) break;
    const bool key = (item.packet->flags & AV_PKT_FLAG_KEY) != 0;
    if (item.kind == TrackKind::video && key) newest = std::move(item.packet);
  }
  if (!newest) return fail(Errc::corrupt, name + ": no keyframe in them");
  REC_TRY(const AvCodec decoder, picture_decoder(*stream));
  const AvFrame picture(av_frame_alloc());
  avcodec_send_packet(decoder.get(), newest.get());
  avcodec_send_packet(decoder.get(), nullptr);
  const int decoded = avcodec_receive_frame(decoder.get(), picture.get());
  if (decoded < 0) return fail(av_error(decoded, name + ": decoding a picture"));
  const PictureShape shape = fitted(picture_shape(*stream));
  REC_TRY(std::string jpeg, to_jpeg(*picture, shape, kThumbnailBytes));
  return Thumbnail{std::move(jpeg), shape.width, shape.height};
}

}  // namespace rec::media
