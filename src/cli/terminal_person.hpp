// The person at the terminal, as a sign-in asks for one. Answers that came with the command line or the
// environment are given once, without a question.
#pragma once
#include "cli/terminal.hpp"
#include "publish/login_person.hpp"

namespace rec::cli {

class TerminalPerson final : public LoginPerson {
 public:
  struct Given {
    std::string phone{};  ///< "" = ask
    bool by_qr = false;   ///< no phone number then
    std::string code{};
    Secret password{};
    bool colours = true;
  };
  TerminalPerson(Terminal& terminal, Given given) : terminal_(terminal), given_(std::move(given)) {}

  Task<std::string> phone(std::string trouble) override;
  Task<std::string> code(std::string sent, std::string trouble) override;
  Task<Secret> password(std::string hint, std::string trouble) override;
  void show_link(std::string link) override;

 private:
  Terminal& terminal_;
  Given given_;
};

}  // namespace rec::cli
