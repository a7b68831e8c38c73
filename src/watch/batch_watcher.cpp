// A sweep: group by login, ask batch after batch, and map the answers back to channels.
#include "watch/batch_watcher.hpp"

#include <algorithm>
#include <map>

#include "base/log.hpp"

namespace rec {
namespace {

constexpr int kTimeoutsInARow =
    2;  // then the platform is away, and each further batch would only cost its timeout

std::string lower_login(std::string_view name) {
  std::string lower(name);
  std::ranges::transform(lower, lower.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return lower;
}

}  // namespace

struct BatchWatcher::Sweep {
  std::map<std::string, std::vector<ChannelId>> channels;  // by login
  std::vector<std::vector<std::string>> batches;
  std::vector<Sighting> sightings;
  std::size_t answered = 0;  // batches
  std::optional<Error> first_error;

  void take(const std::vector<LoginSighting>& told) {
    ++answered;
    for (const auto& one : told) {
      const auto found = channels.find(one.login);
      if (found == channels.end()) continue;
      for (const auto& id : found->second) sightings.push_back(Sighting{id, one.live, one.broadcast});
    }
  }
};

bool valid_login(std::string_view login) {
  constexpr std::size_t kLongest = 25;
  return !login.empty() && login.size() <= kLongest && std::ranges::all_of(login, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
}

std::optional<Error> BatchWatcher::held() const {
  const auto now = clock().steady();
  if (!held_until_ || *held_until_ <= now) return std::nullopt;
  return Error{Errc::rate_limited, "Twitch: the requests of this minute are used up",
               std::chrono::ceil<Millis>(*held_until_ - now)};
}

Task<> BatchWatcher::ask_all(Sweep& sweep) {
  int timeouts = 0;
  for (auto& batch : sweep.batches) {
    if (auto error = held()) co_return fail(*std::move(error));
    auto told = co_await ask(std::move(batch));
    if (told) {
      timeouts = 0;
      sweep.take(*told);
      continue;
    }
    auto& error = told.error();
    if (error.code == Errc::rate_limited)
      hold_until(clock().steady() + error.retry_after.value_or(Millis(60'000)));
    const bool pointless = error.code == Errc::denied || error.code == Errc::rate_limited;
    timeouts = error.code == Errc::timed_out ? timeouts + 1 : 0;
    if (!sweep.first_error) sweep.first_error = std::move(error);
    if (pointless || timeouts == kTimeoutsInARow) break;
  }
  if (sweep.first_error) co_return fail(*std::move(sweep.first_error));
  co_return Result<void>();
}

Task<std::vector<Sighting>> BatchWatcher::sweep(std::vector<WatchedChannel> channels) {
  Sweep sweep;
  for (const auto& channel : channels) {
    if (channel.platform != "twitch") continue;
    if (valid_login(channel.name)) {
      sweep.channels[lower_login(channel.name)].push_back(channel.id);
    } else if (complained_.insert(channel.name).second) {
      log::warn("watch.login.invalid", {{"channel", channel.id}, {"login", channel.name}});
    }
  }
  for (const auto& [login, ids] : sweep.channels) {
    if (sweep.batches.empty() || sweep.batches.back().size() == batch_) sweep.batches.emplace_back();
    sweep.batches.back().push_back(login);
  }
  auto asked = co_await ask_all(sweep);
  if (!asked && sweep.answered == 0) co_return fail(std::move(asked).error());
  if (!asked) {
    log::warn("watch.batch.failed", {{"answered", sweep.answered},
                                     {"batches", sweep.batches.size()},
                                     {"error", asked.error().text},
                                     {"code", word(asked.error().code)}});
  }
  co_return std::move(sweep.sightings);
}

}  // namespace rec
