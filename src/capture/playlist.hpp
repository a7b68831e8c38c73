// HLS playlists, parsed: what a media or a multivariant playlist says, with every URI made absolute. Pure.
// Strict where a mistake would lose or mix up media, lenient where the field is: see parse_playlist.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.hpp"
#include "capture/attributes.hpp"
#include "core/segment.hpp"

namespace rec::capture {

inline constexpr std::size_t kMaxPlaylistBytes = 8U << 20U;
/// What a playlist may grow to in memory; eight megabytes of the shortest lines would be a gigabyte.
inline constexpr std::size_t kMaxParsedBytes = 48U << 20U;
/// Of a line once its variables are replaced: they may be made of each other, and double with every line.
inline constexpr std::size_t kMaxReplacedLine = 64U << 10U;
/// Of one multivariant playlist; as many renditions.
inline constexpr std::size_t kMostVariants = 1000;
/// The newest date ranges that are surely kept; up to twice as many are.
inline constexpr std::size_t kDateRangesKept = 1000;

struct ByteRange {
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
  bool operator==(const ByteRange&) const = default;
};

/// EXT-X-MAP: an initialization section.
struct MapSection {
  std::string url{};
  std::optional<ByteRange> range{};
  int key = -1;  ///< index into MediaPlaylist::keys: the one in force where the map stands
  bool operator==(const MapSection&) const = default;
};

/// EXT-X-KEY with a METHOD other than NONE.
struct KeyInfo {
  std::string method{};
  std::string url{};
  std::string iv{};  ///< as written, "0x…"; "" = from the sequence number
  std::string format{};
  bool operator==(const KeyInfo&) const = default;
};

struct MediaSegment {
  std::string url{};
  std::int64_t sequence = 0;
  Micros duration{0};
  std::string title{};
  std::optional<Instant>
      program_date_time{};  ///< said, or carried forward by durations up to a discontinuity
  std::optional<ByteRange> range{};
  int map = -1;  ///< index into MediaPlaylist::maps, -1 = none
  int key = -1;  ///< index into MediaPlaylist::keys, -1 = clear
  bool discontinuity = false;
  bool gap = false;
};

struct DateRange {
  std::string id{};
  std::string range_class{};
  std::optional<Instant> start{};
  std::optional<Instant> end{};
  Micros duration{0};
  AttributeList attributes{};
};

struct MediaPlaylist {
  Micros target_duration{0};  ///< within [1 s, 60 s], whatever was written
  std::int64_t media_sequence = 0;
  std::optional<std::int64_t> discontinuity_sequence{};
  /// EXT-X-SKIP: so many segments are left out at the front (delta_update.hpp); those that are listed have
  /// the numbers behind them.
  std::int64_t skipped = 0;
  bool may_skip = false;  ///< CAN-SKIP-UNTIL: the server knows how to leave segments out
  bool endlist = false;
  std::vector<MediaSegment> segments{};
  std::vector<MapSection> maps{};
  std::vector<KeyInfo> keys{};
  std::vector<DateRange> date_ranges{};
  bool twitch = false;                         ///< it has tags or date ranges that only Twitch writes
  std::vector<std::string> twitch_prefetch{};  ///< URLs of segments that are being made
  std::optional<std::int64_t> twitch_live_sequence{};
};

struct Variant {
  std::string url{};
  std::string name{};   ///< IVS-NAME, the NAME of its video group, or made of height and frame rate
  std::string group{};  ///< VIDEO
  std::string audio{};  ///< AUDIO
  std::string codecs{};
  std::int64_t bandwidth = 0;
  int width = 0;
  int height = 0;
  double frame_rate = 0;
  bool source = false;  ///< IVS-VARIANT-SOURCE="source" or group "chunked": not a transcode
  bool audio_only = false;
};

struct Rendition {
  std::string type{};
  std::string group{};
  std::string name{};
  std::string url{};  ///< "" = it is in the variants themselves
  std::string language{};
  bool is_default = false;
  bool autoselect = false;
};

struct MultivariantPlaylist {
  std::vector<Variant> variants{};  ///< as listed
  std::vector<Rendition> renditions{};
  std::map<std::string, std::string, std::less<>> defines{};  ///< what its media playlists may IMPORT
};

using Playlist = std::variant<MediaPlaylist, MultivariantPlaylist>;
using Defines = std::map<std::string, std::string, std::less<>>;

/// Where the byte ranges of a window's segments ended, by sequence number: a range without an offset at the
/// head of the next window continues the one that has slid out.
struct RangeEnd {
  std::string url{};
  std::uint64_t end = 0;
};
using RangeEnds = std::map<std::int64_t, RangeEnd>;
RangeEnds range_ends_of(const MediaPlaylist& playlist);

/// `base_url` is the playlist's URL after redirects. Takes LF and CRLF, a byte order mark, blanks, unknown
/// tags, and every written form of EXTINF; a missing or foolish TARGETDURATION is replaced. corrupt: no
/// #EXTM3U (the text says what came instead), beyond a bound above, a negative or unreadable
/// MEDIA-SEQUENCE, a BYTERANGE without a place to begin, an undefined variable. denied: a segment, key or map
/// whose scheme is not http or https.
Result<Playlist> parse_playlist(std::string_view text, std::string_view base_url, const Defines& imports = {},
                                const RangeEnds& ranges = {});

/// "2026-11-22T17:26:03.120Z", with any offset; without one it is UTC.
std::optional<Instant> parse_date_time(std::string_view text);

}  // namespace rec::capture
