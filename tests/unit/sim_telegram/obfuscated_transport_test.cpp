// The three framings, from a client that does the opposite of what the server does.
#include "sim/telegram/obfuscated_transport.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>

namespace rec::sim::test {
namespace {

class FramingClient {
 public:
  FramingClient(char tag, std::int16_t dc) : header_(random_bytes(64)) {
    const std::string_view header = header_;
    outgoing_.emplace(header.substr(8, 32), header.substr(40, 16));
    std::string reversed(header.substr(8, 48));
    std::reverse(reversed.begin(), reversed.end());
    incoming_.emplace(std::string_view(reversed).substr(0, 32), std::string_view(reversed).substr(32, 16));
    std::string plain = header_;
    plain.replace(56, 4, std::string(4, tag));
    std::memcpy(plain.data() + 60, &dc, sizeof dc);
    outgoing_->apply(plain.data(), plain.size());
    header_.replace(56, 8, plain, 56, 8);
  }
  std::string header() { return header_; }
  std::string send(std::string bytes) {
    outgoing_->apply(bytes.data(), bytes.size());
    return bytes;
  }
  std::string receive(std::string bytes) {
    incoming_->apply(bytes.data(), bytes.size());
    return bytes;
  }

 private:
  std::string header_;
  std::optional<CtrStream> outgoing_, incoming_;
};

std::string length_word(std::uint32_t value) { return {reinterpret_cast<const char*>(&value), 4}; }

std::vector<std::string> feed_bytewise(ObfuscatedTransport& transport, std::string bytes) {
  std::vector<std::string> packets;
  for (auto& byte : bytes) {
    transport.feed(&byte, 1);
    for (auto got = transport.next(); got && *got; got = transport.next()) packets.emplace_back(**got);
  }
  return packets;
}

TEST(ObfuscatedTransport, AnIntermediateClientIsUnderstoodByteByByteAndAQuickAckRequestIsNoLength) {
  FramingClient client('\xee', -2);
  ObfuscatedTransport transport;
  const std::string first = "abcdefgh";
  const std::string second(1000, 'x');
  const auto packets =
      feed_bytewise(transport, client.header() + client.send(length_word(0x80000008U) + first) +
                                   client.send(length_word(1000) + second));
  EXPECT_EQ(packets, (std::vector<std::string>{first, second}));
  EXPECT_EQ(transport.dc(), -2);
  EXPECT_EQ(client.receive(transport.frame(second)), length_word(1000) + second);
}

TEST(ObfuscatedTransport, AnAbridgedClientUsesOneByteForShortAndFourForLongPackets) {
  FramingClient client('\xef', 2);
  ObfuscatedTransport transport;
  const std::string small(8, 's');
  const std::string large(4 * 0x7f, 'l');
  const std::string large_head("\x7f\x7f\0\0", 4);
  const auto packets = feed_bytewise(
      transport, client.header() + client.send("\x02" + small) + client.send(large_head + large));
  EXPECT_EQ(packets, (std::vector<std::string>{small, large}));
  EXPECT_EQ(client.receive(transport.frame(small)), "\x02" + small);
  EXPECT_EQ(client.receive(transport.frame(large)), large_head + large);
}

TEST(ObfuscatedTransport, APaddedAnswerBeginsWithThePacketAndIsAtMostFifteenBytesLonger) {
  FramingClient client('\xdd', 2);
  ObfuscatedTransport transport;
  feed_bytewise(transport, client.header());
  const std::string packet(32, 'p');
  for (int i = 0; i < 20; ++i) {
    const auto got = client.receive(transport.frame(packet));
    EXPECT_EQ(got.substr(4, 32), packet);
    EXPECT_LE(got.size(), 4U + 32U + 15U);
    EXPECT_EQ(got.substr(0, 4), length_word(static_cast<std::uint32_t>(got.size() - 4)));
  }
}

TEST(ObfuscatedTransport, AnAbsurdLengthIsAnErrorAndNotAWait) {
  FramingClient client('\xee', 2);
  ObfuscatedTransport transport;
  auto bytes = client.header() + client.send(length_word(0x7fffffffU));
  transport.feed(bytes.data(), bytes.size());
  EXPECT_FALSE(transport.next());
}

}  // namespace
}  // namespace rec::sim::test
