#include "media/latm.hpp"

#include <utility>

namespace rec::media {
namespace {

constexpr std::size_t kLoasHeader = 3;
constexpr unsigned kOtherRate = 15;  ///< the sampling frequency follows in 24 bits

}  // namespace

class LatmReader::Bits {
 public:
  explicit Bits(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

  std::uint32_t take(unsigned count) {
    std::uint32_t value = 0;
    for (; count > 0; --count, ++at_) value = value << 1U | bit(at_);
    return value;
  }
  void skip(std::uint64_t count) { at_ += count; }
  [[nodiscard]] bool over() const { return at_ > std::uint64_t{8} * bytes_.size(); }
  [[nodiscard]] std::uint64_t left() const { return over() ? 0 : std::uint64_t{8} * bytes_.size() - at_; }

  [[nodiscard]] std::uint64_t at() const { return at_; }
  /// What lies between `from` and here, filled up with zeros to whole bytes.
  [[nodiscard]] std::vector<std::uint8_t> since(std::uint64_t from) const {
    std::vector<std::uint8_t> out(static_cast<std::size_t>((at_ - from + 7) / 8));
    for (std::uint64_t i = from; i < at_; ++i)
      out[static_cast<std::size_t>((i - from) / 8)] |=
          static_cast<std::uint8_t>(bit(i) << (7 - (i - from) % 8));
    return out;
  }

  /// latmGetValue
  std::uint32_t value() {
    const unsigned more = take(2);
    std::uint32_t value = 0;
    for (unsigned i = 0; i <= more; ++i) value = value << 8U | take(8);
    return value;
  }

 private:
  [[nodiscard]] std::uint32_t bit(std::uint64_t at) const {
    if (at / 8 >= bytes_.size()) return 0;
    return (bytes_[static_cast<std::size_t>(at / 8)] >> (7 - at % 8)) & 1U;
  }

  std::span<const std::uint8_t> bytes_;
  std::uint64_t at_ = 0;
};

namespace {

/// An AudioSpecificConfig whose length nobody said, of the kinds that are broadcast.
template <class Reader>
bool skip_specific_config(Reader& in) {
  constexpr unsigned kSbr = 5, kPs = 29, kLastPlain = 4;
  const auto rate = [&in] {
    if (in.take(4) == kOtherRate) in.skip(24);
  };
  unsigned type = in.take(5);
  rate();
  const unsigned channels = in.take(4);
  if (type == kSbr || type == kPs) {
    rate();
    type = in.take(5);
  }
  if (type == 0 || type > kLastPlain || channels == 0) return false;
  in.skip(1);  // the length of a frame
  if (in.take(1) != 0) in.skip(14);
  return in.take(1) == 0;
}

}  // namespace

bool LatmReader::read_setup(Bits& in) {
  const unsigned version = in.take(1);
  if (version == 1) {
    if (in.take(1) != 0) return false;
    in.value();
  }
  const bool one_clock = in.take(1) == 1;
  const bool one_frame = in.take(6) == 0;
  const bool one_program = in.take(4) == 0;
  const bool one_layer = in.take(3) == 0;
  if (!one_clock || !one_frame || !one_program || !one_layer) return false;
  const std::uint64_t length = version == 1 ? in.value() : 0;
  if (length > in.left()) return false;
  const std::uint64_t begin = in.at();
  if (version == 1) {
    in.skip(length);
  } else if (!skip_specific_config(in)) {
    return false;
  }
  if (in.over()) return false;
  auto setup = in.since(begin);
  if (in.take(3) != 0) return false;  // frames whose length is said with each
  in.skip(8);
  if (in.take(1) != 0) {
    if (version == 1) {
      in.value();
    } else {
      for (bool more = true; more && !in.over(); in.skip(8)) more = in.take(1) != 0;
    }
  }
  if (in.take(1) != 0) in.skip(8);
  if (in.over() || setup.empty()) return false;
  setup_ = std::move(setup);
  return true;
}

std::vector<std::uint8_t> LatmReader::frame_in(std::span<const std::uint8_t> packet) {
  if (packet.size() < kLoasHeader || packet[0] != 0x56 || (packet[1] & 0xE0U) != 0xE0) return {};
  const std::size_t length = (packet[1] & 0x1FU) << 8U | packet[2];
  if (length > packet.size() - kLoasHeader) return {};
  Bits in(packet.subspan(kLoasHeader, length));
  if (in.take(1) == 0 && !read_setup(in)) return {};
  if (setup_.empty()) return {};
  std::uint32_t bytes = 0;
  std::uint32_t more = 255;
  while (more == 255 && !in.over()) bytes += more = in.take(8);
  if (in.left() / 8 < bytes) return {};
  std::vector<std::uint8_t> frame(bytes);
  for (std::uint8_t& byte : frame) byte = static_cast<std::uint8_t>(in.take(8));
  return frame;
}

}  // namespace rec::media
