// Four lanes; each takes whatever is due most, and asks it.
#include "watch/probing.hpp"

#include <functional>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

#include "base/log.hpp"
#include "watch/lanes.hpp"

namespace rec {
namespace {

constexpr std::size_t kProbes = 4;  // at a time
constexpr Millis kProbingIdle{1'000};

class ProbingWatcher final : public Watcher {
 public:
  ProbingWatcher(Clock& clock, Probe probe, ProbingOptions options)
      : clock_(clock), probe_(std::move(probe)), options_(options) {}

  Task<> watch(WatchList& list) override {
    const std::function<asio::awaitable<void>()> one = [this, &list] { return lane(list); };
    co_await run_lanes(kProbes, one);
    co_return Result<void>();
  }

 private:
  struct Hot {
    WatchedChannel channel;
    bool grace = false;
    std::optional<SteadyTime> asked{};
    bool under_way = false;
  };
  /// However its probe ends.
  struct UnderWay {
    ProbingWatcher& owner;
    ChannelId id;
    ~UnderWay() {
      if (const auto hot = owner.hot_.find(id); hot != owner.hot_.end()) hot->second.under_way = false;
    }
  };

  asio::awaitable<void> lane(WatchList& list) {
    for (;;) {
      renew(list);
      Hot* next = most_due();
      if (next == nullptr) {
        co_await clock_.sleep(kProbingIdle);
        continue;
      }
      next->asked = clock_.steady();
      next->under_way = true;
      WatchedChannel channel = next->channel;
      Sighting seen;
      seen.channel = channel.id;
      seen.live = true;
      const UnderWay mark{*this, channel.id};
      const auto live = co_await probe_(std::move(channel));
      if (!live || !*live) continue;
      log::debug("watch.probe.live", {{"channel", seen.channel}});
      list.saw(std::move(seen));
    }
  }

  void renew(const WatchList& list) {
    const auto now = clock_.steady();
    if (renewed_ && now - *renewed_ < options_.targets_every) return;
    renewed_ = now;
    std::map<ChannelId, Hot> hot;
    for (WatchTarget& target : list.targets()) {
      const bool grace = target.urgency == Urgency::grace;
      const bool hopeful = target.urgency == Urgency::lately_live || target.urgency == Urgency::waiting;
      if (target.channel.platform != "twitch" || (!grace && !hopeful)) continue;
      const auto known = hot_.find(target.channel.id);
      Hot one = known == hot_.end() ? Hot{} : known->second;
      if (grace && !one.grace && !one.under_way) one.asked.reset();  // it has just dropped
      one.grace = grace;
      one.channel = std::move(target.channel);
      hot.insert_or_assign(one.channel.id, std::move(one));
    }
    hot_ = std::move(hot);
  }

  Hot* most_due() {
    const auto now = clock_.steady();
    Hot* chosen = nullptr;
    for (auto& [id, hot] : hot_) {
      const auto every = hot.grace ? options_.grace_every : options_.hopeful_every;
      if (hot.under_way || (hot.asked && now - *hot.asked < every)) continue;
      if (chosen == nullptr || std::tuple(!hot.grace, hot.asked) < std::tuple(!chosen->grace, chosen->asked))
        chosen = &hot;
    }
    return chosen;
  }

  Clock& clock_;
  Probe probe_;
  ProbingOptions options_;
  std::map<ChannelId, Hot> hot_{};
  std::optional<SteadyTime> renewed_{};
};

}  // namespace

std::unique_ptr<Watcher> make_probing_watcher(Clock& clock, Probe probe, ProbingOptions options) {
  return std::make_unique<ProbingWatcher>(clock, std::move(probe), options);
}

}  // namespace rec
