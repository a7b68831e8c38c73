#include "app/section_end.hpp"

#include "spool/index_format.hpp"

namespace rec::section_end {
namespace {

constexpr std::size_t kTsPacketBytes = 188;
constexpr char kTsPacketBegins = 0x47;

}  // namespace

bool follows(std::string_view head) {
  return head.starts_with(kTsPacketBegins) &&
         (head.size() <= kTsPacketBytes || head[kTsPacketBytes] == kTsPacketBegins);
}

std::string bytes() {
  std::string packet("\x47\x1F\xFF\x10", 4);
  packet.resize(kTsPacketBytes, '\xFF');
  return packet;
}

std::uint64_t checksum() {
  static const std::uint64_t kChecksum = index_format::checksum(bytes());
  return kChecksum;
}

}  // namespace rec::section_end
