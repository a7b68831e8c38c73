// JSON for the media worker.
#include "media/part_json.hpp"

#include <stdexcept>

#include <boost/json.hpp>

#include "base/base64.hpp"
#include "base/json_bytes.hpp"

namespace rec::media {
namespace {

namespace json = boost::json;

std::string text_at(const json::object& object, std::string_view key) {
  return std::string(object.at(key).as_string());
}

Extent extent_from(const json::object& object) {
  return {text_at(object, "file"), object.at("offset").to_number<std::uint64_t>(),
          object.at("bytes").to_number<std::uint64_t>()};
}

std::vector<Extent> extents_from(const json::value& value) {
  std::vector<Extent> out;
  for (const json::value& extent : value.as_array()) out.push_back(extent_from(extent.as_object()));
  return out;
}

// The sound beside the pictures: for each run a list of pieces; absent where there is none anywhere.
void take_sound(const json::object& object, std::vector<MediaRun>& runs) {
  const json::value* sound = object.if_contains("sound");
  if (sound == nullptr) return;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    for (const json::value& piece : sound->as_array().at(i).as_array())
      runs[i].sound.push_back(extents_from(piece));
  }
}

MakePartRequest request_from(const json::value& value) {
  const json::object& object = value.as_object();
  MakePartRequest request;
  request.output = text_at(object, "output");
  request.title = text_at(object, "title");
  for (const json::value& extents : object.at("runs").as_array())
    request.runs.push_back({extents_from(extents), {}});
  take_sound(object, request.runs);
  if (const json::value* tails = object.if_contains("tails")) {
    for (std::size_t i = 0; i < request.runs.size(); ++i)
      request.runs[i].tail_bytes = tails->as_array().at(i).to_number<std::uint64_t>();
  }
  if (const json::value* next = object.if_contains("next")) request.next.extents = extents_from(*next);
  request.sound_alone = object.contains("sound_alone");
  request.encode = object.contains("encode");
  if (const json::value* most = object.if_contains("most_bytes"))
    request.most_bytes = most->to_number<std::uint64_t>();
  return request;
}

CutRequest cut_from(const json::object& object) {
  CutRequest request;
  request.input = text_at(object, "input");
  request.sound = text_at(object, "sound");
  request.output_folder = text_at(object, "folder");
  request.name_stem = text_at(object, "stem");
  request.limits.bytes = object.at("bytes").to_number<std::uint64_t>();
  request.limits.duration = Millis(object.at("duration_ms").to_number<std::int64_t>());
  request.sound_alone = object.contains("sound_alone");
  request.encode = object.contains("encode");
  return request;
}

FileLookRequest look_request_from(const json::object& object) {
  return {text_at(object, "file"), text_at(object, "previous"),
          object.at("window").to_number<std::uint64_t>()};
}

AdoptRequest adopt_request_from(const json::object& object) {
  return {text_at(object, "file"), text_at(object, "output"),
          object.at("most_bytes").to_number<std::uint64_t>(),
          Millis(object.at("duration_ms").to_number<std::int64_t>())};
}

PictureRequest picture_request_from(const json::object& object) {
  PictureRequest request;
  request.run.extents = extents_from(object.at("extents"));
  return request;
}

MediaRequest any_request_from(const json::value& value) {
  const std::string kind = text_at(value.as_object(), "kind");
  if (kind == "cut") return cut_from(value.as_object());
  if (kind == "part") return request_from(value);
  if (kind == "look") return look_request_from(value.as_object());
  if (kind == "describe") return DescribeRequest{text_at(value.as_object(), "file")};
  if (kind == "picture") return picture_request_from(value.as_object());
  if (kind == "adopt") return adopt_request_from(value.as_object());
  throw std::invalid_argument("kind '" + kind + "'");
}

session::PartFile part_from(const json::object& object) {
  session::PartFile part;
  part.path = text_at(object, "path");
  part.bytes = object.at("bytes").to_number<std::uint64_t>();
  part.duration = Millis(object.at("duration_ms").to_number<std::int64_t>());
  part.width = object.at("width").to_number<int>();
  part.height = object.at("height").to_number<int>();
  part.rate = object.at("rate").to_number<int>();
  part.sha256 = text_at(object, "sha256");
  part.thumbnail = text_at(object, "thumbnail");
  part.thumbnail_width = object.at("thumbnail_width").to_number<int>();
  part.thumbnail_height = object.at("thumbnail_height").to_number<int>();
  part.encoded = object.contains("encoded");
  if (const json::value* further = object.if_contains("further")) {
    for (const json::value& one : further->as_array()) part.further.push_back(part_from(one.as_object()));
  }
  return part;
}

json::object to_object(const session::PartFile& part) {
  json::object out{{"path", part.path},
                   {"bytes", part.bytes},
                   {"duration_ms", part.duration.count()},
                   {"width", part.width},
                   {"height", part.height},
                   {"rate", part.rate},
                   {"sha256", part.sha256},
                   {"thumbnail", part.thumbnail},
                   {"thumbnail_width", part.thumbnail_width},
                   {"thumbnail_height", part.thumbnail_height}};
  if (part.encoded) out["encoded"] = true;
  if (part.further.empty()) return out;
  json::array further;
  for (const session::PartFile& one : part.further) further.push_back(to_object(one));
  out["further"] = std::move(further);
  return out;
}

json::array to_array(const std::vector<Extent>& extents) {
  json::array out;
  for (const Extent& extent : extents)
    out.push_back(json::object{{"file", extent.file}, {"offset", extent.offset}, {"bytes", extent.bytes}});
  return out;
}

Errc code_from(std::string_view name) {
  for (const Errc code : {Errc::cancelled, Errc::timed_out, Errc::unavailable, Errc::rate_limited,
                          Errc::denied, Errc::not_found, Errc::conflict, Errc::no_space, Errc::invalid}) {
    if (word(code) == name) return code;
  }
  return Errc::corrupt;
}

std::string error_json(const Error& error) {
  const json::object inside{{"code", word(error.code)}, {"text", error.text}};
  return json::serialize(json::object{{"error", inside}});
}

template <class T, class Read>
Result<T> read_answer(std::string_view text, Read read) {
  try {
    const json::value value = json_of_bytes(text);
    const json::object& object = value.as_object();
    if (const json::value* ok = object.if_contains("ok")) return read(*ok);
    const json::object& error = object.at("error").as_object();
    return fail(code_from(text_at(error, "code")), text_at(error, "text"));
  } catch (const std::exception& problem) {
    return fail(Errc::corrupt, std::string("media worker: not the answer expected: ") + problem.what());
  }
}

}  // namespace

