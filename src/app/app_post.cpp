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

const session::Session* open_post_of(const Model& model, const std::string& key) {
  for (const auto& [id, session] : model.sessions) {
    if (find_post({session}, key) != nullptr) return &session;
  }
  return nullptr;
}

}  // namespace

Task<PostedFiles> App::post_files(FilePost post) {
  while (!loaded_ && !stopping_) co_await needs_.clock.sleep(kPostUntilLoaded);
  REC_CO_CHECK(check_target(settings_, post.target));
  auto know = [post] { return key_of(post); };
  REC_CO_TRY(const std::string known_by, co_await run_on(needs_.chores, std::move(know)));
  auto look = [&store = needs_.store] { return posts_done(store); };
  REC_CO_TRY(const auto done, co_await run_on(needs_.store_worker, std::move(look)));
  if (const auto* known = open_post_of(model(), known_by)) co_return PostedFiles{*known, false};
  auto lay = [post, folder = settings_.data_folder] { return lay_out(post, folder); };
  if (const auto* known = find_post(done, known_by)) {
    if (!is_to_be_tried_again(*known)) co_return PostedFiles{*known, false};
    REC_CO_CHECK(co_await run_on(needs_.chores, std::move(lay)));
    REC_CO_CHECK(co_await act_on_session(known->id, SessionAction::reprocess));
    const auto open = model().sessions.find(known->id);
    co_return PostedFiles{open == model().sessions.end() ? *known : open->second, false};
  }
  REC_CO_TRY(const std::string key, co_await run_on(needs_.chores, std::move(lay)));
  if (const auto* known = open_post_of(model(), key)) co_return PostedFiles{*known, false};  // asked twice
  REC_CO_TRY(OpenedPost opened, open_post(post, key, settings_, needs_.clock.now()));
  const session::Session session = opened.session;
  log::info("post.begun", {{"session", session.id}, {"files", post.files.size()}, {"title", session.title}});
  ledger_.put_session(std::move(opened.session), std::move(opened.effects));
  const auto kept = co_await (ledger_.durable() || needs_.clock.sleep(kPostKeptWithin));
  wake_.notify();
  if (kept.index() == 0) co_return PostedFiles{session, true};
  co_return fail(Errc::unavailable, "the store does not take it; the log says what is wrong with the store");
}

}  // namespace rec
