// Case 51: AES-128, the pure half and the whole engine.
#include <openssl/evp.h>

#include "capture/aes128.hpp"
#include "scripted_capture.hpp"

namespace rec::capture {
namespace {

using Names = std::vector<std::string>;
using std::chrono::seconds;

const std::string kAesPlaylist = "https://o.example/live/index.m3u8";
const std::string kAesFolder = "https://o.example/live/";
const std::string kKeyOne = "0123456789abcdef";
const std::string kKeyTwo = "fedcba9876543210";

AesBlock block_of(std::uint8_t last) {
  AesBlock iv{};
  iv.back() = last;
  return iv;
}

std::string encrypted(const std::string& plain, const std::string& key, const AesBlock& iv) {
  std::string out(plain.size() + 16, '\0');
  auto* context = EVP_CIPHER_CTX_new();
  auto* into = reinterpret_cast<unsigned char*>(out.data());
  int body = 0;
  int last = 0;
  EVP_EncryptInit_ex(context, EVP_aes_128_cbc(), nullptr, reinterpret_cast<const unsigned char*>(key.data()),
                     iv.data());
  EVP_EncryptUpdate(context, into, &body, reinterpret_cast<const unsigned char*>(plain.data()),
                    static_cast<int>(plain.size()));
  EVP_EncryptFinal_ex(context, into + body, &last);
  EVP_CIPHER_CTX_free(context);
  out.resize(static_cast<std::size_t>(body + last));
  return out;
}

TEST(CaptureCase51, AnIvIsWhatIsWrittenOrElseTheSequenceNumber) {
  KeyInfo key{"AES-128", "https://k.example/k", "", ""};
  EXPECT_EQ(iv_for(key, 0x0102).value(), (AesBlock{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2}));
  key.iv = "0xAB0c";
  EXPECT_EQ(iv_for(key, 7).value(), (AesBlock{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xAB, 0x0C}));
  key.iv = "0XF0000000000000000000000000000001";
  EXPECT_EQ(iv_for(key, 7).value().front(), 0xF0);
  for (const auto* bad : {"0x", "0xG1", "0x000000000000000000000000000000001", "twelve"}) {
    key.iv = bad;
    EXPECT_EQ(iv_for(key, 7).error().code, Errc::corrupt) << bad;
  }
}

TEST(CaptureCase51, WhatDoesNotFitTheKeyIsCorruptAndNotGarbage) {
  const auto body = encrypted("some media", kKeyOne, block_of(3));
  EXPECT_EQ(decrypt_aes128(body, kKeyOne, block_of(3)).value(), "some media");
  EXPECT_EQ(decrypt_aes128(body, kKeyTwo, block_of(3)).error().code, Errc::corrupt);
  EXPECT_EQ(decrypt_aes128(body, "short", block_of(3)).error().code, Errc::corrupt);
  EXPECT_EQ(decrypt_aes128(body.substr(1), kKeyOne, block_of(3)).error().code, Errc::corrupt);
  EXPECT_EQ(decrypt_aes128("", kKeyOne, block_of(3)).error().code, Errc::corrupt);
}

class CaptureCase51E : public CaptureScript {
 protected:
  void serve_playlist(std::string_view body) {
    http.serve(kAesPlaylist, {{.body = fmt::format("#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXT-X-MEDIA-SEQUENCE:"
                                                   "5\n{}#EXT-X-ENDLIST\n",
                                                   body)}});
    resolver.live_at(kAesPlaylist);
  }
  void serve_segment(const std::string& name, const std::string& key, std::uint8_t iv) {
    http.serve(kAesFolder + name, {{.body = encrypted(packet_of(name), key, block_of(iv))}});
  }
  void serve_key(const std::string& name, const std::string& key) {
    http.serve(kAesFolder + name, {{.body = key, .delay = Millis{300}}});
  }
};

TEST_F(CaptureCase51E, TheKeyIsFetchedOnceForAllSegmentsAndTheIvIsTheSequenceNumber) {
  serve_playlist(
      "#EXT-X-KEY:METHOD=AES-128,URI=\"k1\"\n#EXTINF:2,\na.ts\n#EXTINF:2,\nb.ts\n#EXTINF:2,\nc.ts\n"
      "#EXTINF:2,\nd.ts\n#EXTINF:2,\ne.ts\n");
  serve_key("k1", kKeyOne);
  const Names all{"a.ts", "b.ts", "c.ts", "d.ts", "e.ts"};
  for (std::size_t i = 0; i < all.size(); ++i)
    serve_segment(all[i], kKeyOne, static_cast<std::uint8_t>(5 + i));
  start();
  run_for(seconds{20});
  EXPECT_EQ(sink.order, (Names{"a", "b", "c", "d", "e"}));
  EXPECT_EQ(http.hits(kAesFolder + "k1"), 1);
  for (const auto& info : sink.infos) EXPECT_FALSE(info.suspect);
}

TEST_F(CaptureCase51E, KeysRotateIvsAreWrittenAndMethodNoneIsClear) {
  serve_playlist(
      "#EXTINF:2,\na.ts\n"
      "#EXT-X-KEY:METHOD=AES-128,URI=\"k1\",IV=0x11\n#EXTINF:2,\nb.ts\n"
      "#EXT-X-KEY:METHOD=AES-128,URI=\"k2\",IV=0x12\n#EXTINF:2,\nc.ts\n#EXTINF:2,\nd.ts\n"
      "#EXT-X-KEY:METHOD=NONE\n#EXTINF:2,\ne.ts\n");
  serve_key("k1", kKeyOne);
  serve_key("k2", kKeyTwo);
  serve_segment("b.ts", kKeyOne, 0x11);
  serve_segment("c.ts", kKeyTwo, 0x12);
  serve_segment("d.ts", kKeyTwo, 0x12);
  start();
  run_for(seconds{20});
  EXPECT_EQ(sink.order, (Names{"a", "b", "c", "d", "e"}));
  EXPECT_EQ(http.hits(kAesFolder + "k1"), 1);
  EXPECT_EQ(http.hits(kAesFolder + "k2"), 1);
}

TEST_F(CaptureCase51E, BadPaddingIsTriedAgainAndThenAGap) {
  serve_playlist(
      "#EXT-X-KEY:METHOD=AES-128,URI=\"k1\",IV=0x11\n#EXTINF:2,\na.ts\n#EXTINF:2,\nb.ts\n#EXTINF:2,\nc.ts\n");
  serve_key("k1", kKeyOne);
  serve_segment("a.ts", kKeyOne, 0x11);
  serve_segment("b.ts", kKeyTwo, 0x11);
  http.serve(kAesFolder + "c.ts", {{.body = encrypted(packet_of("c.ts"), kKeyTwo, block_of(0x11))},
                                   {.body = encrypted(packet_of("c.ts"), kKeyOne, block_of(0x11))}});
  start();
  run_for(seconds{40});
  EXPECT_EQ(sink.order, (Names{"a", "gap:fetch_failed:6-6", "c"}));
  EXPECT_GT(http.hits(kAesFolder + "b.ts"), 3);
  EXPECT_EQ(http.hits(kAesFolder + "c.ts"), 2);
}

TEST_F(CaptureCase51E, AKeyThatChangesUnderItsUrlIsFetchedAnew) {
  serve_playlist("#EXT-X-KEY:METHOD=AES-128,URI=\"k1\",IV=0x11\n#EXTINF:2,\na.ts\n");
  http.serve(kAesFolder + "k1", {{.body = kKeyTwo}, {.body = kKeyOne}});
  serve_segment("a.ts", kKeyOne, 0x11);
  start();
  run_for(seconds{20});
  EXPECT_EQ(sink.order, Names{"a"});
  EXPECT_EQ(http.hits(kAesFolder + "k1"), 2);
}

TEST_F(CaptureCase51E, AnEncryptedInitializationSectionIsDecryptedAndAClearOneLeftAlone) {
  const auto box = [](std::string_view type, std::string_view text) {
    return std::string("\0\0\0\x20", 4) + std::string(type) + std::string(text);
  };
  serve_playlist(
      "#EXT-X-KEY:METHOD=AES-128,URI=\"k1\",IV=0x11\n#EXT-X-MAP:URI=\"i1\"\n#EXTINF:2,\na\n"
      "#EXT-X-MAP:URI=\"i2\"\n#EXTINF:2,\nb\n");
  serve_key("k1", kKeyOne);
  http.serve(kAesFolder + "i1", {{.body = encrypted(box("ftyp", "locked"), kKeyOne, block_of(0x11))}});
  http.serve(kAesFolder + "i2", {{.body = box("ftyp", "clear")}});
  for (const auto* name : {"a", "b"})
    http.serve(kAesFolder + name, {{.body = encrypted(box("moof", name), kKeyOne, block_of(0x11))}});
  start();
  run_for(seconds{20});
  ASSERT_EQ(sink.order.size(), 4U);
  EXPECT_EQ(sink.order[0], "init:locked");
  EXPECT_EQ(sink.order[2], "init:clear");
}

class CaptureCase52E : public CaptureScript {};
TEST_F(CaptureCase52E, AKeyForEverybodyBesideOneForLicensedPlayersIsUsed) {
  http.serve(kAesPlaylist,
             {{.body = "#EXTM3U\n#EXT-X-KEY:METHOD=AES-128,URI=\"k1\",IV=0x1\n#EXT-X-KEY:METHOD=AES-128,"
                       "URI=\"skd://x\",KEYFORMAT=\"com.example.drm\"\n#EXTINF:2,\na.ts\n#EXT-X-ENDLIST\n"}});
  resolver.live_at(kAesPlaylist);
  http.serve(kAesFolder + "k1", {{.body = kKeyOne}});
  http.serve(kAesFolder + "a.ts", {{.body = encrypted(packet_of("a.ts"), kKeyOne, block_of(1))}});
  start();
  run_for(seconds{10});
  EXPECT_EQ(sink.order, Names{"a"});
}

}  // namespace
}  // namespace rec::capture
