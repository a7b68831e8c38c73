// Decide, commit, do: the only place where state changes. An event is stepped at once in memory; what changed
// goes to the store in one transaction with the effects that follow from it; effects become visible only when
// they are durable. Events that arrive while a commit runs share the next one (group commit). Decision thread
// only.
#pragma once
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "app/notifier.hpp"
#include "app/settings.hpp"
#include "app/untouched_clock.hpp"
#include "ports/store.hpp"
#include "runtime/clock.hpp"
#include "runtime/worker.hpp"

namespace rec {

/// Everything the program knows of its work. Read it freely; only the ledger writes.
struct Model {
  std::map<ChannelId, ChannelRow> channels;
  std::map<SessionId, session::Session> sessions;  ///< those that are not done and forgotten
  std::map<SessionId, std::vector<TakeRow>> takes;
  std::map<SessionId, std::vector<Gap>> gaps;
  std::vector<OutboxRow> outbox;              ///< durable ones only, in order
  std::map<std::string, std::int64_t> chats;  ///< numbers of those that are given by name
};

/// The chat's number, if it is known.
std::optional<std::int64_t> number_of(const Model& model, const Chat& chat);

/// What the store holds, as the program thinks of it.
Model model_of(StoreSnapshot snapshot);

class Ledger {
 public:
  struct Needs {
    Store& store;
    Worker& worker;
    Clock& clock;
    asio::any_io_executor executor;
    const Settings& settings;
    std::function<void(const Error&)> on_full{};  ///< hears of a full disk, once per attempt
  };
  explicit Ledger(Needs needs);

  /// What the store holds becomes the model.
  Task<> load();
  /// Commits until cancelled; tries again, for ever, when the disk is full.
  Task<> run();

  [[nodiscard]] const Model& model() const { return model_; }
  /// Why nothing can be committed at present, "" = it can.
  [[nodiscard]] const std::string& trouble() const { return trouble_; }
  /// Called after every commit that brought effects.
  void on_effects(std::function<void()> callback) { on_effects_ = std::move(callback); }
  /// Asked when a session closes: the ordinals and numbers of the segments behind its last part, none if
  /// there are none. An error: that is not known yet, so it stays as it is and whoever asks is to end it.
  using TailOf = std::function<Result<std::optional<session::PartSealed>>(const SessionId&)>;
  void on_close(TailOf tail) { tail_of_ = std::move(tail); }

  /// Hears of each effect that is not to be done any more.
  void on_dropped(std::function<void(const SessionId&, const session::Effect&)> callback) {
    on_dropped_ = std::move(callback);
  }

  /// Since the session began, and the time by its start: a clock that is set meanwhile makes no session
  /// longer or shorter than it is.
  [[nodiscard]] Millis age_of(const SessionId& id) const { return time_of(id) - started_at(id); }
  [[nodiscard]] Instant time_of(const SessionId& id) const;

  void put_channel(ChannelRow row);
  void put_chat(ChatRow row);
  /// A session that was forgotten, as the store has it: somebody wants more of it.
  void remember(session::Session session, std::vector<Gap> gaps);
  /// A session that no channel opened, with its first effects.
  void put_session(session::Session session, std::vector<session::Effect> effects);
  /// All others are as if they were not there; the store keeps them as they are. Before the first event.
  void keep_only(const SessionId& id);
  /// A channel is called otherwise now: what is open of it goes on under that other id, which must be known
  /// and have nothing open.
  void go_on_as(const ChannelId& was, const ChannelId& is);
  void put_order(ChannelOrder order);
  void put_target_order(TargetOrder order);
  void channel_event(const ChannelId& id, const channel::Event& event);
  void session_event(const SessionId& id, const session::Event& event);
  /// The effect is done, and `outcome` is what came of it: one transaction.
  void effect_done(const OutboxRow& row, const std::optional<session::Event>& outcome);
  /// A session that is done and has nothing in the outbox leaves the memory; the store keeps it. False: not
  /// yet, what it last said, and the effects of that, are still on their way to the disk.
  bool forget(const SessionId& id);
  void put_take(TakeRow row);
  void add_gap(const SessionId& session, const Gap& gap);
  /// Nothing that was said is still on its way to the disk.
  [[nodiscard]] bool all_kept() const { return durable_ == said_; }
  /// Everything said before this call is on disk when it returns.
  asio::awaitable<void> durable();
  /// Writes the row's attempts, not_before, submitted and last_error; durable when it returns.
  Task<> update(OutboxRow row);

 private:
  void perform(const channel::Effect& effect, const ChannelRow& row);
  void announce(const channel::OpenAnnouncement& open, const ChannelRow& row);
  void drop(const SessionId& id, const session::Effect& effect);
  [[nodiscard]] Instant started_at(const SessionId& id) const;
  void find_targets();
  void inherit_titles(session::Session& session, const SessionId& from);
  void touched();
  [[nodiscard]] Commit take_commit();
  void adopt(Commit& committed);

  Needs needs_;
  Model model_;
  mutable UntouchedClock<SessionId> times_;  ///< an entry is made when it is first asked for
  std::function<void()> on_effects_;
  std::function<void(const SessionId&, const session::Effect&)> on_dropped_;
  TailOf tail_of_;

  // What the next commit carries: rows by id, written as they are when it starts.
  std::set<ChannelId> dirty_channels_;
  std::set<SessionId> dirty_sessions_;
  Commit pending_;
  std::set<SessionId> committing_;  ///< of the commit that is being written
  std::uint64_t said_ = 0;
  std::uint64_t durable_ = 0;
  Notifier work_;
  std::shared_ptr<asio::steady_timer> committed_;
  std::string trouble_;
};

}  // namespace rec
