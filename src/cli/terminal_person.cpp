#include "cli/terminal_person.hpp"

#include <fmt/format.h>

#include <utility>

#include "cli/qr_drawing.hpp"

namespace rec::cli {
namespace {

void say_trouble(const std::string& trouble) {
  if (!trouble.empty()) fmt::print(stderr, "{}\n", trouble);
}

}  // namespace

Task<std::string> TerminalPerson::phone(std::string trouble) {
  say_trouble(trouble);
  if (given_.by_qr && trouble.empty()) co_return std::string();
  if (!given_.phone.empty()) co_return std::exchange(given_.phone, "");
  Terminal::Question question{"Phone number, with its country's code (empty: by QR code instead):", false,
                              "give --phone NUMBER or --qr"};
  co_return co_await terminal_.ask(std::move(question));
}

Task<std::string> TerminalPerson::code(std::string sent, std::string trouble) {
  say_trouble(trouble);
  if (!given_.code.empty()) co_return std::exchange(given_.code, "");
  Terminal::Question question{fmt::format("Code, sent {} (empty: another one, please):", sent), false,
                              "the code must be typed, or be in STREAMRECORDER_CODE"};
  co_return co_await terminal_.ask(std::move(question));
}

Task<Secret> TerminalPerson::password(std::string hint, std::string trouble) {
  say_trouble(trouble);
  if (!given_.password.empty()) co_return std::exchange(given_.password, Secret());
  const std::string hinted = hint.empty() ? "" : fmt::format(" (hint: {})", hint);
  Terminal::Question question{"Password of the account" + hinted + ", not shown:", true,
                              "the password must be typed, or be in STREAMRECORDER_PASSWORD", true};
  REC_CO_TRY(auto typed, co_await terminal_.ask(std::move(question)));
  co_return Secret(std::move(typed));
}

void TerminalPerson::show_link(std::string link) {
  const auto drawing = draw_qr(link, given_.colours);
  fmt::print(stderr,
             "\n{}\n{}\nScan it in a Telegram app: Settings, Devices, Link Desktop Device. It is drawn anew "
             "every half minute; Ctrl-C gives up.\n",
             drawing ? *drawing : "", link);
}

}  // namespace rec::cli
