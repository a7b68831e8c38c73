// What both Twitch watchers share: channels in batches, a few of them under way at a time, one failed or slow
// batch not harming the others, and silence while the platform wants it.
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "runtime/clock.hpp"
#include "watch/twitch.hpp"
#include "watch/twitch_book.hpp"

namespace rec {

class BatchWatcher : public TwitchWatcher {
 public:
  Task<> watch(WatchList& list) override;
  Task<> look(WatchList& list) final;
  Task<> look_up(WatchList&) override { co_return Result<void>(); }
  [[nodiscard]] std::vector<WatchReport> reports() const override;

 protected:
  /// `batch`: channels a request may name. `requests_a_minute`: more than that are not asked for looks; with
  /// too many channels the interval grows instead.
  BatchWatcher(Clock& clock, Millis interval, std::size_t batch, std::size_t requests_a_minute)
      : clock_(clock), interval_(interval), batch_(batch), requests_a_minute_(requests_a_minute) {}

  /// Asks for at most `batch` channels, all different. One that is missing in the answer could not be told.
  virtual Task<std::vector<ChannelNews>> ask(std::vector<TwitchKey> keys) = 0;
  /// Why nothing may be asked now.
  [[nodiscard]] virtual std::optional<Error> held() const = 0;
  /// True: nobody knows how much may be asked, so one request goes ahead of the others.
  [[nodiscard]] virtual bool must_feel_its_way() const { return false; }
  [[nodiscard]] virtual std::string note() const { return ""; }

  [[nodiscard]] Clock& clock() const { return clock_; }
  [[nodiscard]] TwitchBook& book() { return book_; }
  [[nodiscard]] const TwitchBook& book() const { return book_; }
  /// Requests of one look, and how long from one to the next.
  [[nodiscard]] std::size_t batches() const { return batches_; }
  [[nodiscard]] Millis interval() const;
  void allow_a_minute(std::size_t requests) { requests_a_minute_ = requests; }

 private:
  struct Look;
  asio::awaitable<void> lane(Look& look);
  asio::awaitable<void> ask_next(Look& look);
  void take(Look& look, const std::vector<ChannelNews>& told);
  void say_trouble(const Look& look);
  [[nodiscard]] Millis pause_after(const Result<void>& looked) const;

  Clock& clock_;
  Millis interval_;
  std::size_t batch_;
  std::size_t requests_a_minute_;
  TwitchBook book_{};
  std::size_t batches_ = 0;
  int failures_ = 0;           ///< looks in a row that saw nothing
  std::string trouble_{};      ///< of the last look, "" = it saw
  std::string partly_said_{};  ///< the last failure of some batches that was logged
};

}  // namespace rec
