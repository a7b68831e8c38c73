#include "media/pass_notes.hpp"

#include <boost/json.hpp>

#include "base/json_bytes.hpp"
#include "base/private_file.hpp"
#include "base/whole_file.hpp"

namespace rec::media {
namespace {

namespace json = boost::json;

std::string notes_path(const std::string& folder) { return folder + "/notes.json"; }

}  // namespace

PassNotes read_notes(const std::string& folder) {
  try {
    const json::value value = json_of_bytes(whole_file(notes_path(folder)).value_or(""));
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
