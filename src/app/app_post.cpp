// App, the part that posts existing files: sessions that were never recorded.
#include <boost/asio/experimental/awaitable_operators.hpp>

#include "app/app.hpp"
#include "app/file_post.hpp"
#include "base/log.hpp"

namespace rec {

using asio::experimental::awaitable_operators::operator||;  // NOLINT(misc-unused-using-decls): used below

namespace {

constexpr std::chrono::seconds kPostKeptWithin{20};
constexpr std::chrono::milliseconds kPostUntilLoaded{20};

std::vector<session::Session> posts_of(const Model& model, const std::string& key) {
  std::vector<session::Session> posts;
  for (const auto& [id, session] : model.sessions) {
    if (is_post_of(session, key)) posts.push_back(session);
  }
  return posts;
}

}  // namespace

Task<PostedFiles> App::post_files(FilePost post) {
  while (!loaded_ && !stopping_) co_await needs_.clock.sleep(kPostUntilLoaded);
  REC_CO_CHECK(check_target(settings_, post.target));
  auto know = [post] { return key_of(post); };
  REC_CO_TRY(const std::string key, co_await run_on(needs_.chores, std::move(know)));
  auto look = [&store = needs_.store, key] { return posts_done(store, key); };
  REC_CO_TRY(const auto done, co_await run_on(needs_.store_worker, std::move(look)));
  const auto decide = [&] {
    return take_post(post, key, joined_posts(posts_of(model(), key), done), settings_, needs_.clock.now());
  };
  REC_CO_TRY(PostStep step, decide());
  auto lay = [post, key, files = step.files, folder = settings_.data_folder] {
    return lay_out(post, key, files, folder);
  };
  REC_CO_CHECK(co_await run_on(needs_.chores, std::move(lay)));
  REC_CO_TRY(step, decide());  // it may have been asked twice
  const session::Session session = step.session;
  if (!post.over) spoken_of_[session.id] = needs_.clock.steady();
  if (!step.changed) co_return PostedFiles{session, false};
  if (step.is_new)
    log::info("post.begun",
              {{"session", session.id}, {"files", post.files.size()}, {"title", session.title}});
  ledger_.put_session(std::move(step.session), std::move(step.effects));
  for (const Gap& gap : step.gaps) ledger_.add_gap(session.id, gap);
  const auto kept = co_await (ledger_.durable() || needs_.clock.sleep(kPostKeptWithin));
  wake_.notify();
  if (kept.index() == 0) co_return PostedFiles{session, step.is_new};
  co_return fail(Errc::unavailable, "the store does not take it; the log says what is wrong with the store");
}

// Whoever records it says so again and again; where nobody does any more, what came is all that comes.
void App::end_silent_posts() {
  std::vector<SessionId> over;
  for (const auto& [id, session] : model().sessions) {
    if (!is_open_post(session)) continue;
    const SteadyTime heard = spoken_of_.try_emplace(id, needs_.clock.steady()).first->second;
    if (needs_.clock.steady() - heard > kPostSpokenOf) over.push_back(id);
  }
  for (const SessionId& id : over) {
    log::info("post.over", {{"session", id}, {"why", "nobody speaks of its recording any more"}});
    spoken_of_.erase(id);
    ledger_.session_event(id, session::Ended{needs_.clock.now()});
  }
}

// Nobody edits its status until more of it comes.
asio::awaitable<void> App::show_open_post() {
  const auto known = model().sessions.find(*only_);
  if (needs_.publisher == nullptr || known == model().sessions.end() || !is_open_post(known->second))
    co_return;
  const SessionId id = known->first;
  const auto shown = co_await (edit_status(id) || needs_.clock.sleep(kPostKeptWithin));
  if (shown.index() == 0 && !std::get<0>(shown))
    log::debug("status.edit_failed", {{"session", id}, {"error", std::get<0>(shown).error().text}});
}

}  // namespace rec
