// A scripted origin, resolver and sink on virtual time: what the engine's tests are written in.
#pragma once
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include "capture/engine.hpp"
#include "capture/uri.hpp"
#include "runtime/virtual_clock.hpp"
#include "tests/support/memory_draft.hpp"

namespace rec::capture {

inline const Instant kScriptStart = from_unix_ms(1'795'000'000'000);

/// One transport stream packet that names its segment.
inline std::string packet_of(std::string_view name) {
  std::string body = "\x47" + std::string(name);
  body.resize(188, '.');
  return body;
}

struct Answer {
  int status = 200;
  std::string body{};
  Millis delay{20};
  std::optional<Errc> error{};  ///< instead of an answer
  std::string content_type{};
  std::string retry_after{};
  Millis turn{0};               ///< that it waits for before it is asked for
  std::string redirected_to{};  ///< the URL that it came from in the end
};

class ScriptedHttp final : public HttpClient {
 public:
  using Script = std::function<Answer(const HttpRequest&)>;
  explicit ScriptedHttp(Clock& clock) : clock_(clock) {}

  /// What a URL (without its query) answers from now on; `serve` makes the last one repeat.
  void serve(const std::string& url, Script script) { scripts_[url] = std::move(script); }
  void serve(const std::string& url, std::vector<Answer> answers) {
    auto left = std::make_shared<std::deque<Answer>>(answers.begin(), answers.end());
    scripts_[url] = [left](const HttpRequest&) {
      auto next = left->front();
      if (left->size() > 1) left->pop_front();
      return next;
    };
  }
  [[nodiscard]] int hits(const std::string& url) const {
    int count = 0;
    for (const auto& one : log) count += one.url.substr(0, one.url.find('?')) == url ? 1 : 0;
    return count;
  }

  Task<HttpResponse> fetch(HttpRequest request) override {
    log.push_back(request);
    times.push_back(clock_.steady());
    struct Busy {
      int& count;
      ~Busy() { --count; }
    };
    most_busy = std::max(most_busy, ++busy);
    const Busy one{busy};
    auto answer = answer_of(request);
    if (answer.turn > Millis{0}) co_await clock_.sleep(answer.turn);
    if (request.on_asked) request.on_asked(clock_.steady());
    co_await clock_.sleep(answer.delay);
    if (answer.error) co_return fail(*answer.error, "scripted failure");
    HttpResponse response;
    response.status = answer.status;
    response.url = answer.redirected_to.empty() ? request.url : answer.redirected_to;
    response.body = answer.body;
    if (!answer.content_type.empty()) response.headers.emplace("content-type", answer.content_type);
    if (!answer.retry_after.empty()) response.headers.emplace("retry-after", answer.retry_after);
    test::give_body(request, response);
    co_return response;
  }

  std::vector<HttpRequest> log;
  std::vector<SteadyTime> times;
  int busy = 0;
  int most_busy = 0;
  /// For URLs without a script: a segment of that name, or 404.
  bool segments_exist = true;

 private:
  Answer answer_of(const HttpRequest& request) {
    const auto plain = request.url.substr(0, request.url.find('?'));
    const auto found = scripts_.find(plain);
    if (found != scripts_.end()) return found->second(request);
    if (!segments_exist || !plain.ends_with(".ts")) return {.status = 404};
    return {.body = packet_of(plain.substr(plain.rfind('/') + 1))};
  }

