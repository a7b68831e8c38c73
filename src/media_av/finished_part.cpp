// Checks, describes and commits a part.
#include "media_av/finished_part.hpp"

#include <unistd.h>

#include <filesystem>

#include "media_av/probe.hpp"
#include "media_av/sha256.hpp"
#include "media_av/thumbnail.hpp"

namespace rec::media {
namespace {

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
  REC_TRY(const FileDigest digest, sha256_of(file.temporary()));
  session::PartFile part;
  part.path = output;
  part.bytes = digest.bytes;
  part.sha256 = digest.sha256;
  part.duration = info.duration;
  part.width = info.width;
  part.height = info.height;
  const std::string thumbnail = thumbnail_of(output);
  if (info.width > 0) {
    REC_CHECK(add_thumbnail(*written, output, thumbnail, part));
  }
  written.reset();
  const Result<bool> committed = file.commit();
  if (!committed) {
    if (!part.thumbnail.empty()) ::unlink(part.thumbnail.c_str());
    return fail(committed.error());
  }
  return part;
}

}  // namespace rec::media
