// The simulated Twitch answers as Twitch does, and refuses as it does.
#include "sim/twitch/sim_twitch.hpp"

#include <gtest/gtest.h>

#include <numeric>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/url/encode.hpp>
#include <boost/url/rfc/unreserved_chars.hpp>

#include "tests/unit/sim_origin/client.hpp"

namespace rec::sim {
namespace {

namespace json = boost::json;

struct Visitor {
  SimTwitch twitch;
  TestClient client;

  Fetched ask_token(const std::string& id, const std::string& secret) {
    return client.post(twitch.id_url() + "/token",
                       "client_id=" + id + "&client_secret=" + secret + "&grant_type=client_credentials");
  }
  std::string token() {
    return json::parse(ask_token("simulatedclient", "simulatedsecret").body)
        .at("access_token")
        .as_string()
        .c_str();
  }
  Fetched helix(const std::string& call, const std::string& with_token) {
    return client.get(twitch.helix_url() + call,
                      {"Authorization: Bearer " + with_token, "Client-Id: simulatedclient"});
  }
  json::value gql(const std::string& body) {
    return json::parse(
        client.post(twitch.gql_url(), body, {"Client-ID: web", "Content-Type: application/json"}).body);
  }
  json::value playback_token(const std::string& login) {
    const auto answer = gql(R"({"query":"{streamPlaybackAccessToken(channelName:\")" + login +
                            R"(\", params:{platform:\"web\"}){value signature}}"})");
    return answer.at("data").at("streamPlaybackAccessToken");
  }
  Fetched usher(const std::string& path, const json::value& token) {
    const auto encoded =
        boost::urls::encode(token.at("value").as_string().c_str(), boost::urls::unreserved_chars);
    return client.get(twitch.usher_url() + path + "?sig=" + token.at("signature").as_string().c_str() +
                      "&token=" + encoded);
  }
};

std::string quoted_persisted(const std::string& hash) {
  return R"({"operationName":"PlaybackAccessToken","extensions":{"persistedQuery":{"version":1,"sha256Hash":")" +
         hash +
         R"("}},"variables":{"isLive":true,"login":"someone","isVod":false,"vodID":"","playerType":"embed"}})";
}

TEST(SimTwitch, GivesATokenForTheRightSecretAndSaysWhatIsWrongOtherwise) {
  Visitor visitor;
  const auto good = visitor.ask_token("simulatedclient", "simulatedsecret");
  EXPECT_EQ(good.status, 200);
  EXPECT_EQ(json::parse(good.body).at("expires_in").as_int64(), 5'184'000);
  const auto bad_secret = visitor.ask_token("simulatedclient", "wrong");
  EXPECT_EQ(bad_secret.status, 403);
  EXPECT_EQ(bad_secret.body, R"({"status":403,"message":"invalid client secret"})");
  const auto bad_id = visitor.ask_token("wrong", "simulatedsecret");
  EXPECT_EQ(bad_id.status, 400);
  EXPECT_EQ(json::parse(bad_id.body).at("message"), "invalid client");
}

TEST(SimTwitch, HelixKnowsOnlyTokensThatWereGivenAndNotRevoked) {
  Visitor visitor;
  const auto token = visitor.token();
  EXPECT_EQ(visitor.helix("/streams", "madeup").status, 401);
  EXPECT_EQ(visitor.helix("/streams", token).status, 200);
  visitor.twitch.revoke_tokens();
  const auto refused = visitor.helix("/streams", token);
  EXPECT_EQ(refused.status, 401);
  EXPECT_EQ(json::parse(refused.body).at("message"), "Invalid OAuth token");
}

TEST(SimTwitch, HelixListsTwentyStreamsUnlessItIsAskedForMore) {
  Visitor visitor;
  std::string call = "/streams?";
  for (int i = 0; i < 100; ++i) {
    const auto login = "c" + std::to_string(i);
    visitor.twitch.set_live(login, std::to_string(i), "t", "g", "http://x/");
    call += "user_login=" + login + "&";
  }
  const auto token = visitor.token();
  const auto count = [&](const std::string& more) {
    return json::parse(visitor.helix(call + more, token).body).at("data").as_array().size();
  };
  EXPECT_EQ(count(""), 20U);
  EXPECT_EQ(count("first=100"), 100U);
  EXPECT_EQ(visitor.helix(call + "user_login=onemore&first=100", token).status, 400);
  EXPECT_EQ(visitor.helix(call + "first=101", token).status, 400);
}

