// yt-dlp's JSON, and what its complaints mean.
#include "capture/yt_dlp_answer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <set>

#include <boost/json.hpp>

#include "base/json_members.hpp"
#include "capture/variant_choice.hpp"
#include "page/told_reason.hpp"

namespace rec::capture {
namespace {

/// Of yt-dlp's extractors, first match wins.
constexpr std::array<page::ToldReason<Errc>, 34> kComplaints{{
    {"rate-limited", Errc::rate_limited},
    {"try again later", Errc::rate_limited},
    {"not currently live", Errc::not_found},
    {"is not live", Errc::not_found},
    {"is offline", Errc::not_found},
    {"live event will begin", Errc::not_found},
    {"live event has ended", Errc::not_found},
    {"premieres in", Errc::not_found},
    {"offline", Errc::not_found},
    {"http error 404", Errc::not_found},
    {"does not exist", Errc::not_found},
    {"unsupported url", Errc::invalid},
    {"drm protected", Errc::invalid},
    {"not a bot", Errc::denied},
    {"captcha", Errc::denied},
    {"http error 429", Errc::rate_limited},
    {"too many requests", Errc::rate_limited},
    {"sign in", Errc::denied},
    {"log in", Errc::denied},
    {"login", Errc::denied},
    {"members-only", Errc::denied},
    {"join this channel", Errc::denied},
    {"private video", Errc::denied},
    {"video is private", Errc::denied},
    {"confirm your age", Errc::denied},
    {"subscriber", Errc::denied},
    {"available in your", Errc::denied},
    {"geo restrict", Errc::denied},
    {"http error 403", Errc::denied},
    {"has been removed", Errc::not_found},
    {"has been terminated", Errc::not_found},
    {"video unavailable", Errc::not_found},
    {"timed out", Errc::timed_out},
    {"unable to download", Errc::unavailable},
}};

Error complaint_of(const ChildResult& child) {
  std::string_view text = trimmed(child.err);
  const auto at = text.rfind("ERROR:");
  auto line = trimmed(at == std::string_view::npos ? text : text.substr(at + 6));
  line = line.substr(0, line.find('\n'));
  const auto code = page::first_reason(kComplaints, std::string(line)).value_or(Errc::unavailable);
  std::string told =
      line.empty() ? "ended with code " + std::to_string(child.exit_code) : std::string(line.substr(0, 300));
  return {code, (code == Errc::not_found ? "offline: yt-dlp: " : "yt-dlp: ") + told, {}};
}

bool is_none(const std::string& codec) { return codec == "none"; }

struct YtFormat {
  Variant variant{};
  std::vector<std::string> headers{};
  bool silent = false;    ///< picture alone
  double preference = 0;  ///< of its language; the original is the highest
};

std::vector<std::string> headers_of(const boost::json::object& format) {
  std::vector<std::string> out;
  const auto* given = find_object(format, "http_headers");
  if (given == nullptr) return out;
  for (const auto& [name, value] : *given)
    if (value.is_string()) out.push_back(std::string(name) + ": " + std::string(value.get_string()));
  return out;
}

/// A number of the answer, which may be any, as one that its use can hold.
template <class Whole>
Whole whole_in(const boost::json::object& format, const char* key, double times = 1) {
  return static_cast<Whole>(std::clamp(number_in(format, key) * times, 0.0, 1e9));
}

YtFormat format_of(const boost::json::object& format) {
  YtFormat out;
  const auto video = text_in(format, "vcodec");
  out.silent = is_none(text_in(format, "acodec")) && !is_none(video);
  out.preference = number_in(format, "language_preference");
  out.headers = headers_of(format);
  out.variant.url = text_in(format, "url");
  out.variant.audio_only = is_none(video);
  out.variant.codecs = is_none(video) ? std::string() : video;
  out.variant.name = text_in(format, "format_id");
  out.variant.width = whole_in<int>(format, "width");
  out.variant.height = whole_in<int>(format, "height");
  out.variant.frame_rate = std::clamp(number_in(format, "fps"), 0.0, 1000.0);
  out.variant.bandwidth = whole_in<std::int64_t>(format, "tbr", 1000);
  return out;
}

/// What of it is HLS; the names of the other protocols go into `others`.
std::vector<YtFormat> hls_formats(const boost::json::object& info, std::set<std::string>& others) {
  std::vector<YtFormat> out;
  const auto* formats = info.if_contains("formats");
  if (formats == nullptr || !formats->is_array()) return out;
  for (const auto& one : formats->get_array()) {
    const auto* format = one.if_object();
    if (format == nullptr) continue;
    const auto protocol = text_in(*format, "protocol");
    const bool hls = protocol.starts_with("m3u8");
    if (!hls && protocol != "mhtml" && !protocol.empty()) others.insert(protocol);  // mhtml: storyboards
    if (hls && !text_in(*format, "url").empty()) out.push_back(format_of(*format));
  }
  return out;
}

/// "" when no sound stands alone.
std::string best_sound(const std::vector<YtFormat>& formats) {
  const YtFormat* best = nullptr;
  for (const auto& one : formats) {
    if (!one.variant.audio_only) continue;
    if (best == nullptr || std::pair(one.preference, one.variant.bandwidth) >
                               std::pair(best->preference, best->variant.bandwidth))
      best = &one;
  }
  return best == nullptr ? std::string() : best->variant.url;
}

/// A search or a channel's page gives a list: its first entry counts.
const boost::json::object* first_entry(const boost::json::object& info) {
  const auto* entries = info.if_contains("entries");
  if (entries == nullptr || !entries->is_array()) return &info;
  for (const auto& one : entries->get_array())
    if (const auto* entry = one.if_object()) return entry;
  return &info;
}

Resolved announced_in(const boost::json::object& info) {
  Resolved out;
  out.live = false;
  out.announced = true;
  out.title = text_in(info, "title");
  out.stream_id = text_in(info, "id");
  const double begins = number_in(info, "release_timestamp");
  if (begins > 0) out.scheduled = from_unix_ms(static_cast<std::int64_t>(begins) * 1000);
  return out;
}

void fill_from_formats(Resolved& out, const std::vector<YtFormat>& formats, const ResolveRequest& request) {
  const auto sound = best_sound(formats);
  std::vector<Variant> variants;
  std::vector<const YtFormat*> of_variant;
  for (const auto& one : formats) {
    if (one.silent && sound.empty()) continue;  // it would be recorded without its sound
    variants.push_back(one.variant);
    of_variant.push_back(&one);
  }
  const auto chosen = choose_variants(variants, request.quality, request.codecs);
  const auto sound_of_one = [&](std::size_t index) {
    return of_variant[index]->silent ? sound : std::string();
  };
  if (chosen.empty()) return;
  const auto& first = variants[chosen.front()];
  out.media_playlist_url = first.url;
  out.audio_playlist_url = sound_of_one(chosen.front());
  out.headers = of_variant[chosen.front()]->headers;
  out.quality = first.name;
  if (!wants_audio(request.quality)) out.picture = picture_of(first);
  for (std::size_t i = 1; i < chosen.size(); ++i) {
    out.fallback_urls.push_back(variants[chosen[i]].url);
    out.fallback_audio_urls.push_back(sound_of_one(chosen[i]));
    out.fallback_pictures.push_back(wants_audio(request.quality) ? Picture{}
                                                                 : picture_of(variants[chosen[i]]));
  }
}

}  // namespace

Result<Resolved> resolved_from_yt_dlp(const ChildResult& child, const ResolveRequest& request) {
  if (child.exit_code != 0) return fail(complaint_of(child));
  boost::system::error_code error;
  const auto value = boost::json::parse(child.out, error);
  const auto* whole = error ? nullptr : value.if_object();
  if (whole == nullptr) return fail(Errc::corrupt, "yt-dlp: its output is no JSON object");
  const auto& info = *first_entry(*whole);
  const auto status = text_in(info, "live_status");
  if (status == "is_upcoming" && request.only_a_look) return announced_in(info);
  if (status == "is_upcoming" || status == "was_live" || status == "post_live")
    return fail(Errc::not_found, "offline: yt-dlp: the page says " + status);
  Resolved out;
  out.title = text_in(info, "title");
  out.stream_id = text_in(info, "id");
  const auto* live = info.if_contains("is_live");
  out.live = live == nullptr || !live->is_bool() || live->get_bool();
  std::set<std::string> others;
  fill_from_formats(out, hls_formats(info, others), request);
  if (!out.media_playlist_url.empty()) return out;
  if (others.empty()) return fail(Errc::invalid, "yt-dlp: the page has no stream that can be recorded");
  out.other_backend =
      fmt::format("the page has no HLS stream, only {}; set capture: yt-dlp for it", fmt::join(others, ", "));
  return out;
}

}  // namespace rec::capture
