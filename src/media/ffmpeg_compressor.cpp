#include "media/ffmpeg_compressor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <csignal>
#include <filesystem>

#include "base/folders.hpp"
#include "base/log.hpp"
#include "media/ffmpeg_arguments.hpp"
#include "media/part_json.hpp"
#include "media/pass_notes.hpp"
#include "media/worker_child.hpp"
#include "runtime/subprocess.hpp"

namespace rec::media {
namespace {

// The kernel gives a process its I/O priority by its niceness: with this one it has the lowest of both.
constexpr int kLeastNice = 19;
constexpr Millis kLongestSilence = std::chrono::minutes(10);
constexpr std::size_t kKeptWords = 64U << 10U;  // of what ffmpeg complains of
constexpr int kMostTries = 4;
// The first pass leaves out what costs most.
constexpr double kFirstPassShare = 0.35;
constexpr std::uint64_t kSpareBytes = 32U << 20U;

namespace fs = std::filesystem;

std::string last_words(std::string text) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text.substr(text.rfind('\n') + 1);
}

Error pass_error(const ChildResult& child, const std::string& output) {
  const std::string what = "ffmpeg, for " + output;
  if (child.exit_code == 128 + SIGKILL || child.exit_code == 128 + SIGTERM) {
    return {Errc::unavailable, fmt::format("{}: ended by signal {}", what, child.exit_code - 128), {}};
  }
  Errc code = Errc::corrupt;
  if (child.err.find("No space left on device") != std::string::npos) code = Errc::no_space;
  if (child.err.find("Unknown encoder") != std::string::npos) code = Errc::not_found;
  if (child.err.find("No such filter") != std::string::npos) {
    return {
        Errc::not_found,
        what +
            ": it has no filter zscale or tonemap, which HDR needs; install one that is built with libzimg",
        {}};
  }
  return {code, fmt::format("{}: ended with {}: {}", what, child.exit_code, last_words(child.err)), {}};
}

/// Hears "out_time_us=…" lines and tells how far a pass is.
class ProgressLines {
 public:
  ProgressLines(Millis duration, std::function<void(double)> tell)
      : micros_(std::max<double>(1, static_cast<double>(duration.count()) * 1000)), tell_(std::move(tell)) {}

  void hear(std::string_view piece) {
    line_ += piece;
    for (std::size_t end = line_.find('\n'); end != std::string::npos; end = line_.find('\n')) {
      take(line_.substr(0, end));
      line_.erase(0, end + 1);
    }
  }

 private:
  void take(std::string_view line) {
    constexpr std::string_view kKey = "out_time_us=";
    if (!tell_ || !line.starts_with(kKey)) return;
    line.remove_prefix(kKey.size());
    std::int64_t at = 0;
    if (std::from_chars(line.data(), line.data() + line.size(), at).ec != std::errc()) return;  // "N/A"
    tell_(std::clamp(static_cast<double>(at) / micros_, 0.0, 1.0));
  }

