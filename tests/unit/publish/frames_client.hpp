// TDLib's side of one connection to Telegram, as far as its outermost layer goes.
#pragma once
#include <algorithm>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/telegram/crypto.hpp"

namespace rec::test {

class FramesClient {
 public:
  explicit FramesClient(std::uint32_t tag = 0xeeeeeeee) {
    std::memcpy(greeting_.data() + 56, &tag, sizeof tag);
    std::string reversed(greeting_.substr(8, 48));
    std::reverse(reversed.begin(), reversed.end());
    out_.emplace(std::string_view(greeting_).substr(8, 32), std::string_view(greeting_).substr(40, 16));
    in_.emplace(std::string_view(reversed).substr(0, 32), std::string_view(reversed).substr(32, 16));
    std::string hidden = greeting_;
    out_->apply(hidden.data(), hidden.size());
    greeting_.replace(56, 8, hidden.substr(56));
  }
  [[nodiscard]] const std::string& greeting() const { return greeting_; }
  std::string packet(const std::string& content, bool wants_ack = false) {
    auto length = static_cast<std::uint32_t>(content.size()) | (wants_ack ? 1U << 31U : 0);
    std::string out(reinterpret_cast<const char*>(&length), sizeof length);
    out += content;
    out_->apply(out.data(), out.size());
    return out;
  }
  /// What came, as packets; a quick acknowledgement is its four bytes.
  std::vector<std::string> hear(std::string bytes) {
    in_->apply(bytes.data(), bytes.size());
    heard_ += bytes;
    std::vector<std::string> packets;
    for (std::uint32_t length = 0; heard_.size() >= sizeof length;) {
      std::memcpy(&length, heard_.data(), sizeof length);
      const bool acknowledgement = (length & 1U << 31U) != 0;
      const std::size_t all = sizeof length + (acknowledgement ? 0 : length);
      if (heard_.size() < all) break;
      packets.push_back(acknowledgement ? heard_.substr(0, 4) : heard_.substr(4, length));
      heard_.erase(0, all);
    }
    return packets;
  }

 private:
  std::string greeting_ = sim::random_bytes(64);
  std::optional<sim::CtrStream> out_, in_;
  std::string heard_{};
};

}  // namespace rec::test
