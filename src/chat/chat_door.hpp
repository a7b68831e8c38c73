// The door of the control group: hears what people say there, lets in who may, has the desk answer, and
// writes down who changed what. A command is acted on once at the most: it is noted on the disk before.
// Without the door the program records all the same. Decision thread only.
#pragma once
#include <deque>
#include <memory>
#include <optional>
#include <string>

#include "app/config.hpp"
#include "chat/desk.hpp"
#include "chat/handled.hpp"
#include "chat/people.hpp"
#include "chat/questions.hpp"
#include "ports/publisher.hpp"
#include "runtime/clock.hpp"
#include "runtime/supervisor.hpp"
#include "runtime/worker.hpp"

namespace rec::chat {

class ChatDoor {
 public:
  struct Needs {
    asio::any_io_executor executor;
    Clock& clock;
    Publisher& publisher;
    Conversation& conversation;
    Worker& files;
    Desk::Ask ask;
    ControlConfig rules{};
    Language language = Language::en;
    std::size_t at_once = 2;  ///< commands
    std::string state_file{};
  };
  /// What is given outlives it.
  explicit ChatDoor(Needs needs);
  void open();
  /// Other rules for the same group, from the next command on.
  void go_by(ControlConfig rules, Language language, std::size_t at_once);
  /// Hears nothing more, answers what it was asked, a minute at most, and is closed.
  asio::awaitable<void> retire();
  /// What is under way is broken off, and told of at the next start.
  asio::awaitable<void> close();

 private:
  struct Turn {
    Asked asked{};
    Role role = Role::stranger;
    Command command{};
    std::string text{};  ///< the command as it was written
    [[nodiscard]] std::int64_t key() const { return asked.press != 0 ? -asked.press : asked.message; }
  };

  Task<> run();
  Task<> come_in();
  Task<> listen();
  Task<> tell_interrupted();
  Task<> warn_if_deaf();
  void take(Asked asked);
  void take_said(Asked asked, Role role);
  void take_word(Asked asked, Role role);
  void take_confirmation(Asked asked, Role role, int number);
  void take_press(Asked asked, Role role);
  void refuse(Asked asked, std::string text, std::string command);
  void reply(const Asked& asked, std::string text);
  void queue(Turn turn);
  void pump();
  Task<> carry_out(Turn turn);
  void put_question(const Turn& turn, Answer& answer);
  Task<> note_begin(const Turn& turn);
  Task<> note_end(const Turn& turn, const Result<Answer>& answer);
  Task<> deliver(const Turn& turn, Answer answer);
  Task<> deliver_press(const Turn& turn, Answer answer);
  Task<> keep();
  Task<> write_audit(std::int64_t person, std::string outcome, std::string command, std::string result);
  Task<> dismiss(Asked asked);
  void start(Task<> task);
  Task<> at_work(Task<> task, std::shared_ptr<void> mark);
  [[nodiscard]] bool is_old(const Asked& asked) const;
  [[nodiscard]] SteadyTime said_at(const Asked& asked) const { return needs_.clock.steady() - asked.ago; }
  [[nodiscard]] Saying saying_of(std::string text, std::int64_t reply_to) const;

  Needs needs_;
  Desk desk_;
  TurnLimit limit_;
  TurnLimit refusals_;  ///< how often somebody is told that he may not
  Handled handled_{};
  std::int64_t noted_newest_ = 0;  ///< handled_.newest as it is on the disk
  Questions questions_{};
  std::int64_t chat_ = 0;
  Account account_{};
  bool in_ = false;  ///< signed in, and what was before is dealt with
  SteadyTime opened_{};
  bool said_away_ = false;
  std::deque<Turn> waiting_{};
  std::size_t running_ = 0;
  std::size_t at_work_ = 0;  ///< commands and answers
  bool closing_ = false;
  std::uint64_t started_ = 0;
  Supervisor tasks_;
};

}  // namespace rec::chat
