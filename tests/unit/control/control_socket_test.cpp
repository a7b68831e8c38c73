// The daemon's socket: real sockets, one loop, and neighbours who do not behave.
#include "control/control_socket.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <fstream>

#include <boost/json.hpp>

#include "control/unix_address.hpp"
#include "runtime/system_clock.hpp"
#include "tests/support/temp_folder.hpp"

namespace rec::control {
namespace {

using namespace std::chrono_literals;

/// Answers {"echo": name}; "fail" fails.
Task<boost::json::object> echo(std::string name, boost::json::object arguments) {
  if (name == "fail") co_return fail(Errc::conflict, "it cannot be done now");
  if (name == "never") {
    asio::steady_timer timer(co_await asio::this_coro::executor, 1h);
    co_await timer.async_wait(asio::use_awaitable);
  }
  boost::json::object out = std::move(arguments);
  out["echo"] = name;
  co_return out;
}

class ControlSocket : public testing::Test {
 protected:
  void serve(ServerLimits limits = {}) {
    auto opened = ControlServer::open(io.get_executor(), clock, folder.path(), echo, limits);
    ASSERT_TRUE(opened) << opened.error().text;
    server = *std::move(opened);
  }
  /// Runs the loop until the task has ended.
  template <class T>
  Result<T> wait_for(Task<T> task) {
    std::optional<Result<T>> ended;
    asio::co_spawn(io, std::move(task), [&](std::exception_ptr thrown, Result<T> result) {
      if (thrown) std::rethrow_exception(thrown);
      ended.emplace(std::move(result));
    });
    io.restart();
    while (!ended && io.run_one() > 0) {
    }
    return std::move(*ended);
  }
  Result<boost::json::object> ask(std::string name, Millis timeout = 20s) {
    auto body = [](Clock& clock, std::string folder, std::string name,
                   Millis timeout) -> Task<boost::json::object> {
      REC_CO_TRY(auto client, co_await ControlClient::connect(clock, folder));
      boost::json::object nothing;
      co_return co_await client->call(name, std::move(nothing), timeout);
    };
    return wait_for(body(clock, folder.path(), std::move(name), timeout));
  }
  /// Sends raw bytes and gives back all that comes until the other side closes or `limit` is over.
  std::string raw(const std::string& bytes, Millis limit = 20s) {
    auto fd = connect_to(socket_path(folder.path()));
    EXPECT_TRUE(fd) << fd.error().text;
    std::string got;
    std::size_t sent = 0;
    const auto until = std::chrono::steady_clock::now() + limit;
    io.restart();
    while (std::chrono::steady_clock::now() < until) {
      if (sent < bytes.size()) {
        const auto wrote = ::send(fd->get(), bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
        if (wrote > 0) sent += static_cast<std::size_t>(wrote);
      }
      io.run_for(2ms);
      char buffer[4096];
      const auto read = ::recv(fd->get(), buffer, sizeof buffer, 0);
      if (read > 0) got.append(buffer, static_cast<std::size_t>(read));
      if (read == 0) break;
      if (sent == bytes.size() && !got.empty() && got.back() == '\n' && limit == 20s) break;
    }
    return got;
  }

  test::TempFolder folder;
  asio::io_context io;
  SystemClock clock;
  std::unique_ptr<ControlServer> server;
};

TEST_F(ControlSocket, ARequestIsAnsweredAndAnErrorKeepsItsCode) {
  serve();
  const auto good = ask("status");
  ASSERT_TRUE(good) << good.error().text;
  EXPECT_EQ(good->at("echo").as_string(), "status");
  const auto bad = ask("fail");
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error().code, Errc::conflict);
  EXPECT_EQ(bad.error().text, "it cannot be done now");
}

TEST_F(ControlSocket, IsForItsOwnerAlone) {
  serve();
  struct stat info{};
  ASSERT_EQ(::stat(socket_path(folder.path()).c_str(), &info), 0);
  EXPECT_TRUE(S_ISSOCK(info.st_mode));
  EXPECT_EQ(info.st_mode & 0777U, 0600U);
}

TEST_F(ControlSocket, OfAKilledProgramIsReplacedAndAtTheEndItIsGone) {
  {
    const auto left = listen_at(socket_path(folder.path()));
  }  // closed, not removed
  EXPECT_EQ(ask("status").error().code, Errc::not_found) << "nobody listens behind it";
  serve();
  EXPECT_TRUE(ask("status"));
  server.reset();
  EXPECT_FALSE(std::filesystem::exists(socket_path(folder.path())));
  EXPECT_EQ(ask("status").error().code, Errc::not_found);
}

TEST_F(ControlSocket, WorksInAFolderWhosePathIsLongerThanAnAddress) {
  const std::string deep = folder / std::string(120, 'd');
  std::filesystem::create_directories(deep);
  auto opened = ControlServer::open(io.get_executor(), clock, deep, echo);
  ASSERT_TRUE(opened) << opened.error().text;
  auto body = [](Clock& with, std::string where) -> Task<boost::json::object> {
    REC_CO_TRY(auto client, co_await ControlClient::connect(with, where));
    boost::json::object nothing;
    co_return co_await client->call("status", std::move(nothing));
  };
  EXPECT_TRUE(wait_for(body(clock, deep)));
}

TEST_F(ControlSocket, SeveralRequestsInOnePieceAreAnsweredInOrder) {
  serve();
  const std::string got = raw("{\"request\":\"a\",\"id\":1}\n{\"request\":\"fail\",\"id\":2}\n", 300ms);
  EXPECT_EQ(got,
            "{\"id\":1,\"ok\":true,\"result\":{\"echo\":\"a\"}}\n"
            "{\"id\":2,\"ok\":false,\"error\":{\"code\":\"conflict\",\"text\":\"it cannot be done now\"}}\n");
}

TEST_F(ControlSocket, GarbageIsAnsweredWithAnErrorAndTheConnectionGoesOn) {
  serve();
  const std::string got = raw("GET / HTTP/1.1\n{\"request\":\"a\"}\n", 300ms);
  EXPECT_NE(got.find("\"code\":\"invalid\""), std::string::npos) << got;
  EXPECT_NE(got.find("\"echo\":\"a\""), std::string::npos) << got;
}

TEST_F(ControlSocket, ALineThatDoesNotEndIsCutOffAndOthersAreServed) {
  ServerLimits limits;
  limits.request_bytes = 1000;
  serve(limits);
  const std::string got = raw(std::string(5000, 'x'));
  EXPECT_NE(got.find("at most 1000 bytes"), std::string::npos) << got;
  EXPECT_TRUE(ask("status"));
}

TEST_F(ControlSocket, WhoSaysNothingIsSentAwayAndWhoComesInCrowdsIsToldSo) {
  ServerLimits limits;
  limits.connections = 2;
  limits.idle = 100ms;
  serve(limits);
  auto first = connect_to(socket_path(folder.path()));
  auto second = connect_to(socket_path(folder.path()));
  ASSERT_TRUE(first && second);
  io.run_for(20ms);
  const auto third = ask("status");
  ASSERT_FALSE(third);
  EXPECT_EQ(third.error().code, Errc::unavailable);
  EXPECT_NE(third.error().text.find("too many"), std::string::npos) << third.error().text;
  io.restart();
  io.run_for(400ms);
  char byte = 0;
  EXPECT_EQ(::recv(first->get(), &byte, 1, 0), 0) << "the silent one is closed";
  EXPECT_TRUE(ask("status"));
}

TEST_F(ControlSocket, ADaemonThatDoesNotAnswerIsGivenUpOn) {
  serve();
  const auto outcome = ask("never", 100ms);
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, Errc::timed_out);
}

TEST_F(ControlSocket, WhatIsNoSocketOfOursIsSaidToBeNone) {
  std::ofstream(socket_path(folder.path())) << "a file";
  EXPECT_EQ(ask("status").error().code, Errc::not_found);
}

}  // namespace
}  // namespace rec::control
