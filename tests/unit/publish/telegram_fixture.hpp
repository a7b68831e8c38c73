// A simulated Telegram, files to send, and publishers in processes that can be killed.
#pragma once
#include <gtest/gtest.h>
#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/fd.hpp"
#include "sim/telegram/telegram_server.hpp"
#include "tests/unit/publish/publish_child.hpp"

namespace rec::test {

/// A running publisher. Ends with the object, by SIGKILL.
class KillableChild {
 public:
  explicit KillableChild(const ChildOrder& order);
  explicit KillableChild(const std::vector<std::string>& arguments);
  ~KillableChild();
  KillableChild(const KillableChild&) = delete;
  KillableChild& operator=(const KillableChild&) = delete;
  /// The next line that begins with `word`, or with "failed"; "" when it ended, or after half a minute.
  std::string line(const std::string& word);
  std::string line(const std::string& word, std::chrono::milliseconds patience);
  void kill();

 private:
  Fd out_;
  pid_t pid_ = -1;
  Fd pidfd_{};
  std::string buffer_;
};

class TelegramTest : public testing::Test {
 protected:
  void SetUp() override;
  void TearDown() override;

  /// An order for a text in the channel.
  [[nodiscard]] ChildOrder order(const std::string& marker) const;
  std::string make_file(const std::string& name, std::size_t bytes);
  /// Publishes in a child, to the end; the line that it ends with.
  static std::string publish_to_end(const ChildOrder& order);
  /// The posts in the channel that are not deleted.
  [[nodiscard]] std::vector<sim::PostSnapshot> posts() const;
  /// Waits until `done` holds, half a minute at the most.
  template <class F>
  static bool eventually(F done) {
    for (int i = 0; i < 3000; ++i) {
      if (done()) return true;
      pause_shortly();
    }
    return false;
  }
  static void pause_shortly();

  std::filesystem::path folder_;
  std::unique_ptr<sim::TelegramServer> server_;
  std::int64_t chat_ = 0;
};

}  // namespace rec::test
