// What is served to whom.
#include "tests/unit/web/site_fixture.hpp"
#include "web/assets.hpp"

namespace rec::web {
namespace {

using namespace std::chrono_literals;

class WebSite : public SiteOnLoopback {};

TEST_F(WebSite, WithoutAPasswordLoopbackMayDoEverything) {
  open();
  EXPECT_EQ(get("/").header("Content-Type"), "text/html; charset=utf-8");
  EXPECT_EQ(get("/api/v1/status").object().at("request").as_string(), "status");
  const Answer added = ask("POST", "/api/v1/channels", csrf(), R"({"url": "https://twitch.tv/a"})");
  EXPECT_EQ(added.status, 200) << added.body;
  EXPECT_EQ(asked.back(), R"(channel_add {"url":"https://twitch.tv/a"})");
  EXPECT_EQ(ask("POST", "/api/v1/channels/twitch%3Aa/pause", csrf()).status, 200);
  EXPECT_EQ(asked.back(), R"(channel_pause {"channel":"twitch:a"})");
  EXPECT_EQ(ask("PATCH", "/api/v1/channels/a", csrf(), R"({"set": {"quality": "720p"}})").status, 200);
  EXPECT_EQ(asked.back(), R"(channel_set {"channel":"a","set":{"quality":"720p"}})");
}

TEST_F(WebSite, WhatChangesSomethingNeedsThePagesOwnToken) {
  open();
  EXPECT_EQ(ask("POST", "/api/v1/channels", "", R"({"url": "x"})").status, 403);
  EXPECT_EQ(ask("POST", "/api/v1/channels", "X-CSRF-Token: guess\r\n", R"({"url": "x"})").status, 403);
  EXPECT_EQ(ask("DELETE", "/api/v1/channels/a").status, 403);
  EXPECT_TRUE(asked.empty()) << asked.back();
}

TEST_F(WebSite, AFileOfAccountsThatCannotBeReadDoesNotHideThatItLives) {
  std::ofstream(folder / "web.json") << "not JSON";
  open();
  EXPECT_EQ(get("/livez").status, 200);
  EXPECT_NE(get("/api/v1/status").status, 200);
}

TEST_F(WebSite, PagesOfOtherSitesGetNothing) {
  open(true, {"rec.example.org"});
  const std::string token = csrf();
  EXPECT_EQ(get("/api/v1/status", "Origin: http://evil.example\r\n").status, 403);
  EXPECT_EQ(get("/api/v1/status", "Origin: null\r\n").status, 403);
  EXPECT_EQ(get("/api/v1/status", "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: no-cors\r\n").status, 403);
  EXPECT_EQ(get("/livez", "Sec-Fetch-Site: same-site\r\n").status, 403);
  EXPECT_EQ(get("/", "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\n").status, 200)
      << "a link may lead here";
  EXPECT_EQ(
      ask("POST", "/api/v1/channels", token + "Origin: http://localhost:1\r\n", R"({"url": "x"})").status,
      403);
  EXPECT_EQ(
      ask("POST", "/api/v1/channels", token + "Origin: http://" + host + "\r\n", R"({"url": "x"})").status,
      200);
}

TEST_F(WebSite, IsReachedByNoNameThatItDoesNotKnow) {
  open(true, {"rec.example.org"});
  const auto by = [this](const std::string& name) {
    return raw("GET /api/v1/status HTTP/1.1\r\nHost: " + name + "\r\n\r\n").status;
  };
  EXPECT_EQ(by("evil.example:8080"), 421) << "a name that was bound anew to loopback";
  EXPECT_EQ(by("evil.127.0.0.1.nip.io"), 421);
  EXPECT_EQ(raw("GET / HTTP/1.1\r\n\r\n").status, 421);
  EXPECT_EQ(by("localhost"), 200);
  EXPECT_EQ(by("[::1]:8080"), 200);
  EXPECT_EQ(by("REC.example.org"), 200);
}

TEST_F(WebSite, WithAPasswordNothingIsToldWithoutALogin) {
  set_password("correct horse");
  open();
  for (const char* target : {"/api/v1/status", "/api/v1/events", "/api/v1/sessions/s/parts/1/video",
                             "/api/v1/channels", "/api/v1/sessions/s/picture"}) {
    EXPECT_EQ(get(target).status, 401) << target;
  }
  EXPECT_EQ(get("/api/v1/me").object().at("scope").as_string(), "none");
  EXPECT_EQ(get("/metrics").status, 200) << "on loopback they need no login";
  EXPECT_EQ(get("/metrics", "X-Forwarded-For: 203.0.113.1\r\n").status, 401) << "behind a proxy they do";
  EXPECT_EQ(ask("POST", "/api/v1/login", "", R"({"password": "wrong horse!"})").status, 401);
  const Answer in = ask("POST", "/api/v1/login", "", R"({"password": "correct horse"})");
  ASSERT_EQ(in.status, 200) << in.body;
  const std::string cookie = in.header("Set-Cookie");
  EXPECT_NE(cookie.find("HttpOnly; SameSite=Strict"), std::string::npos);
  const std::string line = "Cookie: " + cookie.substr(0, cookie.find(';')) + "\r\n";
  EXPECT_EQ(get("/api/v1/status", line).status, 200);
  EXPECT_EQ(ask("DELETE", "/api/v1/channels/a", line).status, 403) << "a cookie alone changes nothing";
  EXPECT_EQ(ask("DELETE", "/api/v1/channels/a", line + csrf(line)).status, 200);
  EXPECT_EQ(ask("POST", "/api/v1/logout", line).status, 204);
  EXPECT_EQ(get("/api/v1/status", line).status, 401);
}

TEST_F(WebSite, APictureOfWhatIsLiveIsAJpegThatNobodyKeeps) {
  open();
  const std::string address = "/api/v1/sessions/s/picture?at=17";
  EXPECT_EQ(get(address).status, 204) << "no picture is no error";
  picture = std::string("\xFF\xD8\xFF\0bytes\xFF\xD9", 11);
  const Answer shown = get(address);
  EXPECT_EQ(shown.status, 200);
  EXPECT_EQ(shown.header("Content-Type"), "image/jpeg");
  EXPECT_EQ(shown.header("Cache-Control"), "no-store");
  EXPECT_EQ(shown.body, picture);
  EXPECT_EQ(asked.back(), R"(session_picture {"session":"s"})");
  EXPECT_EQ(get("/api/v1/sessions/s/picture?size=9999").status, 400);
}

TEST_F(WebSite, AnotherPasswordEndsTheLogins) {
  set_password("correct horse");
  open();
  const std::string cookie =
      ask("POST", "/api/v1/login", "", R"({"password": "correct horse"})").header("Set-Cookie");
  const std::string line = "Cookie: " + cookie.substr(0, cookie.find(';')) + "\r\n";
  EXPECT_EQ(get("/api/v1/status", line).status, 200);
  set_password("another horse");
  std::this_thread::sleep_for(1100ms);  // the file is looked at once a second
  EXPECT_EQ(get("/api/v1/status", line).status, 401);
}

TEST_F(WebSite, AfterAFewWrongPasswordsTheRightOneHasToWaitToo) {
  set_password("correct horse");
  open();
  for (int i = 0; i < 5; ++i)
    EXPECT_EQ(ask("POST", "/api/v1/login", "", R"({"password": "wrong horse!"})").status, 401);
  const Answer refused = ask("POST", "/api/v1/login", "", R"({"password": "correct horse"})");
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.header("Retry-After"), "30");
}

TEST_F(WebSite, BehindAProxyAStrangersWrongPasswordsKeepNobodyElseOut) {
  set_password("correct horse");
  open();
  const auto sign_in = [&](const std::string& password, const std::string& from) {
    return ask("POST", "/api/v1/login", "X-Forwarded-For: " + from + "\r\n",
               R"({"password": ")" + password + "\"}")
        .status;
  };
  for (int i = 0; i < 5; ++i) EXPECT_EQ(sign_in("wrong horse!", "10.0.0.1, 203.0.113.7"), 401);
  EXPECT_EQ(sign_in("correct horse", "203.0.113.7"), 429);
  EXPECT_EQ(sign_in("correct horse", "198.51.100.1, 203.0.113.7"), 429) << "whatever it makes up before";
  EXPECT_EQ(sign_in("correct horse", "203.0.113.8"), 200);
}

TEST_F(WebSite, TheFirstPasswordIsSetByALinkThatIsGoodOnce) {
  open();
  EXPECT_EQ(get("/api/v1/status").status, 200);
  const std::string token = site->offer_set_up();
  ASSERT_FALSE(token.empty());
  const auto set_up = [&](const std::string& with, const std::string& password,
                          const std::string& lines = "") {
    return ask("POST", "/api/v1/setup", lines,
               R"({"token": ")" + with + R"(", "password": ")" + password + "\"}");
  };
  EXPECT_EQ(set_up("guessed", "correct horse").status, 403);
  EXPECT_EQ(set_up(token, "correct horse", "X-Forwarded-For: 8.8.8.8\r\n").status, 403);
  EXPECT_EQ(set_up(token, "short").status, 400);
  const Answer done = set_up(token, "correct horse");
  EXPECT_EQ(done.status, 200) << done.body;
  const std::string cookie =
      "Cookie: " + done.header("Set-Cookie").substr(0, done.header("Set-Cookie").find(';')) + "\r\n";
  EXPECT_EQ(get("/api/v1/status").status, 401);
  EXPECT_EQ(get("/api/v1/status", cookie).status, 200);
  EXPECT_EQ(set_up(token, "another horse").status, 403);
  EXPECT_TRUE(password_fits(read_accounts(folder / "web.json")->password, Secret("correct horse")));
  EXPECT_EQ(site->offer_set_up(), "") << "there is one now";
}

TEST_F(WebSite, WhereOthersCouldComeNoLinkIsOffered) {
  open(false);
  EXPECT_EQ(site->offer_set_up(), "");
}

TEST_F(WebSite, ATokenMayDoWhatItWasMadeFor) {
  set_password("correct horse");
  const std::string read = "Authorization: Bearer " + add_token(Scope::read) + "\r\n";
  const std::string control = "Authorization: Bearer " + add_token(Scope::control) + "\r\n";
  open();
  EXPECT_EQ(get("/api/v1/status", read).status, 200);
  EXPECT_EQ(ask("DELETE", "/api/v1/channels/a", read).status, 403);
  EXPECT_EQ(ask("DELETE", "/api/v1/channels/a", control).status, 200);
  EXPECT_EQ(get("/api/v1/status", "Authorization: Bearer rec_guess\r\n").status, 401);
}

TEST_F(WebSite, WithoutAPasswordAProxyLetsNobodyIn) {
  open();
  EXPECT_EQ(get("/api/v1/status", "X-Forwarded-For: 203.0.113.1\r\n").status, 401);
}

TEST_F(WebSite, ListeningToOthersWithoutAPasswordServesNothing) {
  open(false);
  EXPECT_EQ(get("/api/v1/status").status, 401);
}

TEST_F(WebSite, AnAccountsFileThatCannotBeReadLetsNobodyIn) {
  test::write_bytes(folder / "web.json", "{broken");
  open();
  EXPECT_EQ(get("/api/v1/status").status, 500);
  EXPECT_TRUE(asked.empty());
}

TEST_F(WebSite, ABodyIsAJsonObjectOfWhatIsKnown) {
  open();
  const std::string token = csrf();
  EXPECT_EQ(ask("POST", "/api/v1/channels", token, "[]").status, 400);
  EXPECT_EQ(ask("POST", "/api/v1/channels", token, R"({"url": "x", "more": 1})").status, 400);
  EXPECT_EQ(ask("POST", "/api/v1/channels", token, "{}").status, 400);
  EXPECT_EQ(ask("POST", "/api/v1/channels", token, std::string(2000, '[')).status, 400);
  const std::string form = "POST /api/v1/channels HTTP/1.1\r\nHost: " + host + "\r\n" + token +
                           "Content-Type: text/plain\r\nContent-Length: 11\r\n\r\n{\"url\":\"x\"}";
  EXPECT_EQ(raw(form).status, 400) << "what a form of another page could send";
  EXPECT_EQ(get("/api/v1/sessions?nonsense=1").status, 400);
  EXPECT_TRUE(asked.empty());
}

TEST_F(WebSite, WhatIsNotThereIsToldWithItsMethods) {
  open();
  EXPECT_EQ(get("/nothing").status, 404);
  EXPECT_EQ(get("/../etc/passwd").status, 400);
  EXPECT_EQ(get("/..%2f..%2fetc%2fpasswd").status, 404);
  const Answer wrong = ask("PUT", "/api/v1/channels", csrf());
  EXPECT_EQ(wrong.status, 405);
  EXPECT_EQ(wrong.header("Allow"), "GET, POST");
  const Answer error = get("/api/v1/sessions/x");
  EXPECT_EQ(error.status, 404);
  EXPECT_EQ(error.object().at("error").at("text").as_string(), "there is no session x");
}

TEST_F(WebSite, EveryAnswerForbidsWhatThePageDoesNotNeed) {
  open();
  for (const char* target : {"/", "/app.js", "/api/v1/status", "/nothing", "/metrics"}) {
    const Answer answer = get(target);
    EXPECT_TRUE(answer.has("default-src 'none'")) << target;
    EXPECT_FALSE(answer.has("unsafe-inline")) << target;
    EXPECT_TRUE(answer.has("X-Content-Type-Options: nosniff")) << target;
  }
}

TEST_F(WebSite, ThePageHasNoScriptAndNoStyleInItsMarkup) {
  for (const Asset& asset : all_assets()) {
    if (!asset.content_type.starts_with("text/html")) continue;
    EXPECT_EQ(asset.bytes.find("style="), std::string_view::npos);
    EXPECT_EQ(asset.bytes.find(" on"), std::string_view::npos);
    EXPECT_EQ(asset.bytes.find("<script>"), std::string_view::npos);
    EXPECT_EQ(asset.bytes.find("//"), std::string_view::npos) << "nothing comes from elsewhere";
  }
  const Answer first = (open(), get("/style.css"));
  EXPECT_EQ(get("/style.css", "If-None-Match: " + first.header("ETag") + "\r\n").status, 304);
}

TEST_F(WebSite, OneStreamTellsAllAndThenWhatChanges) {
  open();
  const Fd fd = connected();
  const std::string text = "GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n";
  ASSERT_GT(::send(fd.get(), text.data(), text.size(), MSG_NOSIGNAL), 0);
  const std::string all = read_until(fd, [](const std::string& got) {
    return got.find("event: overview") != std::string::npos && got.ends_with("\n\n");
  });
  EXPECT_NE(all.find("Content-Type: text/event-stream"), std::string::npos);
  EXPECT_EQ(all.find("elapsed_s"), std::string::npos) << "the page counts by itself";
  overview["sessions"].as_array()[0].as_object()["bytes"] = 20;
  const std::string change = read_until(fd, [](const std::string& got) {
    return got.find("event: changes") != std::string::npos && got.ends_with("\n\n");
  });
  EXPECT_NE(change.find(R"("sessions_changed":[{"bytes":20,"id":"s1"}])"), std::string::npos) << change;
}

TEST_F(WebSite, TellsWhatIsWrongInTheLanguageThatIsAskedFor) {
  open();
  overview["problems"] = json::parse(
      R"([{"code": "disk_full", "text": "/srv is full: nothing is recorded", "cure": "make room there"}])");
  const auto shown = [this](const std::string& target) { return get(target).body; };
  const char* russian = R"("text":"диск /srv заполнен: запись не идёт","cure":"освободите там место")";
  EXPECT_NE(shown("/api/v1/overview").find("nothing is recorded"), std::string::npos);
  EXPECT_NE(shown("/api/v1/overview?language=ru").find(russian), std::string::npos);
  EXPECT_NE(shown("/api/v1/sessions/x?language=ru").find(R"("code":"not_found","text":"нет записи x")"),
            std::string::npos);
  EXPECT_NE(shown("/api/v1/nothing?language=ru").find("по этому адресу ничего нет"), std::string::npos);
  const Fd fd = connected();
  const std::string text = "GET /api/v1/events?language=ru HTTP/1.1\r\nHost: localhost\r\n\r\n";
  ASSERT_GT(::send(fd.get(), text.data(), text.size(), MSG_NOSIGNAL), 0);
  const std::string all = read_until(fd, [](const std::string& got) {
    return got.find("event: overview") != std::string::npos && got.ends_with("\n\n");
  });
  EXPECT_NE(all.find(russian), std::string::npos) << all;
  site->speak("ru");
  EXPECT_NE(shown("/api/v1/overview").find(russian), std::string::npos);
  EXPECT_NE(shown("/api/v1/overview?language=en").find("nothing is recorded"), std::string::npos);
  EXPECT_NE(shown("/readyz").find("ok"), std::string::npos);
}

TEST_F(WebSite, SaysWhetherItIsReadyAndWhetherItIsIdle) {
  open();
  EXPECT_EQ(get("/readyz").status, 200);
  const Answer busy = get("/idlez");
  EXPECT_EQ(busy.status, 503);
  EXPECT_EQ(busy.body, "a: recording\nmedia queue\n");
  overview["sessions"] = json::array();
  overview["queues"].as_object()["media"] = 0;
  overview["disks"].as_array()[0].as_object()["paused"] = true;
  std::this_thread::sleep_for(1100ms);  // an answer is kept for a second
  EXPECT_EQ(get("/idlez").status, 200);
  EXPECT_EQ(get("/readyz").status, 503);
}

TEST_F(WebSite, FiguresAreInPrometheusForm) {
  open();
  const Answer answer = get("/metrics");
  EXPECT_EQ(answer.header("Content-Type"), "text/plain; version=0.0.4; charset=utf-8");
  for (const char* line :
       {"streamrecorder_info{version=\"1.2.3\"} 1\n", "streamrecorder_live 1\n",
        "streamrecorder_channels{status=\"recording\"} 1\n",
        "streamrecorder_session_bytes{channel=\"twitch:\\\"a\\\"\"} 10\n",
        "streamrecorder_missing_today_seconds 12.5\n", "streamrecorder_queue{queue=\"media\"} 1\n"})
    EXPECT_NE(answer.body.find(line), std::string::npos) << line;
  EXPECT_EQ(answer.body.find("process_resident_memory_bytes 0\n"), std::string::npos);
}

}  // namespace
}  // namespace rec::web
