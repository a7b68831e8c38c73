// The playlist parser: lines, URIs, and what is concluded once all lines are read.
#include "capture/playlist.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "capture/playlist_reader.hpp"
#include "capture/uri.hpp"

namespace rec::capture {
namespace {

constexpr std::size_t kThingBytes =
    256;  ///< about, of a segment, key, map, variant or date range without its texts

/// What a text that is no playlist looks like, for the error.
std::string what_came(std::string_view text) {
  text = trimmed(text);
  if (text.empty()) return "an empty body";
  if (text.front() == '<') return "an HTML or XML page";
  if (text.front() == '{' || text.front() == '[') return "JSON";
  std::string head;
  for (const char c : text.substr(0, 40)) head += (c >= ' ' && c < 127) ? c : '.';
  return "\"" + head + "\"";
}

}  // namespace

Result<Playlist> PlaylistReader::read(std::string_view text) {
  if (text.size() > kMaxPlaylistBytes)
    return fail(Errc::corrupt, fmt::format("playlist is larger than {} MiB", kMaxPlaylistBytes >> 20U));
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  if (!trimmed(text).starts_with("#EXTM3U"))
    return fail(Errc::corrupt, "not a playlist: " + what_came(text) + " came");
  while (!text.empty()) {
    const auto end = text.find('\n');
    const auto one = trimmed(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (one.empty()) continue;
    REC_CHECK(line(one));
  }
  if (is_master_) return finish_master();
  return finish_media();
}

Result<void> PlaylistReader::line(std::string_view text) {
  if (text.front() == '#' && !text.starts_with("#EXT")) return {};  // a remark may say what it likes
  std::string replaced;
  if (!master_.defines.empty() && text.find("{$") != std::string_view::npos) {
    REC_TRY(replaced, substituted(text));
    text = replaced;
  }
  if (text.front() != '#') return pending_variant_ ? variant_uri(text) : segment_uri(text);
  const auto colon = text.find(':');
  const auto name = trimmed(text.substr(1, colon == std::string_view::npos ? colon : colon - 1));
  return tag(name, colon == std::string_view::npos ? std::string_view() : trimmed(text.substr(colon + 1)));
}

Result<void> PlaylistReader::tag(std::string_view name, std::string_view value) {
  media_.twitch = media_.twitch || name.starts_with("EXT-X-TWITCH-");
  const auto handler = handlers().find(name);
  if (handler == handlers().end()) return {};
  return (this->*handler->second)(value);
}

Result<std::string> PlaylistReader::substituted(std::string_view text) const {
  std::string out;
  for (auto start = text.find("{$"); start != std::string_view::npos; start = text.find("{$")) {
    const auto end = text.find('}', start);
    if (end == std::string_view::npos) break;
    const auto name = text.substr(start + 2, end - start - 2);
    const auto found = master_.defines.find(name);
    if (found == master_.defines.end())
      return fail(Errc::corrupt, fmt::format("playlist uses the variable {} without defining it", name));
    out.append(text.substr(0, start)).append(found->second);
    text.remove_prefix(end + 1);
    if (out.size() + text.size() > kMaxReplacedLine)
      return fail(Errc::corrupt,
                  fmt::format("a line of the playlist is longer than {} KiB once its variables are replaced",
                              kMaxReplacedLine >> 10U));
  }
  out += text;
  return out;
}

Result<void> PlaylistReader::keep(std::size_t bytes) {
  kept_ += bytes + kThingBytes;
  if (kept_ > kMaxParsedBytes)
    return fail(Errc::corrupt,
                fmt::format("playlist needs more than {} MiB of memory", kMaxParsedBytes >> 20U));
  return {};
}

Result<std::string> PlaylistReader::absolute(std::string_view uri, std::string_view what) {
  auto url = sendable(resolve_uri(base_, uri));
  REC_CHECK(keep(url.size()));
  if (is_http_url(url)) return url;
  const auto scheme = split_uri(url).scheme;
  return fail(Errc::denied,
              fmt::format("playlist refused: its {} has the scheme {}, only http and https are allowed", what,
                          scheme));
}

Result<ByteRange> PlaylistReader::byte_range(std::string_view value, std::string_view url) const {
  const auto at = value.find('@');
  const auto length = leading_integer(value.substr(0, at));
  if (!length || *length <= 0) return fail(Errc::corrupt, fmt::format("unreadable byte range {}", value));
  if (at == std::string_view::npos) {
    if (url.empty() || url != range_url_)
      return fail(Errc::corrupt, "byte range without an offset, and without one before it to continue");
    return ByteRange{range_end_, static_cast<std::uint64_t>(*length)};
  }
  const auto offset = leading_integer(value.substr(at + 1));
  if (!offset || *offset < 0) return fail(Errc::corrupt, fmt::format("unreadable byte range {}", value));
  return ByteRange{static_cast<std::uint64_t>(*offset), static_cast<std::uint64_t>(*length)};
}

/// Tokens in the query may have changed since.
void PlaylistReader::continue_slid_range(std::string_view url) {
  if (media_.skipped > INT64_MAX - media_.media_sequence) return;  // finish_media() says so
  const auto before = ranges_.find(media_.media_sequence + media_.skipped - 1);
  if (before == ranges_.end()) return;
  const auto known = split_uri(before->second.url);
  const auto shown = split_uri(url);
  if (known.path != shown.path || known.authority != shown.authority) return;
  range_url_ = url;
  range_end_ = before->second.end;
}

Result<void> PlaylistReader::segment_uri(std::string_view uri) {
  if (is_master_) return {};
  REC_TRY(pending_.url, absolute(uri, "segment"));
  if (!pending_range_.empty()) {
    if (media_.segments.empty()) continue_slid_range(pending_.url);
    REC_TRY(const auto range, byte_range(pending_range_, pending_.url));
    pending_.range = range;
    range_url_ = pending_.url;
    range_end_ = range.offset + range.length;
  }
  if (!has_extinf_ || pending_.duration < Micros{0})
    pending_.duration = target_ && *target_ > 0 ? micros_of(*target_) : kDefaultTarget;
  pending_.map = map_;
  pending_.key = key_;
  if (said_time_) carried_time_ = said_time_;
  if (carried_time_) {
    pending_.program_date_time = std::chrono::round<Millis>(*carried_time_);
    *carried_time_ += pending_.duration;
  }
  media_.segments.push_back(std::move(pending_));
  pending_ = MediaSegment{};
  has_extinf_ = false;
  pending_range_.clear();
  said_time_.reset();
  return {};
}

Result<void> PlaylistReader::variant_uri(std::string_view uri) {
  REC_TRY(pending_variant_->url, absolute(uri, "variant"));
  if (master_.variants.size() == kMostVariants)
    return fail(Errc::corrupt, fmt::format("playlist lists more than {} variants", kMostVariants));
  master_.variants.push_back(std::move(*pending_variant_));
  pending_variant_.reset();
  return {};
}

Result<Playlist> PlaylistReader::finish_media() {
  auto longest = Micros{0};
  for (const auto& segment : media_.segments) longest = std::max(longest, segment.duration);
  const auto written =
      target_ && *target_ > 0 ? micros_of(*target_) : (longest > Micros{0} ? longest : kDefaultTarget);
  media_.target_duration = std::clamp<Micros>(written, std::chrono::seconds{1}, std::chrono::seconds{60});
  constexpr std::int64_t kLast = INT64_MAX - static_cast<std::int64_t>(kMaxPlaylistBytes);
  if (media_.media_sequence > kLast || media_.skipped > kLast - media_.media_sequence)
    return fail(Errc::corrupt, "EXT-X-MEDIA-SEQUENCE is out of range");
  auto number = media_.media_sequence + media_.skipped;
  for (auto& segment : media_.segments) segment.sequence = number++;
  return Playlist(std::move(media_));
}

Playlist PlaylistReader::finish_master() {
  for (auto& variant : master_.variants) {
    for (const auto& rendition : master_.renditions)
      if (variant.name.empty() && rendition.type == "VIDEO" && rendition.group == variant.group)
        variant.name = rendition.name;
    variant.audio_only =
        variant.name == "audio_only" || variant.group == "audio_only" ||
        (variant.height == 0 && !variant.codecs.empty() && variant.codecs.starts_with("mp4a") &&
         variant.codecs.find(',') == std::string::npos);
    if (variant.name.empty() && variant.height > 0) {
      const auto rate = std::lround(variant.frame_rate);
      variant.name = fmt::format("{}p{}", variant.height, rate > 30 ? std::to_string(rate) : "");
    }
  }
  return Playlist(std::move(master_));
}

RangeEnds range_ends_of(const MediaPlaylist& playlist) {
  RangeEnds out;
  for (const auto& segment : playlist.segments)
    if (segment.range)
      out[segment.sequence] = RangeEnd{segment.url, segment.range->offset + segment.range->length};
  return out;
}

Result<Playlist> parse_playlist(std::string_view text, std::string_view base_url, const Defines& imports,
                                const RangeEnds& ranges) {
  return PlaylistReader(base_url, imports, ranges).read(text);
}

}  // namespace rec::capture
