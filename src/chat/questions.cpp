#include "chat/questions.hpp"

#include <algorithm>
#include <utility>

namespace rec::chat {
namespace {

constexpr std::size_t kMostQuestions = 100;
constexpr std::string_view kYesWords[] = {"yes", "Yes", "YES", "y", "Y", "да", "Да", "ДА"};
constexpr std::string_view kNoWords[] = {"no", "No", "NO", "n", "N", "нет", "Нет", "НЕТ"};

}  // namespace

Word word_of(std::string_view text) {
  constexpr std::string_view kAround = " \t\r\n.!";
  const auto from = text.find_first_not_of(kAround);
  if (from == std::string_view::npos) return Word::other;
  text = text.substr(from, text.find_last_not_of(kAround) - from + 1);
  if (std::ranges::find(kYesWords, text) != std::end(kYesWords)) return Word::yes;
  return std::ranges::find(kNoWords, text) != std::end(kNoWords) ? Word::no : Word::other;
}

int Questions::ask(std::int64_t person, std::string command, SteadyTime now) {
  std::erase_if(open_, [now](const Question& each) { return each.until < now; });
  if (open_.size() >= kMostQuestions) open_.erase(open_.begin());
  open_.push_back({++asked_, person, std::move(command), now + kQuestionOpen});
  return asked_;
}

tl::expected<std::string, std::vector<int>> Questions::confirm(std::int64_t person, int number,
                                                               SteadyTime said) {
  std::vector<int> numbers;
  for (const Question& each : open_) {
    if (each.person == person && each.until >= said && (number == 0 || each.number == number))
      numbers.push_back(each.number);
  }
  if (numbers.size() != 1) return tl::unexpected(std::move(numbers));
  const auto found = std::ranges::find(open_, numbers.front(), &Question::number);
  std::string command = std::move(found->command);
  open_.erase(found);
  return command;
}

bool Questions::open_to(std::int64_t person, SteadyTime said) const {
  return std::ranges::any_of(
      open_, [&](const Question& each) { return each.person == person && each.until >= said; });
}

void Questions::drop(std::int64_t person) {
  std::erase_if(open_, [person](const Question& each) { return each.person == person; });
}

}  // namespace rec::chat
