// Runs of yt-dlp: begun, watched, understood, begun again.
#include "capture/ytdlp_recorder.hpp"

#include <signal.h>

#include <algorithm>
#include <map>
#include <utility>

#include <boost/asio/experimental/awaitable_operators.hpp>

#include "base/log.hpp"
#include "capture/private_copy.hpp"
#include "capture/segment_trail.hpp"
#include "capture/yt_dlp_answer.hpp"
#include "capture/ytdlp_arguments.hpp"
#include "capture/ytdlp_process.hpp"
#include "runtime/marked_processes.hpp"

namespace rec::capture {
namespace {

using asio::experimental::awaitable_operators::operator||;  // NOLINT(misc-unused-using-decls): used below

constexpr int kBarrenRuns = 5;
constexpr std::chrono::seconds kShortRun{15};
constexpr std::chrono::seconds kLongestPause{30};
constexpr std::uint64_t kFootage = 16'384;  ///< bytes; less is a file's head
constexpr Millis kFirstLooks{1'000};        ///< at a run's files, until they hold footage
constexpr Micros kLeastStandstill = std::chrono::seconds{2};

std::string run_mark(const std::string& folder) { return "STREAMRECORDER_FILE_TAKE=" + folder; }

/// What came of one run.
struct RunOutcome {
  std::uint64_t bytes = 0;
  bool stopped = false;  ///< by us: nothing came any more, or there was no room
  int exit_code = 0;
  std::chrono::nanoseconds lasted{0};
  std::string output{};
};

/// Up to where a channel's broadcast is recorded, as far as its runs tell.
struct Reached {
  SegmentTrail trail{};
  std::optional<SteadyTime> grown{};            ///< when the files grew last
  bool dropped = false;                         ///< the broadcast ended there, and may come back
  std::vector<SegmentTrail::Missing> untold{};  ///< of the run, until it brings footage
};

/// Why a run without footage ended. ok: it says nothing of an error, which is how a page is skipped that is
/// not live any more.
Result<void> words_of(const RunOutcome& run) {
  if (run.exit_code == 0) return {};
  const ChildResult child{.exit_code = run.exit_code, .out = {}, .err = run.output};
  auto said = resolved_from_yt_dlp(child, ResolveRequest{});
  if (!said) return fail(std::move(said).error());
  return {};
}

class YtDlpRecorder final : public FileRecorder {
 public:
  YtDlpRecorder(Clock& clock, Worker& chores, YtDlpRecorderOptions options)
      : clock_(clock), chores_(chores), options_(std::move(options)) {}

  asio::awaitable<CaptureEnd> record(FileCaptureRequest request, FileSink& sink) override;
  asio::awaitable<CaptureEnd> record_beginning(FileCaptureRequest request, FileSink& sink) override;
  Task<> end_leftovers(std::string folder) override;

 private:
  struct Watched {
    FilePlace place;
    FileSink& sink;
    std::shared_ptr<BeginningProgress> from;  ///< null: it records what is live now,
    std::shared_ptr<Reached> reached;         ///< and goes on behind that
    RunOutcome outcome{};
  };
  asio::awaitable<CaptureEnd> run_after_run(FileCaptureRequest request, FileSink& sink);
  Task<RunOutcome> run(FileCaptureRequest request, FileSink& sink, std::shared_ptr<BeginningProgress> from);
  asio::awaitable<void> watch(std::shared_ptr<Watched> run, YtDlpProcess& process);
  Task<> measure(std::shared_ptr<Watched> run);
  void tell_missing(Watched& run, SteadyTime grown);
  std::shared_ptr<Reached> reached_before(const FileCaptureRequest& request) const;
  Task<std::unique_ptr<PrivateCopy>> cookies_of(std::string file);

  Clock& clock_;
  Worker& chores_;
  YtDlpRecorderOptions options_;
  /// Shared with the runs, which note it also when they are given up.
  std::shared_ptr<std::map<ChannelId, Reached>> reached_ = std::make_shared<std::map<ChannelId, Reached>>();
};

CaptureEnd end_of(const Error& error) {
  switch (error.code) {
    case Errc::not_found:
      return {EndReason::offline, error.text};
    case Errc::denied:
      return {EndReason::denied, error.text};
    case Errc::no_space:
      return {EndReason::disk, error.text};
    default:
      return {EndReason::failed, error.text};
  }
}

bool worth_another_try(const Error& error) {
  return error.code == Errc::unavailable || error.code == Errc::timed_out ||
         error.code == Errc::rate_limited || error.code == Errc::corrupt;
}

Task<std::unique_ptr<PrivateCopy>> YtDlpRecorder::cookies_of(std::string file) {
  if (file.empty()) co_return std::unique_ptr<PrivateCopy>();
  auto job = [file] { return PrivateCopy::of(file); };
  auto copy = co_await run_on(chores_, std::move(job));
  if (!copy && copy.error().code == Errc::not_found) co_return std::unique_ptr<PrivateCopy>();
  if (!copy) co_return fail(Errc::invalid, "cookies file: " + copy.error().text);
  co_return *std::move(copy);
}

// What was there before a restart only its age tells.
std::shared_ptr<Reached> YtDlpRecorder::reached_before(const FileCaptureRequest& request) const {
  auto reached = std::make_shared<Reached>();
  const auto known = reached_->find(request.channel);
  if (known != reached_->end()) *reached = known->second;
  reached->trail.begin_run();
  if (!reached->grown && request.newest_age) reached->grown = clock_.steady() - *request.newest_age;
  if (reached->grown) reached->trail.go_on_from(*reached->grown);
  return reached;
}

// Where no segments are told of, the files' own standstill counts.
void YtDlpRecorder::tell_missing(Watched& run, SteadyTime grown) {
  Reached& reached = *run.reached;
  const bool first = run.outcome.bytes < kFootage;
  if (first && !reached.trail.told() && reached.grown) {
    const auto still = std::chrono::duration_cast<Micros>(grown - *reached.grown);
    if (still >= kLeastStandstill) reached.untold.push_back({still, GapCause::window_slid});
  }
  const bool came_back = std::exchange(reached.dropped, false);
  for (auto& one : std::exchange(reached.untold, {})) {
    if (came_back) one.cause = GapCause::offline;
    run.sink.gap(run.place.number, one.duration, one.cause);
  }
}

Task<> YtDlpRecorder::measure(std::shared_ptr<Watched> run) {
  const auto bytes = co_await run->sink.measure(run->place);
  if (!bytes) co_return fail(bytes.error());
  const SteadyTime now = clock_.steady();
  if (*bytes >= kFootage && run->reached) tell_missing(*run, now);
  if (*bytes > run->outcome.bytes && run->reached) run->reached->grown = now;
  run->outcome.bytes = std::max(run->outcome.bytes, *bytes);
  co_return Result<void>();
}

// Looks at the files until the run has ended: ends it when nothing comes any more, or when all is there.
asio::awaitable<void> YtDlpRecorder::watch(std::shared_ptr<Watched> run, YtDlpProcess& process) {
  RunOutcome& outcome = run->outcome;
  SteadyTime grew_at = clock_.steady();
  for (;;) {
    const bool begun = outcome.bytes >= kFootage;
    co_await clock_.sleep(begun ? options_.measured_every : std::min(options_.measured_every, kFirstLooks));
    if (run->from && run->from->complete()) process.stop();
    const auto before = outcome.bytes;
    const auto measured = co_await measure(run);
    if (!measured && measured.error().code == Errc::no_space && !std::exchange(outcome.stopped, true)) {
      log::warn("ytdlp.paused", {{"folder", run->place.folder}, {"error", measured.error().text}});
      process.stop();
    }
    if (!measured) continue;
    if (outcome.bytes > before) grew_at = clock_.steady();
    if (clock_.steady() - grew_at < options_.stalled_after || std::exchange(outcome.stopped, true)) continue;
    log::warn("ytdlp.stalled", {{"folder", run->place.folder}, {"bytes", outcome.bytes}});
    process.stop();
  }
}

Task<RunOutcome> YtDlpRecorder::run(FileCaptureRequest request, FileSink& sink,
                                    std::shared_ptr<BeginningProgress> from) {
  const auto executor = co_await asio::this_coro::executor;
  YtDlpProgram program;
  if (options_.program) {
    REC_CO_TRY(program, options_.program());
  }
  REC_CO_TRY(const auto cookies, co_await cookies_of(request.cookies_file));
  REC_CO_TRY(const FilePlace place, co_await sink.begin_file());
  YtDlpStart how;
  how.argv = ytdlp_arguments(request, place.folder, cookies ? cookies->path() : "", from != nullptr);
  if (!options_.ffmpeg.empty()) how.argv.insert(how.argv.begin(), {"--ffmpeg-location", options_.ffmpeg});
  how.argv.insert(how.argv.begin(), program.arguments.begin(), program.arguments.end());
  how.argv.insert(how.argv.begin(), program.path);
  how.environment = {run_mark(place.folder)};
  if (!request.proxy.empty()) {  // arguments are for every user of the machine to read
    for (const char* name : {"http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"})
      how.environment.push_back(std::string(name) + "=" + request.proxy);
  }
  auto watched = std::make_shared<Watched>(Watched{place, sink, from, nullptr});
  if (!from) watched->reached = reached_before(request);
  how.on_line = [this, watched](std::string_view line) {
    if (watched->from) return watched->from->read(line);
    if (const auto missing = watched->reached->trail.read(line, clock_.steady()))
      watched->reached->untold.push_back(*missing);
  };
  // Also when the recording goes on in another session, and this is cancelled.
  const std::shared_ptr<void> at_end(nullptr, [all = reached_, watched, channel = request.channel](void*) {
    if (watched->reached && watched->outcome.bytes >= kFootage) (*all)[channel] = *watched->reached;
  });
  auto process = YtDlpProcess::start(executor, std::move(how));
  if (!process) {
    if (process.error().code != Errc::not_found) co_return fail(std::move(process).error());
    co_return fail(Errc::invalid,
                   program.path + " is not installed: apt install yt-dlp, or streamrecorder ytdlp update");
  }
  log::info("ytdlp.started", {{"channel", request.channel}, {"folder", place.folder}});
  const SteadyTime began = clock_.steady();
  const auto ended = co_await ((*process)->ended() || watch(watched, **process));
  RunOutcome& outcome = watched->outcome;
  outcome.exit_code = std::get<0>(ended);
  outcome.lasted = clock_.steady() - began;
  outcome.output = (*process)->newest_output();
  static_cast<void>(co_await measure(watched));
  if (outcome.bytes > 0) sink.end_file(place.number);  // an empty place is as good as new
  log::info("ytdlp.ended", {{"channel", request.channel},
                            {"folder", place.folder},
                            {"exit_code", outcome.exit_code},
                            {"bytes", outcome.bytes}});
  co_return outcome;
}

asio::awaitable<CaptureEnd> YtDlpRecorder::record(FileCaptureRequest request, FileSink& sink) {
  if (!request.continues) reached_->erase(request.channel);
  const ChannelId channel = request.channel;
  auto end = co_await run_after_run(std::move(request), sink);
  if (const auto reached = reached_->find(channel); reached != reached_->end())
    reached->second.dropped = end.reason == EndReason::offline || end.reason == EndReason::endlist;
  co_return end;
}

asio::awaitable<CaptureEnd> YtDlpRecorder::run_after_run(FileCaptureRequest request, FileSink& sink) {
  int barren = 0;
  int short_runs = 0;
  for (;;) {
    auto run_ended = co_await run(request, sink, nullptr);
    if (!run_ended) co_return end_of(run_ended.error());
    const bool brought = run_ended->bytes >= kFootage;
    request.continues = request.continues || brought;
    // Some sound cannot be put into an MP4 on the fly: MPEG-TS takes all that HLS may have.
    const bool refused = run_ended->exit_code != 0 && run_ended->lasted < kShortRun &&
                         run_ended->output.find("ffmpeg exited with code") != std::string::npos;
    if (refused && !std::exchange(request.use_mpegts, true))
      log::info("ytdlp.mpegts", {{"channel", request.channel}, {"why", "ffmpeg could not write MP4"}});
    Error said{Errc::unavailable, "yt-dlp brought nothing, and said nothing", {}};
    if (!brought && !run_ended->stopped) {
      const auto words = words_of(*run_ended);
      if (words) co_return CaptureEnd{EndReason::offline, "yt-dlp: the page is not live any more"};
      said = words.error();
      if (!worth_another_try(said)) co_return end_of(said);
    }
    barren = brought ? 0 : barren + 1;
    if (barren == kBarrenRuns) co_return end_of(said);
    const bool is_short = run_ended->lasted < kShortRun;
    if (brought && (run_ended->exit_code == 0 || is_short) && options_.still_live) {
      const auto live = co_await options_.still_live(request);
      if (live && !*live) co_return CaptureEnd{EndReason::endlist, "the broadcast is over"};
    }
    // Who comes back at once, again and again, gets the same seconds again and again.
    short_runs = is_short ? short_runs + 1 : 0;
    if (short_runs < 2) continue;
    const std::chrono::seconds pause(1 << std::min(short_runs - 1, 5));
    co_await clock_.sleep(std::min(pause, kLongestPause));
  }
}

asio::awaitable<CaptureEnd> YtDlpRecorder::record_beginning(FileCaptureRequest request, FileSink& sink) {
  auto progress = std::make_shared<BeginningProgress>(request.until_sequence);
  auto run_ended = co_await run(std::move(request), sink, progress);
  if (!run_ended) co_return end_of(run_ended.error());
  if (progress->complete() || (run_ended->exit_code == 0 && run_ended->bytes >= kFootage))
    co_return CaptureEnd{EndReason::endlist, "the beginning is there"};
  if (run_ended->stopped) co_return CaptureEnd{EndReason::failed, "yt-dlp: nothing came any more"};
  const auto words = words_of(*run_ended);
  if (words) co_return CaptureEnd{EndReason::failed, "yt-dlp: the page offers no beginning"};
  co_return end_of(words.error());
}

Task<> YtDlpRecorder::end_leftovers(std::string folder) {
  const std::string mark = run_mark(folder);
  const SteadyTime began = clock_.steady();
  int sent = 0;
  for (;;) {
    const auto waited = clock_.steady() - began;
    const int wanted = waited < std::chrono::seconds(10)   ? SIGINT
                       : waited < std::chrono::seconds(15) ? SIGTERM
                                                           : SIGKILL;
    const bool tell = std::exchange(sent, wanted) != wanted;
    auto job = [mark, tell, wanted]() -> Result<bool> {
      const auto left = processes_with(mark);
      if (!left.empty() && tell) signal_processes_with(mark, wanted);
      return left.empty();
    };
    const auto gone = co_await run_on(chores_, std::move(job));
    if (gone && *gone) co_return Result<void>();
    if (tell) log::info("ytdlp.leftover", {{"folder", folder}, {"signal", wanted}});
    if (waited > std::chrono::seconds(30))
      co_return fail(Errc::unavailable, "a program that writes into " + folder + " cannot be ended");
    co_await clock_.sleep(std::chrono::milliseconds(200));
  }
}

}  // namespace

std::unique_ptr<FileRecorder> make_ytdlp_recorder(Clock& clock, Worker& chores,
                                                  YtDlpRecorderOptions options) {
  return std::make_unique<YtDlpRecorder>(clock, chores, std::move(options));
}

}  // namespace rec::capture
