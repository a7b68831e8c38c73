// Reads a request, makes the part, writes the answer.
#include "media_av/media_worker.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <string_view>

#include "media/part_json.hpp"
#include "media_av/cut.hpp"
#include "media_av/file_look.hpp"
#include "media_av/finished_part.hpp"
#include "media_av/liveness.hpp"
#include "media_av/part_maker.hpp"
#include "media_av/thumbnail.hpp"

namespace rec::media {
namespace {

Result<std::string> read_request() {
  std::string text;
  char chunk[64 * 1024];
  for (;;) {
    const ssize_t got = ::read(STDIN_FILENO, chunk, sizeof chunk);
    if (got == 0) return text;
    if (got < 0 && errno != EINTR) return fail(errno_error(errno, "reading the media request"));
    if (got > 0) text.append(chunk, static_cast<std::size_t>(got));
  }
}

bool write_answer(std::string_view text) {
  while (!text.empty()) {
    const ssize_t done = ::write(STDOUT_FILENO, text.data(), text.size());
    if (done < 0 && errno != EINTR) return false;
    if (done > 0) text.remove_prefix(static_cast<std::size_t>(done));
  }
  return true;
}

// Somebody looks at a page: it must not cost more than that is worth, whatever the bytes are.
std::string answer_with_picture(const MediaRun& run) {
  const rlimit seconds{5, 5};
  ::setrlimit(RLIMIT_CPU, &seconds);
  Result<Thumbnail> made = make_live_picture(run);
  if (!made) return to_json(Result<MadePicture>(fail(std::move(made).error())));
  return to_json(Result<MadePicture>(MadePicture{std::move(made->jpeg)}));
}

// The answer, as JSON.
std::string work() {
  const Result<std::string> text = read_request();
  if (!text) return to_json(Result<session::PartFile>(fail(text.error())));
  const Result<MediaRequest> request = request_from_json(*text);
  if (!request) return to_json(Result<session::PartFile>(fail(request.error())));
  if (const auto* cut = std::get_if<CutRequest>(&*request)) return to_json(cut_file(*cut));
  if (const auto* look = std::get_if<FileLookRequest>(&*request)) return to_json(look_at_file(*look));
  if (const auto* file = std::get_if<DescribeRequest>(&*request)) return to_json(describe_file(*file));
  if (const auto* picture = std::get_if<PictureRequest>(&*request)) return answer_with_picture(picture->run);
  if (const auto* adopt = std::get_if<AdoptRequest>(&*request)) return to_json(adopt_part(*adopt));
  return to_json(make_part_file(std::get<MakePartRequest>(*request)));
}

}  // namespace

int media_worker_main() {
  // A crash here is expected business and told by the parent: no core file of gigabytes.
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
  watch_progress();
  return write_answer(work()) ? 0 : 1;
}

}  // namespace rec::media
