// A group where people ask the program for something and are answered.
#pragma once
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "runtime/task.hpp"

namespace rec {

/// Below an answer, for people to press.
struct ReplyButton {
  std::string label{};
  std::string data{};  ///< comes back as Asked::text; at most 64 bytes
};
/// Rows of them, from the top.
using ReplyButtons = std::vector<std::vector<ReplyButton>>;

/// What somebody has said, or pressed. Nothing of bots, nothing that was forwarded or edited comes along.
struct Asked {
  std::int64_t message = 0;     ///< what was said; of a button: the message that it is below
  std::int64_t person = 0;      ///< 0: it is not told who (an anonymous administrator, a channel)
  std::string name{};           ///< what the person is called there
  std::string text{};           ///< what was said, or the button's data
  std::chrono::seconds ago{0};  ///< when it was said, by the other side's clock
  bool own = false;             ///< by the account itself, from another device
  std::int64_t press = 0;       ///< 0: it was said; else a button, to be answered with notice()
};

struct Saying {
  std::string text{};         ///< as it is, nothing in it is markup
  std::int64_t reply_to = 0;  ///< a message of the group, 0 = none
  ReplyButtons buttons{};     ///< of bots; others cannot have any, and they are left out
};

/// All on the decision thread, by one caller.
class Conversation {
 public:
  virtual ~Conversation() = default;
  /// From now on what is said and pressed in this chat is kept for next(), also what was said while nobody
  /// listened. `since`: the newest message that is dealt with, 0 = none is known: then what was said within
  /// the last minutes is. What was kept of another chat goes; chat 0: nothing is kept any more. At once.
  virtual void listen(std::int64_t chat, std::int64_t since) = 0;
  /// Signs in if needed and waits for the next thing. Errors as Publisher::account(); ask again later.
  virtual Task<Asked> next() = 0;
  /// As several messages where it is too long for one; the buttons are below the last. Success: it has
  /// arrived, or is on its way for good.
  virtual Task<> say(Saying saying) = 0;
  /// Puts another text and other buttons in the place of an own message's. What is too long is cut.
  virtual Task<> change(std::int64_t message, Saying saying) = 0;
  /// A short notice for the one who pressed, in all at most 200 characters; "" only ends the waiting.
  virtual Task<> notice(std::int64_t press, std::string text) = 0;
  /// Why not all that begins with `prefix` is heard in a chat, with the cure; "" = it is. not_found, denied:
  /// the account is not in there.
  virtual Task<std::string> deaf_to(std::int64_t chat, std::string prefix) = 0;
};

}  // namespace rec
