// HelixWatcher beside its looks: who is who now, and what those that are offline show. Only what is due, only
// a few requests at a time, and only with points that no look will want.
#include <algorithm>
#include <tuple>
#include <utility>

#include "watch/helix_watcher.hpp"

namespace rec {
namespace {

constexpr std::size_t kLookUpBatch = 100;
constexpr std::size_t kMostLookUps = 2;  // requests of a kind, each time
constexpr Millis kNamesAge{600'000};     // within that a channel is told to be renamed, banned or closed
constexpr Millis kTitlesAge{60'000};

struct LookUp {
  ChannelId channel;
  TwitchKey key{};
  std::optional<SteadyTime> asked{};  ///< last
  bool due = false;
};

/// Those to ask now, the longest unasked first. A request that is made at all is filled up with the next.
std::vector<std::vector<LookUp>> due_batches(std::vector<LookUp> all) {
  const auto due = static_cast<std::size_t>(std::ranges::count_if(all, &LookUp::due));
  const auto requests = std::min(kMostLookUps, (due + kLookUpBatch - 1) / kLookUpBatch);
  std::ranges::sort(all, [](const LookUp& a, const LookUp& b) {
    return a.due != b.due ? a.due : std::tie(a.asked, a.key, a.channel) < std::tie(b.asked, b.key, b.channel);
  });
  std::vector<std::vector<LookUp>> batches(requests);
  for (std::size_t i = 0; i < std::min(all.size(), requests * kLookUpBatch); ++i)
    batches[i / kLookUpBatch].push_back(std::move(all[i]));
  return batches;
}

bool names_due(const TwitchBook::Entry& entry, SteadyTime now) {
  const bool to_confirm = entry.missing == 1;
  return !entry.named_at || now - *entry.named_at >= (to_confirm ? kMissingAgainAfter : kNamesAge);
}

std::string call_of(std::string call, const std::vector<LookUp>& batch, const char* by_id,
                    const char* by_login) {
  char separator = '?';
  for (const LookUp& one : batch) {
    call += std::exchange(separator, '&');
    call += std::string(one.key.is_id ? by_id : by_login) + "=" + one.key.value;
  }
  return call;
}

const HelixItem* item_of(const HelixList& list, const TwitchKey& key) {
  const auto found = std::ranges::find_if(list.items, [&](const HelixItem& item) {
    return key.is_id ? item.id == key.value : item.login == key.value && !item.id.empty();
  });
  return found == list.items.end() ? nullptr : &*found;
}

void learn_names(TwitchBook& book, const std::vector<LookUp>& asked, const HelixList& told, SteadyTime now) {
  for (const LookUp& one : asked) {
    const auto entry = book.entries().find(one.channel);
    if (entry == book.entries().end() || entry->second.key() != one.key) continue;
    const HelixItem* item = item_of(told, one.key);
    if (item == nullptr && told.unreadable) continue;
    ChannelNews news;
    news.exists = item != nullptr;
    if (item != nullptr) news.id = item->id;
    if (item != nullptr) news.login = item->login;
    entry->second.named_at = now;
    TwitchBook::learn(entry->second, news, now);
  }
}

}  // namespace

Task<> HelixWatcher::look_up(WatchList& list) {
  auto names = co_await look_up_names();
  auto titles = co_await look_up_titles(list);
  co_return names ? titles : names;
}

Task<> HelixWatcher::look_up_names() {
  std::vector<LookUp> all;
  for (const auto& [id, entry] : book().entries())
    all.push_back({id, entry.key(), entry.named_at, names_due(entry, clock().steady())});
  auto batches = due_batches(std::move(all));
  std::vector<LookUp> refused;  // by their names
  std::optional<Error> refusal;
  bool answered = false;
  for (std::size_t next = 0; next < batches.size(); ++next) {
    const std::vector<LookUp> batch = batches[next];
    if (!api_.points().more_than(points_for_looks(), clock().steady())) break;
    auto body = co_await api_.get(call_of("/users", batch, "id", "login"), "Twitch Get Users");
    const bool spoilt = !body && body.error().code == Errc::invalid;
    if (spoilt && batch.size() > 1) {  // by a single name that can be none
      const auto half = batch.begin() + static_cast<std::ptrdiff_t>(batch.size() / 2);
      batches.emplace_back(batch.begin(), half);
      batches.emplace_back(half, batch.end());
      continue;
    }
    if (!body && (!spoilt || batch.front().key.is_id)) co_return fail(std::move(body).error());
    if (!body) {
      refused.push_back(batch.front());
      refusal = std::move(body).error();
      continue;
    }
    answered = true;
    REC_CO_TRY(const auto told, read_users(*body));
    learn_names(book(), batch, told, clock().steady());
  }
  if (refusal && !answered) co_return fail(*std::move(refusal));  // all of them: it is not the names
  learn_names(book(), refused, {}, clock().steady());
  co_return Result<void>();
}

Task<> HelixWatcher::look_up_titles(WatchList& list) {
  std::vector<LookUp> all;
  for (const auto& [id, entry] : book().entries()) {
    if (entry.id.empty() || entry.live.value_or(true)) continue;
    const bool due = !entry.shown_at || clock().steady() - *entry.shown_at >= kTitlesAge;
    all.push_back({id, entry.key(), entry.shown_at, due});
  }
  for (auto& batch : due_batches(std::move(all))) {
    if (!api_.points().more_than(points_for_looks(), clock().steady())) break;
    REC_CO_TRY(const auto body, co_await api_.get(call_of("/channels", batch, "broadcaster_id", ""),
                                                  "Twitch Get Channel Information"));
    REC_CO_TRY(const auto told, read_channels(body));
    for (const LookUp& one : batch) {
      const auto entry = book().entries().find(one.channel);
      if (entry == book().entries().end() || entry->second.key() != one.key) continue;
      entry->second.shown_at = clock().steady();
      const HelixItem* item = item_of(told, one.key);
      if (item == nullptr || entry->second.live.value_or(true)) continue;  // live by now
      if (!item->login.empty()) entry->second.login = item->login;
      Sighting seen = TwitchBook::sighting(entry->second);
      seen.broadcast = item->broadcast;
      list.saw(std::move(seen));
    }
  }
  co_return Result<void>();
}

}  // namespace rec
