#include "app/channel_book.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "app/config_channels.hpp"
#include "app/config_units.hpp"
#include "app/target_book.hpp"

namespace rec {
namespace {

constexpr std::size_t kLongestUrl = 2048;
constexpr std::size_t kLongestValue = 2048;

bool has_control(const std::string& text) {
  return std::ranges::any_of(text, [](unsigned char c) { return c < ' ' || c == 0x7F; });
}

// What was typed, as far as it can be shown.
std::string typed(const std::string& text) {
  std::string shown = text.substr(0, 100);
  std::ranges::replace_if(shown, [](unsigned char c) { return c < ' ' || c == 0x7F; }, '?');
  return shown + (text.size() > 100 ? "…" : "");
}

std::string cure_for(const std::string& text) {
  if (text.starts_with('@') && !youtube_name(text).empty()) return "; for YouTube write youtube.com/" + text;
  const std::string login = twitch_login(text);
  return login.empty() ? "" : "; for Twitch write twitch.tv/" + login + ", for YouTube youtube.com/@" + login;
}

std::string kind_of(const WatchedChannel& channel) {
  if (channel.platform == "twitch") return "the Twitch channel " + channel.name;
  if (channel.platform == "youtube") return "the YouTube channel " + channel.name;
  const std::string path = channel.page_url.substr(0, channel.page_url.find_first_of("?#"));
  if (path.ends_with(".m3u8")) return "a playlist";
  if (is_youtube_broadcast(channel.page_url))
    return "one broadcast of YouTube, watched until it is over; its channel would be youtube.com/@NAME";
  for (const char* named : {"youtube.com/c/", "youtube.com/user/"}) {
    if (channel.page_url.find(named) != std::string::npos)
      return "the channel of this page, looked at once a minute; sooner by its handle, youtube.com/@NAME";
  }
  for (const char* site : {"twitch.tv/", "youtube.com/", "youtu.be/"}) {
    if (channel.page_url.find(site) < channel.page_url.find('/', std::string("https://").size()) + 1)
      return "this one page, and no channel of its site, looked at with yt-dlp; a channel is twitch.tv/NAME "
             "or "
             "youtube.com/@NAME";
  }
  return "a page of neither Twitch nor YouTube, looked at with yt-dlp";
}

/// The @ of a handle counts for those who write it.
std::string name_as_in(std::string name, const std::string& wanted) {
  name = units::lower(name);
  return name.starts_with('@') && !wanted.starts_with('@') ? name.substr(1) : name;
}

}  // namespace

ChannelBook::ChannelBook(Config config, std::vector<ChannelOrder> orders)
    : config_(std::move(config)), orders_(std::move(orders)) {
  rebuild();
}

const BookEntry* ChannelBook::entry(const ChannelId& id) const {
  const auto found = std::ranges::find(entries_, id, [](const BookEntry& each) { return each.watched.id; });
  return found == entries_.end() ? nullptr : &*found;
}

void ChannelBook::rebuild() {
  entries_.clear();
  problems_.clear();
  for (ConfiguredChannel& channel : configured_channels(config_)) {
    BookEntry entry{std::move(channel.watched), std::move(channel.overrides)};
    entry.configured = true;
    entry.continues = std::move(channel.continues);
    entry.by_itself = channel.by_itself;
    entry.disabled = entry.paused = !entry.overrides.enabled;
    entries_.push_back(std::move(entry));
  }
  for (const ChannelOrder& order : orders_) {
    auto found = std::ranges::find(entries_, order.id, [](const BookEntry& each) { return each.watched.id; });
    if (found == entries_.end() && order.added) {
      auto watched = channel_of_url(order.url);
      if (!watched) {
        problems_.push_back(order.id.str() + ": " + order.url + " is no page any more");
        continue;
      }
      watched->id = order.id;
      entries_.push_back({*std::move(watched)});
      found = entries_.end() - 1;
    }
    if (found != entries_.end()) apply_orders(*found, order);
  }
}

void ChannelBook::apply_orders(BookEntry& entry, const ChannelOrder& order) {
  entry.paused = order.paused.value_or(entry.paused);
  entry.commanded = order.overrides;
  for (const auto& [key, text] : order.overrides) {
    const auto applied = apply_override(entry.overrides, key, text, order.id.str(), "/");
    if (!applied) problems_.push_back(applied.error().text);
  }
}

Result<ChannelId> ChannelBook::find(const std::string& name) const {
  const std::string wanted(units::trim(name));
  if (entry(ChannelId(wanted)) != nullptr) return ChannelId(wanted);
  if (wanted.empty()) return fail(Errc::invalid, "no channel is named; say its name, id or URL");
  if (const auto page = channel_of_url(wanted); page && entry(page->id) != nullptr) return page->id;
  const std::string low = units::lower(wanted);
  std::vector<std::string> exact;
  std::vector<std::string> prefix;
  std::vector<std::string> known;
  for (const BookEntry& each : entries_) {
    const std::string& id = each.watched.id.str();
    const std::string own = name_as_in(each.watched.name, low);
    if (units::lower(id) == low || own == low || each.watched.page_url == page_url(wanted))
      exact.push_back(id);
    if (units::lower(id).starts_with(low) || own.starts_with(low)) prefix.push_back(id);
    known.push_back(each.watched.name);
    known.push_back(id);
  }
  const std::vector<std::string>& found = exact.empty() ? prefix : exact;
  if (found.size() == 1) return ChannelId(found.front());
  if (!found.empty()) {
    const std::size_t more = found.size() > 5 ? found.size() - 5 : 0;
    return fail(Errc::invalid,
                fmt::format("{} may be any of {}{}; say which by its id", typed(wanted),
                            fmt::join(found.begin(), found.end() - static_cast<std::ptrdiff_t>(more), ", "),
                            more > 0 ? fmt::format(" and {} more", more) : ""));
  }
  const std::string near = units::nearest(wanted, known);
  return fail(Errc::not_found, fmt::format("no channel {}; {}", typed(wanted),
                                           near.empty() ? "`streamrecorder channel list` shows them"
                                                        : "did you mean " + near + "?"));
}

ChannelOrder ChannelBook::order_on(const ChannelId& id, Instant now) const {
  const auto found = std::ranges::find(orders_, id, &ChannelOrder::id);
  if (found != orders_.end()) return *found;
  ChannelOrder fresh;
  fresh.id = id;
  fresh.ordered_at = now;
  return fresh;
}

ChannelBook::Change ChannelBook::keep(ChannelOrder order, std::string text) {
  std::erase_if(orders_, [&](const ChannelOrder& each) { return each.id == order.id; });
  if (!order.says_nothing()) orders_.push_back(order);
  std::ranges::sort(orders_, {},
                    [](const ChannelOrder& each) { return std::pair(each.ordered_at, each.id); });
  rebuild();
  const ChannelId id = order.id;
  return {id, std::move(order), std::move(text)};
}

Result<ChannelBook::Change> ChannelBook::add(const std::string& url, Instant now) {
  const std::string page(units::trim(url));
  const auto watched = channel_of_url(page);
  if (!watched || has_control(page))
    return fail(Errc::invalid, fmt::format("{}: not an http or https URL{}", typed(page), cure_for(page)));
  if (is_twitch_recording(page))
    return fail(Errc::invalid,
                fmt::format("{}: a recording of Twitch, where nothing goes live; `streamrecorder record URL` "
                            "records it now, and `streamrecorder channel add twitch.tv/NAME` watches its "
                            "channel",
                            typed(page)));
  if (page.size() > kLongestUrl)
    return fail(Errc::invalid, fmt::format("{}: a URL of more than {} bytes", typed(page), kLongestUrl));
  if (const BookEntry* known = entry(watched->id)) {
    if (known->paused) return resume(watched->id.str(), now);
    return Change{watched->id,
                  {},
                  fmt::format("{} is watched already, {}", watched->id.str(),
                              known->configured ? "by config.yaml" : "since it was added")};
  }
  ChannelOrder order = order_on(watched->id, now);  // what was said of it while it stood in config.yaml
  order.url = page_url(page);
  order.added = true;
  order.paused.reset();
  return keep(std::move(order), fmt::format("added {}: {}", watched->id.str(), kind_of(*watched)));
}

Result<ChannelBook::Change> ChannelBook::remove(const std::string& name) {
  REC_TRY(const ChannelId id, find(name));
  if (entry(id)->configured) {
    return fail(Errc::conflict,
                fmt::format("{} stands in config.yaml: delete it there, or `streamrecorder channel pause {}`",
                            id.str(), id.str()));
  }
  ChannelOrder nothing;
  nothing.id = id;
  return keep(
      std::move(nothing),
      fmt::format("removed {}: what was being recorded is finished and posted, its history stays", id.str()));
}

Result<ChannelBook::Change> ChannelBook::pause(const std::string& name, Instant now) {
  REC_TRY(const ChannelId id, find(name));
  const BookEntry& known = *entry(id);
  if (known.paused) return Change{id, {}, fmt::format("{} is paused already", id.str())};
  ChannelOrder order = order_on(id, now);
  order.paused.reset();
  if (!known.disabled) order.paused = true;
  return keep(
      std::move(order),
      fmt::format("paused {}: not watched any more; what is being recorded goes on to its end", id.str()));
}

Result<ChannelBook::Change> ChannelBook::resume(const std::string& name, Instant now) {
  REC_TRY(const ChannelId id, find(name));
  const BookEntry& known = *entry(id);
  if (!known.paused) return Change{id, {}, fmt::format("{} is not paused", id.str())};
  ChannelOrder order = order_on(id, now);
  order.paused.reset();
  if (known.disabled) order.paused = false;
  return keep(std::move(order), fmt::format("resumed {}: {}", id.str(), kind_of(known.watched)));
}

Result<void> ChannelBook::check_target(const ChannelOverrides& overrides, const std::string& place) const {
  const std::string target = target_named(config_.telegram, overrides.target);
  if (target.empty() || config_.telegram.targets.contains(target)) return {};
  std::vector<std::string> targets;
  for (const auto& [name, each] : config_.telegram.targets) targets.push_back(name);
  const std::string near = units::nearest(target, targets);
  return fail(Errc::invalid,
              fmt::format("{}: target: no target \"{}\" under telegram.targets; {}", place, target,
                          near.empty() ? fmt::format("streamrecorder target add {} CHAT", target)
                                       : "did you mean " + near + "?"));
}

Result<ChannelBook::Change> ChannelBook::set(const std::string& name, const OverrideTexts& values,
                                             const std::string& folder, Instant now) {
  REC_TRY(const ChannelId id, find(name));
  if (values.empty()) return fail(Errc::invalid, "nothing to set; write KEY=VALUE, like quality=720p,best");
  ChannelOrder order = order_on(id, now);
  std::vector<std::string> problems;
  for (const auto& [key, text] : values) {
    ChannelOverrides unused;
    auto good = check_override_key(key, id.str());
    if (good && (text.size() > kLongestValue || has_control(text)))
      good = fail(Errc::invalid, fmt::format("{}: {}: a value is one line of at most {} bytes", id.str(), key,
                                             kLongestValue));
    if (good && !text.empty()) good = apply_override(unused, key, text, id.str(), folder);
    if (good) good = check_target(unused, id.str());
    if (!good) problems.push_back(good.error().text);
    order.overrides.erase(key);
    order.overrides.erase(companion_of(key));
    if (!text.empty()) order.overrides[key] = kept_override(key, text, folder);
  }
  if (!problems.empty()) return fail(Errc::invalid, fmt::format("{}", fmt::join(problems, "\n")));
  const OverrideTexts before = entry(id)->commanded;
  if (order.overrides == before) return Change{id, {}, fmt::format("{} is so already", id.str())};
  Change change = keep(std::move(order), "");
  std::vector<std::string> told;
  const OverrideTexts shown = show_overrides(entry(id)->overrides);
  for (const auto& [key, text] : values) {
    auto now_is = shown.find(key);
    if (now_is == shown.end() && !text.empty()) now_is = shown.find(companion_of(key));
    told.push_back(fmt::format("{} is {}", key, now_is == shown.end() ? "as for all" : now_is->second));
  }
  change.text = fmt::format("{}: {}; of the next recording on", id.str(), fmt::join(told, ", "));
  return change;
}

}  // namespace rec
