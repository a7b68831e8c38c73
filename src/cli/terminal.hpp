// The terminal that a person sits at: questions on stderr, answers from stdin.
#pragma once
#include <memory>
#include <string>

#include <boost/asio/any_io_executor.hpp>

#include "runtime/task.hpp"

namespace rec::cli {

/// Opens the terminal anew, so that what it is set to does not reach whoever else uses it.
class Terminal {
 public:
  explicit Terminal(const asio::any_io_executor& executor);
  ~Terminal();
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  /// stdin is a terminal.
  [[nodiscard]] bool there() const;
  struct Question {
    std::string text{};
    bool secret = false;    ///< what is typed is not shown
    std::string instead{};  ///< where the answer can come from without a terminal: "--phone"
    bool verbatim = false;  ///< blanks around the answer belong to it
  };
  /// One line. invalid: stdin is no terminal; cancelled: its end (Ctrl-D). The echo
  /// is as before when it returns or unwinds.
  Task<std::string> ask(Question question);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace rec::cli
