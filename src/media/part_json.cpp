// JSON for the media worker.
#include "media/part_json.hpp"

#include <boost/json.hpp>

namespace rec::media {
namespace {

namespace json = boost::json;

// Paths and titles are bytes, not necessarily UTF-8.
json::parse_options any_bytes() {
  json::parse_options options;
  options.allow_invalid_utf8 = true;
  return options;
}

std::string text_at(const json::object& object, std::string_view key) {
  return std::string(object.at(key).as_string());
}

Extent extent_from(const json::object& object) {
  return {text_at(object, "file"), object.at("offset").to_number<std::uint64_t>(),
          object.at("bytes").to_number<std::uint64_t>()};
}

MakePartRequest request_from(const json::value& value) {
  const json::object& object = value.as_object();
  MakePartRequest request;
  request.output = text_at(object, "output");
  request.title = text_at(object, "title");
  for (const json::value& extents : object.at("runs").as_array()) {
    MediaRun run;
    for (const json::value& extent : extents.as_array())
      run.extents.push_back(extent_from(extent.as_object()));
    request.runs.push_back(std::move(run));
  }
  return request;
}

session::PartFile part_from(const json::object& object) {
  session::PartFile part;
  part.path = text_at(object, "path");
  part.bytes = object.at("bytes").to_number<std::uint64_t>();
  part.duration = Millis(object.at("duration_ms").to_number<std::int64_t>());
  part.width = object.at("width").to_number<int>();
  part.height = object.at("height").to_number<int>();
  part.sha256 = text_at(object, "sha256");
  part.thumbnail = text_at(object, "thumbnail");
  part.thumbnail_width = object.at("thumbnail_width").to_number<int>();
  part.thumbnail_height = object.at("thumbnail_height").to_number<int>();
  return part;
}

Errc code_from(std::string_view name) {
  for (const Errc code : {Errc::cancelled, Errc::timed_out, Errc::unavailable, Errc::rate_limited,
                          Errc::denied, Errc::not_found, Errc::conflict, Errc::no_space, Errc::invalid}) {
    if (word(code) == name) return code;
  }
  return Errc::corrupt;
}

}  // namespace

std::string to_json(const MakePartRequest& request) {
  json::array runs;
  for (const MediaRun& run : request.runs) {
    json::array extents;
    for (const Extent& extent : run.extents) {
      extents.push_back(
          json::object{{"file", extent.file}, {"offset", extent.offset}, {"bytes", extent.bytes}});
    }
    runs.push_back(std::move(extents));
  }
  return json::serialize(json::object{{"output", request.output}, {"title", request.title}, {"runs", runs}});
}

Result<MakePartRequest> request_from_json(std::string_view text) {
  try {
    return request_from(json::parse(text, {}, any_bytes()));
  } catch (const std::exception& problem) {
    return fail(Errc::invalid, std::string("media request: not the JSON expected: ") + problem.what());
  }
}

std::string to_json(const Result<session::PartFile>& answer) {
  if (!answer) {
    const json::object error{{"code", word(answer.error().code)}, {"text", answer.error().text}};
    return json::serialize(json::object{{"error", error}});
  }
  const json::object ok{{"path", answer->path},
                        {"bytes", answer->bytes},
                        {"duration_ms", answer->duration.count()},
                        {"width", answer->width},
                        {"height", answer->height},
                        {"sha256", answer->sha256},
                        {"thumbnail", answer->thumbnail},
                        {"thumbnail_width", answer->thumbnail_width},
                        {"thumbnail_height", answer->thumbnail_height}};
  return json::serialize(json::object{{"ok", ok}});
}

Result<session::PartFile> answer_from_json(std::string_view text) {
  try {
    const json::value value = json::parse(text, {}, any_bytes());
    const json::object& object = value.as_object();
    if (const json::value* ok = object.if_contains("ok")) return part_from(ok->as_object());
    const json::object& error = object.at("error").as_object();
    return fail(code_from(text_at(error, "code")), text_at(error, "text"));
  } catch (const std::exception& problem) {
    return fail(Errc::corrupt, std::string("media worker: not the answer expected: ") + problem.what());
  }
}

}  // namespace rec::media
