#include "app/old_runtime.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <set>

#include "app/config_channels.hpp"
#include "app/config_units.hpp"
#include "app/old_json.hpp"
#include "app/target_values.hpp"

namespace rec {
namespace {

namespace json = boost::json;

/// null, "" and words like "global" mean the same: as for all.
std::optional<OldTarget> old_target_of(const json::object& row) {
  OldTarget target;
  target.id = text_in(row, "id");
  target.channel = old_json::number(row, "upload_channel_id");
  if (target.id.empty() || target.channel == 0) return std::nullopt;
  target.discussion = old_json::number(row, "discussion_group_id");
  target.backup = old_json::number(row, "backup_channel_id");
  target.compression = old_json::flag(row, "compression_enabled");
  target.default_size_gb = old_json::real(row, "splitting_default_size_gb");
  target.premium_size_gb = old_json::real(row, "splitting_premium_size_gb");
  return target;
}

std::optional<OldSource> old_source_of(const json::object& row) {
  OldSource source;
  source.platform = text_in(row, "platform");
  source.handle = text_in(row, "handle");
  if (source.handle.empty() || (source.platform != "twitch" && source.platform != "youtube"))
    return std::nullopt;
  if (const std::string target = text_in(row, "target_profile_id"); !target.empty()) source.target = target;
  source.enabled = old_json::flag(row, "enabled").value_or(true);
  return source;
}

template <class T, class Read>
void read_old_rows(const std::vector<std::string>& rows, const char* table, const Read& read,
                   std::vector<T>& into, std::vector<std::string>& troubles) {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto object = old_json::object_of(rows[i]);
    auto one = object ? read(*object) : std::optional<T>();
    if (one)
      into.push_back(*std::move(one));
    else
      troubles.push_back(fmt::format("{} row {}: {}", table, i + 1,
                                     object ? "something that it needs is missing" : object.error().text));
  }
}

TargetTexts old_target_texts(const OldTarget& target, bool chats_alone) {
  TargetTexts texts{{"channel_id", std::to_string(target.channel)}};
  if (target.discussion != 0) texts["discussion_group_id"] = std::to_string(target.discussion);
  if (target.backup != 0) texts["backup_channel_id"] = std::to_string(target.backup);
  if (chats_alone) return texts;
  if (target.compression) texts["compression"] = *target.compression ? "true" : "false";
  if (target.default_size_gb && *target.default_size_gb > 0)
    texts["limits.default_size_gb"] = units::format_number(*target.default_size_gb);
  if (target.premium_size_gb && *target.premium_size_gb > 0)
    texts["limits.premium_size_gb"] = units::format_number(*target.premium_size_gb);
  return texts;
}

/// Does what is in effect say all that already?
bool says_all_of(const TargetConfig& target, const TargetTexts& texts) {
  const auto shown = show_target(target);
  return std::ranges::all_of(texts, [&](const auto& each) {
    const auto found = shown.find(each.first);
    return found != shown.end() && found->second == each.second;
  });
}

/// The rows of a list, or of an object that has them by their ids, as the tables of its database hold them.
std::vector<std::string> old_rows_in(const json::object& file, const char* list) {
  std::vector<std::string> rows;
  const auto* value = file.if_contains(list);
  if (value == nullptr) return rows;
  if (const auto* by_id = value->if_object()) {
    for (const auto& [id, row] : *by_id) {
      json::value whole = row;
      if (auto* object = whole.if_object(); object != nullptr && !object->contains("id"))
        (*object)["id"] = id;
      rows.push_back(json::serialize(whole));
    }
  } else if (const auto* all = value->if_array()) {
    for (const json::value& row : *all) rows.push_back(json::serialize(row));
  }
  return rows;
}

WatchedChannel old_source_channel(const OldSource& source) {
  if (source.platform == "twitch") return twitch_channel(twitch_login(source.handle));
  return youtube_channel(youtube_name(source.handle));
}

/// Takes over one after the other, each on top of what is in effect by then.
class RuntimeTaker {
 public:
  RuntimeTaker(const Config& config, const std::vector<TargetOrder>& kept,
               const std::vector<ChannelOrder>& kept_channels, Instant now, ImportLines& lines)
      : targets_(config.telegram, kept),
        channels_(config, kept_channels),
        compression_(config.compression.enabled),
        now_(now),
        lines_(lines) {
    for (const TargetOrder& order : kept) said_targets_.insert(order.name);
    for (const ChannelOrder& order : kept_channels) said_channels_.insert(order.id);
  }

  void take(const OldTarget& old) {
    const std::string own = old_target_name(old.id);
    const std::string name = own.empty() ? kDefaultTarget : own;
    const auto entry = targets_.entries().find(name);
    const bool there = entry != targets_.entries().end();
    const TargetTexts texts = old_target_texts(old, own.empty());
    if (own.empty() && old.compression && *old.compression != compression_)
      say(ImportVerdict::advice, "config", "compression.enabled",
          fmt::format("set it to {}: so its target \"default\" had it", *old.compression));
    if (there && says_all_of(entry->second.target, texts))
      return say(ImportVerdict::known, "target", name, "is so already");
    if (said_targets_.contains(name))
      return say(ImportVerdict::known, "target", name, "stays as commands have set it here");
    auto change = there ? targets_.set(name, texts, now_) : targets_.add(name, texts, now_);
    if (!change) return say(ImportVerdict::broken, "target", name, change.error().text);
    if (change->order) orders_.targets.push_back(*change->order);
    say(ImportVerdict::take, "target", name, fmt::format("posts to {}", old.channel));
  }

