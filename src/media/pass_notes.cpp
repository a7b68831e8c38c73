#include "media/pass_notes.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <fstream>
#include <iterator>

#include <boost/json.hpp>

#include "base/fd.hpp"
#include "base/folders.hpp"

namespace rec::media {
namespace {

namespace json = boost::json;

std::string notes_path(const std::string& folder) { return folder + "/notes.json"; }

json::parse_options any_name() {
  json::parse_options options;
  options.allow_invalid_utf8 = true;  // paths are bytes
  return options;
}

}  // namespace

PassNotes read_notes(const std::string& folder) {
  std::ifstream file(notes_path(folder), std::ios::binary);
  const std::string text((std::istreambuf_iterator<char>(file)), {});
  try {
    const json::value value = json::parse(text, {}, any_name());
    return {std::string(value.at("job").as_string()), value.at("first_pass").as_bool(),
            value.at("video_kbps").to_number<int>()};
  } catch (const std::exception&) {
    return {};
  }
}

Result<void> write_notes(const std::string& folder, const PassNotes& notes) {
  const std::string path = notes_path(folder);
  const std::string draft = path + ".part";
  const std::string text = json::serialize(
      json::object{{"job", notes.job}, {"first_pass", notes.first_pass}, {"video_kbps", notes.video_kbps}});
  const Fd file(::open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (!file) return fail(errno_error(errno, "creating " + draft));
  const auto written = ::write(file.get(), text.data(), text.size());
  if (written != static_cast<ssize_t>(text.size()))
    return fail(errno_error(written < 0 ? errno : ENOSPC, "writing " + draft));
  if (::fsync(file.get()) != 0) return fail(errno_error(errno, "syncing " + draft));
  if (std::rename(draft.c_str(), path.c_str()) != 0) return fail(errno_error(errno, "naming " + path));
  return sync_folder(folder);
}

}  // namespace rec::media
