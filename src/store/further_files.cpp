// A part's further files as JSON in one column.
#include <boost/json.hpp>

#include "base/json_bytes.hpp"
#include "store/file_json.hpp"
#include "store/row_codec.hpp"

namespace rec::row_codec {

namespace json = boost::json;

json::object object_of(const session::PartFile& file) {
  return {{"path", file.path},
          {"bytes", file.bytes},
          {"duration_ms", file.duration.count()},
          {"width", file.width},
          {"height", file.height},
          {"rate", file.rate},
          {"sha256", file.sha256},
          {"thumbnail", file.thumbnail},
          {"thumbnail_width", file.thumbnail_width},
          {"thumbnail_height", file.thumbnail_height},
          {"encoded", file.encoded}};
}

session::PartFile file_of(const json::object& object) {
  const auto text = [&](const char* key) { return std::string(object.at(key).as_string()); };
  session::PartFile file;
  file.path = text("path");
  file.bytes = object.at("bytes").to_number<std::uint64_t>();
  file.duration = Millis(object.at("duration_ms").to_number<std::int64_t>());
  file.width = object.at("width").to_number<int>();
  file.height = object.at("height").to_number<int>();
  if (const json::value* rate = object.if_contains("rate")) file.rate = rate->to_number<int>();
  file.sha256 = text("sha256");
  file.thumbnail = text("thumbnail");
  file.thumbnail_width = object.at("thumbnail_width").to_number<int>();
  file.thumbnail_height = object.at("thumbnail_height").to_number<int>();
  if (const json::value* encoded = object.if_contains("encoded")) file.encoded = encoded->as_bool();
  return file;
}

std::string further_column(const std::vector<session::PartFile>& further) {
  if (further.empty()) return "";
  json::array files;
  for (const session::PartFile& file : further) files.push_back(object_of(file));
  return json::serialize(files);
}

Result<std::vector<session::PartFile>> further_of(const std::string& column) {
  std::vector<session::PartFile> files;
  if (column.empty()) return files;
  try {
    const json::value value = json_of_bytes(column);
    for (const json::value& file : value.as_array()) files.push_back(file_of(file.as_object()));
  } catch (const std::exception& problem) {
    return fail(Errc::corrupt, std::string("parts.further is not a list of files: ") + problem.what());
  }
  return files;
}

}  // namespace rec::row_codec
