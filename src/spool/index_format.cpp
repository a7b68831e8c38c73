// Little-endian fields, a length and a checksum before each record.
#include "spool/index_format.hpp"

#include <xxhash.h>

#include <type_traits>
#include <utility>

#include "core/overloaded.hpp"

namespace rec::index_format {
namespace {

constexpr std::string_view kMagic = "RECSEGIX";
constexpr std::uint8_t kSegmentKind = 1;
constexpr std::uint8_t kGapKind = 2;
constexpr std::uint8_t kReleaseKind = 3;
constexpr std::uint8_t kLastCause = static_cast<std::uint8_t>(GapCause::sound);
enum Flag : std::uint8_t { kDiscontinuity = 1, kSuspect = 2, kInit = 4, kHasProgramDateTime = 8 };

template <class T>
void put(std::string& out, T value) {
  auto rest = static_cast<std::make_unsigned_t<T>>(value);
  for (std::size_t i = 0; i < sizeof(T); ++i) {
    out += static_cast<char>(rest & 0xFFU);
    if constexpr (sizeof(T) > 1) rest >>= 8U;
  }
}

// Reads fields in order; once one is missing, every later one is 0 and ok() is false.
class FieldReader {
 public:
  explicit FieldReader(std::string_view bytes) : rest_(bytes) {}
  template <class T>
  T take() {
    if (rest_.size() < sizeof(T)) {
      ok_ = false;
      rest_ = {};
      return T{};
    }
    std::make_unsigned_t<T> value = 0;
    for (std::size_t i = sizeof(T); i-- > 0;) {
      value = static_cast<std::make_unsigned_t<T>>((static_cast<std::uint64_t>(value) << 8U) |
                                                   static_cast<unsigned char>(rest_[i]));
    }
    rest_.remove_prefix(sizeof(T));
    return static_cast<T>(value);
  }
  std::string_view take_text(std::size_t bytes) {
    if (rest_.size() < bytes) {
      ok_ = false;
      return std::exchange(rest_, {});
    }
    const std::string_view text = rest_.substr(0, bytes);
    rest_.remove_prefix(bytes);
    return text;
  }
  std::string_view take_rest() { return std::exchange(rest_, {}); }
  [[nodiscard]] bool ok() const { return ok_; }

