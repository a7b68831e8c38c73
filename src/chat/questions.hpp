// What destroys is asked about first, and a person without buttons says yes in words: by "yes", or by the
// number of the question. Pure.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "base/time.hpp"

namespace rec::chat {

/// So long an answer counts.
inline constexpr std::chrono::minutes kQuestionOpen{2};

enum class Word { other, yes, no };
/// "yes", "Да." and the like alone, in any of the languages.
Word word_of(std::string_view text);

/// Each is answered once, by the one who was asked, within two minutes. Kept in memory alone: after a restart
/// nothing is open.
class Questions {
 public:
  /// Asks `person` whether this command is meant; returns the question's number.
  int ask(std::int64_t person, std::string command, SteadyTime now);
  /// The command that `person` confirms at `said`, which is no question any more; with the number 0 the only
  /// one that is open. Else which numbers are open to him: none, or several.
  tl::expected<std::string, std::vector<int>> confirm(std::int64_t person, int number, SteadyTime said);
  /// Is one open to him at that time?
  [[nodiscard]] bool open_to(std::int64_t person, SteadyTime said) const;
  /// Takes all back that are open to him.
  void drop(std::int64_t person);

 private:
  struct Question {
    int number = 0;
    std::int64_t person = 0;
    std::string command{};
    SteadyTime until{};
  };
  std::vector<Question> open_{};
  int asked_ = 0;
};

}  // namespace rec::chat
