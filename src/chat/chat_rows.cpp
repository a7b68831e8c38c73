#include "chat/chat_rows.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "app/names.hpp"
#include "app/texts.hpp"
#include "base/json_members.hpp"
#include "chat/chat_texts.hpp"

namespace rec::chat {
namespace {

namespace json = boost::json;

std::string sent_text(const json::object& session, const ChatWords& w) {
  const std::size_t parts = count_in(session, "parts");
  if (parts == 0) return {};
  return " · " +
         fmt::format(fmt::runtime(w.posted), static_cast<int>(number_in(session, "posted_parts")), parts);
}

std::string lost_text(const json::object& session, const ChatWords& w) {
  const double missing = number_in(session, "missing_s");
  return missing <= 0 ? "" : " · ⚠️ " + fmt::format(fmt::runtime(w.missing), fmt::format("{:.0f}", missing));
}

}  // namespace

std::string shown_text(const json::object& object, const char* key, std::size_t most) {
  return one_line(text_in(object, key), most);
}

std::string length_of(double seconds) {
  return clock_text(std::chrono::duration_cast<Millis>(std::chrono::duration<double>(seconds)));
}

std::string size_of(double bytes, Language language) {
  return size_for_people(static_cast<std::uint64_t>(std::max(0.0, bytes)), language);
}

std::size_t count_in(const json::object& session, const char* key) {
  const auto* value = session.if_contains(key);
  if (value == nullptr) return 0;
  return value->is_array() ? value->get_array().size() : static_cast<std::size_t>(number_in(session, key));
}

std::string session_line(const json::object& session, Language language) {
  const ChatWords& w = chat_words(language);
  const std::string picture = text_in(session, "picture");
  std::string line =
      fmt::format("{} {} {}{}{}{}\n", status_word(text_in(session, "status"), language),
                  shown_text(session, "name"), length_of(number_in(session, "recorded_s")),
                  picture.empty() ? "" : " · " + picture, sent_text(session, w), lost_text(session, w));
  const std::string title = shown_text(session, "title");
  if (!title.empty()) line += "    " + title + "\n";
  return line;
}

std::string state_of(const json::object& source) {
  const std::string status = text_in(source, "status");
  return flag_in(source, "paused") && (status.empty() || status == "offline") ? "paused" : status;
}

}  // namespace rec::chat
