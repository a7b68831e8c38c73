// Starts a media worker a part.
#include "media/child_media_maker.hpp"

#include <filesystem>

#include "base/log.hpp"
#include "media/part_json.hpp"
#include "media/worker_child.hpp"

namespace rec::media {
namespace {

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
