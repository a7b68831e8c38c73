// Starts a media worker for one request.
#include "media/worker_child.hpp"

#include <csignal>
#include <cstring>

#include "base/log.hpp"
#include "runtime/subprocess.hpp"

namespace rec::media {
namespace {

constexpr int kNice = 10;
constexpr Millis kLeastTime = std::chrono::minutes(10);
constexpr std::uint64_t kBytesASecond = 2U << 20U;  // far below any disk, so that only a hang runs into it
// Encoding is slow, and how slow nobody knows before: the worker itself ends when it gets no further.
constexpr std::uint64_t kEncodedBytesASecond = 16U << 10U;

Millis time_for(std::uint64_t bytes, bool encode) {
  return kLeastTime + std::chrono::seconds(bytes / (encode ? kEncodedBytesASecond : kBytesASecond));
}

std::string last_worker_line(std::string text) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text.substr(text.rfind('\n') + 1);
}

Error death_of(const ChildResult& child, const std::string& output) {
  const std::string what = "media worker for " + output;
  std::string words = last_worker_line(child.err);
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

}  // namespace

Task<std::string> ask_worker(std::vector<std::string> argv, std::string request, std::uint64_t bytes,
                             bool encode, std::string about) {
  ChildRequest child;
  child.argv = std::move(argv);
  child.stdin_text = std::move(request);
  child.timeout = time_for(bytes, encode);
  child.nice = kNice;
  REC_CO_TRY(ChildResult result, co_await run_child(std::move(child)));
  if (result.exit_code != 0) co_return fail(death_of(result, about));
  if (!result.err.empty())
    log::warn("media.worker.said", {{"of", about}, {"text", last_worker_line(result.err)}});
  co_return std::move(result.out);
}

}  // namespace rec::media
