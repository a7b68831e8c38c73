// A site on loopback: the real server on one loop, a scripted service behind it, and raw sockets before it.
#pragma once
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/json.hpp>

#include "base/base64.hpp"
#include "base/fd.hpp"
#include "runtime/system_clock.hpp"
#include "tests/support/temp_folder.hpp"
#include "web/http_server.hpp"
#include "web/site.hpp"

namespace rec::web {

namespace json = boost::json;

struct Answer {
  int status = 0;
  std::string head{};
  std::string body{};
  [[nodiscard]] bool has(const std::string& text) const { return head.find(text) != std::string::npos; }
  /// Of the first header of that name; "" where there is none.
  [[nodiscard]] std::string header(const std::string& name) const {
    const auto at = head.find("\r\n" + name + ": ");
    if (at == std::string::npos) return {};
    const auto from = at + name.size() + 4;
    return head.substr(from, head.find("\r\n", from) - from);
  }
  [[nodiscard]] json::object object() const { return json::parse(body).as_object(); }
};

class SiteOnLoopback : public testing::Test {
 protected:
  void open(bool loopback_only = true, std::vector<std::string> hosts = {}, ServerLimits limits = {}) {
    auto ask = [this](std::string request, json::object arguments) {
      return told(std::move(request), std::move(arguments));
    };
    Gate::Needs gate{clock, *files, folder / "web.json", loopback_only, std::move(hosts)};
    Site::Needs needs{clock, *files, std::move(ask), std::move(gate)};
    needs.version = "1.2.3";
    site = std::make_shared<Site>(std::move(needs));
    Handler handler = [kept = site](Request request) { return kept->answer(std::move(request)); };
    auto opened = HttpServer::open(io.get_executor(), {"127.0.0.1", 0}, std::move(handler), limits);
    ASSERT_TRUE(opened) << opened.error().text;
    server = *std::move(opened);
    host = "127.0.0.1:" + std::to_string(server->port());
  }
  void set_password(const std::string& password) {
    Accounts accounts = *read_accounts(folder / "web.json");
    accounts.password = *hash_password(Secret(password));
    ASSERT_TRUE(write_accounts(folder / "web.json", accounts));
  }
  std::string add_token(Scope scope) {
    Accounts accounts = *read_accounts(folder / "web.json");
    const std::string token = fresh_token();
    accounts.tokens.push_back({"t" + std::to_string(accounts.tokens.size()), scope, token_hash(token), {}});
    EXPECT_TRUE(write_accounts(folder / "web.json", accounts));
    return token;
  }

  [[nodiscard]] Fd connected() const {
    Fd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(server->port());
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::connect(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    return fd;
  }
  /// Runs the loop until the other side has sent what `enough` asks for, or closed.
  std::string read_until(const Fd& fd, const std::function<bool(const std::string&)>& enough,
                         std::chrono::seconds limit = std::chrono::seconds(30)) {
    std::string got;
    const auto until = std::chrono::steady_clock::now() + limit;
    while (std::chrono::steady_clock::now() < until && !enough(got)) {
      io.restart();
      io.run_for(std::chrono::milliseconds(1));
      char buffer[65536];
      const auto size = ::recv(fd.get(), buffer, sizeof buffer, MSG_DONTWAIT);
      if (size > 0) got.append(buffer, static_cast<std::size_t>(size));
      if (size == 0) break;
    }
    return got;
  }
  static bool whole_answer(const std::string& got) {
    const auto end = got.find("\r\n\r\n");
    if (end == std::string::npos) return false;
    const auto at = got.find("Content-Length: ");
    if (at == std::string::npos || at > end)
      return got.starts_with("HTTP/1.1 204") || got.starts_with("HTTP/1.1 304");
    return got.size() >= end + 4 + std::stoul(got.substr(at + 16));
  }
  static Answer parsed(const std::string& got) {
    Answer answer;
    const auto end = got.find("\r\n\r\n");
    answer.head = got.substr(0, end == std::string::npos ? got.size() : end + 2);
    if (end != std::string::npos) answer.body = got.substr(end + 4);
    if (got.size() > 12) answer.status = std::atoi(got.c_str() + 9);
    return answer;
  }
  Answer raw(const std::string& bytes) {
    const Fd fd = connected();
    EXPECT_EQ(::send(fd.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL), static_cast<ssize_t>(bytes.size()));
    return parsed(read_until(fd, whole_answer));
  }
  /// `lines` are further header lines, each with its line break.
  Answer ask(const std::string& method, const std::string& target, const std::string& lines = "",
             const std::string& body = "") {
    std::string text = method + " " + target + " HTTP/1.1\r\nHost: " + host + "\r\n" + lines;
    if (!body.empty())
      text += "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n";
    return raw(text + "\r\n" + body);
  }
  Answer get(const std::string& target, const std::string& lines = "") { return ask("GET", target, lines); }
  std::string csrf(const std::string& lines = "") {
    return "X-CSRF-Token: " + std::string(get("/api/v1/me", lines).object().at("csrf").as_string()) + "\r\n";
  }

  /// What the service answers; remembers what it was asked.
  virtual Task<json::object> told(std::string request, json::object arguments) {
    asked.push_back(request + " " + json::serialize(arguments));
    if (request == "overview") co_return overview;
    if (request == "part_file") {
      json::object out;
      out["path"] = media;
      co_return out;
    }
    if (request == "session_picture" && !picture.empty()) {
      json::object out;
      out["jpeg"] = base64(picture);
      co_return out;
    }
    if (request == "session_story") co_return fail(Errc::not_found, "there is no session x");
    json::object out;
    out["request"] = request;
    co_return out;
  }

  test::TempFolder folder;
  asio::io_context io;
  SystemClock clock;
  std::unique_ptr<Worker> files = make_thread_worker("files");
  std::shared_ptr<Site> site;
  std::unique_ptr<HttpServer> server;
  std::string host;
  std::vector<std::string> asked;
  std::string media;
  std::string picture{};  ///< of what is live
  json::object overview =
      json::parse(R"({"at": "2026-11-22T17:26:03.120Z", "verdict": "good", "live": 1, "recorded": 1,
    "missing_today_s": 12.5, "unposted_bytes": 7, "problems": [],
    "channels": [{"id": "a", "status": "recording", "title": "one"}, {"id": "b", "status": "offline", "title": null}],
    "sessions": [{"id": "s1", "channel": "twitch:\"a\"", "name": "a", "status": "recording", "bytes": 10, "elapsed_s": 1,
      "last_segment_at": "2026-11-22T17:26:03.120Z"}],
    "queues": {"media": 1, "post": 0, "text": 0, "remove": 0, "failing": []},
    "disks": [{"folder": "/r", "free_bytes": 5, "paused": false, "left_s": null}], "watch": []})")
          .as_object();
};

}  // namespace rec::web
