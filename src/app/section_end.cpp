#include "app/section_end.hpp"

#include "base/ts_packet.hpp"
#include "spool/index_format.hpp"

namespace rec::section_end {

bool follows(std::string_view head) {
  return head.starts_with(char{kTsSync}) && (head.size() <= kTsPacket || head[kTsPacket] == kTsSync);
}

std::string bytes() {
  std::string packet("\x47\x1F\xFF\x10", 4);
  packet.resize(kTsPacket, '\xFF');
  return packet;
}

std::uint64_t checksum() {
  static const std::uint64_t kChecksum = index_format::checksum(bytes());
  return kChecksum;
}

}  // namespace rec::section_end
