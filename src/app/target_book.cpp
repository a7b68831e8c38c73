#include "app/target_book.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "app/config_units.hpp"
#include "app/target_values.hpp"

namespace rec {
namespace {

constexpr std::size_t kLongestName = 64;
constexpr std::size_t kLongestText = 2048;

bool is_target_name(const std::string& name) {
  const auto good = [](unsigned char c) { return std::isalnum(c) != 0 || c == '_' || c == '-'; };
  return !name.empty() && name.size() <= kLongestName && std::ranges::all_of(name, good);
}

/// The section has only the chats of a target; the rest of it has sections of its own.
bool is_chat_key(const std::string& key) {
  return key == "channel_id" || key == "discussion_group_id" || key == "backup_channel_id";
}

std::string chat_text(const OptionalChat& chat) {
  if (!chat) return "nowhere";
  const auto* number = std::get_if<std::int64_t>(&*chat);
  return number != nullptr ? std::to_string(*number) : std::get<std::string>(*chat);
}

}  // namespace

TargetBook::TargetBook(TelegramConfig file, std::vector<TargetOrder> orders)
    : file_(std::move(file)), orders_(std::move(orders)) {
  rebuild();
}

bool TargetBook::is_section(const std::string& name) const {
  return name == kDefaultTarget && !file_.targets.contains(name);
}

TargetConfig TargetBook::configured(const std::string& name) const {
  const auto found = file_.targets.find(name);
  if (found != file_.targets.end()) return found->second;
  TargetConfig own;
  if (!is_section(name)) return own;
  own.channel_id = file_.channel_id;
  own.discussion_group_id = file_.discussion_group_id;
  own.backup_channel_id = file_.backup_channel_id;
  return own;
}

void TargetBook::rebuild() {
  entries_.clear();
  problems_.clear();
  telegram_ = file_;
  for (const auto& [name, target] : file_.targets) entries_[name] = {target, {}, true};
  if (is_section(kDefaultTarget))
    entries_[kDefaultTarget] = {configured(kDefaultTarget), {}, file_.channel_id.has_value()};
  for (const TargetOrder& order : orders_) {
    Entry& entry = entries_[order.name];
    entry.commanded = order.values;
    for (const auto& [key, text] : order.values) {
      const auto applied = apply_target_value(entry.target, key, text, order.name);
      if (!applied) problems_.push_back(applied.error().text);
    }
  }
  std::erase_if(entries_, [](const auto& each) { return !each.second.target.channel_id; });
  for (const auto& [name, entry] : entries_) {
    if (!is_section(name)) {
      telegram_.targets[name] = entry.target;
      continue;
    }
    telegram_.channel_id = entry.target.channel_id;
    telegram_.discussion_group_id = entry.target.discussion_group_id;
    telegram_.backup_channel_id = entry.target.backup_channel_id;
  }
}

Result<std::string> TargetBook::find(const std::string& name) const {
  if (entries_.contains(name)) return name;
  std::vector<std::string> known;
  for (const auto& [each, entry] : entries_) known.push_back(each);
  const std::string near = units::nearest(name, known);
  return fail(Errc::not_found, fmt::format("no target \"{}\"; {}", name.substr(0, kLongestName),
                                           near.empty() ? "streamrecorder target list shows them"
                                                        : "did you mean " + near + "?"));
}

TargetOrder TargetBook::order_on(const std::string& name, Instant now) const {
  const auto found = std::ranges::find(orders_, name, &TargetOrder::name);
  return found == orders_.end() ? TargetOrder{name, {}, now} : *found;
}

Result<TargetOrder> TargetBook::checked(TargetOrder order, const TargetTexts& values) const {
  std::vector<std::string> problems;
  TargetConfig target = configured(order.name);
  for (const auto& [key, text] : values) {
    if (is_section(order.name) && !is_chat_key(key))
      problems.push_back(fmt::format(
          "{}: {}: of the default it stands in config.yaml, in a section of its own", order.name, key));
    else if (text.size() > kLongestText)
      problems.push_back(fmt::format("{}: {}: a value has at most {} bytes", order.name, key, kLongestText));
    order.values.erase(key);
    if (!text.empty()) order.values[key] = text;
  }
  for (const auto& [key, text] : order.values) {
    const auto applied = apply_target_value(target, key, text, order.name);
    if (!applied) problems.push_back(applied.error().text);
  }
  if (problems.empty() && !target.channel_id && !order.values.empty())
    problems.push_back(order.name + ": no channel_id; say where to post");
  if (problems.empty()) return order;
  return fail(Errc::invalid, fmt::format("{}", fmt::join(problems, "\n")));
}

void TargetBook::keep(const TargetOrder& order) {
  std::erase_if(orders_, [&](const TargetOrder& each) { return each.name == order.name; });
  if (!order.says_nothing()) orders_.push_back(order);
  rebuild();
}

Result<TargetBook::Change> TargetBook::add(const std::string& name, const TargetTexts& values, Instant now) {
  if (!is_target_name(name))
    return fail(Errc::invalid, fmt::format("a target's name has letters, digits, - and _, at most {} of them",
                                           kLongestName));
  if (entries_.contains(name))
    return fail(Errc::conflict,
                fmt::format("there is a target {} already; streamrecorder target set {} …", name, name));
  REC_TRY(TargetOrder order, checked({name, {}, now}, values));
  if (order.says_nothing()) return fail(Errc::invalid, name + ": no channel_id; say where to post");
  keep(order);
  return Change{name, std::move(order),
                fmt::format("added {}: posts to {}", name, chat_text(entries_.at(name).target.channel_id))};
}

Result<TargetBook::Change> TargetBook::set(const std::string& name, const TargetTexts& values, Instant now) {
  REC_TRY(const std::string known, find(name));
  if (values.empty())
    return fail(Errc::invalid, "nothing to set; write KEY=VALUE, like channel_id=@recordings");
  const TargetOrder before = order_on(known, now);
  REC_TRY(TargetOrder order, checked(before, values));
  if (order == before) return Change{known, {}, known + " is so already"};
  if (order.says_nothing() && !entries_.at(known).configured)
    return fail(Errc::invalid, fmt::format("{}: nothing would be left of it; streamrecorder target remove {}",
                                           known, known));
  keep(order);
  return Change{known, std::move(order),
                fmt::format("{} posts to {}; of the next recording on", known,
                            chat_text(entries_.at(known).target.channel_id))};
}

Result<TargetBook::Change> TargetBook::remove(const std::string& name) {
  REC_TRY(const std::string known, find(name));
  const Entry& entry = entries_.at(known);
  if (entry.commanded.empty()) return fail(Errc::conflict, known + " stands in config.yaml: delete it there");
  const bool stays = entry.configured;
  TargetOrder nothing{known, {}, {}};
  keep(nothing);
  return Change{known, std::move(nothing),
                stays ? known + " is again as config.yaml says"
                      : "removed " + known + "; what was recorded for it is still posted there"};
}

}  // namespace rec
