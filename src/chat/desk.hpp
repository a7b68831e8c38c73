// Answers one command of the group: asks the service what every door asks it, and puts what comes back into
// words. Decision thread only.
#pragma once
#include <functional>
#include <string>

#include <boost/json/object.hpp>

#include "app/config.hpp"
#include "chat/commands.hpp"
#include "chat/people.hpp"
#include "ports/conversation.hpp"
#include "runtime/task.hpp"

namespace rec::chat {

struct Answer {
  std::string text{};
  ReplyButtons buttons{};
  std::string question{};  ///< not "": nothing is done yet; the command that a yes stands for
};
/// One that asks whether `command` is meant.
Answer question_of(std::string text, std::string command);

class Desk {
 public:
  /// A request to the service, by its name: docs/formats/control-socket.md.
  using Ask = std::function<Task<boost::json::object>(std::string, boost::json::object)>;
  struct Person {
    std::int64_t id = 0;
    std::string name{};
    Role role = Role::stranger;
  };
  /// What `ask` answers comes before people in `language`.
  Desk(Ask ask, Language language, std::string prefix)
      : ask_(std::move(ask)), language_(language), prefix_(std::move(prefix)) {}
  /// From the next command on.
  void speak(Language language, std::string prefix) {
    language_ = language;
    prefix_ = std::move(prefix);
  }

  /// What destroys is asked about first, unless it is confirmed. Errors: what is wrong with the command, or
  /// what came of it.
  Task<Answer> answer(Command command, Person person);

 private:
  /// The service's answer, in the group's language.
  Task<boost::json::object> asked(std::string request, boost::json::object arguments);
  Task<boost::json::object> look(std::string request);
  Task<Answer> sources(Command command);
  Task<Answer> source(Command command);
  Task<Answer> add_source(Command command);
  Task<Answer> change_source(Command command);
  Task<Answer> set_source(Command command);
  Task<Answer> targets(Command command);
  Task<Answer> target(Command command);
  Task<Answer> change_target(Command command);
  Task<Answer> rename_target(Command command);
  Task<Answer> remove_target(Command command);
  Task<Answer> sessions(Command command);
  Task<Answer> act(Command command);
  Task<Answer> summary();
  Task<> bind_all(boost::json::array sources, std::string target);

  Ask ask_;
  Language language_;
  std::string prefix_;
};

}  // namespace rec::chat