TEST(SimTwitch, HelixDescribesAStreamAndItsUser) {
  Visitor visitor;
  visitor.twitch.set_live("SomeOne", "4711", "Über alles", "Chess", "http://x/");
  visitor.twitch.add_channel("idle");
  const auto token = visitor.token();
  const auto streams = json::parse(visitor.helix("/streams?user_login=someone&user_login=idle", token).body);
  ASSERT_EQ(streams.at("data").as_array().size(), 1U);
  const auto& stream = streams.at("data").at(0);
  EXPECT_EQ(stream.at("id"), "4711");
  EXPECT_EQ(stream.at("user_login"), "someone");
  EXPECT_EQ(stream.at("title"), "Über alles");
  EXPECT_EQ(stream.at("game_name"), "Chess");
  EXPECT_EQ(stream.at("type"), "live");
  const auto users =
      json::parse(visitor.helix("/users?login=someone&login=nobody", token).body).at("data").as_array();
  ASSERT_EQ(users.size(), 1U);
  EXPECT_EQ(users[0].at("id"), stream.at("user_id"));
  const std::string id = stream.at("user_id").as_string().c_str();
  const auto channels = json::parse(visitor.helix("/channels?broadcaster_id=" + id, token).body);
  EXPECT_EQ(channels.at("data").at(0).at("title"), "Über alles");
}

TEST(SimTwitch, HelixRunsOutOfPoints) {
  Visitor visitor;
  const auto token = visitor.token();
  visitor.twitch.set_points(1, std::chrono::seconds(60));
  const auto last = visitor.helix("/streams", token);
  EXPECT_EQ(last.status, 200);
  EXPECT_NE(last.head.find("Ratelimit-Remaining: 0"), std::string::npos);
  EXPECT_EQ(visitor.helix("/streams", token).status, 429);
  visitor.twitch.set_points(0, std::chrono::seconds(0));
  EXPECT_EQ(visitor.helix("/streams", token).status, 200);
}

TEST(SimTwitch, PlaybackTokensOpenUsherInBothVersions) {
  Visitor visitor;
  visitor.twitch.set_live("someone", "1", "t", "g", "http://127.0.0.1:1/live/index.m3u8");
  const auto token = visitor.playback_token("SomeOne");
  const auto second = visitor.usher("/api/v2/channel/hls/someone.m3u8", token);
  EXPECT_EQ(second.status, 200);
  EXPECT_NE(second.body.find(
                "IVS-NAME=\"1080p60\",IVS-VARIANT-SOURCE=\"source\"\nhttp://127.0.0.1:1/live/index.m3u8"),
            std::string::npos);
  EXPECT_EQ(second.body.find("EXT-X-MEDIA"), std::string::npos);
  EXPECT_LT(second.body.find("audio_only"), second.body.find("1080p60"));
  const auto first = visitor.usher("/api/channel/hls/someone.m3u8", token);
  EXPECT_NE(first.body.find("GROUP-ID=\"chunked\",NAME=\"1080p60 (source)\""), std::string::npos);
  EXPECT_EQ(visitor.usher("/api/v2/channel/hls/other.m3u8", token).status, 403);
  EXPECT_EQ(visitor.client.get(visitor.twitch.usher_url() + "/api/v2/channel/hls/someone.m3u8").status, 403);
}

TEST(SimTwitch, HasNoTokenForAChannelThatIsOfflineOrUnknown) {
  Visitor visitor;
  visitor.twitch.add_channel("someone");
  EXPECT_TRUE(visitor.playback_token("someone").is_null());
  EXPECT_TRUE(visitor.playback_token("nobody").is_null());
  visitor.twitch.give_tokens_offline(true);
  EXPECT_TRUE(visitor.playback_token("nobody").is_null());
  const auto token = visitor.playback_token("someone");
  ASSERT_TRUE(token.is_object());
  const auto refused = visitor.usher("/api/v2/channel/hls/someone.m3u8", token);
  EXPECT_EQ(refused.status, 404);
  EXPECT_EQ(json::parse(refused.body).at(0).at("error_code"), "transcode_does_not_exist");
}

TEST(SimTwitch, KnowsOnePersistedQueryAndForgetsItWhenTheHashIsRetired) {
  Visitor visitor;
  visitor.twitch.set_live("someone", "1", "t", "g", "http://x/");
  const std::string hash = SimTwitchOptions().persisted_hash;
  EXPECT_TRUE(visitor.gql(quoted_persisted(hash)).at("data").at("streamPlaybackAccessToken").is_object());
  visitor.twitch.set_persisted_hash("0000");
  EXPECT_EQ(visitor.gql(quoted_persisted(hash)).at("errors").at(0).at("message"), "PersistedQueryNotFound");
  EXPECT_EQ(visitor.client.post(visitor.twitch.gql_url(), quoted_persisted(hash)).status, 400);
}

