// yt-dlp's argv, its JSON, and what its complaints mean.
#include "capture/yt_dlp_resolver.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>

#include <boost/json.hpp>

#include "capture/playlist.hpp"
#include "capture/private_copy.hpp"
#include "capture/variant_choice.hpp"

namespace rec::capture {
namespace {

struct Complaint {
  std::string_view part;  ///< lower case
  Errc code;
};
/// Of yt-dlp's extractors, first match wins.
constexpr std::array<Complaint, 22> kComplaints{{
    {"not currently live", Errc::not_found},
    {"is not live", Errc::not_found},
    {"is offline", Errc::not_found},
    {"live event will begin", Errc::not_found},
    {"live event has ended", Errc::not_found},
    {"premieres in", Errc::not_found},
    {"http error 404", Errc::not_found},
    {"does not exist", Errc::not_found},
    {"unsupported url", Errc::invalid},
    {"http error 429", Errc::rate_limited},
    {"too many requests", Errc::rate_limited},
    {"sign in", Errc::denied},
    {"log in", Errc::denied},
    {"login", Errc::denied},
    {"members-only", Errc::denied},
    {"private video", Errc::denied},
    {"not available in your", Errc::denied},
    {"geo restrict", Errc::denied},
    {"http error 403", Errc::denied},
    {"drm protected", Errc::invalid},
    {"timed out", Errc::timed_out},
    {"unable to download", Errc::unavailable},
}};

Error complaint_of(const ChildResult& child) {
  std::string_view text = trimmed(child.err);
  const auto at = text.rfind("ERROR:");
  auto line = trimmed(at == std::string_view::npos ? text : text.substr(at + 6));
  line = line.substr(0, line.find('\n'));
  std::string lower(line);
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  const auto known = std::find_if(kComplaints.begin(), kComplaints.end(), [&](const Complaint& one) {
    return lower.find(one.part) != std::string::npos;
  });
  const auto code = known == kComplaints.end() ? Errc::unavailable : known->code;
  std::string told =
      line.empty() ? "ended with code " + std::to_string(child.exit_code) : std::string(line.substr(0, 300));
  return {code, (code == Errc::not_found ? "offline: yt-dlp: " : "yt-dlp: ") + told, {}};
}

std::string yt_text(const boost::json::object& object, boost::json::string_view key) {
  const auto* value = object.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

double yt_number(const boost::json::object& object, boost::json::string_view key) {
  const auto* value = object.if_contains(key);
  if (value == nullptr || !value->is_number()) return 0;
  return value->is_double() ? value->get_double() : value->to_number<double>();
}

bool is_none(const std::string& codec) { return codec == "none"; }

struct YtFormats {
  std::vector<Variant> variants;
  std::vector<std::vector<std::string>> headers;
};

/// HLS formats that carry video and audio together; those with one of them alone would be recorded without
/// the other.
YtFormats hls_formats(const boost::json::object& info) {
  YtFormats out;
  const auto* formats = info.if_contains("formats");
  if (formats == nullptr || !formats->is_array()) return out;
  for (const auto& one : formats->get_array()) {
    const auto* format = one.if_object();
    if (format == nullptr || !yt_text(*format, "protocol").starts_with("m3u8")) continue;
    Variant variant;
    variant.url = yt_text(*format, "url");
    const auto video = yt_text(*format, "vcodec");
    const auto audio = yt_text(*format, "acodec");
    variant.audio_only = is_none(video);
    if (variant.url.empty() || (is_none(audio) && !is_none(video))) continue;
    variant.codecs = video.empty() || is_none(video) ? std::string() : video;
    variant.name = yt_text(*format, "format_id");
    variant.width = static_cast<int>(yt_number(*format, "width"));
    variant.height = static_cast<int>(yt_number(*format, "height"));
    variant.frame_rate = yt_number(*format, "fps");
    variant.bandwidth = static_cast<std::int64_t>(yt_number(*format, "tbr") * 1000);
    out.variants.push_back(std::move(variant));
    std::vector<std::string> headers;
    if (const auto* given = format->if_contains("http_headers"); given != nullptr && given->is_object())
      for (const auto& [name, value] : given->get_object())
        if (value.is_string()) headers.push_back(std::string(name) + ": " + std::string(value.get_string()));
    out.headers.push_back(std::move(headers));
  }
  return out;
}

class YtDlpResolver final : public Resolver {
 public:
  YtDlpResolver(std::string program, ChildRunner run) : program_(std::move(program)), run_(std::move(run)) {
    if (!run_) run_ = run_child;
  }

  Task<Resolved> resolve(ResolveRequest request) override {
    ChildRequest child;
    child.argv = {
        program_, "-J", "--no-playlist", "--ignore-config", "--no-warnings", "--ignore-no-formats-error"};
    if (!request.proxy.empty()) {  // by environment: arguments are for every user of the machine to read
      for (const char* name : {"http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"}) {
        child.extra_environment.push_back(std::string(name) + "=" + request.proxy);
      }
    }
    std::unique_ptr<PrivateCopy> cookies;
    if (!request.cookies_file.empty()) {
      auto copy = PrivateCopy::of(request.cookies_file);
      if (!copy) co_return fail(Errc::invalid, "cookies file: " + copy.error().text);
      cookies = *std::move(copy);
      child.argv.insert(child.argv.end(), {"--cookies", cookies->path()});
    }
    child.argv.insert(child.argv.end(), {"--", request.page_url});
    auto ended = co_await run_(std::move(child));
    if (!ended) {
      if (ended.error().code != Errc::not_found) co_return fail(std::move(ended).error().in("yt-dlp"));
      co_return fail(Errc::invalid, program_ +
                                        " is not installed: apt install yt-dlp, or put a current one from "
                                        "github.com/yt-dlp/yt-dlp into PATH");
    }
    co_return resolved_from_yt_dlp(*ended, request.quality);
  }

 private:
  std::string program_;
  ChildRunner run_;
};

}  // namespace

Result<Resolved> resolved_from_yt_dlp(const ChildResult& child, std::string_view quality) {
  if (child.exit_code != 0) return fail(complaint_of(child));
  boost::system::error_code error;
  const auto value = boost::json::parse(child.out, error);
  const auto* info = error ? nullptr : value.if_object();
  if (info == nullptr) return fail(Errc::corrupt, "yt-dlp: its output is no JSON object");
  const auto status = yt_text(*info, "live_status");
  if (status == "is_upcoming" || status == "was_live" || status == "post_live")
    return fail(Errc::not_found, "offline: yt-dlp: the page says " + status);
  const auto formats = hls_formats(*info);
  const auto chosen = choose_variants(formats.variants, quality);
  if (chosen.empty())
    return fail(Errc::invalid, "yt-dlp: the page has no HLS stream with video and audio together");
  const auto& first = formats.variants[chosen.front()];
  Resolved out;
  out.media_playlist_url = first.url;
  out.headers = formats.headers[chosen.front()];
  out.quality = first.name;
  out.width = first.width;
  out.height = first.height;
  out.frame_rate = first.frame_rate;
  out.title = yt_text(*info, "title");
  const auto* live = info->if_contains("is_live");
  out.live = live == nullptr || !live->is_bool() || live->get_bool();
  for (std::size_t i = 1; i < chosen.size(); ++i)
    out.fallback_urls.push_back(formats.variants[chosen[i]].url);
  return out;
}

std::unique_ptr<Resolver> make_yt_dlp_resolver(std::string program, ChildRunner run) {
  return std::make_unique<YtDlpResolver>(std::move(program), std::move(run));
}

}  // namespace rec::capture
