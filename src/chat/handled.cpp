#include "chat/handled.hpp"

#include <filesystem>

#include <boost/json.hpp>

#include "base/private_file.hpp"

namespace rec::chat {
namespace {

namespace json = boost::json;

constexpr int kHandledVersion = 1;

}  // namespace

std::string handled_text(const Handled& handled) {
  json::array open;
  for (const auto& [message, command] : handled.open) {
    json::object one;
    one["message"] = message;
    one["person"] = command.person;
    one["text"] = command.text;
    open.push_back(std::move(one));
  }
  json::object out;
  out["version"] = kHandledVersion;
  out["chat"] = handled.chat;
  out["newest"] = handled.newest;
  out["open"] = std::move(open);
  return json::serialize(out);
}

Result<Handled> handled_from(std::string_view text) {
  try {
    const json::value value = json::parse(json::string_view(text.data(), text.size()));
    const json::object& object = value.as_object();
    if (object.at("version").to_number<int>() != kHandledVersion)
      return fail(Errc::corrupt, "written by another version of the program");
    Handled handled;
    handled.chat = object.at("chat").to_number<std::int64_t>();
    handled.newest = object.at("newest").to_number<std::int64_t>();
    for (const json::value& each : object.at("open").as_array()) {
      const json::object& one = each.as_object();
      handled.open[one.at("message").to_number<std::int64_t>()] = {one.at("person").to_number<std::int64_t>(),
                                                                   std::string(one.at("text").as_string())};
    }
    return handled;
  } catch (const std::exception& problem) {
    return fail(Errc::corrupt, std::string("not what was written: ") + problem.what());
  }
}

std::string handled_path(const std::string& data_folder) {
  return (std::filesystem::path(data_folder) / "control.json").string();
}

Result<Handled> load_handled(const std::string& path, std::int64_t chat) {
  Handled none;
  none.chat = chat;
  REC_TRY(const auto text, read_private_file(path));
  if (!text) return none;
  auto handled = handled_from(*text);
  if (!handled) return fail(std::move(handled).error().in(path));
  return handled->chat == chat ? *handled : none;
}

}  // namespace rec::chat
