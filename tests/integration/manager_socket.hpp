// A service manager, as far as a service speaks to it.
#pragma once
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <string>

namespace rec::testing_support {

/// An environment variable for as long as the object lives.
class EnvironmentOf {
 public:
  EnvironmentOf(std::string name, const std::string& value) : name_(std::move(name)) {
    setenv(name_.c_str(), value.c_str(), 1);
  }
  ~EnvironmentOf() { unsetenv(name_.c_str()); }
  EnvironmentOf(const EnvironmentOf&) = delete;
  EnvironmentOf& operator=(const EnvironmentOf&) = delete;

 private:
  std::string name_;
};

/// What a service manager is told.
class ManagerSocket {
 public:
  explicit ManagerSocket(const std::filesystem::path& path)
      : fd_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.string().copy(address.sun_path, sizeof address.sun_path - 1);
    EXPECT_EQ(::bind(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  }
  ~ManagerSocket() { ::close(fd_); }
  ManagerSocket(const ManagerSocket&) = delete;
  ManagerSocket& operator=(const ManagerSocket&) = delete;
  std::string heard() {
    std::string all;
    std::array<char, 512> buffer{};
    for (ssize_t got = 0; (got = ::recv(fd_, buffer.data(), buffer.size(), MSG_DONTWAIT)) >= 0;)
      heard_ += std::string(buffer.data(), static_cast<std::size_t>(got)) + "\n";
    return heard_;
  }

 private:
  int fd_;
  std::string heard_{};
};

}  // namespace rec::testing_support
