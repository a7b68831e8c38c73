#include "capture/ytdlp_update.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <filesystem>

#include <boost/asio/experimental/awaitable_operators.hpp>

#include "base/folders.hpp"
#include "base/whole_file.hpp"
#include "capture/attributes.hpp"
#include "capture/ytdlp_release.hpp"

namespace rec::capture {

using asio::experimental::awaitable_operators::operator||;  // NOLINT(misc-unused-using-decls): used below

namespace {

constexpr std::size_t kMostProgram = 128U << 20U;  // yt-dlp_linux has about 36 MiB
constexpr Millis kMostTime = std::chrono::minutes(10);
constexpr Millis kTryTime = std::chrono::minutes(2);
constexpr Millis kLockPause{50};
constexpr Millis kShowPause{200};

Result<void> write_program(const std::string& path, std::string_view bytes) {
  const Fd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0700));
  if (!fd) return fail(errno_error(errno, "cannot create " + path));
  while (!bytes.empty()) {
    const ssize_t wrote = ::write(fd.get(), bytes.data(), bytes.size());
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) return fail(errno_error(errno, "cannot write " + path));
    bytes.remove_prefix(static_cast<std::size_t>(wrote));
  }
  if (::fchmod(fd.get(), 0755) != 0 || ::fsync(fd.get()) != 0) {
    return fail(errno_error(errno, "cannot write " + path));
  }
  return sync_folder(std::filesystem::path(path).parent_path().string());
}

/// The last line that the program complained with.
std::string last_words(const ChildResult& child) {
  std::string_view text = trimmed(child.err);
  text = text.substr(text.rfind('\n') + 1);
  if (text.empty()) return "it ended with code " + std::to_string(child.exit_code);
  return std::string(text.substr(0, 300));
}

/// Gone with all that is in it, unless it has been moved to its place.
struct Staging {
  std::string folder;
  ~Staging() {
    std::error_code ignored;
    std::filesystem::remove_all(folder, ignored);
  }
};

/// Collects on the client's thread; its size may be asked for meanwhile.
class CountedBody final : public BodyReceiver {
 public:
  void on_room(std::function<void()>) override {}
  void begin(int) override {}
  bool take(std::string_view bytes) override {
    body_ += bytes;
    bytes_ += bytes.size();
    return true;
  }
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }
  /// Once the fetch is over.
  std::string take_all() { return std::move(body_); }

 private:
  std::string body_;
  std::atomic<std::uint64_t> bytes_ = 0;
};

class Updater {
 public:
  Updater(YtDlpTools tools, YtDlpUpdate update)
      : tools_(std::move(tools)), update_(std::move(update)), home_(update_.data_folder) {}

  Task<YtDlpSwitched> bring();
  Task<YtDlpSwitched> go_back();

 private:
  void say(std::string_view step) const {
    if (tools_.on_step) tools_.on_step(step, 0);
  }
  Task<std::string> get(std::string url, std::size_t most, std::string what);
  Task<std::string> download(std::string url);
  asio::awaitable<void> show(std::string step, std::shared_ptr<CountedBody> body);
  Task<std::string> says_version(std::string program);
  Task<> resolves_page(std::string program);
  Task<Fd> exclusive();

  YtDlpTools tools_;
  YtDlpUpdate update_;
  YtDlpHome home_;
};

asio::awaitable<void> Updater::show(std::string step, std::shared_ptr<CountedBody> body) {
  for (;;) {
    co_await tools_.clock.sleep(kShowPause);
    if (tools_.on_step) tools_.on_step(step, body->bytes());
  }
}

Task<std::string> Updater::download(std::string url) {
  const std::string step = "downloading " + url;
  say(step);
  const auto body = std::make_shared<CountedBody>();
  HttpRequest request;
  request.url = url;
  request.proxy = update_.proxy;
  request.max_bytes = kMostProgram;
  request.timeout = kMostTime;
  request.receiver = body;
  auto fetched = co_await (tools_.http.fetch(std::move(request)) || show(step, body));
  Result<HttpResponse> response = std::get<0>(std::move(fetched));
  if (!response) co_return fail(std::move(response).error().in("downloading yt-dlp"));
  if (response->status / 100 != 2) co_return fail(http_error(*response, step));
  if (tools_.on_step) tools_.on_step(step, body->bytes());
  co_return body->take_all();
}

Task<std::string> Updater::get(std::string url, std::size_t most, std::string what) {
  HttpRequest request;
  request.url = url;
  request.proxy = update_.proxy;
  request.max_bytes = most;
  request.timeout = kMostTime;
  auto response = co_await tools_.http.fetch(std::move(request));
  if (!response) co_return fail(std::move(response).error().in(what));
  if (response->status / 100 != 2) co_return fail(http_error(*response, what + " " + url));
  co_return std::move(response->body);
}

