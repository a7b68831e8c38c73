// Checks, describes and commits a part.
#include "media_av/finished_part.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <utility>

#include "core/picture.hpp"
#include "media_av/probe.hpp"
#include "media_av/sha256.hpp"
#include "media_av/thumbnail.hpp"

namespace rec::media {
namespace {

constexpr Millis kLengthTolerance{1000};

Result<bool> check_whole(const std::string& path, const RemuxReport& put_in, const MediaInfo& found) {
  // libav may refuse a damaged packet only when another is handed over: then the sum alone is certain.
  const bool pictures = found.video_packets == put_in.video_packets || put_in.damaged > 0;
  const bool all = found.video_packets + found.audio_packets == put_in.video_packets + put_in.audio_packets;
  if (pictures && all) return true;
  return fail(Errc::corrupt, path + ": holds " + std::to_string(found.video_packets) + " pictures and " +
                                 std::to_string(found.audio_packets) + " sound packets of " +
                                 std::to_string(put_in.video_packets) + " and " +
                                 std::to_string(put_in.audio_packets) + " put in");
}

// A part without a thumbnail is still a part: only the disk can make this fail.
Result<bool> add_thumbnail(AVFormatContext& video, const std::string& name, const std::string& path,
                           session::PartFile& part) {
  ::unlink(path.c_str());
  const Result<Thumbnail> picture = make_thumbnail(video, name);
  if (!picture) return true;
  REC_CHECK(write_durably(path, picture->jpeg));
  part.thumbnail = path;
  part.thumbnail_width = picture->width;
  part.thumbnail_height = picture->height;
  return true;
}

std::string thumbnail_of(const std::string& output) {
  return std::filesystem::path(output).replace_extension(".jpg").string();
}

Result<session::PartFile> part_of(const std::string& file, const std::string& output, const MediaInfo& info) {
  REC_TRY(const FileDigest digest, sha256_of(file));
  session::PartFile part;
  part.path = output;
  part.bytes = digest.bytes;
  part.sha256 = digest.sha256;
  part.duration = info.duration;
  part.width = info.width;
  part.height = info.height;
  if (info.rate.num > 0) part.rate = spoken_rate(av_q2d(info.rate));
  return part;
}

Result<session::PartFile> committed(DurableFile& file, session::PartFile part) {
  const Result<bool> done = file.commit();
  if (done) return part;
  if (!part.thumbnail.empty()) ::unlink(part.thumbnail.c_str());
  return fail(done.error());
}

}  // namespace

void remove_leftovers(const std::string& output) {
  // DurableFile removes its temporary file when it is made, and when it goes.
  const DurableFile video(output);
  const DurableFile picture(thumbnail_of(output));
}

Result<session::PartFile> finish_part(DurableFile& file, const std::string& output,
                                      const RemuxReport& put_in) {
  REC_TRY(AvInput written, open_media_file(file.temporary()));
  REC_TRY(const MediaInfo info, probe(*written, file.temporary()));
  REC_CHECK(check_whole(output, put_in, info));
  REC_TRY(session::PartFile part, part_of(file.temporary(), output, info));
  if (info.width > 0) {
    REC_CHECK(add_thumbnail(*written, output, thumbnail_of(output), part));
  }
  written.reset();
  return committed(file, std::move(part));
}

Result<MediaFacts> describe_file(const DescribeRequest& request) {
  collect_av_errors();
  forget_av_errors();
  REC_TRY(const AvInput input, open_media_file(request.file));
  REC_TRY(const MediaInfo info, probe(*input, request.file));
  MediaFacts facts{info.duration, 0, info.width, info.height};
  std::error_code problem;
  facts.bytes = std::filesystem::file_size(request.file, problem);
  facts.rate_num = info.rate.num;
  facts.rate_den = info.rate.den;
  facts.sound = !info.audio_codec.empty();
  facts.hdr = info.hdr;
  return facts;
}

Result<session::PartFile> adopt_part(const AdoptRequest& request) {
  collect_av_errors();
  forget_av_errors();
  REC_TRY(AvInput encoded, open_media_file(request.file));
  REC_TRY(const MediaInfo info, probe(*encoded, request.file));
  if (abs(info.duration - request.duration) > kLengthTolerance) {
    return fail(Errc::corrupt, fmt::format("{}: plays {:.1f} s of {:.1f} s", request.file,
                                           static_cast<double>(info.duration.count()) / 1000,
                                           static_cast<double>(request.duration.count()) / 1000));
  }
  REC_TRY(session::PartFile part, part_of(request.file, request.output, info));
  if (request.most_bytes > 0 && part.bytes > request.most_bytes) {
    return fail(Errc::invalid,
                fmt::format("{}: has {} bytes of {} at most", request.file, part.bytes, request.most_bytes));
  }
  if (info.width > 0) {
    REC_CHECK(add_thumbnail(*encoded, request.output, thumbnail_of(request.output), part));
    if (part.thumbnail.empty()) return fail(Errc::corrupt, request.file + ": no picture can be decoded");
  }
  encoded.reset();
  DurableFile file(request.output, request.file);
  return committed(file, std::move(part));
}

}  // namespace rec::media