  Clock& clock_;
  std::map<std::string, Script> scripts_;
};

/// A live playlist that grows by one segment each `length` from `start` on.
struct LiveScript {
  SteadyTime start{};
  Instant time_zero = kScriptStart;
  Millis length{2'000};
  int window = 6;
  std::int64_t first_number = 0;
  std::string prefix{};  ///< of the segments' URIs
  std::string suffix{};  ///< behind them, a query
  bool timed = true;
  std::string header{};           ///< tags before the first segment
  std::optional<int> stops_at{};  ///< this many segments, then nothing new
  bool ends = false;              ///< with EXT-X-ENDLIST, then

  [[nodiscard]] std::string text(SteadyTime now) const {
    auto made = static_cast<int>((now - start) / length) + 1;
    const bool over = stops_at && made >= *stops_at;
    if (over) made = *stops_at;
    const int first = std::max(0, made - window);
    auto out = fmt::format("#EXTM3U\n#EXT-X-TARGETDURATION:{}\n#EXT-X-MEDIA-SEQUENCE:{}\n{}",
                           (length.count() + 999) / 1000, first_number + first, header);
    for (int i = first; i < made; ++i) {
      if (timed) out += fmt::format("#EXT-X-PROGRAM-DATE-TIME:{}\n", iso8601(time_zero + i * length));
      out += fmt::format("#EXTINF:{:.3f},\n{}seg{}.ts{}\n", static_cast<double>(length.count()) / 1000,
                         prefix, i, suffix);
    }
    if (over && ends) out += "#EXT-X-ENDLIST\n";
    return out;
  }
};

class RecordingSink final : public SegmentSink {
 public:
  Task<> playlist_opened(std::string url, Picture picture) override {
    opened.push_back(std::move(url));
    pictures.push_back(picture);
    co_return Result<void>();
  }
  std::shared_ptr<SegmentDraft> draft() override { return std::make_shared<test::MemoryDraft>(); }
  Task<> append(SegmentInfo info, std::shared_ptr<SegmentDraft> draft) override {
    const std::string& bytes = test::body_of(draft);
    ++tries;
    if (fault) co_return fail(*fault, "scripted sink failure");
    order.push_back(info.init ? "init:" + bytes.substr(8) : bytes.substr(1, bytes.find('.') - 1));
    infos.push_back(std::move(info));
    co_return Result<void>();
  }
  Task<> gap(Gap one) override {
    order.push_back(fmt::format("gap:{}:{}-{}", word(one.cause), one.from_sequence, one.to_sequence));
    gaps.push_back(std::move(one));
    co_return Result<void>();
  }
  /// The first `count` of `order`, or all.
  [[nodiscard]] std::vector<std::string> head(std::size_t count) const {
    return {order.begin(), order.begin() + static_cast<std::ptrdiff_t>(std::min(count, order.size()))};
  }
  [[nodiscard]] std::vector<SegmentInfo> media() const {
    std::vector<SegmentInfo> out;
    for (const auto& info : infos)
      if (!info.init) out.push_back(info);
    return out;
  }

  std::vector<std::string> opened;
  std::vector<Picture> pictures;   ///< as announced, of each
  std::vector<std::string> order;  ///< names, "init:…" and "gap:cause:from-to" as they came
  std::vector<SegmentInfo> infos;
  std::vector<Gap> gaps;
  std::optional<Errc> fault{};
  int tries = 0;
};

class ScriptedResolver final : public Resolver {
 public:
  explicit ScriptedResolver(Clock& clock) : clock_(clock) {}
  Task<Resolved> resolve(ResolveRequest request) override {
    requests.push_back(std::move(request));
    co_await clock_.sleep(Millis{50});
    co_return answer();
  }
  void live_at(std::string url, std::string header = {}, Picture picture = {}) {
    answer = [url, header, picture] {
      Resolved out;
      if (!header.empty()) out.headers = {header};
      out.media_playlist_url = url;
      out.picture = picture;
      return Result<Resolved>(std::move(out));
    };
  }
  void fails(Errc code, std::string text = "scripted") {
    answer = [code, text] { return Result<Resolved>(fail(code, text)); };
  }
  std::function<Result<Resolved>()> answer;
  std::vector<ResolveRequest> requests;

 private:
  Clock& clock_;
};

class CaptureScript : public ::testing::Test {
 protected:
  /// A playlist at `url` that follows `live`.
  void serve_live(const std::string& url, LiveScript live) {
    http.serve(url, [this, live](const HttpRequest&) { return Answer{.body = live.text(clock.steady())}; });
  }
  void start() {
    auto recording = [](CaptureScript& self) -> asio::awaitable<void> {
      auto end = co_await self.recorder->record(self.request, self.sink);
      self.end = std::move(end);
    };
    asio::co_spawn(*io, recording(*this), asio::detached);
  }
  void run_for(std::chrono::nanoseconds duration) { clock.run_for(duration); }
  /// seg<from>.ts …, as the sink's order names them
  static std::vector<std::string> names(int from, int to) {
    std::vector<std::string> out;
    for (int i = from; i <= to; ++i) out.push_back(fmt::format("seg{}", i));
    return out;
  }

  std::unique_ptr<asio::io_context> io = std::make_unique<asio::io_context>();
  VirtualClock clock{*io, kScriptStart};
  ScriptedHttp http{clock};
  ScriptedResolver resolver{clock};
  RecordingSink sink;
  std::unique_ptr<Recorder> recorder = make_native_recorder(http, clock, resolver);
  CaptureRequest request{.channel = ChannelId("url:test"), .page_url = "https://page.example/x"};
  std::optional<CaptureEnd> end;

  void TearDown() override { io.reset(); }
};

}  // namespace rec::capture
