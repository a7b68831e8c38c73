// Helix watched for minutes of virtual time: how often it is asked, and what a slow, failing or stingy
// platform does to that.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "runtime/supervisor.hpp"
#include "runtime/virtual_clock.hpp"
#include "watch_fixture.hpp"

namespace rec {
namespace {

using testing::HasSubstr;

/// Answers after a while of virtual time; everybody is offline unless `answer` says otherwise.
class VirtualHelix final : public HttpClient {
 public:
  explicit VirtualHelix(Clock& clock) : clock_(clock) {}
  struct Told {
    Millis after{100};
    int status = 200;
    std::string body = R"({"data":[]})";
    std::multimap<std::string, std::string> headers{};
    bool timeout = false;
  };
  std::function<Told(const HttpRequest&)> answer = [](const HttpRequest&) { return Told{}; };
  std::vector<std::pair<std::string, SteadyTime>> asked{};
  int tokens = 0;  ///< asked for

  Task<HttpResponse> fetch(HttpRequest request) override {
    HttpResponse response;
    if (request.method == "POST") {
      ++tokens;
      co_await clock_.sleep(Millis(200));
      response.status = 200;
      response.body = R"({"access_token":"a)" + std::to_string(tokens) + R"(","expires_in":5000000})";
      co_return response;
    }
    asked.emplace_back(request.url, clock_.steady());
    const Told told = answer(request);
    co_await clock_.sleep(told.timeout ? request.timeout : told.after);
    if (told.timeout) co_return fail(Errc::timed_out, "no answer");
    response.status = told.status;
    response.body = told.body;
    response.headers = told.headers;
    co_return response;
  }
  [[nodiscard]] std::size_t count(const std::string& call, SteadyTime since = {}) const {
    return static_cast<std::size_t>(std::ranges::count_if(asked, [&](const auto& one) {
      return one.second >= since && one.first.find("/helix/" + call) != std::string::npos;
    }));
  }

 private:
  Clock& clock_;
};

/// Hears when a channel was spoken of.
class TimedList final : public WatchList {
 public:
  explicit TimedList(Clock& clock) : clock_(clock) {}
  std::vector<WatchTarget> wanted{};
  std::map<ChannelId, std::vector<SteadyTime>> seen{};
  [[nodiscard]] std::vector<WatchTarget> targets() const override { return wanted; }
  void saw(Sighting sighting) override { seen[sighting.channel].push_back(clock_.steady()); }

 private:
  Clock& clock_;
};

struct VirtualWatch {
  asio::io_context io;
  VirtualClock clock{io, from_unix_ms(1'795'000'000'000)};
  Supervisor supervisor{io.get_executor(), [](const std::string& name, const Error& error) {
                          ADD_FAILURE() << name << ": " << error.text;
                        }};
  VirtualHelix helix{clock};
  TimedList list{clock};
  std::unique_ptr<TwitchWatcher> watcher;

