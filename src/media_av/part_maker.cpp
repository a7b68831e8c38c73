// From runs to files that can be sent.
#include "media_av/part_maker.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <memory>

#include "base/log.hpp"
#include "media_av/cut.hpp"
#include "media_av/durable_file.hpp"
#include "media_av/file_index.hpp"
#include "media_av/finished_part.hpp"
#include "media_av/remux.hpp"

namespace rec::media {
namespace {

constexpr std::size_t kMostPartFiles = 10;  // what a post can hold

// Everything an attempt has made; what is not taken goes.
class PartFiles {
 public:
  explicit PartFiles(const MakePartRequest& request) : request_(request) {
    for (std::size_t i = 0; i < kMostPartFiles; ++i) {
      remove_leftovers(path(i));
      ::unlink(whole(i).c_str());
    }
  }
  ~PartFiles() {
    for (const session::PartFile& file : made_) {
      ::unlink(file.path.c_str());
      if (!file.thumbnail.empty()) ::unlink(file.thumbnail.c_str());
    }
    for (std::size_t i = 0; i < reports_.size(); ++i) ::unlink(whole(i).c_str());
  }
  PartFiles(const PartFiles&) = delete;
  PartFiles& operator=(const PartFiles&) = delete;

  Result<session::PartFile> make() {
    REC_TRY(reports_, remux_files(request_, [this](std::size_t i) { return temporary(i); }));
    REC_TRY(const bool large, too_large());
    REC_CHECK(large ? cut() : finish());
    if (made_.size() > kMostPartFiles)
      return fail(Errc::invalid, fmt::format("{}: more than {} files of {} bytes; raise the limit",
                                             request_.output, kMostPartFiles, request_.most_bytes));
    say();
    return take();
  }

 private:
  [[nodiscard]] std::string path(std::size_t index) const {
    if (index == 0) return request_.output;
    const std::filesystem::path output(request_.output);
    const std::string name =
        fmt::format("{}_{:02}{}", output.stem().string(), index + 1, output.extension().string());
    return (output.parent_path() / name).string();
  }
  // Where a file waits that is to be cut.
  [[nodiscard]] std::string whole(std::size_t index) const {
    return fmt::format("{}.whole{}", request_.output, index);
  }

  std::string temporary(std::size_t index) {
    while (files_.size() <= index) files_.push_back(std::make_unique<DurableFile>(path(files_.size())));
    return files_[index]->temporary();
  }

  Result<bool> too_large() {
    for (std::size_t i = 0; i < reports_.size(); ++i) {
      REC_TRY(const FileIndex found, index_of(temporary(i)));
      if (request_.most_bytes > 0 && found.file_bytes > request_.most_bytes) return true;
      if (found.index_bytes > kMostIndex) return true;
    }
    return false;
  }

  Result<bool> finish() {
    for (std::size_t i = 0; i < reports_.size(); ++i) {
      REC_TRY(session::PartFile made, finish_part(*files_[i], path(i), reports_[i]));
      made_.push_back(std::move(made));
    }
    return true;
  }

  Result<bool> cut() {
    for (std::size_t i = 0; i < reports_.size(); ++i) {
      if (::rename(temporary(i).c_str(), whole(i).c_str()) < 0)
        return fail(errno_error(errno, "renaming " + temporary(i)));
    }
    files_.clear();
    for (std::size_t i = 0; i < reports_.size(); ++i) {
      CutRequest request;
      request.input = whole(i);
      request.title = request_.title;
      request.encode = request_.encode;
      request.sound_alone = request_.sound_alone;
      request.limits.bytes = request_.most_bytes > 0 ? request_.most_bytes : UINT64_MAX;
      request.path = [this, before = made_.size()](std::size_t index) { return path(before + index); };
      REC_TRY(std::vector<session::PartFile> pieces, cut_file(request));
      for (session::PartFile& piece : pieces) made_.push_back(std::move(piece));
      ::unlink(whole(i).c_str());
    }
    return true;
  }

  void say() const {
    for (const RemuxReport& report : reports_) {
      if (!report.missing.empty())
        log::warn("part.salvaged", {{"path", request_.output}, {"missing", report.missing}});
      if (report.mixed) log::warn("part.mixed", {{"path", request_.output}});
    }
    if (made_.size() == 1) return;
    std::string why;
    for (const RemuxReport& report : reports_) {
      if (!report.because.empty()) why += (why.empty() ? "" : "; ") + report.because;
    }
    if (why.empty()) why = "larger than a file may be";
    log::warn("part.divided", {{"path", request_.output}, {"files", made_.size()}, {"because", why}});
  }

  session::PartFile take() {
    session::PartFile first = std::move(made_.front());
    for (std::size_t i = 1; i < made_.size(); ++i) first.further.push_back(std::move(made_[i]));
    made_.clear();
    return first;
  }

  const MakePartRequest& request_;
  std::vector<RemuxReport> reports_;
  std::vector<std::unique_ptr<DurableFile>> files_;
  std::vector<session::PartFile> made_;
};

}  // namespace

Result<session::PartFile> make_part_file(const MakePartRequest& request) { return PartFiles(request).make(); }

}  // namespace rec::media