TEST(SimTwitch, AnswersABatchOfQueriesInTheirOrder) {
  Visitor visitor;
  visitor.twitch.set_live("live", "77", "title", "Chess", "http://x/");
  visitor.twitch.add_channel("idle");
  json::array batch;
  for (const char* login : {"live", "idle", "nobody"}) {
    batch.push_back({{"query", "query($login: String!) { user(login: $login) { id stream { id title } } }"},
                     {"variables", {{"login", login}}}});
  }
  const auto answers = visitor.gql(json::serialize(batch));
  ASSERT_EQ(answers.as_array().size(), 3U);
  EXPECT_EQ(answers.at(0).at("data").at("user").at("stream").at("id"), "77");
  EXPECT_TRUE(answers.at(1).at("data").at("user").at("stream").is_null());
  EXPECT_TRUE(answers.at(2).at("data").at("user").is_null());
}

TEST(SimTwitch, ARenamedChannelKeepsItsNumberAndABannedOneIsNowhere) {
  Visitor visitor;
  visitor.twitch.set_live("old", "77", "t", "Chess", "http://x/");
  const auto id = visitor.twitch.user_id("old");
  const auto token = visitor.token();
  const auto login_of = [&](const std::string& call, const char* member) {
    const auto found = json::parse(visitor.helix(call, token).body).at("data").as_array();
    return found.empty() ? std::string() : std::string(found.at(0).at(member).as_string());
  };
  visitor.twitch.rename("old", "New");
  EXPECT_EQ(login_of("/streams?user_id=" + id, "user_login"), "new");
  EXPECT_EQ(login_of("/users?id=" + id, "login"), "new");
  EXPECT_EQ(login_of("/channels?broadcaster_id=" + id, "broadcaster_login"), "new");
  EXPECT_EQ(login_of("/users?login=old", "login"), "");
  const auto by_id = visitor.gql(
      R"({"query":"query($id: ID!) { user(id: $id) { login } }","variables":{"id":")" + id + "\"}}");
  EXPECT_EQ(by_id.at("data").at("user").at("login"), "new");
  visitor.twitch.set_banned("new", true);
  EXPECT_EQ(login_of("/streams?user_id=" + id, "user_login"), "");
  EXPECT_EQ(login_of("/users?id=" + id, "login"), "");
  visitor.twitch.set_banned("new", false);
  EXPECT_EQ(login_of("/users?id=" + id, "login"), "new");
}

TEST(SimTwitch, CountsRequestsByMinuteAndPath) {
  Visitor visitor;
  const auto token = visitor.token();
  for (int i = 0; i < 3; ++i) visitor.helix("/streams?user_login=a", token);
  const auto playback = json::parse(R"({"value":"x","signature":"y"})");
  visitor.usher("/api/v2/channel/hls/a.m3u8", playback);
  visitor.usher("/api/v2/channel/hls/b.m3u8", playback);
  const auto counted = visitor.twitch.requests_by_minute();
  const auto all = [&](const std::string& path) {
    const auto& minutes = counted.at(path);
    return std::accumulate(minutes.begin(), minutes.end(), std::size_t{0});
  };
  EXPECT_EQ(all("/oauth2/token"), 1U);
  EXPECT_EQ(all("/helix/streams"), 3U);
  EXPECT_EQ(all("/api/v2/channel/hls"), 2U);
}

TEST(SimTwitch, TheApiMayLagBehindUsherAndTheOtherWayRound) {
  Visitor visitor;
  const auto token = visitor.token();
  const auto helix_live = [&] {
    return !json::parse(visitor.helix("/streams?user_login=someone", token).body)
                .at("data")
                .as_array()
                .empty();
  };
  visitor.twitch.freeze_api("someone", true);
  visitor.twitch.set_live("someone", "1", "t", "g", "http://x/");
  EXPECT_FALSE(helix_live());
  const auto playback = visitor.playback_token("someone");
  EXPECT_EQ(visitor.usher("/api/v2/channel/hls/someone.m3u8", playback).status, 200);
  visitor.twitch.freeze_api("someone", false);
  EXPECT_TRUE(helix_live());
  visitor.twitch.freeze_api("someone", true);
  visitor.twitch.set_offline("someone");
  EXPECT_TRUE(helix_live());
  EXPECT_EQ(visitor.usher("/api/v2/channel/hls/someone.m3u8", playback).status, 404);
}

}  // namespace
}  // namespace rec::sim
