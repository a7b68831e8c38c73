// What the first bytes of a segment tell about its codecs, and what they must not be made to tell.
#include "media/codec_signature.hpp"

#include <gtest/gtest.h>

#include <regex>

#include "core/codecs.hpp"
#include "sim/stream/frame_stream.hpp"

namespace rec::media {
namespace {

std::string signature_of(const std::string& bytes) {
  return codec_signature({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
}

sim::StreamOptions short_segments() {
  sim::StreamOptions options;
  options.segments = 3;
  options.segment_seconds = 0.6;
  return options;
}

std::vector<std::string> ts_segments(const sim::StreamOptions& options) {
  std::vector<std::string> out;
  const auto stream = sim::make_stream(options);
  EXPECT_TRUE(stream);
  if (!stream) return {"", "", ""};
  for (const sim::TsSegment& segment : *stream) out.push_back(segment.bytes);
  return out;
}

std::string init_of(const sim::StreamOptions& options) {
  const auto stream = sim::make_fmp4_stream(options);
  EXPECT_TRUE(stream);
  return stream ? stream->init : "";
}

// The stream with each sound frame's header changed from 48000 Hz to 44100 Hz.
std::string with_other_rate(std::string bytes) {
  const std::string_view from("\xFF\xF1\x4C", 3);
  for (std::size_t at = bytes.find(from); at != std::string::npos; at = bytes.find(from, at + 1))
    bytes[at + 2] = '\x50';
  return bytes;
}

bool is_table(const std::string& bytes, std::size_t at, unsigned pid) {
  return static_cast<unsigned char>(bytes[at + 1]) == (0x40U | pid >> 8U) &&
         static_cast<unsigned char>(bytes[at + 2]) == (pid & 0xFFU);
}

std::string without_table(const std::string& bytes, unsigned pid) {
  std::string out;
  for (std::size_t at = 0; at < bytes.size(); at += 188) {
    if (!is_table(bytes, at, pid)) out += bytes.substr(at, 188);
  }
  return out;
}

TEST(CodecSignature, NamesPictureAndSoundOfATransportStreamTheSameInEverySegment) {
  const auto segments = ts_segments(short_segments());
  const std::string first = signature_of(segments[0]);
  EXPECT_TRUE(std::regex_match(first, std::regex("avc1:[0-9a-f]{8}\\+mp4a:48000x2/2"))) << first;
  EXPECT_EQ(signature_of(segments[1]), first);
  EXPECT_EQ(signature_of(segments[2]), first);
}

TEST(CodecSignature, IsTheSameAfterAReconnectToTheSameEncoder) {
  sim::StreamOptions later = short_segments();
  later.first_frame = 5'000;
  later.first_pts90k = 7 * 3600 * std::int64_t{90'000};
  later.first_pid = 0x200;
  later.pmt_pid = 0x1100;
  EXPECT_EQ(signature_of(ts_segments(later)[0]), signature_of(ts_segments(short_segments())[0]));
}

TEST(CodecSignature, DiffersWithThePicturesSizeCodecAndPresenceAndWithTheSounds) {
  sim::StreamOptions big = short_segments();
  big.width = 640;
  big.height = 360;
  sim::StreamOptions hevc = short_segments();
  hevc.codec = sim::VideoCodec::hevc;
  sim::StreamOptions mute = short_segments();
  mute.audio = false;
  sim::StreamOptions blind = short_segments();
  blind.video = false;
  const std::string usual_bytes = ts_segments(short_segments())[0];
  const std::string usual = signature_of(usual_bytes);
  for (const sim::StreamOptions& other : {big, hevc}) {
    const std::string signature = signature_of(ts_segments(other)[0]);
    EXPECT_TRUE(signature.ends_with("+mp4a:48000x2/2")) << signature;
    EXPECT_FALSE(codecs_continue(usual, signature)) << usual << " " << signature;
  }
  EXPECT_TRUE(signature_of(ts_segments(hevc)[0]).starts_with("hvc1:"));
  EXPECT_EQ(signature_of(ts_segments(mute)[0]) + "+mp4a:48000x2/2", usual);
  EXPECT_EQ(signature_of(ts_segments(blind)[0]), "+mp4a:48000x2/2");
  const std::string rate = signature_of(with_other_rate(usual_bytes));
  EXPECT_TRUE(rate.ends_with("+mp4a:44100x2/2")) << rate;
  EXPECT_FALSE(codecs_continue(usual, rate));
}

TEST(CodecSignature, OfAnInitSectionIsTheCodecBoxesAndNotTheTimes) {
  const std::string usual = signature_of(init_of(short_segments()));
  EXPECT_TRUE(std::regex_match(usual, std::regex("avc1:[0-9a-f]{8}\\+mp4a:48000x2/[0-9a-f]{8}"))) << usual;
  sim::StreamOptions later = short_segments();
  later.first_frame = 777;
  later.segments = 2;
  EXPECT_EQ(signature_of(init_of(later)), usual);
  sim::StreamOptions big = short_segments();
  big.width = 640;
  big.height = 360;
  EXPECT_FALSE(codecs_continue(usual, signature_of(init_of(big))));
  sim::StreamOptions hevc = short_segments();
  hevc.codec = sim::VideoCodec::hevc;
  const std::string other = signature_of(init_of(hevc));
  EXPECT_TRUE(std::regex_match(other, std::regex("h[ve][cv]1:[0-9a-f]{8}\\+mp4a:.*"))) << other;
}

TEST(CodecSignature, AMediaSegmentOfFragmentedMp4SaysNothing) {
  const auto stream = sim::make_fmp4_stream(short_segments());
  ASSERT_TRUE(stream);
  EXPECT_EQ(signature_of(stream->segments[0].bytes), "");
  EXPECT_EQ(signature_of(stream->init + stream->segments[0].bytes), signature_of(stream->init));
}

TEST(CodecSignature, ATransportStreamAndFragmentedMp4NeverContinueEachOther) {
  EXPECT_FALSE(codecs_continue(signature_of(ts_segments(short_segments())[0]),
                               signature_of(init_of(short_segments()))));
}

TEST(CodecSignature, WithoutProgramMapNothingIsSaid) {
  const std::string bytes = ts_segments(short_segments())[1];
  EXPECT_EQ(signature_of(without_table(bytes, 0x1000)), "");
  EXPECT_EQ(signature_of(without_table(bytes, 0)), "");
}

TEST(CodecSignature, WithoutParameterSetOnlyTheCodecIsNamed) {
  std::string bytes = ts_segments(short_segments())[0];
  for (const char sps : {'\x67', '\x27'}) {  // H.264 NAL unit type 7
    const std::string start{'\0', '\0', '\1', sps};
    for (std::size_t at = bytes.find(start); at != std::string::npos; at = bytes.find(start, at + 1))
      bytes[at + 3] = '\x09';
  }
  EXPECT_EQ(signature_of(bytes), "avc1+mp4a:48000x2/2");
}

TEST(CodecSignature, PackedAudioIsNamedBehindItsId3Tag) {
  // 32 bytes: AAC LC, 48000 Hz, stereo.
  std::string frame = "\xFF\xF1\x4C\x80\x04\x1F\xFC";
  frame.resize(32, '\x21');
  const std::string id3 = std::string("ID3\x04\0\0\0\0\0\x05", 10) + "12345";
  EXPECT_EQ(signature_of(frame + frame), "+adts:48000x2/2");
  EXPECT_EQ(signature_of(id3 + frame + frame), "+adts:48000x2/2");
  EXPECT_EQ(signature_of(frame), "");  // one alone may be anything
  EXPECT_EQ(signature_of(std::string("\xFF\xFB\x90\x64") + std::string(500, '\0')), "+mp3");
}

TEST(CodecSignature, ALostPacketNeverMakesUpAnotherParameterSet) {
  const std::string bytes = ts_segments(short_segments())[0];
  const std::string whole = signature_of(bytes);
  for (std::size_t at = 0; at < 60 * 188; at += 188) {
    std::string hurt = bytes;
    hurt.erase(at, 188);
    EXPECT_TRUE(codecs_continue(whole, signature_of(hurt))) << at;
  }
}

TEST(CodecSignature, ATruncatedSegmentSaysTheSameOrLess) {
  for (const std::string& bytes : {ts_segments(short_segments())[0], init_of(short_segments())}) {
    const std::string whole = signature_of(bytes);
    for (std::size_t cut = 0; cut < bytes.size(); cut += cut < 6'000 ? 1 : 997) {
      EXPECT_TRUE(codecs_continue(whole, signature_of(bytes.substr(0, cut)))) << cut;
    }
  }
}

TEST(CodecSignature, LooksNoFurtherThanItsBound) {
  const std::string bytes = ts_segments(short_segments())[0];
  std::string padding;
  while (padding.size() < kSignatureBytes) padding += "\x47\x1F\xFF\x10" + std::string(184, '\xFF');
  EXPECT_EQ(signature_of(padding + bytes), "");
}

TEST(CodecSignature, RandomBytesSayNothingOrSomethingWellFormed) {
  std::uint32_t seed = 1;
  const auto next = [&] { return static_cast<char>((seed = seed * 1664525U + 1013904223U) >> 24U); };
  const std::regex form("([A-Za-z0-9_-]{4}(:[0-9a-f]+)?)?(\\+[A-Za-z0-9_-]{3,4}(:[0-9a-fx/]+)?)?");
  const std::vector<std::string> real = {ts_segments(short_segments())[0].substr(0, 40'000),
                                         init_of(short_segments())};
  for (int round = 0; round < 300; ++round) {
    std::string noise(2'000, '\0');
    for (char& byte : noise) byte = next();
    EXPECT_EQ(signature_of(noise), "");
    std::string hurt = real[static_cast<std::size_t>(round) % 2];
    for (std::size_t at = 0; at < hurt.size(); at += 1 + static_cast<unsigned char>(next()))
      hurt[at] = next();
    const std::string said = signature_of(hurt);
    EXPECT_TRUE(std::regex_match(said, form)) << said;
  }
}

TEST(CodecsContinue, WhatIsLeftOpenContradictsNothing) {
  const std::string full = "avc1:00000001+mp4a:48000x2/2";
  for (const char* now : {"", "avc1", "avc1:00000001", "+mp4a", "+mp4a:48000x2/2", "avc1+mp4a"}) {
    EXPECT_TRUE(codecs_continue(full, now)) << now;
    EXPECT_EQ(codecs_joined(full, now), full) << now;
  }
  EXPECT_TRUE(codecs_continue("", full));
  EXPECT_EQ(codecs_joined("", full), full);
  EXPECT_TRUE(codecs_continue("avc1+mp4a", full));
  EXPECT_EQ(codecs_joined("avc1+mp4a", full), full);
}

TEST(CodecsContinue, AnythingElseBeginsANewPart) {
  const std::string full = "avc1:00000001+mp4a:48000x2/2";
  for (const char* now : {"avc1:00000002", "hvc1", "+mp4a:44100x2/2", "+adts:48000x2/2", "+mp3"})
    EXPECT_FALSE(codecs_continue(full, now)) << now;
  EXPECT_FALSE(codecs_continue("avc1:00000001", full)) << "sound cannot be added to a file that has none";
  EXPECT_FALSE(codecs_continue("+mp4a:48000x2/2", full));
}

}  // namespace
}  // namespace rec::media