 private:
  std::string_view rest_;
  bool ok_ = true;
};

// Salted: what a stranger chose as a segment's identity must not read as a record of its own.
std::uint64_t record_checksum(std::string_view body, std::uint32_t salt) {
  return XXH3_64bits_withSeed(body.data(), body.size(), salt);
}

std::string segment_body(const SegmentRecord& record) {
  const SegmentInfo& info = record.info;
  std::string body;
  put(body, kSegmentKind);
  put(body, static_cast<std::uint8_t>((info.discontinuity ? kDiscontinuity : 0) |
                                      (info.suspect ? kSuspect : 0) | (info.init ? kInit : 0) |
                                      (info.program_date_time ? kHasProgramDateTime : 0)));
  put(body, info.take);
  put(body, info.epoch);
  put(body, info.sequence);
  put(body, info.program_date_time ? unix_ms(*info.program_date_time) : std::int64_t{0});
  put(body, static_cast<std::int64_t>(info.duration.count()));
  put(body, record.ordinal);
  put(body, record.checksum);
  put(body, unix_ms(record.appended_at));
  put(body, info.track);
  put(body, static_cast<std::uint32_t>(record.spans.size()));
  for (const ByteSpan& span : record.spans) {
    put(body, span.offset);
    put(body, span.bytes);
  }
  put(body, static_cast<std::uint32_t>(info.identity.size()));
  body += info.identity;
  body += info.codecs;
  return body;
}

std::string gap_body(const Gap& gap) {
  std::string body;
  put(body, kGapKind);
  put(body, static_cast<std::uint8_t>(gap.cause));
  put(body, gap.take);
  put(body, gap.epoch);
  put(body, gap.from_sequence);
  put(body, gap.to_sequence);
  put(body, static_cast<std::int64_t>(gap.duration.count()));
  put(body, unix_ms(gap.noticed_at));
  put(body, gap.before_ordinal);
  return body;
}

std::string release_body(const Release& release) {
  std::string body;
  put(body, kReleaseKind);
  put(body, static_cast<std::uint32_t>(release.ordinals.size()));
  for (const OrdinalRange& range : release.ordinals) {
    put(body, range.first);
    put(body, range.last);
  }
  return body;
}

SegmentRecord read_segment(FieldReader& in) {
  SegmentRecord record;
  SegmentInfo& info = record.info;
  const auto flags = in.take<std::uint8_t>();
  info.discontinuity = (flags & kDiscontinuity) != 0;
  info.suspect = (flags & kSuspect) != 0;
  info.init = (flags & kInit) != 0;
  info.take = in.take<std::uint32_t>();
  info.epoch = in.take<std::uint32_t>();
  info.sequence = in.take<std::int64_t>();
  const auto program_date_time = in.take<std::int64_t>();
  if ((flags & kHasProgramDateTime) != 0) info.program_date_time = from_unix_ms(program_date_time);
  info.duration = Micros(in.take<std::int64_t>());
  record.ordinal = in.take<std::uint64_t>();
  record.checksum = in.take<std::uint64_t>();
  record.appended_at = from_unix_ms(in.take<std::int64_t>());
  info.track = in.take<std::uint8_t>();
  for (auto spans = in.take<std::uint32_t>(); spans > 0 && in.ok(); --spans) {
    const auto offset = in.take<std::uint64_t>();
    const auto bytes = in.take<std::uint64_t>();
    record.spans.push_back({.offset = offset, .bytes = bytes});
    record.bytes += bytes;
  }
  const auto identity_bytes = in.take<std::uint32_t>();
  info.identity = in.take_text(identity_bytes);
  info.codecs = in.take_rest();
  return record;
}

Gap read_gap(FieldReader& in, std::uint8_t cause) {
  Gap gap;
  gap.cause = static_cast<GapCause>(cause);
  gap.take = in.take<std::uint32_t>();
  gap.epoch = in.take<std::uint32_t>();
  gap.from_sequence = in.take<std::int64_t>();
  gap.to_sequence = in.take<std::int64_t>();
  gap.duration = Micros(in.take<std::int64_t>());
  gap.noticed_at = from_unix_ms(in.take<std::int64_t>());
  gap.before_ordinal = in.take<std::uint64_t>();
  return gap;
}

Release read_release(FieldReader& in) {
  Release release;
  for (auto ranges = in.take<std::uint32_t>(); ranges > 0 && in.ok(); --ranges) {
    const auto first = in.take<std::uint64_t>();
    const auto last = in.take<std::uint64_t>();
    release.ordinals.push_back({.first = first, .last = last});
  }
  return release;
}

}  // namespace

std::string header(std::uint32_t salt) {
  std::string bytes(kMagic);
  put(bytes, kVersion);
  put(bytes, salt);
  put(bytes, checksum(bytes));
  return bytes;
}

Result<Header> read_header(std::string_view index) {
  if (index.size() < kHeaderBytes || !index.starts_with(kMagic)) {
    return fail(Errc::corrupt, "not a segment index");
  }
  FieldReader in(index.substr(kMagic.size()));
  const auto version = in.take<std::uint32_t>();
  const auto salt = in.take<std::uint32_t>();
  if (in.take<std::uint64_t>() != checksum(index.substr(0, kHeaderBytes - sizeof(std::uint64_t)))) {
    return fail(Errc::corrupt, "the header is damaged");
  }
  if (version < kOldestVersion || version > kVersion) {
    return fail(Errc::conflict, "format " + std::to_string(version) + ", this program knows format " +
                                    std::to_string(kVersion) + ": use the version that wrote it");
  }
  return Header{version, salt};
}

Result<std::string> encode(const Entry& entry, std::uint32_t salt) {
  const std::string body = std::visit(overloaded{
                                          [](const SegmentRecord& record) { return segment_body(record); },
                                          [](const Gap& gap) { return gap_body(gap); },
                                          [](const Release& release) { return release_body(release); },
                                      },
                                      entry);
  if (body.size() > kMaxBody)
    return fail(Errc::invalid, "the segment's identity is too long, or there are too many pieces");
  std::string bytes;
  put(bytes, static_cast<std::uint32_t>(body.size()));
  put(bytes, record_checksum(body, salt));
  return bytes + body;
}

Result<Decoded> decode(std::string_view index, std::size_t position, std::uint32_t salt) {
  const auto damaged = [&] {
    return fail(Errc::corrupt, "no whole record at byte " + std::to_string(position));
  };
  if (position > index.size() || index.size() - position < kPrefixBytes) return damaged();
  FieldReader prefix(index.substr(position));
  const auto length = prefix.take<std::uint32_t>();
  const auto expected = prefix.take<std::uint64_t>();
  if (length > kMaxBody || length > index.size() - position - kPrefixBytes) return damaged();
  const std::string_view body = index.substr(position + kPrefixBytes, length);
  if (record_checksum(body, salt) != expected) return damaged();
  FieldReader in(body);
  const auto kind = in.take<std::uint8_t>();
  Decoded decoded{.entry = {}, .bytes = kPrefixBytes + length};
  if (kind == kSegmentKind) {
    decoded.entry = read_segment(in);
  } else if (kind == kGapKind) {
    const auto cause = in.take<std::uint8_t>();
    if (cause > kLastCause) return damaged();
    decoded.entry = read_gap(in, cause);
  } else if (kind == kReleaseKind) {
    decoded.entry = read_release(in);
  } else {
    return damaged();
  }
  if (!in.ok()) return damaged();
  return decoded;
}

bool is_torn_tail(std::string_view index, std::size_t position, std::uint32_t salt) {
  if (index.size() - position > kPrefixBytes + kMaxBody) return false;
  for (std::size_t at = position + 1; at + kPrefixBytes < index.size(); ++at) {
    if (decode(index, at, salt)) return false;
  }
  return true;
}

std::uint64_t checksum(std::string_view bytes) { return XXH3_64bits(bytes.data(), bytes.size()); }

}  // namespace rec::index_format
