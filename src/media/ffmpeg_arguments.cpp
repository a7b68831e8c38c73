#include "media/ffmpeg_arguments.hpp"

#include <fmt/format.h>

#include <cmath>

namespace rec::media {
namespace {

using Arguments = std::vector<std::string>;

constexpr double kKeySeconds = 4;  // how exactly a player can be sent to a place

void append(Arguments& to, std::initializer_list<std::string> more) { to.insert(to.end(), more); }

double ffmpeg_seconds(Millis duration) { return static_cast<double>(duration.count()) / 1000; }

/// HDR shown as it is by a player that knows nothing of it is grey and dull: its light is brought into the
/// range of ordinary pictures. What a file leaves out is what such files have.
std::string to_ordinary_range(const std::string& transfer) {
  if (transfer.empty()) return "";
  return fmt::format(
      "zscale=tin={}:pin=bt2020:min=bt2020nc:t=linear:npl=100,format=gbrpf32le,zscale=p=bt709,"
      "tonemap=tonemap=hable:desat=0,zscale=t=bt709:m=bt709:r=tv,format=yuv420p,",
      transfer);
}

std::string picture_chain(const EncodePlan& plan, const EncodeFiles& files, std::size_t i) {
  const std::string rate = fmt::format("{}/{}", plan.rate_num, plan.rate_den);
  if (files.facts[i].width == 0) {
    return fmt::format("color=c=black:s={}x{}:r={}:d={:.3f},format=yuv420p,setsar=1[v{}];", plan.width,
                       plan.height, rate, ffmpeg_seconds(files.facts[i].duration), i);
  }
  const PictureFit& fit = plan.fits[i];
  return fmt::format(
      "[{0}:v:0]scale={1}:{2}:flags=bicubic,{8}pad={3}:{4}:{5}:{6}:black,setsar=1,fps={7},format=yuv420p[v{0}"
      "];",
      i, fit.width, fit.height, plan.width, plan.height, fit.left, fit.top, rate,
      to_ordinary_range(files.facts[i].hdr));
}

std::string sound_chain(const EncodeFiles& files, std::size_t i) {
  const char* format = "aformat=sample_fmts=fltp:sample_rates=48000:channel_layouts=stereo";
  if (!files.facts[i].sound) {
    return fmt::format("anullsrc=r=48000:cl=stereo:d={:.3f},{}[a{}];",
                       ffmpeg_seconds(files.facts[i].duration), format, i);
  }
  return fmt::format("[{0}:a:0]aresample=48000:async=1:first_pts=0,{1}[a{0}];", i, format);
}

std::string filters(const EncodePlan& plan, const EncodeFiles& files, bool picture, bool sound) {
  std::string graph;
  std::string row;
  for (std::size_t i = 0; i < files.inputs.size(); ++i) {
    if (picture) graph += picture_chain(plan, files, i);
    if (sound) graph += sound_chain(files, i);
    if (picture) row += fmt::format("[v{}]", i);
    if (sound) row += fmt::format("[a{}]", i);
  }
  return graph + fmt::format("{}concat=n={}:v={}:a={}{}{}", row, files.inputs.size(), picture ? 1 : 0,
                             sound ? 1 : 0, picture ? "[v]" : "", sound ? "[a]" : "");
}

void picture_options(Arguments& out, const EncodePlan& plan, const EncodeFiles& files, Pass pass) {
  append(out, {"-map", "[v]", "-c:v", "libx264", "-preset", "medium", "-profile:v", "high", "-pix_fmt",
               "yuv420p", "-fps_mode", "vfr"});
  append(out, {"-g", std::to_string(std::lround(plan.rate() * kKeySeconds))});
  if (!plan.b_frames) append(out, {"-bf", "0"});
  if (pass == Pass::single) {
    // As good as need be, and never above the rate.
    append(out, {"-crf", "20", "-maxrate", fmt::format("{}k", plan.video_kbps), "-bufsize",
                 fmt::format("{}k", plan.video_kbps)});
    return;
  }
  // Peaks of twice the average: what is streamed must not outrun its line (HLS Authoring
  // Specification, 1.30).
  append(out, {"-b:v", fmt::format("{}k", plan.video_kbps), "-maxrate",
               fmt::format("{}k", plan.video_kbps * 2), "-bufsize", fmt::format("{}k", plan.video_kbps * 4)});
  append(out, {"-pass", pass == Pass::first ? "1" : "2", "-passlogfile", files.pass_log});
}

}  // namespace

Arguments ffmpeg_arguments(const EncodePlan& plan, const EncodeFiles& files, Pass pass) {
  const bool picture = plan.width > 0;
  const bool sound = plan.audio_kbps > 0 && pass != Pass::first;
  Arguments out{"-hide_banner", "-nostdin",      "-loglevel", "error", "-progress",
                "pipe:1",       "-stats_period", "1",         "-y"};
  for (const std::string& input : files.inputs) {
    // libav takes a name for a protocol's; what the bytes are is looked up, what they refer to is not opened.
    append(out, {"-protocol_whitelist", "file,pipe", "-i", "file:" + input});
  }
  append(out, {"-filter_complex", filters(plan, files, picture, sound)});
  if (picture) picture_options(out, plan, files, pass);
  if (pass == Pass::first) {
    append(out, {"-f", "null", "-"});
    return out;
  }
  if (sound)
    append(out, {"-map", "[a]", "-c:a", "aac", "-ar", std::to_string(plan.audio_hz), "-b:a",
                 fmt::format("{}k", plan.audio_kbps)});
  // As encoded each picture and each packet of sound is a chunk of its own, and the index twice as large.
  append(out, {"-chunk_duration", "1000000"});
  append(out, {"-map_metadata", "-1", "-map_chapters", "-1", "-metadata", "title=" + files.title, "-movflags",
               "+faststart", "-max_muxing_queue_size", "9999", "-f", "mp4", "file:" + files.output});
  return out;
}

}  // namespace rec::media
