// The codec by the installed schema, and what it makes of damaged input.
#include "sim/telegram/tl_codec.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include "sim/telegram/telegram_server.hpp"

namespace rec::sim::test {
namespace {

using ::testing::HasSubstr;

class TlCodec : public ::testing::Test {
 protected:
  void SetUp() override {
    auto loaded = TlSchema::load(telegram_options(REC_SOURCE_DIR, {}).schema);
    ASSERT_TRUE(loaded) << loaded.error().text;
    schema_ = *loaded;
  }
  TlValue there_and_back(const TlValue& value) {
    const auto bytes = encode(*schema_, value);
    EXPECT_TRUE(bytes) << bytes.error().text;
    auto made = decode(*schema_, bytes.value_or(""));
    EXPECT_TRUE(made) << made.error().text;
    return made.value_or(TlValue());
  }
  std::shared_ptr<const TlSchema> schema_;
};

TEST_F(TlCodec, TheInstalledSchemaIsTheLayerTheLibrarySpeaks) { EXPECT_EQ(schema_->layer(), 223); }

TEST_F(TlCodec, AMessageWithEverythingOptionalKeepsWhatWasSetAndNothingElse) {
  const TlObject bold{"messageEntityBold", {{"offset", 1}, {"length", 2}}};
  const TlObject message{"message",
                         {{"out", true},
                          {"post", false},
                          {"id", 7},
                          {"peer_id", TlObject{"peerChannel", {{"channel_id", 5'000'000'000}}}},
                          {"date", -1},
                          {"message", "h\u00e9llo"},
                          {"entities", TlList{bold, bold}},
                          {"grouped_id", -9'000'000'000'000'000'000LL}}};
  const auto back = there_and_back(message);
  const auto* got = back.object();
  ASSERT_NE(got, nullptr);
  EXPECT_TRUE(got->is("message"));
  EXPECT_TRUE(got->flag("out"));
  EXPECT_FALSE(got->has("post"));
  EXPECT_FALSE(got->has("media"));
  EXPECT_EQ(got->number("date"), -1);
  EXPECT_EQ(got->text("message"), "h\u00e9llo");
  EXPECT_EQ(got->object("peer_id").integer("channel_id"), 5'000'000'000);
  EXPECT_EQ(got->integer("grouped_id"), -9'000'000'000'000'000'000LL);
  ASSERT_EQ(got->list("entities").size(), 2U);
  EXPECT_EQ(got->list("entities")[1].object()->number("length"), 2);
}

TEST_F(TlCodec, BytesOfEveryLengthComeBackUnchanged) {
  for (const std::size_t size : {0U, 1U, 2U, 3U, 4U, 253U, 254U, 255U, 256U, 65'537U, 524'288U}) {
    std::string bytes(size, '\0');
    for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>(i * 31);
    const TlObject part{"upload.saveBigFilePart",
                        {{"file_id", 1}, {"file_part", 2}, {"file_total_parts", 3}, {"bytes", bytes}}};
    const auto back = there_and_back(part);
    ASSERT_NE(back.object(), nullptr) << size;
    EXPECT_EQ(back.object()->text("bytes"), bytes) << size;
    EXPECT_EQ(back.object()->number("file_total_parts"), 3);
  }
}

TEST_F(TlCodec, DoublesBoolsVectorsAndFixedWidthBytesComeBack) {
  const TlObject video{"documentAttributeVideo",
                       {{"supports_streaming", true}, {"duration", 61.25}, {"w", 3}, {"h", 4}}};
  EXPECT_EQ(there_and_back(video).object()->real("duration"), 61.25);
  EXPECT_TRUE(there_and_back(video).object()->flag("supports_streaming"));
  EXPECT_EQ(there_and_back(true).get<bool>() ? *there_and_back(true).get<bool>() : false, true);
  const auto list = there_and_back(TlList{video, video, video});
  ASSERT_NE(list.get<TlList>(), nullptr);
  EXPECT_EQ(list.get<TlList>()->size(), 3U);
  const std::string nonce = "0123456789abcdef";
  EXPECT_EQ(there_and_back(TlObject{"mt_req_pq_multi", {{"nonce", nonce}}}).object()->text("nonce"), nonce);
  const TlObject salt{"mt_future_salt", {{"valid_since", 1}, {"valid_until", 2}, {"salt", 3}}};
  const auto salts =
      there_and_back(TlObject{"mt_future_salts", {{"req_msg_id", 9}, {"now", 8}, {"salts", TlList{salt}}}});
  EXPECT_EQ(salts.object()->list("salts").at(0).object()->number("valid_until"), 2);
}

TEST_F(TlCodec, EveryShorterPieceOfAMessageIsRefusedAndNoneCrashes) {
  const TlObject part{
      "messages.sendMedia",
      {{"peer", TlObject{"inputPeerChannel", {{"channel_id", 1}, {"access_hash", 2}}}},
       {"media", TlObject{"inputMediaDocument", {{"id", TlObject{"inputDocument", {{"id", 3}}}}}}},
       {"message", "text"},
       {"random_id", 4}}};
  const auto bytes = encode(*schema_, part);
  ASSERT_TRUE(bytes) << bytes.error().text;
  ASSERT_TRUE(decode(*schema_, *bytes));
  for (std::size_t size = 0; size < bytes->size(); ++size)
    EXPECT_FALSE(decode(*schema_, std::string_view(*bytes).substr(0, size))) << size;
}

TEST_F(TlCodec, AHugeVectorCountAndAnUnknownConstructorAreRefusedByName) {
  std::string vector;
  append_le(vector, kTlVector);
  append_le(vector, std::uint32_t{0xffff'ffff});
  EXPECT_FALSE(decode(*schema_, vector));
  std::string unknown;
  append_le(unknown, std::uint32_t{0x12345678});
  const auto refused = decode(*schema_, unknown);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().text, HasSubstr("12345678"));
}

TEST_F(TlCodec, PackedObjectsAreReadInZlibAndInGzipFraming) {
  const auto plain = encode(*schema_, TlObject{"mt_ping", {{"ping_id", 42}}});
  ASSERT_TRUE(plain) << plain.error().text;
  for (const int framing : {15, 15 + 16}) {  // zlib's window bits: zlib, gzip
    z_stream stream{};
    ASSERT_EQ(deflateInit2(&stream, 6, Z_DEFLATED, framing, 8, Z_DEFAULT_STRATEGY), Z_OK);
    std::string squeezed(256, '\0');
    auto input = *plain;
    stream.next_in = reinterpret_cast<Bytef*>(input.data());
    stream.avail_in = static_cast<uInt>(input.size());
    stream.next_out = reinterpret_cast<Bytef*>(squeezed.data());
    stream.avail_out = 256;
    ASSERT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
    squeezed.resize(stream.total_out);
    deflateEnd(&stream);
    std::string packed;
    append_le(packed, kTlGzipPacked);
    append_tl_bytes(packed, squeezed);
    const auto got = decode(*schema_, packed);
    ASSERT_TRUE(got) << got.error().text;
    EXPECT_EQ(got->object()->integer("ping_id"), 42);
    EXPECT_FALSE(decode(*schema_, packed.substr(0, packed.size() - 8)));
  }
}

TEST_F(TlCodec, AMissingObjectIsAnErrorThatNamesIt) {
  const auto refused = encode(*schema_, TlObject{"messages.sendMedia", {{"message", "text"}}});
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().text, HasSubstr("peer"));
}

TEST_F(TlCodec, ASchemaThatIsNotInstalledSaysHowToInstallIt) {
  const auto missing = TlSchema::load("/nowhere");
  ASSERT_FALSE(missing);
  EXPECT_THAT(missing.error().text, HasSubstr("npm ci"));
}

}  // namespace
}  // namespace rec::sim::test
