// The timetable of a live broadcast and the playlist for an instant of it.
#include "sim/origin/live_stream.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <mutex>

namespace rec::sim {
namespace {

using std::chrono::microseconds;
using std::chrono::nanoseconds;

struct Piece {
  std::shared_ptr<const std::string> bytes;
  microseconds duration;
  microseconds begins;  // media time from the beginning of segment 0
  bool discontinuity;
};

double live_seconds(microseconds time) { return std::chrono::duration<double>(time).count(); }

/// "…/12.ts" gives 12.
std::optional<std::int64_t> sequence_in(std::string_view name) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), value);
  if (error != std::errc() || end == name.data() + name.size() || *end != '.') return std::nullopt;
  return value;
}

}  // namespace

struct LiveStream::Impl {
  LiveOptions options;
  std::string url;
  std::vector<Piece> pieces;
  std::shared_ptr<const std::string> init;
  SteadyTime start{};
  Instant first_pdt{};
  std::int64_t target_duration = 1;  // seconds
  mutable std::mutex mutex;
  std::size_t count = 0;  // guarded: end_now() lowers it

  [[nodiscard]] std::string extension() const { return init ? ".mp4" : ".ts"; }

  [[nodiscard]] nanoseconds real(microseconds media) const {
    return nanoseconds(
        static_cast<std::int64_t>(static_cast<double>(media.count()) * 1000.0 / options.speed));
  }
  [[nodiscard]] SteadyTime listed_at(std::size_t i) const {
    return start + real(pieces.at(i).begins + pieces.at(i).duration);
  }
  [[nodiscard]] std::size_t last_count() const {
    const std::scoped_lock lock(mutex);
    return count;
  }
  [[nodiscard]] std::size_t complete_at(SteadyTime now, std::size_t limit) const {
    std::size_t done = 0;
    while (done < limit && listed_at(done) <= now) ++done;
    return done;
  }
  [[nodiscard]] SteadyTime ends_at(std::size_t limit) const {
    const auto last = limit == 0 ? start : listed_at(limit - 1);
    if (options.linger) return last + *options.linger;
    if (options.after_end != AfterEnd::not_found) return last;
    return last + real(std::chrono::seconds(2 * target_duration));
  }

  [[nodiscard]] std::string entry(std::size_t i) const {
    const auto& piece = pieces[i];
    std::string text;
    if (piece.discontinuity) text += "#EXT-X-DISCONTINUITY\n";
    const auto pdt = first_pdt + std::chrono::duration_cast<Millis>(piece.begins);
    text += fmt::format("#EXT-X-PROGRAM-DATE-TIME:{}\n#EXTINF:{:.3f},live\n{}{}\n", iso8601(pdt),
                        live_seconds(piece.duration), options.first_sequence + static_cast<std::int64_t>(i),
                        extension());
    return text;
  }

  [[nodiscard]] std::string playlist(std::size_t done, bool endlist) const {
    const auto first = done - std::min(done, options.window);
    const auto begin = pieces.begin();
    const auto gone_discontinuities = std::count_if(begin, begin + static_cast<std::ptrdiff_t>(first),
                                                    [](const Piece& piece) { return piece.discontinuity; });
    auto text =
        fmt::format("#EXTM3U\n#EXT-X-VERSION:{}\n#EXT-X-TARGETDURATION:{}\n#EXT-X-MEDIA-SEQUENCE:{}\n",
                    init ? 6 : 3, target_duration, options.first_sequence + static_cast<std::int64_t>(first));
    if (gone_discontinuities > 0)
      text += fmt::format("#EXT-X-DISCONTINUITY-SEQUENCE:{}\n", gone_discontinuities);
    if (options.twitch_tags && done > 0) {
      const auto& last = pieces[done - 1];
      text += fmt::format("#EXT-X-TWITCH-ELAPSED-SECS:{:.3f}\n#EXT-X-TWITCH-TOTAL-SECS:{:.3f}\n",
                          live_seconds(pieces[first].begins), live_seconds(last.begins + last.duration));
    }
    if (init) text += "#EXT-X-MAP:URI=\"init.mp4\"\n";
    for (auto i = first; i < done; ++i) text += entry(i);
    if (endlist) text += "#EXT-X-ENDLIST\n";
    return text;
  }

