// make_stream and make_fmp4_stream: the encoded packets cut into segments.
extern "C" {
#include <libavutil/opt.h>
}

#include "sim/stream/muxer.hpp"

namespace rec::sim {
namespace {

// `before` is called at the start of each segment.
template <class Before>
Result<std::vector<TsSegment>> mux_segments(const StreamOptions& options, const EncodedStream& stream,
                                            SegmentMuxer& muxer, Before before) {
  std::vector<TsSegment> out;
  auto next = stream.packets.begin();
  for (int index = 0; index < options.segments; ++index) {
    before();
    for (; next != stream.packets.end() && next->segment == index; ++next) {
      REC_CHECK(muxer.write(*next));
    }
    TsSegment segment = describe_segment(options, stream, index);
    REC_TRY(segment.bytes, muxer.cut());
    out.push_back(std::move(segment));
  }
  return out;
}

}  // namespace

Result<std::vector<TsSegment>> make_stream(const StreamOptions& options) {
  REC_TRY(const EncodedStream stream, encode_stream(options, false));
  AVDictionary* settings = nullptr;
  av_dict_set(&settings, "mpegts_copyts", "1", 0);
  av_dict_set_int(&settings, "mpegts_start_pid", options.first_pid, 0);
  av_dict_set_int(&settings, "mpegts_pmt_start_pid", options.pmt_pid, 0);
  REC_TRY(auto muxer, SegmentMuxer::open("mpegts", stream, settings));
  // Each segment must begin with PAT and PMT (RFC 8216, 3.2).
  return mux_segments(options, stream, *muxer,
                      [&] { av_opt_set(muxer->context().priv_data, "mpegts_flags", "resend_headers", 0); });
}

Result<Fmp4Stream> make_fmp4_stream(const StreamOptions& options) {
  REC_TRY(const EncodedStream stream, encode_stream(options, true));
  AVDictionary* settings = nullptr;
  // frag_discont keeps the timestamps as they are instead of beginning at 0.
  av_dict_set(&settings, "movflags", "frag_custom+empty_moov+default_base_moof+frag_discont", 0);
  av_dict_set(&settings, "use_editlist", "0", 0);
  REC_TRY(auto muxer, SegmentMuxer::open("mp4", stream, settings));
  Fmp4Stream out;
  REC_TRY(out.init, muxer->cut());
  REC_TRY(out.segments, mux_segments(options, stream, *muxer, [] {}));
  return out;
}

}  // namespace rec::sim
