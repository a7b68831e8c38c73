// App, what people ask of sessions while it runs.
#include <boost/asio/experimental/awaitable_operators.hpp>

#include "app/app.hpp"
#include "app/file_post.hpp"
#include "app/names.hpp"
#include "app/stopped_pages.hpp"
#include "base/log.hpp"

namespace rec {

using asio::experimental::awaitable_operators::operator||;  // NOLINT(misc-unused-using-decls): used below

namespace {

/// A store that takes longer is in trouble; whoever asked is to hear of it.
constexpr std::chrono::seconds kActionKeptWithin{20};
/// The socket is open a little before the store has been read.
constexpr std::chrono::milliseconds kUntilRead{20};
/// How far back a session that is done is looked for.
constexpr int kHistory = 1000;

}  // namespace

Task<> App::kept() {
  const auto kept = co_await (ledger_.durable() || needs_.clock.sleep(kActionKeptWithin));
  if (kept.index() == 0) co_return Result<void>();
  co_return fail(
      Errc::unavailable,
      "it is in effect, but the store does not take it: it may be forgotten when the program ends; "
      "the log says what is wrong with the store");
}

// One that is done has left the memory; the store has it.
Task<> App::recall(SessionId id) {
  if (model().sessions.contains(id)) co_return Result<void>();
  auto look = [&store = needs_.store, id]() -> Result<std::pair<session::Session, std::vector<Gap>>> {
    REC_TRY(auto all, store.history(kHistory));
    const auto found = std::ranges::find(all, id, &session::Session::id);
    if (found == all.end()) return fail(Errc::not_found, "no session " + id.str());
    REC_TRY(auto gaps, store.gaps(id));
    return std::pair(std::move(*found), std::move(gaps));
  };
  REC_CO_TRY(auto known, co_await run_on(needs_.store_worker, std::move(look)));
  ledger_.remember(std::move(known.first), std::move(known.second));
  co_return Result<void>();
}

// Nothing of it is lost: it ends as when its channel is taken out, and the channel stays.
Task<> App::stop_recording(SessionId id) {
  const ChannelId channel = model().sessions.at(id).channel;
  leaving_.insert(channel);  // no capture begins meanwhile
  struct Back {
    std::set<ChannelId>& leaving;
    const ChannelId& channel;
    ~Back() { leaving.erase(channel); }
  } back{leaving_, channel};
  supervisor_.cancel("capture/" + channel.str());
  co_await supervisor_.join("capture/" + channel.str());
  REC_CO_CHECK(co_await give_up_beginning(channel));
  const auto open = channel::open_session(model().channels.at(channel).state);
  if (!open) co_return Result<void>();  // it ended by itself
  for (ChannelRow& stopped : stopped_pages(model(), settings_, model().sessions.at(*open))) {
    stopped_numbers_[stopped.id].insert(stopped.stopped->stream_id);
    ledger_.put_channel(std::move(stopped));
  }
  ledger_.channel_event(channel, channel::Removed{needs_.clock.now()});
  wake_.notify();
  co_return Result<void>();
}

Task<SessionOutcome> App::act_on_session(SessionId id, SessionAction action) {
  while (!loaded_ && !stopping_) co_await needs_.clock.sleep(kUntilRead);
  REC_CO_CHECK(co_await recall(id));
  const auto open_in = model().channels.find(model().sessions.at(id).channel);
  const bool recording =
      open_in != model().channels.end() && channel::open_session(open_in->second.state) == id;
  SessionOutcome outcome;
  if (recording && (action == SessionAction::stop || action == SessionAction::cancel)) {
    REC_CO_CHECK(co_await stop_recording(id));
    outcome.changed = true;
  }
  if (action == SessionAction::retry) {
    REC_CO_TRY(const int tried, co_await effects_.try_now(id));
    outcome.changed = tried > 0;
  }
  if (const auto wish = wish_of(action); wish && model().sessions.contains(id)) {
    const session::Session before = model().sessions.at(id);
    ledger_.session_event(id, session::Asked{*wish, effects_.under_way(id), needs_.clock.now()});
    // Its recording is somebody else's, who tells nothing more of it.
    if (action == SessionAction::cancel && is_open_post(before))
      ledger_.session_event(id, session::Ended{needs_.clock.now()});
    outcome.changed = outcome.changed || model().sessions.at(id) != before;
  }
  const auto known = model().sessions.find(id);
  if (known != model().sessions.end())
    outcome.text = told(action, known->second, segment_folder(id, settings_));
  if (!outcome.changed) outcome.text = nothing_to_do(action);
  log::info("session.asked", {{"session", id}, {"action", word(action)}, {"text", outcome.text}});
  wake_.notify();
  REC_CO_CHECK(co_await kept());
  co_return outcome;
}

/// Is this the broadcast that was stopped? One that is another one ends the waiting for it.
bool App::is_stopped(ChannelRow row, const channel::Broadcast& seen, SteadyTime last_live) {
  if (!row.stopped) return false;
  const auto silent = needs_.clock.steady() - std::max(last_live, started_);
  if (is_same(*row.stopped, seen, std::chrono::floor<Millis>(silent))) return true;
  row.stopped.reset();
  ledger_.put_channel(std::move(row));
  return false;
}

void App::note_went_offline(const ChannelId& channel) {
  const auto known = model().channels.find(channel);
  if (known == model().channels.end() || !known->second.stopped || known->second.stopped->went_offline)
    return;
  ChannelRow row = known->second;
  row.stopped->went_offline = true;
  ledger_.put_channel(std::move(row));
}

}  // namespace rec