  [[nodiscard]] HttpAnswer answer(const HttpQuery& query) const {
    const auto& path = query.path;
    const auto now = options.clock();
    const auto limit = last_count();
    const auto done = complete_at(now, limit);
    const auto name = std::string_view(path).substr(options.prefix.size() + 1);
    auto missing = text_answer(404, "not found");
    if (name == "index.m3u8") {
      const bool over = done == limit && now >= ends_at(limit);
      if (done == 0 || (over && options.after_end == AfterEnd::not_found)) return missing;
      auto made = text_answer(200, playlist(done, over && options.after_end == AfterEnd::endlist),
                              "application/vnd.apple.mpegurl");
      made.ranges = false;
      return made;
    }
    auto media = text_answer(200, "", init ? "video/mp4" : "video/mp2t");
    if (init && name == "init.mp4") {
      media.shared_body = init;
      return media;
    }
    const auto sequence = sequence_in(name);
    if (!sequence || *sequence < options.first_sequence || !name.ends_with(extension())) return missing;
    const auto i = static_cast<std::size_t>(*sequence - options.first_sequence);
    if (i >= (options.hold ? limit : done)) return missing;
    if (i + options.window * (1 + options.keep_windows) < done) return missing;
    if (i >= done) media.delay = std::chrono::ceil<Millis>(listed_at(i) - now);
    media.shared_body = pieces[i].bytes;
    if (options.each_segment) options.each_segment(query, media);
    return media;
  }
};

LiveStream::LiveStream(Origin& origin, LiveOptions options, std::vector<LiveSegment> segments)
    : impl_(std::make_shared<Impl>()) {
  impl_->options = std::move(options);
  if (!impl_->options.clock)
    impl_->options.clock = [] { return SteadyTime(std::chrono::steady_clock::now()); };
  impl_->url = origin.url();
  impl_->start = impl_->options.clock() + impl_->options.starts_in;
  const auto utc = std::chrono::time_point_cast<Millis>(std::chrono::system_clock::now());
  impl_->first_pdt = impl_->options.first_program_date_time.value_or(utc + impl_->options.starts_in);
  if (!impl_->options.init.empty()) impl_->init = std::make_shared<const std::string>(impl_->options.init);
  microseconds begins{0};
  for (auto& segment : segments) {
    const auto whole = std::chrono::ceil<std::chrono::seconds>(segment.duration).count();
    impl_->target_duration = std::max<std::int64_t>(impl_->target_duration, whole);
    auto bytes = std::move(segment.shared_bytes);
    if (!bytes) bytes = std::make_shared<const std::string>(std::move(segment.bytes));
    impl_->pieces.push_back(Piece{std::move(bytes), segment.duration, begins, segment.discontinuity});
    begins += segment.duration;
  }
  impl_->count = impl_->pieces.size();
  origin.mount(impl_->options.prefix + "/",
               [impl = impl_](const HttpQuery& query) { return impl->answer(query); });
}

std::string LiveStream::playlist_path() const { return impl_->options.prefix + "/index.m3u8"; }
std::string LiveStream::playlist_url() const { return impl_->url + playlist_path(); }
std::size_t LiveStream::size() const { return impl_->last_count(); }

std::string LiveStream::segment_path(std::size_t segment) const {
  const auto sequence = impl_->options.first_sequence + static_cast<std::int64_t>(segment);
  return fmt::format("{}/{}{}", impl_->options.prefix, sequence, impl_->extension());
}

SteadyTime LiveStream::first_listed_at(std::size_t segment) const { return impl_->listed_at(segment); }

std::optional<SteadyTime> LiveStream::gone_at(std::size_t segment) const {
  const auto after = segment + impl_->options.window * (1 + impl_->options.keep_windows);
  if (after >= impl_->last_count()) return std::nullopt;
  return impl_->listed_at(after);
}

SteadyTime LiveStream::ends_at() const { return impl_->ends_at(impl_->last_count()); }
bool LiveStream::started() const {
  return impl_->complete_at(impl_->options.clock(), impl_->last_count()) > 0;
}
bool LiveStream::ended() const { return impl_->options.clock() >= ends_at(); }

void LiveStream::end_now() {
  const auto now = impl_->options.clock();
  const std::scoped_lock lock(impl_->mutex);
  impl_->count = impl_->complete_at(now, impl_->count);
}

}  // namespace rec::sim
