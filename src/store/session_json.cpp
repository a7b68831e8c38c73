// A session's target and its end as JSON in columns, and numbers of messages.
#include <boost/json.hpp>

#include "base/json_bytes.hpp"
#include "store/file_json.hpp"
#include "store/row_codec.hpp"

namespace rec::row_codec {
namespace {

namespace json = boost::json;

/// What `read` throws means that the column is not what it should be.
template <class Read>
Result<void> guarded(const char* what, const Read& read) {
  try {
    return read();
  } catch (const std::exception& problem) {
    return fail(Errc::corrupt, std::string(what) + " cannot be read: " + problem.what());
  }
}

json::value chat_json(const Chat& chat) {
  return chat.id != 0 ? json::value(chat.id) : json::value(chat.name);
}

Chat chat_of(const json::value& value) {
  Chat chat;
  if (value.is_string())
    chat.name = std::string(value.get_string());
  else
    chat.id = value.to_number<std::int64_t>();
  return chat;
}

json::object place_json(const session::Place& place) {
  return {{"found", word(place.found)}, {"chat", place.chat}, {"reply_to", place.reply_to}};
}

json::object compressed_json(const session::Compressed& compressed) {
  json::object out{{"made", word(compressed.made)}, {"error", compressed.error},
                   {"marker", compressed.marker},   {"posted", word(compressed.posted)},
                   {"chat", compressed.chat},       {"message", compressed.message},
                   {"copy", word(compressed.copy)}, {"copied", compressed.copied}};
  if (!compressed.file.path.empty()) out["file"] = object_of(compressed.file);
  return out;
}

constexpr std::pair<const char*, bool session::Flags::*> kFlags[] = {
    {"cancelled", &session::Flags::cancelled},
    {"skip_upload", &session::Flags::skip_upload},
    {"skip_compression", &session::Flags::skip_compression},
    {"skip_forwarding", &session::Flags::skip_forwarding}};

Result<void> take_place(const json::object& object, session::Place& place) {
  REC_TRY(place.found, stage_of(object.at("found").as_string()));
  place.chat = object.at("chat").to_number<std::int64_t>();
  place.reply_to = object.at("reply_to").to_number<std::int64_t>();
  return {};
}

Result<void> take_compressed(const json::object& object, session::Compressed& compressed) {
  REC_TRY(compressed.made, stage_of(object.at("made").as_string()));
  REC_TRY(compressed.posted, stage_of(object.at("posted").as_string()));
  REC_TRY(compressed.copy, stage_of(object.at("copy").as_string()));
  compressed.error = std::string(object.at("error").as_string());
  compressed.marker = std::string(object.at("marker").as_string());
  compressed.chat = object.at("chat").to_number<std::int64_t>();
  compressed.message = object.at("message").to_number<std::int64_t>();
  compressed.copied = object.at("copied").to_number<std::int64_t>();
  if (const json::value* file = object.if_contains("file")) compressed.file = file_of(file->as_object());
  return {};
}

}  // namespace

std::string ids_column(const std::vector<std::int64_t>& ids) {
  return ids.empty() ? "" : json::serialize(json::array(ids.begin(), ids.end()));
}

Result<std::vector<std::int64_t>> ids_of(const std::string& column) {
  std::vector<std::int64_t> ids;
  if (column.empty()) return ids;
  REC_CHECK(guarded("a list of messages", [&]() -> Result<void> {
    const json::value parsed = json_of_bytes(column);
    for (const json::value& id : parsed.as_array()) ids.push_back(id.to_number<std::int64_t>());
    return {};
  }));
  return ids;
}

std::string target_column(const Target& target) {
  if (target == Target{}) return "";
  const CompressionPlan& plan = target.compression;
  return json::serialize(json::object{{"name", target.name},
                                      {"chat", chat_json(target.chat)},
                                      {"discussion", chat_json(target.discussion)},
                                      {"backup", chat_json(target.backup)},
                                      {"compression",
                                       {{"enabled", plan.enabled},
                                        {"target_bytes", plan.target_bytes},
                                        {"audio_kbps", plan.audio_kbps},
                                        {"two_pass", plan.two_pass}}},
                                      {"file_bytes", target.file_bytes}});
}

Result<Target> target_of(const std::string& column) {
  Target target;
  if (column.empty()) return target;
  REC_CHECK(guarded("sessions.target", [&]() -> Result<void> {
    const json::value parsed = json_of_bytes(column);
    const json::object& object = parsed.as_object();
    target.name = std::string(object.at("name").as_string());
    target.chat = chat_of(object.at("chat"));
    target.discussion = chat_of(object.at("discussion"));
    target.backup = chat_of(object.at("backup"));
    target.file_bytes = object.at("file_bytes").to_number<std::uint64_t>();
    const json::object& plan = object.at("compression").as_object();
    target.compression.enabled = plan.at("enabled").as_bool();
    target.compression.target_bytes = plan.at("target_bytes").to_number<std::uint64_t>();
    target.compression.audio_kbps = plan.at("audio_kbps").to_number<int>();
    target.compression.two_pass = plan.at("two_pass").as_bool();
    return {};
  }));
  return target;
}

std::string ending_column(const session::Session& session) {
  json::object out;
  json::array flags;
  for (const auto& [name, flag] : kFlags) {
    if (session.flags.*flag) flags.push_back(json::value(name));
  }
  if (!flags.empty()) out["flags"] = std::move(flags);
  if (session.place != session::Place{}) out["place"] = place_json(session.place);
  if (session.compressed != session::Compressed{}) out["compressed"] = compressed_json(session.compressed);
  return out.empty() ? "" : json::serialize(out);
}

Result<void> take_ending(const std::string& column, session::Session& into) {
  if (column.empty()) return {};
  return guarded("sessions.ending", [&]() -> Result<void> {
    const json::value parsed = json_of_bytes(column);
    const json::object& object = parsed.as_object();
    if (const json::value* flags = object.if_contains("flags")) {
      for (const json::value& said : flags->as_array()) {
        for (const auto& [name, flag] : kFlags)
          into.flags.*flag = into.flags.*flag || said.as_string() == name;
      }
    }
    if (const json::value* place = object.if_contains("place")) {
      REC_CHECK(take_place(place->as_object(), into.place));
    }
    if (const json::value* compressed = object.if_contains("compressed")) {
      REC_CHECK(take_compressed(compressed->as_object(), into.compressed));
    }
    return {};
  });
}

}  // namespace rec::row_codec
