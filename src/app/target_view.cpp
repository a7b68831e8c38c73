#include "app/target_view.hpp"

#include <boost/json/array.hpp>

#include "app/target_values.hpp"

namespace rec {

namespace json = boost::json;

std::vector<std::string> channels_of_target(const std::string& target, const ChannelBook& channels) {
  std::vector<std::string> ids;
  for (const BookEntry& each : channels.entries()) {
    const std::string& own = each.overrides.target;
    if (own == target || (own.empty() && target == kDefaultTarget)) ids.push_back(each.watched.id.str());
  }
  return ids;
}

TelegramConfig with_told_chats(TelegramConfig telegram, const json::object& list) {
  const auto* targets = list.if_contains("targets");
  if (targets == nullptr || !targets->is_array()) return telegram;
  for (const json::value& each : targets->get_array()) {
    const auto* name = each.is_object() ? each.get_object().if_contains("name") : nullptr;
    const auto* values = each.is_object() ? each.get_object().if_contains("values") : nullptr;
    if (name == nullptr || !name->is_string() || values == nullptr || !values->is_object()) continue;
    const std::string known(name->get_string());
    TargetConfig told;
    for (const char* key : {"channel_id", "discussion_group_id", "backup_channel_id"}) {
      const auto* chat = values->get_object().if_contains(key);
      if (chat == nullptr || !chat->is_string()) continue;
      (void)apply_target_value(told, key, std::string(chat->get_string()), known);  // it was told as it is
    }
    const bool section = known == kDefaultTarget && !telegram.targets.contains(known);
    OptionalChat& channel = section ? telegram.channel_id : telegram.targets[known].channel_id;
    channel = told.channel_id;
    (section ? telegram.discussion_group_id : telegram.targets[known].discussion_group_id) =
        told.discussion_group_id;
    (section ? telegram.backup_channel_id : telegram.targets[known].backup_channel_id) =
        told.backup_channel_id;
  }
  return telegram;
}

json::object targets_json(const TargetBook& targets, const ChannelBook& channels, bool running) {
  json::array list;
  for (const auto& [name, entry] : targets.entries()) {
    json::object values;
    for (const auto& [key, text] : show_target(entry.target)) values[key] = text;
    json::array commanded;
    for (const auto& [key, text] : entry.commanded) commanded.emplace_back(key);
    json::array users;
    for (const std::string& id : channels_of_target(name, channels)) users.emplace_back(id);
    json::object one;
    one["name"] = name;
    one["source"] = entry.configured ? "config" : "command";
    one["values"] = std::move(values);
    one["set_by_command"] = std::move(commanded);
    one["channels"] = std::move(users);
    list.push_back(std::move(one));
  }
  json::array problems;
  for (const std::string& problem : targets.problems()) problems.emplace_back(problem);
  json::object out;
  out["running"] = running;
  out["targets"] = std::move(list);
  out["problems"] = std::move(problems);
  return out;
}

}  // namespace rec
