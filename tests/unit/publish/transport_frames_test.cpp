// The outermost layer of Telegram's connections, against the simulator's own reading of it.
#include "publish/transport_frames.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <utility>
#include <vector>

#include "sim/telegram/obfuscated_transport.hpp"
#include "tests/unit/publish/frames_client.hpp"

namespace rec::test {
namespace {

const std::string kNop("\0\0\0\0", 4);

TEST(TransportFrames, EveryPacketToTelegramIsToldHoweverItsBytesCome) {
  std::mt19937 random(5);
  for (int round = 0; round < 20; ++round) {
    FramesClient client;
    TransportFrames frames;
    std::string all = client.greeting();
    std::vector<std::pair<std::size_t, std::size_t>> expected{{0, 64}};  // where it begins, its size
    for (const std::size_t size : {12, 65'600, 40, 40, 33'000, 0, 100}) {
      expected.emplace_back(all.size(), size + 4);
      all += client.packet(std::string(size, 'x'), size == 40);
    }
    std::vector<std::pair<std::size_t, std::size_t>> seen;
    for (std::size_t at = 0; at < all.size();) {
      const auto piece = std::string_view(all).substr(at, 1 + random() % (round % 2 == 0 ? 9 : 70'000));
      const auto chunk = frames.up(piece);
      ASSERT_GT(chunk.bytes, 0U);
      ASSERT_LE(chunk.bytes, piece.size());
      if (chunk.first) seen.emplace_back(at, 0);
      seen.back().second = chunk.packet;
      at += chunk.bytes;
    }
    ASSERT_EQ(seen, expected) << "round " << round;
  }
}

TEST(TransportFrames, APacketOfOursFitsBetweenTwoOfTelegramsAndNoneIsHarmed) {
  std::mt19937 random(7);
  for (int round = 0; round < 50; ++round) {
    FramesClient client;
    TransportFrames frames;
    sim::ObfuscatedTransport server;
    EXPECT_FALSE(frames.between()) << "before the keys are known";
    std::string greeting = client.greeting();
    frames.up(greeting);
    server.feed(greeting.data(), greeting.size());
    std::string all;
    std::vector<std::string> said;
    for (int i = 0; i < 12; ++i) {
      said.push_back(sim::random_bytes(4 + random() % 300));
      all += server.frame(said.back());
    }
    std::string to_client;
    std::size_t nops = 0;
    for (std::size_t at = 0; at < all.size();) {
      if (frames.between() && random() % 2 == 0) {
        to_client += frames.nop();
        ++nops;
      }
      std::string piece = all.substr(at, 1 + random() % 90);
      at += piece.size();
      frames.down(piece);
      to_client += piece;
    }
    auto heard = client.hear(to_client);
    EXPECT_EQ(static_cast<std::size_t>(std::count(heard.begin(), heard.end(), kNop)), nops);
    std::erase(heard, kNop);
    ASSERT_EQ(heard, said) << "round " << round;
  }
}

TEST(TransportFrames, AfterAQuickAcknowledgementANewPacketBegins) {
  FramesClient client;
  TransportFrames frames;
  frames.up(client.greeting());
  // Encrypted by a second one: what a server would say, four bytes with the highest bit set.
  std::string reversed(client.greeting().substr(8, 48));
  std::reverse(reversed.begin(), reversed.end());
  sim::CtrStream server(std::string_view(reversed).substr(0, 32), std::string_view(reversed).substr(32, 16));
  std::string acknowledgement("\1\2\3\x84", 4);
  server.apply(acknowledgement.data(), acknowledgement.size());
  frames.down(acknowledgement);
  EXPECT_TRUE(frames.between());
  EXPECT_EQ(client.hear(acknowledgement + frames.nop()),
            (std::vector<std::string>{std::string("\1\2\3\x84", 4), kNop}));
}

TEST(TransportFrames, WhatIsNoneOfThisIsLeftAsItIs) {
  FramesClient with_secret(0x12345678);
  TransportFrames frames;
  frames.up(with_secret.greeting());
  EXPECT_FALSE(frames.between());
  EXPECT_EQ(frames.up("anything").bytes, 8U);
  std::string bytes = "and back";
  frames.down(bytes);
  EXPECT_EQ(bytes, "and back");
}

}  // namespace
}  // namespace rec::test