  void take(const OldSource& old) {
    channels_.post_by(targets_.telegram());
    const WatchedChannel watched = old_source_channel(old);
    const std::string& id = watched.id.str();
    seen_.insert(watched.id);
    if (watched.name.empty())
      return say(ImportVerdict::broken, "channel", old.platform + ":" + old.handle,
                 "no such name can be there");
    if (said_channels_.contains(watched.id))
      return say(ImportVerdict::known, "channel", id, "stays as commands have set it here");
    const std::string target = old_target_name(old.target);
    const BookEntry* known = channels_.entry(watched.id);
    const bool same = known != nullptr && known->paused != old.enabled && known->overrides.target == target;
    if (same) return say(ImportVerdict::known, "channel", id, "is so already");
    std::optional<ChannelOrder> order;
    std::string text = known == nullptr ? "watched" : "";
    Result<void> done =
        known == nullptr ? keep(channels_.add(watched.page_url, now_), order) : Result<void>();
    if (done && known != nullptr && known->overrides.target == target) text = "as config.yaml has it";
    if (done && !target.empty()) {
      done = keep(channels_.set(id, {{"target", target}}, "/", now_), order);
      text += (text.empty() ? "posts to " : ", posts to ") + target;
    }
    if (done && !old.enabled) {
      done = keep(channels_.pause(id, now_), order);
      text += ", paused";
    } else if (done && known != nullptr) {
      done = keep(channels_.resume(id, now_), order);
    }
    finish(id, done, order, text);
  }

  /// The old program did not look at config.yaml's lists after its first start.
  void pause_others() {
    std::vector<ChannelId> others;
    for (const BookEntry& entry : channels_.entries()) {
      const bool twitch_or_youtube =
          entry.watched.platform == "twitch" || entry.watched.platform == "youtube";
      if (entry.configured && !entry.paused && twitch_or_youtube && !seen_.contains(entry.watched.id) &&
          !said_channels_.contains(entry.watched.id))
        others.push_back(entry.watched.id);
    }
    for (const ChannelId& id : others) {
      std::optional<ChannelOrder> order;
      const auto done = keep(channels_.pause(id.str(), now_), order);
      finish(id.str(), done, order,
             "paused: it stands in config.yaml, and the old program did not watch it any more");
    }
  }

  RuntimeOrders orders_{};

 private:
  static Result<void> keep(Result<ChannelBook::Change> change, std::optional<ChannelOrder>& order) {
    if (!change) return fail(change.error());
    if (change->order) order = *change->order;
    return {};
  }
  void finish(const std::string& id, const Result<void>& done, const std::optional<ChannelOrder>& order,
              const std::string& text) {
    if (!done) return say(ImportVerdict::broken, "channel", id, done.error().text);
    if (order) orders_.channels.push_back(*order);
    say(ImportVerdict::take, "channel", id, text);
  }
  void say(ImportVerdict verdict, const char* kind, std::string name, std::string text) {
    lines_.push_back({verdict, kind, std::move(name), std::move(text)});
  }

  TargetBook targets_;
  ChannelBook channels_;
  bool compression_;
  Instant now_;
  ImportLines& lines_;
  std::set<std::string> said_targets_;
  std::set<ChannelId> said_channels_;
  std::set<ChannelId> seen_;
};

}  // namespace

OldRuntime old_runtime_of(const std::vector<std::string>& targets, const std::vector<std::string>& sources) {
  OldRuntime runtime;
  read_old_rows(targets, "runtime_targets", old_target_of, runtime.targets, runtime.troubles);
  read_old_rows(sources, "runtime_sources", old_source_of, runtime.sources, runtime.troubles);
  return runtime;
}

Result<OldRuntime> old_runtime_of_json(std::string_view text) {
  REC_TRY(const json::object file, old_json::object_of(text));
  if (!file.contains("targets") && !file.contains("sources"))
    return fail(Errc::invalid, "neither targets nor sources stand in it");
  return old_runtime_of(old_rows_in(file, "targets"), old_rows_in(file, "sources"));
}

std::string old_target_name(const std::string& profile) {
  if (profile.empty() || profile == "default" || profile == "legacy") return {};
  std::string name = profile.substr(0, 64);
  std::ranges::replace_if(
      name, [](unsigned char c) { return std::isalnum(c) == 0 && c != '_' && c != '-'; }, '_');
  return name;
}

RuntimeOrders orders_of(const OldRuntime& runtime, const Config& config, const std::vector<TargetOrder>& kept,
                        const std::vector<ChannelOrder>& kept_channels, Instant now, ImportLines& lines) {
  RuntimeTaker taker(config, kept, kept_channels, now, lines);
  for (const OldTarget& target : runtime.targets) taker.take(target);
  for (const OldSource& source : runtime.sources) taker.take(source);
  if (!runtime.sources.empty()) taker.pause_others();
  return std::move(taker.orders_);
}

}  // namespace rec
