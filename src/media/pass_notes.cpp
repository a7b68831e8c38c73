#include "media/pass_notes.hpp"

#include <fstream>
#include <iterator>

#include <boost/json.hpp>

#include "base/private_file.hpp"

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
  const json::object object{
      {"job", notes.job}, {"first_pass", notes.first_pass}, {"video_kbps", notes.video_kbps}};
  return write_private_file(notes_path(folder), json::serialize(object));
}

}  // namespace rec::media
