// One publish() in a process of its own, so that a test can kill it, and the TDLib below it, at any moment.
#pragma once
#include <string>
#include <vector>

namespace rec::test {

/// What the child is to do, as its command line carries it.
struct ChildOrder {
  std::string library{};
  std::string folder{};
  std::string proxy{};
  std::string token{};
  std::int64_t chat = 0;
  std::string marker{};
  std::string text{};
  std::vector<std::string> files{};
  bool maybe_sent = false;
  std::int64_t after_message = 0;
  bool hang_before_send = false;
  bool only_check = false;    ///< check_chat() instead of publish()
  bool close_at_end = false;  ///< close() before the last line

  [[nodiscard]] std::vector<std::string> to_arguments() const;
  static ChildOrder from_arguments(int argc, char** argv);
};

/// Prints "sending" when about_to_send is called, "uploaded N" as it goes, then "published ID…" or "failed
/// CODE TEXT"; then it waits to be killed.
int publish_child_main(const ChildOrder& order);

}  // namespace rec::test
