#include "web/streams.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include <boost/json/serialize.hpp>

#include "base/fd.hpp"
#include "web/changes.hpp"

namespace rec::web {
namespace {

constexpr Millis kEventInterval{1000};
constexpr int kQuietSteps = 15;
constexpr std::size_t kFilePiece = 256 * 1024;

std::string event_text(std::string_view name, const boost::json::object& data) {
  // One line: JSON has no line breaks of its own.
  return "event: " + std::string(name) + "\ndata: " + boost::json::serialize(data) + "\n\n";
}

struct Listener {
  std::shared_ptr<Latest> latest;
  Clock& clock;
  std::function<Task<bool>()> welcome;
  std::shared_ptr<int> open;
  Overview seen{};

  Listener(std::shared_ptr<Latest> from, Clock& with, std::function<Task<bool>()> who,
           std::shared_ptr<int> counter)
      : latest(std::move(from)), clock(with), welcome(std::move(who)), open(std::move(counter)) {
    ++*open;
  }
  ~Listener() { --*open; }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;
};

Task<std::string> next_event(std::shared_ptr<Listener> self) {
  if (!self->seen) {
    REC_CO_TRY(self->seen, co_await self->latest->get(kEventInterval));
    co_return "retry: 3000\n" + event_text("overview", *self->seen);
  }
  for (int step = 0; step < kQuietSteps; ++step) {
    co_await self->clock.sleep(kEventInterval);
    REC_CO_TRY(const bool welcome, co_await self->welcome());
    if (!welcome) co_return std::string();
    REC_CO_TRY(const Overview now, co_await self->latest->get(kEventInterval / 2));
    if (now == self->seen) continue;
    const auto changes = changes_between(*self->seen, *now);
    self->seen = now;
    if (!changes.empty()) co_return event_text("changes", changes);
  }
  co_return std::string(": still here\n\n");
}

struct OpenFile {
  Fd fd{};
  std::uint64_t at = 0;
  std::uint64_t end = 0;
};

Result<std::shared_ptr<OpenFile>> open_file(const std::string& path) {
  auto file = std::make_shared<OpenFile>();
  file->fd = Fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (!file->fd) return fail(errno_error(errno, "cannot open the file"));
  struct stat info{};
  if (::fstat(file->fd.get(), &info) != 0) return fail(errno_error(errno, "cannot look at the file"));
  if (!S_ISREG(info.st_mode)) return fail(Errc::not_found, "it is no file");
  file->end = static_cast<std::uint64_t>(info.st_size);
  return file;
}

Result<std::string> read_piece(OpenFile& file) {
  std::string piece(static_cast<std::size_t>(std::min<std::uint64_t>(kFilePiece, file.end - file.at)), '\0');
  if (piece.empty()) return piece;
  const auto got = ::pread(file.fd.get(), piece.data(), piece.size(), static_cast<off_t>(file.at));
  if (got < 0) return fail(errno_error(errno, "cannot read the file"));
  if (got == 0) return fail(Errc::corrupt, "the file became shorter");
  piece.resize(static_cast<std::size_t>(got));
  file.at += piece.size();
  return piece;
}

Task<std::string> next_piece_of(Worker& files, std::shared_ptr<OpenFile> file) {
  auto job = [file] { return read_piece(*file); };
  co_return co_await run_on(files, std::move(job));
}

}  // namespace

Response event_stream(std::shared_ptr<Latest> latest, Clock& clock, std::function<Task<bool>()> welcome,
                      std::shared_ptr<int> open) {
  Response response;
  response.content_type = "text/event-stream";
  response.headers = {{"Cache-Control", "no-store"}, {"X-Accel-Buffering", "no"}};
  auto listener = std::make_shared<Listener>(std::move(latest), clock, std::move(welcome), std::move(open));
  response.stream = [listener] { return next_event(listener); };
  return response;
}

Task<Response> file_response(Worker& files, std::string path, std::string range, std::string content_type) {
  auto job = [path] { return open_file(path); };
  REC_CO_TRY(const auto file, co_await run_on(files, std::move(job)));
  Response response;
  const std::uint64_t size = file->end;
  const RangeChoice choice = choose_range(range, size);
  response.headers = {{"Accept-Ranges", "bytes"}, {"Cache-Control", "private, max-age=3600"}};
  if (choice.kind == RangeKind::unsatisfiable) {
    response.status = 416;
    response.headers.emplace_back("Content-Range", "bytes */" + std::to_string(size));
    co_return response;
  }
  response.content_type = std::move(content_type);
  if (choice.kind == RangeKind::part) {
    response.status = 206;
    file->at = choice.range.first;
    file->end = choice.range.last + 1;
    response.headers.emplace_back("Content-Range", "bytes " + std::to_string(choice.range.first) + "-" +
                                                       std::to_string(choice.range.last) + "/" +
                                                       std::to_string(size));
  }
  response.stream_bytes = file->end - file->at;
  response.stream = [&files, file] { return next_piece_of(files, file); };
  co_return response;
}

}  // namespace rec::web