  double micros_;
  std::function<void(double)> tell_;
  std::string line_;
};

std::string encoded_name(const std::string& output) { return output + ".encoding"; }

std::uint64_t size_or_0(const std::string& path) {
  std::error_code problem;
  const std::uintmax_t bytes = fs::file_size(path, problem);
  return problem ? 0 : bytes;
}

Result<void> check_room(const std::string& folder, std::uint64_t bytes) {
  std::error_code error;
  const fs::space_info room = fs::space(folder, error);
  if (error) return fail(errno_error(error.value(), "looking for room in " + folder));
  if (room.available >= bytes) return {};
  return fail(Errc::no_space, fmt::format("{}: {} MiB are needed for the compressed file, {} are free",
                                          folder, bytes >> 20U, room.available >> 20U));
}

/// The folder is there, and what has to be written has room.
Result<void> prepare(const CompressRequest& request, const EncodePlan& plan, bool first_pass_done) {
  REC_CHECK(make_folders(request.work_folder));
  const std::string folder = fs::path(request.output).parent_path().string();
  const double kbps = plan.video_kbps + plan.audio_kbps;
  const auto whole =
      static_cast<std::uint64_t>(kbps * 125 * static_cast<double>(plan.duration.count()) / 1000);
  const std::uint64_t result = std::min(request.target_bytes, whole) + kSpareBytes;
  const std::uint64_t stats = request.two_pass && !first_pass_done ? plan.stats_bytes : 0;
  REC_CHECK(check_room(folder, result + stats));
  return check_room(request.work_folder, stats);
}

Result<void> clear_away(const CompressRequest& request) {
  std::error_code error;
  fs::remove(encoded_name(request.output), error);
  fs::remove_all(request.work_folder, error);
  if (error) return fail(errno_error(error.value(), "removing " + request.work_folder));
  return {};
}

class FfmpegCompressor final : public Compressor {
 public:
  FfmpegCompressor(Worker& chores, std::vector<std::string> worker_argv, std::string ffmpeg)
      : chores_(chores), worker_(std::move(worker_argv)), ffmpeg_(std::move(ffmpeg)) {}

  Task<session::PartFile> compress(CompressRequest request) override {
    if (request.inputs.empty()) co_return fail(Errc::invalid, "there is nothing to compress");
    REC_CO_TRY(std::vector<MediaFacts> facts, co_await describe_all(request.inputs));
    const EncodeWish wish{request.target_bytes, request.audio_kbps};
    auto planned = plan_encoding(facts, wish);
    if (!planned) co_return fail(std::move(planned).error().in(request.output));
    if (!planned->streams)
      log::warn("compress.too_long_to_stream",
                {{"output", request.output}, {"hours", planned->duration / std::chrono::hours(1)}});
    auto made = co_await made_before(request, planned->duration);
    if (!made) made = co_await encode(request, std::move(facts), *std::move(planned));
    if (!made) co_return made;
    auto tidy = [request] { return clear_away(request); };
    auto tidied = co_await run_on(chores_, std::move(tidy));
    if (!tidied) log::warn("compress.folder_stays", {{"error", tidied.error().text}});
    co_return made;
  }

 private:
  Task<std::vector<MediaFacts>> describe_all(std::vector<std::string> inputs) {
    std::vector<MediaFacts> all;
    for (const std::string& input : inputs) {
      std::string question = to_json(DescribeRequest{input});
      REC_CO_TRY(const std::string answer,
                 co_await ask_worker(worker_, std::move(question), 0, false, input));
      REC_CO_TRY(MediaFacts facts, facts_from_json(answer));
      all.push_back(facts);
    }
    co_return all;
  }

  /// An output that an earlier call finished, as adopt() says; an error: there is none, or it is no good.
  Task<session::PartFile> made_before(CompressRequest request, Millis duration) {
    auto look = [output = request.output] {
      std::error_code error;
      return fs::exists(output, error);
    };
    if (!co_await run_on(chores_, std::move(look))) co_return fail(Errc::not_found, request.output);
    std::string file = request.output;
    co_return co_await adopt(std::move(file), std::move(request), duration);
  }

  Task<session::PartFile> adopt(std::string file, CompressRequest request, Millis duration) {
    const AdoptRequest inner{std::move(file), request.output, request.target_bytes, duration};
    REC_CO_TRY(const std::string answer,
               co_await ask_worker(worker_, to_json(inner), request.target_bytes, false, request.output));
    co_return answer_from_json(answer);
  }

