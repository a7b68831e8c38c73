// A signed-in TDLib: starts its host when one is needed, signs in, and starts it again after it has died.
#pragma once
#include <functional>
#include <string>

#include <boost/json/object.hpp>

#include "publish/account_limits.hpp"
#include "publish/tdlib_client.hpp"
#include "publish/tdlib_publisher.hpp"
#include "publish/telegram_way.hpp"
#include "runtime/signal.hpp"

namespace rec {

/// Lives on the decision thread.
class TdlibSession {
 public:
  using OnUpdate = std::function<void(const boost::json::object&)>;
  /// `on_lost`: what this TDLib has told holds no more; the next one tells anew.
  TdlibSession(const asio::any_io_executor& executor, Clock& clock, TdlibOptions options, OnUpdate on_update,
               std::function<void()> on_lost);

  /// Signed in and usable. Any number may wait; one of them does the work. denied: token, account or api_id;
  /// unavailable or timed_out: try again; conflict: another process has the database.
  Task<> ready();
  /// Asks a running TDLib, as it is: the answer may be of type `error`.
  Task<boost::json::object> call(boost::json::object request);
  /// The same, with an answer of type `error` as Error; `doing` says for whom in its text.
  Task<boost::json::object> ask(boost::json::object request, std::string doing,
                                Millis timeout = std::chrono::minutes(1));
  /// Gives a running TDLib a request whose answer nobody wants.
  Result<void> post(boost::json::object request) { return client_.post(std::move(request)); }
  /// Closes TDLib properly; the next ready() opens it again. What it was sending it takes up then.
  Task<> reopen();
  /// Whether what this TDLib does not find is not there. It may not be so: killed in between, TDLib knows
  /// that a channel has news, but not the message itself, and from then on believes in no message that is
  /// newer than those it has.
  [[nodiscard]] bool sure() const { return sure_; }
  /// Opens it with an empty memory of chats and messages, after which it is sure. What it was sending is
  /// forgotten: whoever posts looks for it, as after a crash. What was uploaded is not.
  Task<> make_sure();
  /// For good.
  asio::awaitable<void> close();

  /// The authorizationState… that was told last; without a type when there is none.
  [[nodiscard]] const boost::json::object& authorization() const { return authorization_; }
  [[nodiscard]] const Account& account() const { return limits_.account(); }
  [[nodiscard]] std::size_t text_limit() const { return limits_.text_limit(); }
  /// Counts the hosts; a message that was pending in one is taken up by the next under another temporary id.
  [[nodiscard]] std::uint64_t run() const { return run_; }
  [[nodiscard]] bool usable() const { return usable_; }
  /// There is a connection to Telegram now.
  [[nodiscard]] bool connected() const { return connected_; }
  /// How Telegram is reached, and how fast that may go.
  TelegramWay& way() { return way_; }
  [[nodiscard]] const TelegramWay& way() const { return way_; }
  /// Notified after each update, and when the host is lost.
  Signal& changed() { return changed_; }

 private:
  Task<> start();
  Task<> start_once();
  Task<> authorize();
  Task<> act_on(std::string state);
  Task<> open_database();
  Task<> forget_old_proxies();
  Task<> learn_account();
  Task<> forget_messages();
  asio::awaitable<void> back_off();
  void on_update(const boost::json::object& update);
  void on_end();
  [[nodiscard]] std::string database_folder() const;

  Clock& clock_;
  TdlibOptions options_;
  OnUpdate forward_;
  std::function<void()> on_lost_;
  Signal changed_;
  boost::json::object authorization_{};
  AccountLimits limits_{};
  std::uint64_t run_ = 0;
  int failures_ = 0;  ///< starts in a row that did not end signed in
  bool starting_ = false;
  bool usable_ = false;
  bool sure_ = false;        ///< of this run
  bool forgetting_ = false;  ///< it is to be opened without its memory of messages once, which empties that
  bool wants_sure_ = false;  ///< … and what it does not find afterwards is not there
  bool connected_ = false;
  bool closed_ = false;
  TelegramWay way_;
  TdlibClient client_;  ///< last: its handlers use the others
};

}  // namespace rec
