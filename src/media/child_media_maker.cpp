// Starts a media worker a part.
#include "media/child_media_maker.hpp"

#include <csignal>
#include <cstring>
#include <filesystem>

#include "base/log.hpp"
#include "media/part_json.hpp"
#include "runtime/subprocess.hpp"

namespace rec::media {
namespace {

constexpr int kNice = 10;
constexpr Millis kLeastTime = std::chrono::minutes(10);
constexpr std::uint64_t kBytesASecond = 2U << 20U;  // far below any disk, so that only a hang runs into it

std::uint64_t bytes_of(const MakePartRequest& request) {
  std::uint64_t bytes = 0;
  for (const MediaRun& run : request.runs) {
    for (const Extent& extent : run.extents) bytes += extent.bytes;
    for (const std::vector<Extent>& piece : run.sound) {
      for (const Extent& extent : piece) bytes += extent.bytes;
    }
  }
  return bytes;
}

// Encoding is slow, and how slow nobody knows before: the worker itself ends when it gets no further.
constexpr std::uint64_t kEncodedBytesASecond = 16U << 10U;

Millis time_for(std::uint64_t bytes, bool encode) {
  return kLeastTime + std::chrono::seconds(bytes / (encode ? kEncodedBytesASecond : kBytesASecond));
}

// Of what a worker refuses only this can be mended: it was not allowed to encode anything.
bool may_want_encoding(const Error& error, std::uint64_t bytes, const std::string& about) {
  if (error.code != Errc::invalid) return false;
  log::warn(
      "media.encoding",
      {{"of", about},
       {"bytes", bytes},
       {"because", error.text},
       {"text", "what no part can hold is encoded anew; that may take as long as it plays, or longer"}});
  return true;
}

std::string last_line(std::string text) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text.substr(text.rfind('\n') + 1);
}

Error death_of(const ChildResult& child, const std::string& output) {
  const std::string what = "media worker for " + output;
  std::string words = last_line(child.err);
  if (!words.empty()) words = ": " + words;
  if (child.exit_code <= 128) {
    return Error{Errc::corrupt, what + ": ended with " + std::to_string(child.exit_code) + words, {}};
  }
  const int signal = child.exit_code - 128;
  const std::string how =
      what + ": ended by signal " + std::to_string(signal) + " (" + ::strsignal(signal) + ")";
  // KILL and TERM come from outside: the kernel short of memory, or a person.
  if (signal == SIGKILL || signal == SIGTERM) return Error{Errc::unavailable, how, {}};
  return Error{Errc::corrupt, how + words, {}};
}

// What the worker answered.
Task<std::string> ask_worker(std::vector<std::string> argv, std::string request, std::uint64_t bytes,
                             bool encode, std::string about) {
  ChildRequest child;
  child.argv = std::move(argv);
  child.stdin_text = std::move(request);
  child.timeout = time_for(bytes, encode);
  child.nice = kNice;
  REC_CO_TRY(ChildResult result, co_await run_child(std::move(child)));
  if (result.exit_code != 0) co_return fail(death_of(result, about));
  if (!result.err.empty()) log::warn("media.worker.said", {{"of", about}, {"text", last_line(result.err)}});
  co_return std::move(result.out);
}

class ChildMediaMaker final : public MediaMaker {
 public:
  explicit ChildMediaMaker(std::vector<std::string> argv) : argv_(std::move(argv)) {}

  Task<session::PartFile> make_part(MakePartRequest request) override {
    const std::uint64_t bytes = bytes_of(request);
    auto made = co_await ask(request, bytes);
    if (made || request.encode || !may_want_encoding(made.error(), bytes, request.output)) co_return made;
    request.encode = true;
    co_return co_await ask(std::move(request), bytes);
  }

 private:
  Task<session::PartFile> ask(MakePartRequest request, std::uint64_t bytes) {
    REC_CO_TRY(const std::string answer,
               co_await ask_worker(argv_, to_json(request), bytes, request.encode, request.output));
    co_return answer_from_json(answer);
  }

  std::vector<std::string> argv_;
};

std::uint64_t size_of(const std::string& path) {
  std::error_code problem;
  const std::uintmax_t bytes = std::filesystem::file_size(path, problem);
  return problem ? 0 : bytes;
}

class ChildFileCutter final : public FileCutter {
 public:
  explicit ChildFileCutter(std::vector<std::string> argv) : argv_(std::move(argv)) {}

  Task<std::vector<session::PartFile>> cut(CutFileRequest request) override {
    CutRequest inner{
        request.input, request.output_folder, request.stem, {request.bytes, request.duration}, request.sound};
    inner.sound_alone = request.sound_alone;
    auto parts = co_await cut_in_child(argv_, inner);
    const std::uint64_t bytes = size_of(inner.input);
    if (parts || !may_want_encoding(parts.error(), bytes, inner.input)) co_return parts;
    inner.encode = true;
    co_return co_await cut_in_child(argv_, std::move(inner));
  }
  Task<FileLook> look(FileLookRequest request) override {
    const std::uint64_t bytes = size_of(request.file) + size_of(request.previous);
    REC_CO_TRY(const std::string answer,
               co_await ask_worker(argv_, to_json(request), bytes, false, request.file));
    co_return look_from_json(answer);
  }

 private:
  std::vector<std::string> argv_;
};

}  // namespace

std::unique_ptr<FileCutter> make_child_file_cutter(std::vector<std::string> argv) {
  return std::make_unique<ChildFileCutter>(std::move(argv));
}

std::unique_ptr<MediaMaker> make_child_media_maker(std::vector<std::string> argv) {
  return std::make_unique<ChildMediaMaker>(std::move(argv));
}

Task<std::vector<session::PartFile>> cut_in_child(std::vector<std::string> argv, CutRequest request) {
  const std::uint64_t bytes = size_of(request.input) + size_of(request.sound);
  REC_CO_TRY(const std::string answer,
             co_await ask_worker(std::move(argv), to_json(request), bytes, request.encode, request.input));
  co_return parts_from_json(answer);
}

}  // namespace rec::media