  explicit VirtualWatch(int channels) {
    TwitchWatchOptions options;
    options.client_id = "id";
    options.client_secret = Secret("secret");
    watcher = make_twitch_watcher(helix, clock, options);
    for (int i = 0; i < channels; ++i) {
      list.wanted.push_back({twitch_channel("c" + std::to_string(i)), Urgency::idle, {}});
      list.wanted.back().channel.platform_id = std::to_string(1000 + i);
    }
  }
  ~VirtualWatch() {
    supervisor.cancel_all();
    clock.run_for(Millis(1));
  }
  void run(Millis time) {
    if (!supervisor.running("watch")) supervisor.start("watch", watcher->watch(list));
    clock.run_for(time);
  }
  [[nodiscard]] std::string trouble() const { return watcher->reports().at(0).trouble; }
};

TEST(TwitchWatchLoop, LooksEveryFiveSecondsHoweverLongALookTakes) {
  VirtualWatch watch(1000);
  watch.run(std::chrono::seconds(60));
  EXPECT_GE(watch.helix.count("streams"), 120U);
  EXPECT_LE(watch.helix.count("streams"), 130U);
  const auto report = watch.watcher->reports().at(0);
  EXPECT_EQ(report.platform, "twitch");
  EXPECT_EQ(report.channels, 1000U);
  EXPECT_EQ(report.interval, Millis(5000));
  EXPECT_EQ(report.trouble, "");
}

TEST(TwitchWatchLoop, ABatchThatIsNeverAnsweredHoldsTheOthersUpNoLongerThanItsOwnTimeout) {
  VirtualWatch watch(1000);
  watch.helix.answer = [](const HttpRequest& request) {
    VirtualHelix::Told told;
    told.timeout = request.url.find("user_id=1500&") != std::string::npos;
    told.headers = {{"ratelimit-limit", "800"}, {"ratelimit-remaining", "700"}};
    return told;
  };
  watch.run(std::chrono::seconds(120));
  const ChannelId other("twitch:c3");
  ASSERT_GE(watch.list.seen[other].size(), 10U);
  for (std::size_t i = 1; i < watch.list.seen[other].size(); ++i)
    EXPECT_LE(watch.list.seen[other][i] - watch.list.seen[other][i - 1], std::chrono::milliseconds(11'500));
  EXPECT_TRUE(watch.list.seen[ChannelId("twitch:c500")].empty());
  EXPECT_EQ(watch.trouble(), "") << "nine tenths are seen";
}

TEST(TwitchWatchLoop, WhoIsInAHurryIsAskedFirst) {
  VirtualWatch watch(1000);
  watch.list.wanted[777].urgency = Urgency::grace;
  watch.run(std::chrono::seconds(4));
  ASSERT_FALSE(watch.helix.asked.empty());
  EXPECT_THAT(watch.helix.asked.front().first, HasSubstr("user_id=1777"));
}

TEST(TwitchWatchLoop, APlatformThatIsAwayIsAskedLessOftenAndItsReturnIsSeenWhileNoWindowHasSlid) {
  VirtualWatch watch(100);
  bool away = true;
  watch.helix.answer = [&away](const HttpRequest&) {
    VirtualHelix::Told told;
    told.status = away ? 503 : 200;
    return told;
  };
  watch.run(std::chrono::minutes(10));
  EXPECT_LE(watch.helix.count("streams"), 45U);
  EXPECT_THAT(watch.trouble(), HasSubstr("HTTP 503"));
  EXPECT_TRUE(watch.list.seen.empty());
  away = false;
  watch.run(std::chrono::seconds(16));
  EXPECT_EQ(watch.trouble(), "");
  EXPECT_EQ(watch.list.seen.size(), 100U);
  const auto since = watch.clock.steady();
  watch.run(std::chrono::minutes(1));
  EXPECT_GE(watch.helix.count("streams", since), 11U);
}

TEST(TwitchWatchLoop, TooManyChannelsForThePointsAreLookedAtLessOftenAndTheBucketIsNeverEmptied) {
  VirtualWatch watch(800);
  int points = 40;
  int refused = 0;
  SteadyTime refill = watch.clock.steady() + std::chrono::minutes(1);
  watch.helix.answer = [&](const HttpRequest&) {
    if (watch.clock.steady() >= refill) {
      points = 40;
      refill += std::chrono::minutes(1);
    }
    VirtualHelix::Told told;
    if (points == 0) ++refused;
    told.status = points == 0 ? 429 : 200;
    points = std::max(0, points - 1);
    const auto reset = watch.clock.now() + std::chrono::ceil<Millis>(refill - watch.clock.steady());
    told.headers = {{"ratelimit-limit", "40"},
                    {"ratelimit-remaining", std::to_string(points)},
                    {"ratelimit-reset", std::to_string((unix_ms(reset) + 999) / 1000)}};
    return told;
  };
  watch.run(std::chrono::minutes(10));
  EXPECT_EQ(refused, 0);
  EXPECT_EQ(watch.watcher->reports().at(0).interval, Millis(15'000));  // 8 requests of 32 a minute
  EXPECT_EQ(watch.list.seen.size(), 800U);
  for (const auto& [id, times] : watch.list.seen) EXPECT_GE(times.size(), 30U) << id.str();
}

TEST(TwitchWatchLoop, ATokenThatIsForgottenAmidALookIsAskedForOnceAndNobodyIsMissed) {
  VirtualWatch watch(1000);
  watch.run(std::chrono::seconds(12));
  const auto tokens = watch.helix.tokens;
  const auto refused_until = watch.helix.tokens + 1;
  watch.helix.answer = [&](const HttpRequest&) {
    VirtualHelix::Told told;
    told.status = watch.helix.tokens < refused_until ? 401 : 200;
    told.headers = {{"ratelimit-limit", "800"}, {"ratelimit-remaining", "700"}};
    return told;
  };
  watch.list.seen.clear();
  watch.run(std::chrono::seconds(8));
  EXPECT_EQ(watch.helix.tokens, tokens + 1);
  EXPECT_EQ(watch.list.seen.size(), 1000U);
  EXPECT_EQ(watch.trouble(), "");
}

TEST(TwitchWatchLoop, TitlesThatNobodyAnswersDoNotDelayALook) {
  VirtualWatch watch(100);
  watch.helix.answer = [](const HttpRequest& request) {
    VirtualHelix::Told told;
    told.timeout = request.url.find("/helix/streams") == std::string::npos;
    return told;
  };
  watch.run(std::chrono::minutes(2));
  EXPECT_GE(watch.helix.count("streams"), 23U);
  EXPECT_GE(watch.helix.count("users") + watch.helix.count("channels"), 2U);
  EXPECT_LE(watch.helix.count("users") + watch.helix.count("channels"), 8U);
}

TEST(TwitchWatchLoop, AKeyThatIsRefusedIsTriedEveryHalfMinute) {
  VirtualWatch watch(100);
  watch.helix.answer = [](const HttpRequest&) {
    VirtualHelix::Told told;
    told.status = 401;
    return told;
  };
  watch.run(std::chrono::minutes(5));
  EXPECT_LE(watch.helix.count("streams"), 22U);  // twice each time
  EXPECT_THAT(watch.trouble(), HasSubstr("https://dev.twitch.tv/console/apps"));
}

}  // namespace
}  // namespace rec
