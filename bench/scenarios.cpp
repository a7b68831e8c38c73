// What goes wrong, scenario by scenario.
#include "bench/scenarios.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/stream/frame_stream.hpp"

namespace rec::bench {
namespace {

using sim::HttpAnswer;
using sim::HttpQuery;
namespace faults = sim::faults;

/// The fault strikes the first `times` answers of each segment that `every` divides (counted from 1).
auto first_tries(std::size_t every, std::size_t times, sim::Fault fault) {
  return [every, times, fault = std::move(fault)](const Script&, std::size_t segment, std::size_t attempt,
                                                  const HttpQuery& query, HttpAnswer& answer) {
    if ((segment + 1) % every == 0 && attempt < times) fault(query, answer);
  };
}

/// The fault strikes the playlist in these spans of seconds.
auto in_spans(std::vector<std::pair<double, double>> spans, sim::Fault fault) {
  return [spans = std::move(spans), fault = std::move(fault)](const Script& script, std::size_t,
                                                              const HttpQuery& query, HttpAnswer& answer) {
    const double now = script.elapsed();
    for (const auto& [from, to] : spans) {
      if (now >= from && now < to) fault(query, answer);
    }
  };
}

/// The first half of the body, then `fault` with that many bytes.
sim::Fault halfway(std::function<sim::Fault(std::size_t)> fault) {
  return [fault = std::move(fault)](const HttpQuery& query, HttpAnswer& answer) {
    fault(answer.content().size() / 2)(query, answer);
  };
}

void add_segment_faults(std::vector<Scenario>& all) {
  all.push_back({"segment-404", "every third segment is 404 twice",
                 [](Script& s) { s.harm_segment = first_tries(3, 2, faults::status(404)); }});
  all.push_back({"segment-404-long", "every fourth segment is 404 for its first five seconds", [](Script& s) {
                   s.harm_segment = [](const Script& script, std::size_t segment, std::size_t,
                                       const HttpQuery& query, HttpAnswer& answer) {
                     const bool early = script.elapsed() < Script::listed_at(segment) + 5;
                     if ((segment + 1) % 4 == 0 && early) faults::status(404)(query, answer);
                   };
                 }});
  all.push_back({"segment-503", "every third segment is 503 twice, Retry-After: 1",
                 [](Script& s) { s.harm_segment = first_tries(3, 2, faults::retry_after(503, 1)); }});
  all.push_back({"cut-body", "every third segment's first body ends halfway through its Content-Length",
                 [](Script& s) { s.harm_segment = first_tries(3, 1, halfway(faults::cut)); }});
  all.push_back({"cut-chunked", "every third segment's first body ends without its last chunk",
                 [](Script& s) { s.harm_segment = first_tries(3, 1, halfway(faults::cut_chunked)); }});
  all.push_back({"reset-mid-body", "every third segment's connection is reset halfway, twice",
                 [](Script& s) { s.harm_segment = first_tries(3, 2, halfway(faults::reset_after)); }});
  all.push_back({"slow-drip", "every fifth segment's first body drips at 2 kB/s",
                 [](Script& s) { s.harm_segment = first_tries(5, 1, faults::drip(2'000)); }});
  all.push_back({"html-segment", "every third segment is an HTML page with status 200, twice",
                 [](Script& s) { s.harm_segment = first_tries(3, 2, faults::html()); }});
  all.push_back({"empty-segment", "every third segment is 200 without a byte, twice",
                 [](Script& s) { s.harm_segment = first_tries(3, 2, faults::empty()); }});
}

void add_playlist_faults(std::vector<Scenario>& all) {
  all.push_back({"playlist-404", "the playlist is 404 for four seconds, twice",
                 [](Script& s) { s.harm_playlist = in_spans({{9, 13}, {23, 27}}, faults::status(404)); }});
  all.push_back(
      {"playlist-503", "the playlist is 503 for four seconds, twice, Retry-After: 1",
       [](Script& s) { s.harm_playlist = in_spans({{9, 13}, {23, 27}}, faults::retry_after(503, 1)); }});
  all.push_back({"html-playlist", "the playlist is an HTML page with status 200 for five seconds, twice",
                 [](Script& s) { s.harm_playlist = in_spans({{9, 14}, {23, 28}}, faults::html()); }});
  all.push_back({"empty-playlist", "the playlist is 200 without a byte for five seconds, twice",
                 [](Script& s) { s.harm_playlist = in_spans({{9, 14}, {23, 28}}, faults::empty()); }});
  all.push_back({"outage", "every connection is reset for six seconds",
                 [](Script& s) { s.harm_any = in_spans({{14, 20}}, faults::reset()); }});
  all.push_back({"reset-requests", "every fourth request is reset in place of an answer", [](Script& s) {
                   s.harm_any = [](const Script&, std::size_t request, const HttpQuery& query,
                                   HttpAnswer& answer) {
                     if (request % 4 == 3) faults::reset()(query, answer);
                   };
                 }});
  all.push_back({"closing", "every answer ends its connection", [](Script& s) {
                   s.harm_any = [](const Script&, std::size_t, const HttpQuery& query, HttpAnswer& answer) {
                     faults::close_after()(query, answer);
                   };
                 }});
  all.push_back({"redirects", "playlist and segments are redirected to another server", [](Script& s) {
                   s.harm_any = [](const Script& script, std::size_t, const HttpQuery& query,
                                   HttpAnswer& answer) {
                     const auto port = script.elsewhere.substr(script.elsewhere.rfind(':') + 1);
                     if (query.header("host").ends_with(port)) return;
                     faults::redirect(script.elsewhere + query.target)(query, answer);
                   };
                 }});
  all.push_back({"stale-edge", "every third reload lists the window of three segments ago", [](Script& s) {
                   s.harm_playlist = [](const Script& script, std::size_t reload, const HttpQuery&,
                                        HttpAnswer& answer) {
                     const auto done =
                         std::min(static_cast<std::size_t>(script.elapsed() / kSegmentSeconds) + 1,
                                  script.media.size());
                     if (reload % 3 == 2 && done > 4 && !script.over()) answer.body = script.window(done - 3);
                   };
                 }});
  all.push_back({"stalled-playlist",
                 "the playlist stands still for nine seconds, then goes on by four segments", [](Script& s) {
                   s.playlist = [](const Script& script, std::size_t done) {
                     const double now = script.elapsed();
                     const bool still = now >= 12 && now < 21;
                     return script.window(still ? std::min<std::size_t>(done, 7) : done);
                   };
                 }});
  all.push_back({"late-end", "the last three segments come at once, with ENDLIST", [](Script& s) {
                   s.playlist = [](const Script& script, std::size_t done) {
                     return script.window(done == kSegments ? done : std::min(done, kSegments - 3));
                   };
                 }});
}

void add_numbering_faults(std::vector<Scenario>& all) {
  all.push_back(
      {"early-reset", "the numbers go from 26 back to 0, with new names and no DISCONTINUITY", [](Script& s) {
         s.playlist = [](const Script& script, std::size_t done) {
           if (done <= 8) return script.window(std::min<std::size_t>(done, 7), 20);
           std::vector<Listed> list;
           const auto first = std::max<std::size_t>(7, done - std::min(done, kWindow));
           for (auto i = first; i < done; ++i) list.push_back({i, fmt::format("b/{}.ts", i), ""});
           return script.render(first - 7, list, done == kSegments && script.over());
         };
       }});
  all.push_back(
      {"renumbered", "the same names are listed under other numbers, every eight seconds", [](Script& s) {
         s.playlist = [](const Script& script, std::size_t done) {
           const auto turn = static_cast<std::size_t>(script.elapsed() / 8);
           return script.window(done, turn % 2 == 0 ? turn * 1000 : 500);
         };
       }});
  all.push_back({"rotating-tokens", "each reload brings new tokens; one older than eight seconds is 403",
                 [](Script& s) {
                   s.playlist = [](const Script& script, std::size_t done) {
                     return script.window(done, 0, fmt::format("?token={:.3f}", script.elapsed()));
                   };
                   s.harm_segment = [](const Script& script, std::size_t, std::size_t, const HttpQuery& query,
                                       HttpAnswer& answer) {
                     const auto token = query.param("token");
                     const bool old = token.empty() || std::stod(token) + 8 < script.elapsed();
                     if (old) faults::status(403)(query, answer);
                   };
                 }});
  all.push_back({"tail-replay", "after the last segment the last three again, under new numbers and names",
                 [](Script& s) {
                   s.listed_after_end = 8;
                   s.playlist = [](const Script& script, std::size_t done) {
                     if (script.elapsed() < Script::listed_at(kSegments - 1) + 3) return script.window(done);
                     std::vector<Listed> list;
                     for (auto i = kSegments - 3; i < kSegments; ++i) {
                       list.push_back({i, fmt::format("again/{}.ts", i), ""});
                     }
                     return script.render(kSegments, list, script.over());
                   };
                 }});
  all.push_back({"ranges-ignored",
                 "segments are byte ranges of larger files; the server sends the whole file", [](Script& s) {
                   s.playlist = [](const Script& script, std::size_t done) {
                     const auto first = done - std::min(done, kWindow);
                     std::vector<Listed> list;
                     for (auto i = first; i < done; ++i) {
                       std::size_t offset = 0;
                       for (auto j = i - i % 4; j < i; ++j) offset += script.media[j]->size();
                       list.push_back(
                           {i, fmt::format("file{}.ts", i / 4),
                            fmt::format("#EXT-X-BYTERANGE:{}@{}\n", script.media[i]->size(), offset)});
                     }
                     return script.render(first, list, done == kSegments && script.over());
                   };
                   s.other = [](const Script& script, const std::string& path, std::size_t done) -> Bytes {
                     const auto at = path.find("file");
                     if (at == std::string::npos) return nullptr;
                     auto whole = std::make_shared<std::string>();
                     const auto file = std::stoul(path.substr(at + 4));
                     for (auto i = file * 4; i < std::min(file * 4 + 4, done); ++i)
                       *whole += *script.media[i];
                     return whole;
                   };
                   s.harm_any = [](const Script&, std::size_t, const HttpQuery&, HttpAnswer& answer) {
                     answer.ranges = false;
                   };
                 }});
}

/// The bytes of a segment that is complete, as an answer.
void give(const Script& script, std::size_t segment, HttpAnswer& answer) {
  const auto done = static_cast<std::size_t>(script.elapsed() / kSegmentSeconds) + 1;
  if (segment >= std::min(done, script.media.size())) return;
  answer = sim::text_answer(200, "", "video/mp2t");
  answer.shared_body = script.media[segment];
}

/// Half of the body as an answer to a Range that nobody sent.
void give_half(const HttpQuery&, HttpAnswer& answer) {
  const std::string whole(answer.content());
  answer.status = 206;
  answer.shared_body.reset();
  answer.body = whole.substr(0, whole.size() / 2);
  answer.headers.emplace_back("Content-Range",
                              fmt::format("bytes 0-{}/{}", answer.body.size() - 1, whole.size()));
}

void add_odd_servers(std::vector<Scenario>& all) {
  all.push_back({"names-with-blanks", "the segments' names have blanks in them", [](Script& s) {
                   s.playlist = [](const Script& script, std::size_t done) {
                     const auto first = done - std::min(done, kWindow);
                     std::vector<Listed> list;
                     for (auto i = first; i < done; ++i)
                       list.push_back({i, fmt::format("my stream {}.ts", i), ""});
                     return script.render(first, list, done == kSegments && script.over());
                   };
                   s.other = [](const Script& script, const std::string& path, std::size_t done) -> Bytes {
                     const auto at = path.rfind("stream");
                     if (at == std::string::npos) return nullptr;
                     const auto segment = std::stoul(path.substr(path.find_first_of("0123456789", at)));
                     return segment < done ? script.media[segment] : nullptr;
                   };
                 }});
  all.push_back({"one-at-a-time", "the playlist lists the newest segment alone, told apart by its query",
                 [](Script& s) {
                   s.playlist = [](const Script& script, std::size_t done) {
                     const std::vector<Listed> list{{done - 1, fmt::format("get.ts?n={}", done - 1), ""}};
                     return script.render(done - 1, list, done == kSegments && script.over());
                   };
                   s.harm_any = [](const Script& script, std::size_t, const HttpQuery& query,
                                   HttpAnswer& answer) {
                     if (query.path.ends_with("get.ts")) give(script, std::stoul(query.param("n")), answer);
                   };
                 }});
  all.push_back({"half-for-whole", "every third segment's first answer is 206 with half of it, unasked",
                 [](Script& s) { s.harm_segment = first_tries(3, 1, give_half); }});
  all.push_back({"odd-encoding", "segments say Content-Encoding: aws-chunked, and are plain", [](Script& s) {
                   s.harm_segment = [](const Script&, std::size_t, std::size_t, const HttpQuery&,
                                       HttpAnswer& answer) {
                     answer.headers.emplace_back("Content-Encoding", "aws-chunked");
                   };
                 }});
}

void add_time_faults(std::vector<Scenario>& all, const BenchMedia& media) {
  all.push_back({"time-jump", "the timestamps start over, behind a DISCONTINUITY", [&media](Script& s) {
                   s.media = media.restarted;
                   s.playlist = [](const Script& script, std::size_t done) {
                     const auto first = done - std::min(done, kWindow);
                     std::vector<Listed> list;
                     for (auto i = first; i < done; ++i) {
                       list.push_back(
                           {i, fmt::format("{}.ts", i), i == kRestart ? "#EXT-X-DISCONTINUITY\n" : ""});
                     }
                     return script.render(first, list, done == kSegments && script.over());
                   };
                 }});
  all.push_back({"time-jump-untold", "the timestamps start over, and the playlist says nothing of it",
                 [&media](Script& s) { s.media = media.restarted; }});
  all.push_back({"time-wraps", "the 33-bit timestamps pass their end",
                 [&media](Script& s) { s.media = media.wrapping; }});
}

Result<std::vector<Bytes>> encoded(int segments, int first_frame, std::int64_t first_pts90k) {
  sim::StreamOptions options;
  options.fps = kFps;
  options.segments = segments;
  options.first_frame = first_frame;
  options.first_pts90k = first_pts90k;
  REC_TRY(auto made, sim::make_stream(options));
  std::vector<Bytes> bytes;
  for (auto& one : made) bytes.push_back(std::make_shared<const std::string>(std::move(one.bytes)));
  return bytes;
}

}  // namespace

Result<BenchMedia> make_bench_media() {
  constexpr std::int64_t kStart = 900'000;
  constexpr std::int64_t kTicks = static_cast<std::int64_t>(kSegmentSeconds * 90'000);
  constexpr int kFrames = static_cast<int>(kSegmentSeconds * kFps);
  BenchMedia media;
  media.frames = static_cast<int>(kSegments) * kFrames;
  REC_TRY(media.straight, encoded(kSegments, 0, kStart));
  REC_TRY(media.wrapping, encoded(kSegments, 0, (std::int64_t{1} << 33) - kTicks * std::int64_t{kRestart}));
  REC_TRY(auto behind, encoded(kSegments - kRestart, kFrames * static_cast<int>(kRestart), kStart));
  media.restarted.assign(media.straight.begin(), media.straight.begin() + kRestart);
  media.restarted.insert(media.restarted.end(), behind.begin(), behind.end());
  return media;
}

std::vector<Scenario> all_scenarios(const BenchMedia& media) {
  std::vector<Scenario> all;
  all.push_back({"clean", "nothing goes wrong", [](Script&) {}});
  add_segment_faults(all);
  add_playlist_faults(all);
  add_numbering_faults(all);
  add_odd_servers(all);
  add_time_faults(all, media);
  return all;
}

}  // namespace rec::bench