  Task<session::PartFile> encode(CompressRequest request, std::vector<MediaFacts> facts, EncodePlan plan) {
    const EncodeFiles files{request.inputs, std::move(facts), encoded_name(request.output),
                            request.work_folder + "/pass", request.title};
    const bool two_pass = request.two_pass && plan.width > 0;
    PassNotes notes;
    for (const std::string& word : ffmpeg_arguments(plan, files, two_pass ? Pass::first : Pass::single))
      notes.job += word + '\n';
    auto read = [folder = request.work_folder] { return read_notes(folder); };
    const PassNotes kept = co_await run_on(chores_, std::move(read));
    bool kept_pass = kept.job == notes.job && kept.first_pass && two_pass;
    if (kept_pass) notes = kept;
    auto make_ready = [request, plan, kept_pass] { return prepare(request, plan, kept_pass); };
    REC_CO_CHECK(co_await run_on(chores_, std::move(make_ready)));
    if (kept_pass) plan.video_kbps = notes.video_kbps;
    if (two_pass && !kept_pass) {
      REC_CO_CHECK(co_await first_pass(request, plan, files, notes));
    }
    for (int tries = 1;; ++tries) {
      const double done = two_pass ? kFirstPassShare : 0;
      auto passed = co_await run_pass(plan, files, two_pass ? Pass::second : Pass::single, request, done);
      if (!passed && kept_pass && passed.error().code == Errc::corrupt) {
        // What lies in the work folder may be torn.
        kept_pass = false;
        REC_CO_CHECK(co_await first_pass(request, plan, files, notes));
        continue;
      }
      if (!passed) co_return fail(std::move(passed).error());
      const std::uint64_t bytes = size_or_0(files.output);
      if (bytes <= request.target_bytes) co_return co_await adopt(files.output, request, plan.duration);
      if (tries == kMostTries) {
        co_return fail(Errc::invalid, fmt::format("{}: not within {} bytes after {} tries", request.output,
                                                  request.target_bytes, tries));
      }
      log::info("compress.again", {{"output", request.output}, {"bytes", bytes}, {"kbps", plan.video_kbps}});
      REC_CO_TRY(plan, with_less(std::move(plan), bytes, request.target_bytes));
      notes.video_kbps = plan.video_kbps;
      if (two_pass) REC_CO_CHECK(co_await keep(request.work_folder, notes));
    }
  }

  Task<> keep(std::string folder, PassNotes notes) {
    auto job = [folder = std::move(folder), notes = std::move(notes)] { return write_notes(folder, notes); };
    co_return co_await run_on(chores_, std::move(job));
  }

  Task<> first_pass(CompressRequest request, EncodePlan plan, EncodeFiles files, PassNotes notes) {
    REC_CO_CHECK(co_await run_pass(plan, std::move(files), Pass::first, request, 0));
    notes.first_pass = true;
    notes.video_kbps = plan.video_kbps;
    co_return co_await keep(request.work_folder, std::move(notes));
  }

  /// `done` is how much of all had been done before.
  Task<> run_pass(EncodePlan plan, EncodeFiles files, Pass pass, CompressRequest request, double done) {
    const double share = pass == Pass::first ? kFirstPassShare : 1 - done;
    std::function<void(double)> tell;
    if (request.progress) {
      tell = [to = request.progress, done, share](double part) { to(done + share * part); };
    }
    const auto lines = std::make_shared<ProgressLines>(plan.duration, std::move(tell));
    ChildRequest child;
    child.argv = ffmpeg_arguments(plan, files, pass);
    child.argv.insert(child.argv.begin(), ffmpeg_);
    child.nice = kLeastNice;
    child.timeout = kLongestSilence;
    child.max_output = kKeptWords;
    child.on_out = [lines](std::string_view piece) { lines->hear(piece); };
    REC_CO_TRY(const ChildResult ended, co_await run_child(std::move(child)));
    if (ended.exit_code != 0) co_return fail(pass_error(ended, request.output));
    co_return Result<void>();
  }

  Worker& chores_;
  std::vector<std::string> worker_;
  std::string ffmpeg_;
};

}  // namespace

std::unique_ptr<Compressor> make_ffmpeg_compressor(Worker& chores, std::vector<std::string> worker_argv,
                                                   std::string ffmpeg) {
  return std::make_unique<FfmpegCompressor>(chores, std::move(worker_argv), std::move(ffmpeg));
}

}  // namespace rec::media