Task<std::string> Updater::says_version(std::string program) {
  ChildRequest child;
  child.argv = {program, "--ignore-config", "--version"};
  child.timeout = kTryTime;
  auto ended = co_await tools_.run(std::move(child));
  if (!ended) co_return fail(std::move(ended).error().in("trying the new yt-dlp"));
  if (ended->exit_code != 0) {
    co_return fail(Errc::corrupt, "the new yt-dlp does not run: " + last_words(*ended));
  }
  const auto version = trimmed(ended->out);
  if (!is_ytdlp_version(version)) {
    co_return fail(Errc::corrupt,
                   "the new yt-dlp does not say its version, but " + std::string(version.substr(0, 60)));
  }
  co_return std::string(version);
}

Task<> Updater::resolves_page(std::string program) {
  if (update_.probe_url.empty()) co_return Result<void>();
  ChildRequest child;
  child.argv = {std::move(program), "-J", "--no-playlist",  "--ignore-config", "--no-warnings",
                "--no-cache-dir",   "--", update_.probe_url};
  child.timeout = kTryTime;
  auto ended = co_await tools_.run(std::move(child));
  if (!ended) co_return fail(std::move(ended).error().in("trying the new yt-dlp on " + update_.probe_url));
  const auto resolved = resolved_from_yt_dlp(*ended, {});
  if (resolved) co_return Result<void>();
  co_return fail(Errc::corrupt, "the new yt-dlp cannot resolve " + update_.probe_url + ": " +
                                    (ended->exit_code != 0 ? last_words(*ended)
                                     : resolved            ? resolved->other_backend
                                                           : resolved.error().text));
}

// Nobody is made to wait for us: a resolve that begins meanwhile goes first.
Task<Fd> Updater::exclusive() {
  const SteadyTime deadline = tools_.clock.steady() + update_.patience;
  bool said = false;
  for (;;) {
    auto lock = home_.try_exclusive();
    if (lock || lock.error().code != Errc::conflict) co_return std::move(lock);
    if (tools_.clock.steady() >= deadline) {
      co_return fail(Errc::conflict, lock.error().text +
                                         ", which resolves or records with it; nothing was changed, try "
                                         "again when that is over");
    }
    if (!std::exchange(said, true)) say("waiting until nobody uses the present yt-dlp");
    co_await tools_.clock.sleep(kLockPause);
  }
}

Task<YtDlpSwitched> Updater::bring() {
  REC_CO_TRY(const Fd alone, home_.begin_update());
  const std::string sums_url = update_.release_url + "/SHA2-256SUMS";
  say("asking " + sums_url);
  REC_CO_TRY(const auto sums, co_await get(sums_url, 1U << 20U, "checksums of the newest yt-dlp"));
  auto wanted = checksum_of(sums, update_.asset);
  if (!wanted) co_return fail(std::move(wanted).error().in(sums_url));
  YtDlpSwitched switched{home_.current_version(), home_.current_version()};
  if (!switched.before.empty() && sha256_hex(whole_file(home_.current_program()).value_or("")) == *wanted) {
    co_return switched;
  }
  const std::string program_url = update_.release_url + "/" + update_.asset;
  REC_CO_TRY(const auto bytes, co_await download(program_url));
  if (sha256_hex(bytes) != *wanted) {
    co_return fail(Errc::corrupt,
                   "what came from " + program_url +
                       " has another checksum than SHA2-256SUMS says; nothing was changed, try "
                       "again");
  }
  REC_CO_TRY(std::string folder, home_.staging_folder());
  const Staging staging{std::move(folder)};
  const std::string program = staging.folder + "/yt-dlp";
  REC_CO_CHECK(write_program(program, bytes));
  say("trying it");
  REC_CO_TRY(switched.version, co_await says_version(program));
  REC_CO_CHECK(co_await resolves_page(program));
  REC_CO_TRY(const Fd lock, co_await exclusive());
  REC_CO_CHECK(home_.install(staging.folder, switched.version));
  co_return switched;
}

Task<YtDlpSwitched> Updater::go_back() {
  REC_CO_TRY(const Fd alone, home_.begin_update());
  YtDlpSwitched switched{home_.previous_version(), home_.current_version()};
  if (switched.version.empty()) co_return fail(home_.exchange().error());
  REC_CO_CHECK(co_await says_version(home_.folder() + "/previous/yt-dlp"));
  REC_CO_TRY(const Fd lock, co_await exclusive());
  REC_CO_CHECK(home_.exchange());
  co_return switched;
}

}  // namespace

Task<YtDlpSwitched> update_ytdlp(YtDlpTools tools, YtDlpUpdate update) {
  Updater updater(std::move(tools), std::move(update));
  co_return co_await updater.bring();
}

Task<YtDlpSwitched> rollback_ytdlp(YtDlpTools tools, YtDlpUpdate update) {
  Updater updater(std::move(tools), std::move(update));
  co_return co_await updater.go_back();
}

}  // namespace rec::capture
