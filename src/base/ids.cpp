#include "base/ids.hpp"

#include <sys/random.h>

#include <array>
#include <cstdint>
#include <cstdio>
#include <mutex>

namespace rec {
namespace {

void fill_random(void* data, std::size_t size) {
  auto* at = static_cast<unsigned char*>(data);
  while (size > 0) {
    const ssize_t got = getrandom(at, size, 0);
    if (got <= 0) continue;  // EINTR only: the source never runs dry after boot
    at += got;
    size -= static_cast<std::size_t>(got);
  }
}

// The 12 bits after the version count up within one millisecond, so that ids made in a burst still sort.
std::uint16_t next_counter(std::int64_t& unix_ms) {
  static std::mutex mutex;
  static std::int64_t last_ms = 0;
  static std::uint16_t counter = 0;
  const std::scoped_lock lock(mutex);
  if (unix_ms > last_ms) {
    last_ms = unix_ms;
    counter = 0;
  } else {
    unix_ms = last_ms;
    if (++counter > 0xFFF) {
      counter = 0;
      unix_ms = ++last_ms;
    }
  }
  return counter;
}

}  // namespace

std::string make_uuid7(std::int64_t unix_ms) {
  const std::uint16_t counter = next_counter(unix_ms);
  std::array<std::uint8_t, 8> tail{};
  fill_random(tail.data(), tail.size());
  tail[0] = static_cast<std::uint8_t>((tail[0] & 0x3F) | 0x80);
  const auto ms = static_cast<std::uint64_t>(unix_ms);
  std::array<char, 37> text{};
  std::snprintf(text.data(), text.size(), "%08x-%04x-7%03x-%02x%02x-%02x%02x%02x%02x%02x%02x",
                static_cast<unsigned>(ms >> 16), static_cast<unsigned>(ms & 0xFFFF), counter & 0xFFFU,
                tail[0], tail[1], tail[2], tail[3], tail[4], tail[5], tail[6], tail[7]);
  return text.data();
}

std::string random_token(std::size_t n) {
  static constexpr char kAlphabet[] = "abcdefghijklmnopqrstuvwxyz234567";
  std::string token(n, '\0');
  fill_random(token.data(), n);
  for (char& c : token) c = kAlphabet[static_cast<unsigned char>(c) & 31U];
  return token;
}

}  // namespace rec
