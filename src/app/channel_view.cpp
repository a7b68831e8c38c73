#include "app/channel_view.hpp"

#include <boost/json/array.hpp>

#include "app/names.hpp"
#include "core/status.hpp"

namespace rec {
namespace {

namespace json = boost::json;

constexpr std::size_t kMostNote = 500;

json::value text_or_null(const std::string& text) {
  return text.empty() ? json::value(nullptr) : json::value(one_line(text, kMostNote));
}

}  // namespace

json::object channel_json(const BookEntry& entry, const Model& model, const session::Policy& policy,
                          const NewsOf& news) {
  const auto row = model.channels.find(entry.watched.id);
  const bool known = row != model.channels.end();
  const auto open = known ? channel::open_session(row->second.state) : std::nullopt;
  const auto found = open ? model.sessions.find(*open) : model.sessions.end();
  const session::Session* session = found == model.sessions.end() ? nullptr : &found->second;
  const ChannelNote told = news ? news(entry.watched.id) : ChannelNote();
  json::object out;
  out["id"] = entry.watched.id.str();
  out["platform"] = entry.watched.platform;
  out["name"] = known ? row->second.name : entry.watched.name;
  out["url"] = known ? row->second.page_url : entry.watched.page_url;
  out["status"] = word(status_of(known ? row->second.state : channel::State(), session, policy));
  out["paused"] = entry.paused;
  out["source"] = entry.configured ? "config" : "command";
  json::object overrides;
  for (const auto& [key, text] : show_overrides(entry.overrides)) overrides[key] = text;
  out["overrides"] = std::move(overrides);
  json::array commanded;
  for (const auto& [key, text] : entry.commanded) commanded.emplace_back(key);
  out["set_by_command"] = std::move(commanded);
  out["session"] = session == nullptr ? json::value(nullptr) : json::value(session->id.str());
  out["looked_at"] = told.looked_at ? json::value(iso8601(*told.looked_at)) : json::value(nullptr);
  out["note"] = text_or_null(told.note);
  out["over"] = told.over;
  return out;
}

json::object channels_json(const ChannelBook& book, const Model& model, const session::Policy& policy,
                           bool running, const NewsOf& news) {
  json::array channels;
  for (const BookEntry& entry : book.entries()) channels.push_back(channel_json(entry, model, policy, news));
  json::object out;
  out["running"] = running;
  out["channels"] = std::move(channels);
  json::array problems;
  for (const std::string& problem : book.problems()) problems.emplace_back(one_line(problem, kMostNote));
  out["problems"] = std::move(problems);
  return out;
}

}  // namespace rec
