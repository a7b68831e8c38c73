// The door of the built program, as `run` opens it.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <thread>

#include "base/fd.hpp"
#include "tests/support/program_run.hpp"

namespace rec::testing_support {
namespace {

using namespace std::chrono_literals;

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

std::uint16_t free_port() {
  const Fd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  EXPECT_EQ(::bind(fd.get(), reinterpret_cast<sockaddr*>(&address), size), 0);
  EXPECT_EQ(::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&address), &size), 0);
  return ntohs(address.sin_port);
}

/// The whole answer; "" where nobody listens.
std::string http(std::uint16_t port, const std::string& line, const std::string& headers = "",
                 const std::string& body = "") {
  const Fd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const sockaddr_in address = loopback(port);
  if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return {};
  std::string text = line + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + headers;
  if (!body.empty())
    text += "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n";
  text += "\r\n" + body;
  EXPECT_EQ(::send(fd.get(), text.data(), text.size(), MSG_NOSIGNAL), static_cast<ssize_t>(text.size()));
  std::string got;
  char buffer[65536];
  for (ssize_t size = 0; (size = ::recv(fd.get(), buffer, sizeof buffer, 0)) > 0;)
    got.append(buffer, static_cast<std::size_t>(size));
  return got;
}

std::string status_of(const std::string& answer) { return answer.size() < 12 ? answer : answer.substr(9, 3); }

/// Waits until the program says something; "" when it does not in a minute.
std::string wait_for(const std::function<std::string()>& ask) {
  const auto until = std::chrono::steady_clock::now() + 60s;
  while (std::chrono::steady_clock::now() < until) {
    if (std::string told = ask(); !told.empty()) return told;
    std::this_thread::sleep_for(50ms);
  }
  return {};
}

class DashboardOfRun : public testing::Test {
 protected:
  std::string config(const std::string& name, const std::string& listen) {
    const std::string path = folder / (name + ".yaml");
    std::ofstream(path) << "channels: [\"http://127.0.0.1:9/none.m3u8\"]\nstate: {path: " << name
                        << "/state.db}\nweb: {listen: \"" << listen << "\"}\nlogging: {file: \"" << name
                        << ".log\"}\nrecording: {output_dir: " << name << "/out, min_free: 0}\n";
    return path;
  }
  std::string log(const std::string& name) {
    std::ifstream file(folder / (name + ".log"));
    return {std::istreambuf_iterator<char>(file), {}};
  }
  std::string wait_for_log(const std::string& name, const std::string& words) {
    return wait_for([&] { return log(name).find(words) == std::string::npos ? std::string() : words; });
  }
  TempFolder folder;
};

TEST_F(DashboardOfRun, IsServedAndCarriesToTheSameService) {
  const std::uint16_t port = free_port();
  const std::string file = config("one", "127.0.0.1:" + std::to_string(port));
  ProgramRun program(folder.path(), {"run", "--config", file});
  ASSERT_EQ(status_of(wait_for([&] { return http(port, "GET /livez"); })), "200") << log("one");
  EXPECT_NE(http(port, "GET /").find("<title>Stream Recorder</title>"), std::string::npos);
  EXPECT_NE(http(port, "GET /openapi.json").find("\"openapi\":\"3.1.0\""), std::string::npos);
  EXPECT_NE(http(port, "GET /metrics").find("streamrecorder_channels{status=\"offline\"} 1\n"),
            std::string::npos);
  EXPECT_EQ(status_of(http(port, "GET /readyz")), "200");
  EXPECT_EQ(status_of(http(port, "GET /idlez")), "200");
  const std::filesystem::path other = folder / "other";
  std::filesystem::create_directories(other);
  const Output made =
      run_program(other, {"web", "token", "add", "test", "--scope", "control", "--config", file});
  ASSERT_EQ(made.exit_code, 0) << made.err;
  const std::string token = "Authorization: Bearer " + made.out.substr(0, made.out.find('\n')) + "\r\n";
  std::this_thread::sleep_for(1100ms);  // the file is looked at once a second
  EXPECT_EQ(
      status_of(http(port, "POST /api/v1/channels", token, R"({"url": "http://127.0.0.1:9/two.m3u8"})")),
      "200");
  EXPECT_NE(run_program(other, {"channel", "list", "--config", file}).out.find("two.m3u8"),
            std::string::npos);
  const Output password = run_program(other, {"web", "password", "--config", file});
  ASSERT_EQ(password.exit_code, 0) << password.err;
  EXPECT_EQ(password.out.size(), 21u) << password.out;
  std::this_thread::sleep_for(1100ms);
  EXPECT_EQ(status_of(http(port, "GET /api/v1/status")), "401");
  EXPECT_EQ(status_of(http(port, "GET /api/v1/status", token)), "200");
  program.signal(SIGTERM);
  EXPECT_EQ(program.wait().exit_code, 143);
}

TEST_F(DashboardOfRun, APortInUseIsAnErrorInTheLogAndRecordingGoesOn) {
  const Fd taken(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  ASSERT_EQ(::bind(taken.get(), reinterpret_cast<sockaddr*>(&address), size), 0);
  ASSERT_EQ(::listen(taken.get(), 1), 0);
  ASSERT_EQ(::getsockname(taken.get(), reinterpret_cast<sockaddr*>(&address), &size), 0);
  const std::string file = config("two", "127.0.0.1:" + std::to_string(ntohs(address.sin_port)));
  ProgramRun program(folder.path(), {"run", "--config", file});
  EXPECT_NE(wait_for_log("two", "the port is in use"), "") << log("two");
  const std::filesystem::path other = folder / "other";
  std::filesystem::create_directories(other);
  EXPECT_EQ(run_program(other, {"status", "--config", file}).out.substr(0, 19), "streamrecorder runs");
  program.signal(SIGTERM);
  EXPECT_EQ(program.wait().exit_code, 143);
}

TEST_F(DashboardOfRun, WhereOthersReachItNothingIsServedWithoutAPassword) {
  const std::uint16_t port = free_port();
  const std::string file = config("three", "0.0.0.0:" + std::to_string(port));
  ProgramRun program(folder.path(), {"run", "--config", file});
  EXPECT_NE(wait_for_log("three", "streamrecorder web password"), "") << log("three");
  EXPECT_EQ(http(port, "GET /livez"), "");
  program.signal(SIGTERM);
  EXPECT_EQ(program.wait().exit_code, 143);
}

}  // namespace
}  // namespace rec::testing_support