std::string to_json(const MakePartRequest& request) {
  json::array runs;
  json::array sound;
  json::array tails;
  bool beside = false;
  bool goes_on = false;
  for (const MediaRun& run : request.runs) {
    runs.push_back(to_array(run.extents));
    json::array pieces;
    for (const std::vector<Extent>& piece : run.sound) pieces.push_back(to_array(piece));
    beside = beside || !pieces.empty();
    tails.push_back(run.tail_bytes);
    goes_on = goes_on || run.tail_bytes > 0;
    sound.push_back(std::move(pieces));
  }
  json::object out{{"kind", "part"}, {"output", request.output}, {"title", request.title}, {"runs", runs}};
  if (goes_on) out["tails"] = std::move(tails);
  if (beside) out["sound"] = std::move(sound);
  if (!request.next.extents.empty()) out["next"] = to_array(request.next.extents);
  if (request.most_bytes > 0) out["most_bytes"] = request.most_bytes;
  if (request.sound_alone) out["sound_alone"] = true;
  if (request.encode) out["encode"] = true;
  return json::serialize(out);
}

std::string to_json(const CutRequest& request) {
  json::object out{{"kind", "cut"},
                   {"input", request.input},
                   {"sound", request.sound},
                   {"folder", request.output_folder},
                   {"stem", request.name_stem},
                   {"bytes", request.limits.bytes},
                   {"duration_ms", request.limits.duration.count()}};
  if (request.sound_alone) out["sound_alone"] = true;
  if (request.encode) out["encode"] = true;
  return json::serialize(out);
}

std::string to_json(const FileLookRequest& request) {
  return json::serialize(json::object{
      {"kind", "look"}, {"file", request.file}, {"previous", request.previous}, {"window", request.window}});
}

