// The server before neighbours who do not behave: raw bytes in, and it goes on.
#include "tests/unit/web/site_fixture.hpp"

namespace rec::web {
namespace {

using namespace std::chrono_literals;

class WebServer : public SiteOnLoopback {};

TEST_F(WebServer, AnswersOneRequestAfterTheOther) {
  open();
  const Fd fd = connected();
  const std::string two =
      "GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\nGET /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n";
  ASSERT_GT(::send(fd.get(), two.data(), two.size(), MSG_NOSIGNAL), 0);
  const std::string got =
      read_until(fd, [](const std::string& text) { return text.find("\"openapi\"") != std::string::npos; });
  EXPECT_TRUE(got.starts_with("HTTP/1.1 200 OK"));
}

TEST_F(WebServer, WhatIsNoRequestIsToldSoAndTheNextOneIsServed) {
  open();
  for (const std::string& text : std::vector<std::string>{
           "hello\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", std::string(100, '\0') + "\r\n\r\n",
           "GET / HTTP/1.1\r\nContent-Length: x\r\n\r\n", "GET / HTTP/1.1\r\nno colon\r\n\r\n"}) {
    EXPECT_EQ(raw(text).status, 400) << text;
  }
  EXPECT_EQ(get("/livez").status, 200);
}

TEST_F(WebServer, AHeaderOrABodyThatIsTooLongIsRefused) {
  open();
  EXPECT_EQ(get("/livez", "X-Long: " + std::string(20000, 'x') + "\r\n").status, 431);
  EXPECT_EQ(raw("POST /api/v1/login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999\r\n\r\n").status,
            413);
  EXPECT_EQ(get("/livez").status, 200);
}

TEST_F(WebServer, OneWhoSendsNothingIsClosed) {
  ServerLimits limits;
  limits.request = 1s;
  open(true, {}, limits);
  const Fd fd = connected();
  ASSERT_GT(::send(fd.get(), "GET / HT", 8, MSG_NOSIGNAL), 0);
  EXPECT_EQ(read_until(fd, [](const std::string&) { return false; }, 20s), "");
  io.restart();
  io.run_for(100ms);
  EXPECT_EQ(server->connections_open(), 0u);
}

TEST_F(WebServer, OneWhoDoesNotTakeItsAnswerIsClosed) {
  ServerLimits limits;
  limits.write = 1s;
  open(true, {}, limits);
  media = folder / "big.mp4";
  test::write_bytes(media, std::string(24U << 20U, 'm'));
  const Fd fd = connected();
  const std::string text = "GET /api/v1/sessions/s/parts/1/video HTTP/1.1\r\nHost: localhost\r\n\r\n";
  ASSERT_GT(::send(fd.get(), text.data(), text.size(), MSG_NOSIGNAL), 0);
  const auto until = std::chrono::steady_clock::now() + 20s;
  do {
    io.restart();
    io.run_for(50ms);
  } while (server->connections_open() > 0 && std::chrono::steady_clock::now() < until);
  EXPECT_EQ(server->connections_open(), 0u);
}

TEST_F(WebServer, BesideTooManyTheNextIsTurnedAway) {
  ServerLimits limits;
  limits.connections = 2;
  open(true, {}, limits);
  const Fd one = connected(), two = connected();
  io.restart();
  io.run_for(50ms);
  EXPECT_EQ(get("/livez").status, 503);
}

TEST_F(WebServer, APortInUseIsNamedWithItsCure) {
  open();
  const auto second = HttpServer::open(io.get_executor(), {"127.0.0.1", server->port()}, {});
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Errc::conflict);
  EXPECT_NE(second.error().text.find("the port is in use"), std::string::npos) << second.error().text;
  EXPECT_FALSE(HttpServer::open(io.get_executor(), {"203.0.113.77", 0}, {})) << "no address of this machine";
}

TEST_F(WebServer, AnAddressIsReadAsTheConfigurationWritesIt) {
  EXPECT_EQ(parse_listen("127.0.0.1:8080")->port, 8080);
  EXPECT_EQ(parse_listen("[::1]:80")->host, "::1");
  EXPECT_FALSE(parse_listen("8080"));
  EXPECT_FALSE(parse_listen("a:99999"));
  EXPECT_TRUE(only_loopback({"::1", 1}));
  EXPECT_FALSE(only_loopback({"0.0.0.0", 1}));
  EXPECT_FALSE(only_loopback({"::", 1}));
}

TEST_F(WebServer, OfHeadOnlyTheHeaderComes) {
  open();
  const Fd fd = connected();
  const std::string text = "HEAD / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
  ASSERT_GT(::send(fd.get(), text.data(), text.size(), MSG_NOSIGNAL), 0);
  const Answer answer = parsed(read_until(fd, [](const std::string&) { return false; }));
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "");
  EXPECT_GT(std::stoi(answer.header("Content-Length")), 0);
}

TEST_F(WebServer, AFilmIsGivenWholeAndByRange) {
  open();
  media = folder / "part.mp4";
  std::string bytes;
  for (int i = 0; i < 700'000; ++i) bytes += static_cast<char>(i % 251);
  test::write_bytes(media, bytes);
  const std::string target = "/api/v1/sessions/s/parts/1/video";
  const Answer whole = get(target);
  EXPECT_EQ(whole.status, 200);
  EXPECT_EQ(whole.header("Content-Type"), "video/mp4");
  EXPECT_EQ(whole.body, bytes);
  const Answer part = get(target, "Range: bytes=300000-600000\r\n");
  EXPECT_EQ(part.status, 206);
  EXPECT_EQ(part.header("Content-Range"), "bytes 300000-600000/700000");
  EXPECT_EQ(part.body, bytes.substr(300000, 300001));
  EXPECT_EQ(get(target, "Range: bytes=700000-\r\n").status, 416);
}

TEST_F(WebServer, OnlyFilesAreGivenAndNoLinkIsFollowed) {
  open();
  const std::string target = "/api/v1/sessions/s/parts/1/video";
  test::write_bytes(folder / "secret", "secret");
  std::filesystem::create_symlink(folder / "secret", folder / "link.mp4");
  media = folder / "link.mp4";
  EXPECT_EQ(get(target).status, 404);
  media = "/dev/zero";
  EXPECT_EQ(get(target).status, 404);
  media = folder.path();
  EXPECT_EQ(get(target).status, 404);
  media = folder / "gone.mp4";
  const Answer gone = get(target);
  EXPECT_EQ(gone.status, 404);
  EXPECT_EQ(get("/api/v1/sessions/s/parts/1/thumbnail").status, 204) << "no picture is no error";
  EXPECT_EQ(get("/api/v1/sessions/s/picture").status, 204);
  EXPECT_EQ(gone.body.find(folder.path()), std::string::npos) << "where it lay is nobody's business";
}

}  // namespace
}  // namespace rec::web
