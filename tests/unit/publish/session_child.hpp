// A whole publishing session in a process of its own: a status, two albums, a comment, a backup copy, and
// what is edited at the end. What it has done stands in a journal, so that the next process goes on.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace rec::test {

struct SessionOrder {
  std::string library{};
  std::string folder{};  ///< TDLib's; the journal lies in it too
  std::string proxy{};
  std::string token{};  ///< empty: the user who is signed in there
  std::int64_t chat = 0, backup = 0;
  std::string files{};  ///< folder with five files: 0.mp4 … 4.mp4; the last one is the comment's

  [[nodiscard]] std::vector<std::string> to_arguments() const;
  static SessionOrder from_arguments(int argc, char** argv);
};

/// Prints "complete" or "failed …", and ends.
int session_child_main(const SessionOrder& order);

}  // namespace rec::test
