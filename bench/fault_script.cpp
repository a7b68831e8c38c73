// The timetable, the default playlist, and where the harms strike.
#include "bench/fault_script.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace rec::bench {
namespace {

/// "/live/12.ts" gives 12.
std::optional<std::size_t> segment_of(std::string_view path) {
  const auto name = path.substr(path.rfind('/') + 1);
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), value);
  if (error != std::errc() || std::string_view(end, name.data() + name.size()) != ".ts") return std::nullopt;
  return value;
}

}  // namespace

double Script::elapsed() const {
  return std::chrono::duration<double>(SteadyTime(std::chrono::steady_clock::now()) - begun).count();
}

bool Script::over() const { return elapsed() >= listed_at(media.size() - 1) + listed_after_end; }

std::string Script::render(std::size_t first_number, const std::vector<Listed>& list, bool endlist) const {
  auto text = fmt::format("#EXTM3U\n#EXT-X-VERSION:4\n#EXT-X-TARGETDURATION:2\n#EXT-X-MEDIA-SEQUENCE:{}\n",
                          first_number);
  for (const auto& one : list)
    text += fmt::format("{}#EXTINF:{:.3f},\n{}\n", one.before, kSegmentSeconds, one.uri);
  if (endlist) text += "#EXT-X-ENDLIST\n";
  return text;
}

std::string Script::window(std::size_t done, std::size_t first_number, const std::string& query) const {
  const auto first = done - std::min(done, kWindow);
  std::vector<Listed> list;
  for (auto i = first; i < done; ++i) list.push_back({i, fmt::format("{}.ts{}", i, query), ""});
  return render(first_number + first, list, done == media.size() && over());
}

FaultStage::FaultStage(Script script) : script_(std::move(script)), attempts_(script_.media.size(), 0) {
  script_.elsewhere = elsewhere_.url();
  elsewhere_.mount("/", [this](const sim::HttpQuery& query) { return answer(query); });
  origin_.mount("/", [this](const sim::HttpQuery& query) { return answer(query); });
}

sim::HttpAnswer FaultStage::plain(const sim::HttpQuery& query, std::size_t done) {
  if (query.path.ends_with(".m3u8")) {
    auto text = script_.playlist ? script_.playlist(script_, done) : script_.window(done);
    auto made = sim::text_answer(200, std::move(text), "application/vnd.apple.mpegurl");
    made.ranges = false;
    if (script_.harm_playlist) script_.harm_playlist(script_, reloads_, query, made);
    ++reloads_;
    return made;
  }
  auto made = sim::text_answer(200, "", "video/mp2t");
  const auto segment = segment_of(query.path);
  if (segment && *segment < done && *segment + 3 * kWindow >= done) {
    made.shared_body = script_.media[*segment];
    if (script_.harm_segment) script_.harm_segment(script_, *segment, attempts_[*segment], query, made);
    ++attempts_[*segment];
    return made;
  }
  if (script_.other) made.shared_body = script_.other(script_, query.path, done);
  return made.shared_body ? made : sim::text_answer(404, "not found");
}

sim::HttpAnswer FaultStage::answer(const sim::HttpQuery& query) {
  const std::scoped_lock lock(mutex_);
  const auto complete = static_cast<std::size_t>(script_.elapsed() / kSegmentSeconds) + 1;
  auto made = plain(query, std::min(complete, script_.media.size()));
  if (script_.harm_any) script_.harm_any(script_, requests_++, query, made);
  return made;
}

}  // namespace rec::bench
