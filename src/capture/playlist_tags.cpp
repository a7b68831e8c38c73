// What each tag of a playlist does to the parser.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "capture/aes128.hpp"
#include "capture/playlist_reader.hpp"
#include "capture/uri.hpp"

namespace rec::capture {

namespace {

/// A range is said again soon, if at all.
constexpr std::ptrdiff_t kDateRangesOfOneId = 64;

/// Tags of one ID say one range between them (RFC 8216bis, 4.4.5.1): its end often comes in a second one.
void complete(DateRange& range, const DateRange& told_again) {
  if (range.range_class.empty()) range.range_class = told_again.range_class;
  if (!range.start) range.start = told_again.start;
  if (!range.end) range.end = told_again.end;
  if (range.duration == Micros{0}) range.duration = told_again.duration;
}

}  // namespace

Micros micros_of(double seconds) {
  constexpr double longest = 24 * 3600;
  return Micros{std::llround(std::clamp(seconds, 0.0, longest) * 1e6)};
}

const std::unordered_map<std::string_view, PlaylistReader::Handler>& PlaylistReader::handlers() {
  using R = PlaylistReader;
  static const std::unordered_map<std::string_view, Handler> kHandlers{
      {"EXTINF", &R::on_extinf},
      {"EXT-X-TARGETDURATION", &R::on_target},
      {"EXT-X-MEDIA-SEQUENCE", &R::on_media_sequence},
      {"EXT-X-DISCONTINUITY-SEQUENCE", &R::on_discontinuity_sequence},
      {"EXT-X-DISCONTINUITY", &R::on_discontinuity},
      {"EXT-X-PROGRAM-DATE-TIME", &R::on_date_time},
      {"EXT-X-KEY", &R::on_key},
      {"EXT-X-MAP", &R::on_map},
      {"EXT-X-BYTERANGE", &R::on_range},
      {"EXT-X-GAP", &R::on_gap},
      {"EXT-X-ENDLIST", &R::on_endlist},
      {"EXT-X-SKIP", &R::on_skip},
      {"EXT-X-SERVER-CONTROL", &R::on_server_control},
      {"EXT-X-DATERANGE", &R::on_date_range},
      {"EXT-X-DEFINE", &R::on_define},
      {"EXT-X-TWITCH-PREFETCH", &R::on_prefetch},
      {"EXT-X-TWITCH-LIVE-SEQUENCE", &R::on_live_sequence},
      {"EXT-X-STREAM-INF", &R::on_stream_inf},
      {"EXT-X-MEDIA", &R::on_rendition},
  };
  return kHandlers;
}

Result<void> PlaylistReader::on_extinf(std::string_view value) {
  const auto comma = value.find(',');
  const auto seconds = leading_decimal(value.substr(0, comma));
  has_extinf_ = seconds.has_value();
  pending_.duration = seconds && *seconds >= 0 ? micros_of(*seconds) : Micros{-1};
  if (comma != std::string_view::npos) pending_.title = trimmed(value.substr(comma + 1));
  return {};
}

Result<void> PlaylistReader::on_target(std::string_view value) {
  target_ = leading_decimal(value);
  return {};
}

Result<void> PlaylistReader::on_media_sequence(std::string_view value) {
  const auto number = leading_integer(value);
  if (!number || *number < 0)
    return fail(Errc::corrupt, fmt::format("unreadable EXT-X-MEDIA-SEQUENCE {}", value));
  media_.media_sequence = *number;
  return {};
}

Result<void> PlaylistReader::on_discontinuity_sequence(std::string_view value) {
  media_.discontinuity_sequence = leading_integer(value);
  return {};
}

Result<void> PlaylistReader::on_discontinuity(std::string_view) {
  pending_.discontinuity = true;
  carried_time_.reset();
  return {};
}

Result<void> PlaylistReader::on_date_time(std::string_view value) {
  if (const auto at = parse_date_time(value)) said_time_ = *at;
  return {};
}

Result<void> PlaylistReader::on_key(std::string_view value) {
  const auto list = AttributeList::parse(value);
  if (list.text("METHOD") == "NONE") {
    key_ = -1;
    return {};
  }
  REC_CHECK(keep(value.size()));
  KeyInfo key{std::string(list.text("METHOD")),
              {},
              std::string(list.text("IV")),
              std::string(list.text("KEYFORMAT"))};
  const bool plain = key.format.empty() || key.format == "identity";
  if (plain && list.find("URI")) {
    REC_TRY(key.url, absolute(list.text("URI"), "key"));
  }
  // Each format's key is in force until the next of that format; one that we can use is not given up for
  // others.
  if (!plain && key_ >= 0 && is_plain_aes128(media_.keys[static_cast<std::size_t>(key_)])) return {};
  media_.keys.push_back(std::move(key));
  key_ = static_cast<int>(media_.keys.size()) - 1;
  return {};
}

Result<void> PlaylistReader::on_map(std::string_view value) {
  const auto list = AttributeList::parse(value);
  MapSection map;
  if (!list.find("URI")) return fail(Errc::corrupt, "EXT-X-MAP without a URI");
  REC_TRY(map.url, absolute(list.text("URI"), "map"));
  if (const auto range = list.find("BYTERANGE")) {
    const std::string text =
        range->find('@') == std::string_view::npos ? std::string(*range) + "@0" : std::string(*range);
    REC_TRY(map.range, byte_range(text, map.url));
  }
  map.key = key_;
  media_.maps.push_back(std::move(map));
  map_ = static_cast<int>(media_.maps.size()) - 1;
  return {};
}

Result<void> PlaylistReader::on_range(std::string_view value) {
  pending_range_ = value;
  return {};
}

Result<void> PlaylistReader::on_gap(std::string_view) {
  pending_.gap = true;
  return {};
}

Result<void> PlaylistReader::on_endlist(std::string_view) {
  media_.endlist = true;
  return {};
}

Result<void> PlaylistReader::on_skip(std::string_view value) {
  const auto count = AttributeList::parse(value).integer("SKIPPED-SEGMENTS");
  if (!count || *count < 0) return fail(Errc::corrupt, fmt::format("unreadable EXT-X-SKIP {}", value));
  media_.skipped = *count;
  return {};
}

Result<void> PlaylistReader::on_server_control(std::string_view value) {
  media_.may_skip = AttributeList::parse(value).find("CAN-SKIP-UNTIL").has_value();
  return {};
}

Result<void> PlaylistReader::on_date_range(std::string_view value) {
  DateRange range;
  range.attributes = AttributeList::parse(value);
  REC_CHECK(keep(value.size() + range.attributes.all().size() * sizeof(std::pair<std::string, std::string>)));
  range.id = range.attributes.text("ID");
  range.range_class = range.attributes.text("CLASS");
  if (const auto at = range.attributes.find("START-DATE")) range.start = parse_date_time(*at);
  if (const auto at = range.attributes.find("END-DATE")) range.end = parse_date_time(*at);
  const auto length = range.attributes.decimal("DURATION");
  range.duration = micros_of(length ? *length : range.attributes.decimal("PLANNED-DURATION").value_or(0));
  media_.twitch =
      media_.twitch || range.range_class.starts_with("twitch-") || range.id.starts_with("stitched-ad-");
  auto& ranges = media_.date_ranges;
  const auto newest = ranges.end() - std::min<std::ptrdiff_t>(std::ssize(ranges), kDateRangesOfOneId);
  const auto known = range.id.empty() ? ranges.end()
                                      : std::find_if(newest, ranges.end(),
                                                     [&](const auto& one) { return one.id == range.id; });
  if (known != ranges.end()) {
    complete(*known, range);
    return {};
  }
  if (ranges.size() == 2 * kDateRangesKept)
    ranges.erase(ranges.begin(), ranges.begin() + static_cast<std::ptrdiff_t>(kDateRangesKept));
  ranges.push_back(std::move(range));
  return {};
}

Result<void> PlaylistReader::on_define(std::string_view value) {
  REC_CHECK(keep(value.size()));
  const auto list = AttributeList::parse(value);
  if (const auto name = list.find("NAME")) {
    master_.defines.insert_or_assign(std::string(*name), std::string(list.text("VALUE")));
  } else if (const auto import = list.find("IMPORT")) {
    const auto found = imports_.find(*import);
    if (found == imports_.end())
      return fail(Errc::corrupt,
                  fmt::format("playlist imports the variable {}, which nobody defined", *import));
    master_.defines.insert_or_assign(found->first, found->second);
  } else if (const auto parameter = list.find("QUERYPARAM")) {
    const auto found = query_value(split_uri(base_).query, *parameter);
    if (found.empty())
      return fail(Errc::corrupt,
                  fmt::format("playlist takes the variable {} from its query, which has none", *parameter));
    master_.defines.insert_or_assign(std::string(*parameter), percent_decoded(found));
  }
  return {};
}

Result<void> PlaylistReader::on_prefetch(std::string_view value) {
  REC_TRY(auto url, absolute(value, "prefetch segment"));
  media_.twitch_prefetch.push_back(std::move(url));
  return {};
}

Result<void> PlaylistReader::on_live_sequence(std::string_view value) {
  media_.twitch_live_sequence = leading_integer(value);
  return {};
}

Result<void> PlaylistReader::on_stream_inf(std::string_view value) {
  is_master_ = true;
  const auto list = AttributeList::parse(value);
  Variant variant;
  variant.name = list.text("IVS-NAME");
  variant.group = list.text("VIDEO");
  variant.audio = list.text("AUDIO");
  variant.codecs = list.text("CODECS");
  variant.bandwidth = std::max<std::int64_t>(0, list.integer("BANDWIDTH").value_or(0));
  const auto size = list.text("RESOLUTION");
  variant.width = static_cast<int>(leading_integer(size).value_or(0));
  if (const auto x = size.find_first_of("xX"); x != std::string_view::npos)
    variant.height = static_cast<int>(leading_integer(size.substr(x + 1)).value_or(0));
  variant.frame_rate = list.decimal("FRAME-RATE").value_or(0);
  variant.source = list.text("IVS-VARIANT-SOURCE") == "source" || variant.group == "chunked";
  pending_variant_ = std::move(variant);
  return {};
}

Result<void> PlaylistReader::on_rendition(std::string_view value) {
  is_master_ = true;
  const auto list = AttributeList::parse(value);
  Rendition rendition;
  rendition.type = list.text("TYPE");
  rendition.group = list.text("GROUP-ID");
  rendition.name = list.text("NAME");
  rendition.language = list.text("LANGUAGE");
  rendition.is_default = list.text("DEFAULT") == "YES";
  rendition.autoselect = list.text("AUTOSELECT") == "YES";
  if (const auto uri = list.find("URI")) {
    REC_TRY(rendition.url, absolute(*uri, "rendition"));
  }
  if (master_.renditions.size() == kMostVariants)
    return fail(Errc::corrupt, fmt::format("playlist lists more than {} renditions", kMostVariants));
  master_.renditions.push_back(std::move(rendition));
  return {};
}

}  // namespace rec::capture
