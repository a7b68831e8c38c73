// What stands in a segment log where an initialization section stops to apply: another quality may come as
// transport stream, which needs none, under numbers that go on. Pure.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace rec::section_end {

/// Does a segment that begins like this need no initialization section?
bool follows(std::string_view head);

/// A null packet (ISO 13818-1, 2.4.3.3): it stands as a section of its own, and may be read before every
/// piece of transport stream.
std::string bytes();
/// As SegmentRecord::checksum.
std::uint64_t checksum();

}  // namespace rec::section_end
