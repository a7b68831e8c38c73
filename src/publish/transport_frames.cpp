// AES-256-CTR has a place for each byte: what lies in between need not be decrypted to read a length.
#include "publish/transport_frames.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace rec {
namespace {

constexpr std::size_t kGreeting = 64;
constexpr std::size_t kLength = 4;
constexpr std::uint32_t kQuickAck = 1U << 31U;
constexpr std::uint32_t kIntermediate = 0xeeeeeeee;
constexpr std::uint32_t kPadded = 0xdddddddd;

std::uint32_t little_endian(std::string_view four) {
  std::uint32_t value = 0;
  for (std::size_t i = kLength; i-- > 0;) value = value << 8U | static_cast<unsigned char>(four[i]);
  return value;
}

}  // namespace

class TransportFrames::Keystream {
 public:
  Keystream(std::string_view key, std::string_view counter) {
    std::copy(counter.begin(), counter.end(), counter_.begin());
    EVP_EncryptInit_ex(context_.get(), EVP_aes_256_ctr(), nullptr,
                       reinterpret_cast<const unsigned char*>(key.data()), counter_.data());
  }

  /// Encrypts or decrypts, which is the same, what stands at `offset`.
  void apply(std::uint64_t offset, char* data, std::size_t size) {
    auto counter = counter_;
    std::uint64_t carry = offset / counter.size();
    for (std::size_t i = counter.size(); i-- > 0 && carry > 0;) {
      carry += counter[i];
      counter[i] = static_cast<unsigned char>(carry & 0xffU);
      carry >>= 8U;
    }
    EVP_EncryptInit_ex(context_.get(), nullptr, nullptr, nullptr, counter.data());
    int written = 0;
    std::array<unsigned char, 16> skipped{};
    EVP_EncryptUpdate(context_.get(), skipped.data(), &written, skipped.data(),
                      static_cast<int>(offset % counter.size()));
    auto* bytes = reinterpret_cast<unsigned char*>(data);
    EVP_EncryptUpdate(context_.get(), bytes, &written, bytes, static_cast<int>(size));
  }

 private:
  struct Free {
    void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
  };
  std::unique_ptr<EVP_CIPHER_CTX, Free> context_{EVP_CIPHER_CTX_new()};
  std::array<unsigned char, 16> counter_{};
};

TransportFrames::TransportFrames() = default;
TransportFrames::~TransportFrames() = default;

void TransportFrames::begin() {
  const std::string_view greeting = greeting_;
  to_telegram_ = std::make_unique<Keystream>(greeting.substr(8, 32), greeting.substr(40, 16));
  std::string reversed(greeting.substr(8, 48));
  std::reverse(reversed.begin(), reversed.end());
  const std::string_view back = reversed;
  from_telegram_ = std::make_unique<Keystream>(back.substr(0, 32), back.substr(32, 16));
  std::string tag(greeting.substr(56, kLength));
  to_telegram_->apply(56, tag.data(), tag.size());
  const auto kind = little_endian(tag);
  known_ = kind == kIntermediate || kind == kPadded;
}

TransportFrames::Chunk TransportFrames::up(std::string_view bytes) {
  if (greeting_.size() < kGreeting) {
    const bool first = greeting_.empty();
    const auto taken = std::min(bytes.size(), kGreeting - greeting_.size());
    greeting_ += bytes.substr(0, taken);
    at_up_ += taken;
    if (greeting_.size() == kGreeting) begin();
    return {taken, kGreeting, first};
  }
  if (!known_) return {bytes.size(), bytes.size(), true};
  const bool first = left_up_ == 0 && head_up_.empty();
  std::size_t taken = 0;
  if (left_up_ == 0) {
    taken = std::min(bytes.size(), kLength - head_up_.size());
    head_up_ += bytes.substr(0, taken);
    if (head_up_.size() < kLength) {
      at_up_ += taken;
      return {taken, kLength, first};
    }
    to_telegram_->apply(at_up_ + taken - kLength, head_up_.data(), kLength);
    left_up_ = little_endian(head_up_) & ~kQuickAck;
    head_up_.clear();
    packet_up_ = kLength + left_up_;
  }
  const auto inside = std::min<std::uint64_t>(left_up_, bytes.size() - taken);
  left_up_ -= inside;
  at_up_ += taken + inside;
  return {taken + inside, packet_up_, first};
}

void TransportFrames::down(std::string& bytes) {
  if (!known_) return;
  from_telegram_->apply(at_down_, bytes.data(), bytes.size());
  for (std::string_view rest = bytes; !rest.empty();) {
    if (left_down_ > 0) {
      const auto inside = std::min<std::uint64_t>(left_down_, rest.size());
      left_down_ -= inside;
      rest.remove_prefix(inside);
      continue;
    }
    const auto taken = std::min(rest.size(), kLength - head_down_.size());
    head_down_ += rest.substr(0, taken);
    rest.remove_prefix(taken);
    if (head_down_.size() < kLength) break;
    const auto length = little_endian(head_down_);
    left_down_ = (length & kQuickAck) != 0 ? 0 : length;  // that one is its length alone
    head_down_.clear();
  }
  from_telegram_->apply(at_down_ + said_, bytes.data(), bytes.size());
  at_down_ += bytes.size();
}

std::string TransportFrames::nop() {
  std::string packet("\4\0\0\0\0\0\0\0", 8);  // four bytes follow: zero, in place of the number of an error
  from_telegram_->apply(at_down_ + said_, packet.data(), packet.size());
  said_ += packet.size();
  return packet;
}

}  // namespace rec
