// A page that is called offline: does its playlist move on?
#include "capture/gives_segments.hpp"

#include "scripted_capture.hpp"

namespace rec::capture {
namespace {

constexpr const char* kProbedUrl = "http://media/live.m3u8";

class OneAnswerResolver final : public Resolver {
 public:
  Result<Resolved> answer = Resolved{};
  Task<Resolved> resolve(ResolveRequest) override { co_return answer; }
};

struct Probed {
  asio::io_context io;
  VirtualClock clock{io, kScriptStart};
  ScriptedHttp http{clock};
  OneAnswerResolver resolver;

  Probed() {
    resolver.answer->media_playlist_url = kProbedUrl;
    resolver.answer->from_private_host = true;
  }
  /// Playlists of three segments of two seconds whose numbers begin with these, one after the other.
  void plays(const std::vector<int>& numbers, const std::string& end = "") {
    std::vector<Answer> answers;
    for (const int first : numbers) {
      auto text = fmt::format("#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXT-X-MEDIA-SEQUENCE:{}\n", first);
      for (int i = 0; i < 3; ++i) text += fmt::format("#EXTINF:2,\ns{}.ts\n", first + i);
      answers.push_back({200, text + end});
    }
    http.serve(kProbedUrl, std::move(answers));
  }
  Result<bool> ask() {
    std::optional<Result<bool>> outcome;
    ResolveRequest request;
    request.page_url = "https://www.twitch.tv/someone";
    const auto gives = make_gives_segments(http, resolver, clock);
    asio::co_spawn(io, gives(request), [&](const std::exception_ptr& error, Result<bool> result) {
      if (!error) outcome = std::move(result);
    });
    clock.run_until_idle(std::chrono::minutes(5));
    return outcome.value_or(fail(Errc::invalid, "it never ended"));
  }
};

TEST(GivesSegments, WhenTheNewestSegmentIsAnotherOneSoonAfter) {
  Probed probed;
  probed.plays({10, 10, 11});
  EXPECT_EQ(probed.ask(), true);
  EXPECT_EQ(probed.http.hits(kProbedUrl), 3);
}

TEST(GivesSegments, NotWhenThePlaylistOfAStreamThatIsOverStaysAsItWas) {
  Probed probed;
  probed.plays({10});
  EXPECT_EQ(probed.ask(), false);
  EXPECT_LE(probed.clock.now() - kScriptStart, std::chrono::seconds(10));
}

TEST(GivesSegments, NotWhenThePlaylistHasAnEndOrGetsOne) {
  Probed probed;
  probed.plays({10}, "#EXT-X-ENDLIST\n");
  EXPECT_EQ(probed.ask(), false);
  int asked = 0;
  probed.http.serve(kProbedUrl, [&asked](const HttpRequest&) {
    return ++asked == 1 ? Answer{200, "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\na.ts\n"}
                        : Answer{404, ""};
  });
  EXPECT_EQ(probed.ask(), false);
}

TEST(GivesSegments, NotWhenNobodyCanTell) {
  Probed probed;
  const auto answers = [&](Answer answer) {
    probed.http.serve(kProbedUrl, std::vector<Answer>{std::move(answer)});
    return probed.ask();
  };
  EXPECT_EQ(answers({503, ""}), false);
  EXPECT_EQ(answers({200, "<html>busy</html>"}), false);
  EXPECT_EQ(answers({200, "#EXTM3U\n#EXT-X-TARGETDURATION:2\n"}), false);
  EXPECT_EQ(answers({200, "", Millis(20), Errc::timed_out}), false);
  probed.plays({1, 2});
  probed.resolver.answer = fail(Errc::unavailable, "usher is away");
  EXPECT_EQ(probed.ask(), false);
  probed.resolver.answer = fail(Errc::not_found, "offline");
  EXPECT_EQ(probed.ask(), false);
}

}  // namespace
}  // namespace rec::capture
