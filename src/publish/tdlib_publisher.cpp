// Exactly once: look for the post in TDLib's own queue, then on the server, and only then send it.
#include "publish/tdlib_publisher.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "base/log.hpp"
#include "publish/message_search.hpp"
#include "publish/post_checks.hpp"
#include "publish/rich_text.hpp"
#include "publish/send_book.hpp"
#include "publish/tdlib_errors.hpp"
#include "publish/tdlib_json.hpp"
#include "publish/tdlib_session.hpp"

namespace rec {
namespace {

using MessageIds = std::vector<std::int64_t>;
using tdlib::request;

constexpr int kMaxRounds = 8;
constexpr std::chrono::seconds kChatListPatience{5};
constexpr Millis kChatListPause{500};
/// A message taken up from the log, or whose host died, is doubted sooner: its answer is there at once, or
/// lost.
constexpr Millis kDoubtResumed{3'000};

/// How a wait for TDLib ended.
struct Outcome {
  enum class Kind { sent, lost, doubtful };
  Kind kind = Kind::lost;  ///< lost: the host died; doubtful: it is on the server, but TDLib does not know
  MessageIds ids{};
};

/// One publish() under way.
struct Posting {
  PostRequest request{};
  SendBook::TempIds temps{};
  bool resumed = false;
  bool reopened = false;
  std::uint64_t told = 0;  ///< bytes last given to request.progress

  [[nodiscard]] std::size_t expected() const { return std::max<std::size_t>(1, request.files.size()); }
};

class TdlibPublisher final : public Publisher {
 public:
  TdlibPublisher(asio::any_io_executor executor, Clock& clock, TdlibOptions options)
      : clock_(clock),
        look_again_after_(options.look_again_after),
        doubt_after_(options.doubt_after),
        give_up_after_(options.give_up_after),
        session_(
            executor, clock, std::move(options), [this](const auto& update) { book_.on_update(update); },
            [this] { forget_run(); }) {}

  Task<Account> account() override;
  Task<> check_chat(std::int64_t chat) override;
  Task<std::vector<std::int64_t>> publish(PostRequest request) override;
  Task<> edit_text(std::int64_t chat, std::int64_t message, RichText text) override;
  Task<> edit_caption(std::int64_t chat, std::int64_t message, RichText text) override;
  Task<std::optional<CommentPlace>> comment_place(std::int64_t chat, std::int64_t message) override;
  Task<std::int64_t> resolve_chat(std::string reference) override;
  Task<std::vector<ChatInfo>> chats() override;
  Task<> remove(std::int64_t chat, std::int64_t message) override;
  asio::awaitable<void> close() override { return session_.close(); }

 private:
  Task<> know_chat(std::int64_t chat);
  Task<bool> exists(std::int64_t chat, std::int64_t message);
  Task<MessageIds> search(const PostRequest& request);
  Task<MessageIds> search_twice(const PostRequest& request);
  Task<> delete_messages(std::int64_t chat, MessageIds ids);
  Task<> clear_remains(const Posting& posting, MessageIds ids);
  Task<> send(Posting& posting);
  Task<Outcome> settle(Posting& posting);
  Task<std::optional<MessageIds>> one_round(Posting& posting);
  [[nodiscard]] std::optional<Result<Outcome>> verdict(const Posting& posting) const;
  bool tell_progress(Posting& posting);
  [[nodiscard]] std::size_t text_limit(const PostRequest& request) const;
  void forget_run() {
    book_.clear();
    known_chats_.clear();
  }

  Clock& clock_;
  Millis look_again_after_, doubt_after_, give_up_after_;
  SendBook book_;
  std::set<std::int64_t> known_chats_;
  TdlibSession session_;  ///< last: its handlers use the others
};

Task<Account> TdlibPublisher::account() {
  REC_CO_CHECK(co_await session_.ready());
  co_return session_.account();
}

/// TDLib must have seen a chat before it takes its id; a user's chats come with the chat list, which may
/// still be on its way when somebody has just signed in.
Task<> TdlibPublisher::know_chat(std::int64_t chat) {
  if (known_chats_.contains(chat)) co_return Result<void>{};
  const std::string doing = "chat " + std::to_string(chat);
  const auto deadline = clock_.steady() + kChatListPatience;
  for (;;) {
    auto get = request("getChat");
    get["chat_id"] = chat;
    const auto got = co_await session_.ask(std::move(get), doing);
    if (got) break;
    const bool unseen = got.error().code == Errc::not_found && !session_.account().bot;
    if (!unseen || clock_.steady() > deadline) co_return fail(got.error());
    auto load = request("loadChats");
    load["limit"] = 100;
    const auto loaded = co_await session_.ask(std::move(load), doing);
    if (!loaded && loaded.error().code != Errc::not_found) co_return fail(loaded.error());
    if (!loaded) co_await clock_.sleep(kChatListPause);  // there are no more, for now
  }
  known_chats_.insert(chat);
  co_return Result<void>{};
}

Task<> TdlibPublisher::check_chat(std::int64_t chat) {
  REC_CO_CHECK(co_await session_.ready());
  REC_CO_CHECK(co_await know_chat(chat));
  auto get = request("getChat");
  get["chat_id"] = chat;
  REC_CO_TRY(const auto found, co_await session_.ask(std::move(get), "chat " + std::to_string(chat)));
  const auto& type = tdlib::child(found, "type");
  if (tdlib::type_of(type) != "chatTypeSupergroup") co_return Result<void>{};
  auto get_group = request("getSupergroup");
  get_group["supergroup_id"] = tdlib::number(type, "supergroup_id");
  REC_CO_TRY(const auto group, co_await session_.ask(std::move(get_group), "chat " + std::to_string(chat)));
  co_return tdlib::may_post(found, group);
}

std::size_t TdlibPublisher::text_limit(const PostRequest& post) const {
  return post.files.empty() ? session_.text_limit()
                            : static_cast<std::size_t>(session_.account().caption_limit);
}

Task<MessageIds> TdlibPublisher::search(const PostRequest& post) {
  SearchRequest look{post.chat, post.marker, {}, post.after_message};
  for (const auto& file : post.files) look.sizes.push_back(file.bytes);
  co_return co_await find_on_server(session_, std::move(look));
}

Task<MessageIds> TdlibPublisher::search_twice(const PostRequest& post) {
  REC_CO_TRY(auto found, co_await search(post));
  if (found.size() == std::max<std::size_t>(1, post.files.size())) co_return found;
  co_await clock_.sleep(look_again_after_);
  co_return co_await search(post);
}

Task<MessageIds> TdlibPublisher::publish(PostRequest post) {
  REC_CO_CHECK(tdlib::check_post(post));
  Posting posting{std::move(post)};
  for (int round = 0; round < kMaxRounds; ++round) {
    REC_CO_CHECK(co_await session_.ready());
    REC_CO_CHECK(co_await know_chat(posting.request.chat));
    auto done = co_await one_round(posting);
    if (!done && done.error().code == Errc::unavailable && !session_.usable())
      continue;  // the host died under it
    if (!done) co_return fail(std::move(done).error());
    if (*done) co_return std::move(**done);
  }
  co_return fail(Errc::conflict, "Telegram: the process ended again and again while posting");
}

/// The ids, or nothing when it must be looked for anew.
Task<std::optional<MessageIds>> TdlibPublisher::one_round(Posting& posting) {
  PostRequest& post = posting.request;
  posting.temps = book_.find(post.chat, post.marker);
  posting.resumed = !posting.temps.empty();
  post.maybe_sent = post.maybe_sent || posting.resumed;
  if (!posting.resumed && post.maybe_sent) {
    REC_CO_TRY(auto found, co_await search_twice(post));
    if (found.size() == posting.expected()) co_return std::optional(std::move(found));
    if (!found.empty()) {
      REC_CO_CHECK(co_await clear_remains(posting, std::move(found)));
    }
  }
  if (!posting.resumed) {
    REC_CO_CHECK(co_await send(posting));
  }
  auto outcome = co_await settle(posting);
  if (!outcome) co_return fail(std::move(outcome).error());
  if (outcome->kind == Outcome::Kind::lost) co_return std::optional<MessageIds>{};
  if (outcome->kind == Outcome::Kind::doubtful && !posting.reopened) {
    // TDLib drops the answer to a repeated send when it is the first it hears of a channel, but learns the
    // channel's state from it: when it is opened again and repeats the send once more, it takes the answer.
    posting.reopened = true;
    log::warn("telegram.answer_lost", {{"chat", post.chat}});
    REC_CO_CHECK(co_await session_.reopen());
    co_return std::optional<MessageIds>{};
  }
  book_.forget(post.chat, posting.temps);
  if (outcome->ids.size() == posting.expected()) co_return std::optional(std::move(outcome->ids));
  co_return std::optional<MessageIds>{};  // TDLib had noted a part of the album only: the server knows the
                                          // rest
}

/// An album that a crash has cut short before TDLib had noted all of it: it is posted again as a whole.
Task<> TdlibPublisher::clear_remains(const Posting& posting, MessageIds ids) {
  log::warn("telegram.album_incomplete",
            {{"chat", posting.request.chat}, {"found", ids.size()}, {"of", posting.expected()}});
  return delete_messages(posting.request.chat, std::move(ids));
}

Task<> TdlibPublisher::send(Posting& posting) {
  PostRequest& post = posting.request;
  if (post.about_to_send) {
    REC_CO_CHECK(co_await post.about_to_send());
  }
  post.maybe_sent = true;
  const auto fitted = fit_text(post.text, post.marker, text_limit(post));
  auto request = tdlib::send_request(post, fitted);
  REC_CO_TRY(const auto answer,
             co_await session_.ask(std::move(request), "posting to chat " + std::to_string(post.chat)));
  posting.temps.clear();
  const auto take = [&](const boost::json::object& message) {
    book_.on_sending(message);
    posting.temps.push_back(tdlib::number(message, "id"));
  };
  if (post.files.size() < 2) take(answer);
  for (const auto& item : tdlib::list(answer, "messages")) {
    if (const auto* message = item.if_object()) take(*message);
  }
  co_return Result<void>{};
}

/// What the book says: all sent, one failed, the host lost; nothing while it is still under way.
std::optional<Result<Outcome>> TdlibPublisher::verdict(const Posting& posting) const {
  const auto chat = posting.request.chat;
  Outcome outcome{Outcome::Kind::sent, {}};
  const SendEntry* failed = nullptr;
  for (const auto temp : posting.temps) {
    const SendEntry* entry = book_.get(chat, temp);
    if (entry == nullptr) return Outcome{Outcome::Kind::lost, {}};
    if (entry->state == SendEntry::State::pending) return std::nullopt;
    if (entry->state == SendEntry::State::sent) outcome.ids.push_back(entry->message_id);
    // "Group send failed" is what the others of an album say; the one that failed says why.
    const bool hollow = failed == nullptr || failed->error == "Group send failed";
    if (entry->state == SendEntry::State::failed && hollow) failed = entry;
  }
  if (failed == nullptr) return outcome;
  return Result<Outcome>(
      fail(tdlib::error_of(failed->error_code, failed->error, "posting to chat " + std::to_string(chat))));
}

bool TdlibPublisher::tell_progress(Posting& posting) {
  const auto now = book_.uploaded(posting.request.chat, posting.temps);
  if (now <= posting.told) return false;
  posting.told = now;
  if (posting.request.progress) posting.request.progress(now);
  return true;
}

Task<Outcome> TdlibPublisher::settle(Posting& posting) {
  const auto run = session_.run();
  auto moved = clock_.steady();
  auto doubt = posting.resumed ? std::min(kDoubtResumed, doubt_after_) : doubt_after_;
  for (;;) {
    if (session_.run() != run || !session_.usable()) co_return Outcome{};
    const bool progress = tell_progress(posting);
    if (auto decided = verdict(posting)) {
      if (!*decided) book_.forget(posting.request.chat, posting.temps);
      co_return std::move(*decided);
    }
    const auto now = clock_.steady();
    if (progress || !session_.connected()) moved = now;
    if (now - moved >= give_up_after_) {
      REC_CO_CHECK(co_await session_.reopen());
      co_return fail(Errc::conflict,
                     "Telegram: a message is neither sent nor refused: it is looked for and tried again");
    }
    if (now - moved >= doubt) {
      doubt = std::min(doubt * 2 + doubt_after_, give_up_after_);
      auto found = co_await search(posting.request);
      const bool same_run = session_.run() == run && session_.usable();
      if (found && same_run && found->size() == posting.expected() && !verdict(posting)) {
        Outcome outcome{Outcome::Kind::doubtful, std::move(*found)};
        co_return outcome;
      }
      continue;
    }
    co_await session_.changed().wait_until(clock_, moved + std::min(doubt, give_up_after_));
  }
}

Task<bool> TdlibPublisher::exists(std::int64_t chat, std::int64_t message) {
  REC_CO_CHECK(co_await session_.ready());
  REC_CO_CHECK(co_await know_chat(chat));
  auto get = request("getMessage");
  get["chat_id"] = chat;
  get["message_id"] = message;
  auto got = co_await session_.ask(std::move(get), "message " + std::to_string(message));
  if (got) co_return true;
  if (got.error().code == Errc::not_found) co_return false;
  co_return fail(std::move(got).error());
}

Task<> TdlibPublisher::edit_text(std::int64_t chat, std::int64_t message, RichText text) {
  REC_CO_TRY(const bool there, co_await exists(chat, message));
  if (!there) co_return Result<void>{};
  const auto fitted = fit_text(std::move(text), "", session_.text_limit());
  auto edit = request("editMessageText");
  edit["chat_id"] = chat;
  edit["message_id"] = message;
  edit["input_message_content"] = tdlib::input_text(fitted);
  REC_CO_TRY(const auto answer, co_await session_.call(std::move(edit)));
  if (tdlib::type_of(answer) != "error" || tdlib::edit_is_done(answer)) co_return Result<void>{};
  co_return fail(tdlib::error_of(answer, "editing a message of chat " + std::to_string(chat)));
}

Task<> TdlibPublisher::delete_messages(std::int64_t chat, MessageIds ids) {
  boost::json::array wanted(ids.begin(), ids.end());
  auto erase = request("deleteMessages");
  erase["chat_id"] = chat;
  erase["message_ids"] = std::move(wanted);
  erase["revoke"] = true;
  auto answer = co_await session_.ask(std::move(erase), "deleting messages of chat " + std::to_string(chat));
  if (!answer) co_return fail(std::move(answer).error());
  co_return Result<void>{};
}

Task<> TdlibPublisher::remove(std::int64_t chat, std::int64_t message) {
  REC_CO_TRY(const bool there,
             co_await exists(chat, message));  // TDLib deletes on the server only what it knows
  if (!there) co_return Result<void>{};
  MessageIds one{message};
  co_return co_await delete_messages(chat, std::move(one));
}

Task<> TdlibPublisher::edit_caption(std::int64_t, std::int64_t, RichText) {
  co_return fail(Errc::unavailable, "Telegram: captions cannot be edited yet");
}

Task<std::optional<CommentPlace>> TdlibPublisher::comment_place(std::int64_t, std::int64_t) {
  co_return fail(Errc::unavailable, "Telegram: comments cannot be made yet");
}

Task<std::int64_t> TdlibPublisher::resolve_chat(std::string) {
  co_return fail(Errc::unavailable, "Telegram: names of chats cannot be resolved yet");
}

Task<std::vector<ChatInfo>> TdlibPublisher::chats() {
  co_return fail(Errc::unavailable, "Telegram: chats cannot be listed yet");
}

}  // namespace

std::unique_ptr<Publisher> make_tdlib_publisher(asio::any_io_executor executor, Clock& clock,
                                                TdlibOptions options) {
  return std::make_unique<TdlibPublisher>(std::move(executor), clock, std::move(options));
}

}  // namespace rec