std::string to_json(const DescribeRequest& request) {
  return json::serialize(json::object{{"kind", "describe"}, {"file", request.file}});
}

std::string to_json(const AdoptRequest& request) {
  return json::serialize(json::object{{"kind", "adopt"},
                                      {"file", request.file},
                                      {"output", request.output},
                                      {"most_bytes", request.most_bytes},
                                      {"duration_ms", request.duration.count()}});
}

std::string to_json(const PictureRequest& request) {
  return json::serialize(json::object{{"kind", "picture"}, {"extents", to_array(request.run.extents)}});
}

std::string to_json(const Result<MadePicture>& answer) {
  if (!answer) return error_json(answer.error());
  const json::object inside{{"jpeg", base64(answer->jpeg)}};
  return json::serialize(json::object{{"ok", inside}});
}

Result<std::string> picture_from_json(std::string_view text) {
  return read_answer<std::string>(
      text, [](const json::value& ok) { return from_base64(text_at(ok.as_object(), "jpeg")); });
}

Result<MediaRequest> request_from_json(std::string_view text) {
  try {
    return any_request_from(json_of_bytes(text));
  } catch (const std::exception& problem) {
    return fail(Errc::invalid, std::string("media request: not the JSON expected: ") + problem.what());
  }
}

std::string to_json(const Result<session::PartFile>& answer) {
  if (!answer) return error_json(answer.error());
  return json::serialize(json::object{{"ok", to_object(*answer)}});
}

std::string to_json(const Result<std::vector<session::PartFile>>& answer) {
  if (!answer) return error_json(answer.error());
  json::array parts;
  for (const session::PartFile& part : *answer) parts.push_back(to_object(part));
  return json::serialize(json::object{{"ok", parts}});
}

std::string to_json(const Result<FileLook>& answer) {
  if (!answer) return error_json(answer.error());
  const json::object inside{
      {"duration_ms", answer->duration.count()}, {"bytes", answer->bytes}, {"repeats", answer->repeats}};
  return json::serialize(json::object{{"ok", inside}});
}

Result<FileLook> look_from_json(std::string_view text) {
  return read_answer<FileLook>(text, [](const json::value& ok) {
    const json::object& object = ok.as_object();
    return FileLook{Millis(object.at("duration_ms").to_number<std::int64_t>()),
                    object.at("bytes").to_number<std::uint64_t>(), object.at("repeats").as_bool()};
  });
}

std::string to_json(const Result<MediaFacts>& answer) {
  if (!answer) return error_json(answer.error());
  const json::object inside{{"duration_ms", answer->duration.count()},
                            {"bytes", answer->bytes},
                            {"width", answer->width},
                            {"height", answer->height},
                            {"rate_num", answer->rate_num},
                            {"rate_den", answer->rate_den},
                            {"sound", answer->sound},
                            {"hdr", answer->hdr}};
  return json::serialize(json::object{{"ok", inside}});
}

Result<MediaFacts> facts_from_json(std::string_view text) {
  return read_answer<MediaFacts>(text, [](const json::value& ok) {
    const json::object& object = ok.as_object();
    MediaFacts facts;
    facts.duration = Millis(object.at("duration_ms").to_number<std::int64_t>());
    facts.bytes = object.at("bytes").to_number<std::uint64_t>();
    facts.width = object.at("width").to_number<int>();
    facts.height = object.at("height").to_number<int>();
    facts.rate_num = object.at("rate_num").to_number<int>();
    facts.rate_den = object.at("rate_den").to_number<int>();
    facts.sound = object.at("sound").as_bool();
    facts.hdr = std::string(object.at("hdr").as_string());
    return facts;
  });
}

Result<session::PartFile> answer_from_json(std::string_view text) {
  return read_answer<session::PartFile>(text,
                                        [](const json::value& ok) { return part_from(ok.as_object()); });
}

Result<std::vector<session::PartFile>> parts_from_json(std::string_view text) {
  return read_answer<std::vector<session::PartFile>>(text, [](const json::value& ok) {
    std::vector<session::PartFile> parts;
    for (const json::value& part : ok.as_array()) parts.push_back(part_from(part.as_object()));
    return parts;
  });
}

}  // namespace rec::media
