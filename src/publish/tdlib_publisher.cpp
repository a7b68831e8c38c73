// Exactly once: look for the post in TDLib's own queue, then on the server, and only then send it.
#include "publish/tdlib_publisher.hpp"

#include <algorithm>
#include <utility>

#include "base/log.hpp"
#include "publish/chat_directory.hpp"
#include "publish/comment_places.hpp"
#include "publish/message_edits.hpp"
#include "publish/message_search.hpp"
#include "publish/post_checks.hpp"
#include "publish/post_request.hpp"
#include "publish/rich_text.hpp"
#include "publish/send_book.hpp"
#include "publish/tdlib_conversation.hpp"
#include "publish/tdlib_errors.hpp"
#include "publish/tdlib_json.hpp"
#include "publish/tdlib_session.hpp"

namespace rec {
namespace {

using MessageIds = std::vector<std::int64_t>;

constexpr int kMaxRounds = 8;
constexpr std::size_t kSafeCaption = 1024;  ///< what every account may send
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
  bool short_caption = false;  ///< Telegram did not take one of the length that it had told
  std::uint64_t told = 0;      ///< bytes last given to request.progress

  [[nodiscard]] std::size_t expected() const { return tdlib::messages_of(request); }
};

class TdlibPublisher final : public TelegramPublisher {
 public:
  TdlibPublisher(asio::any_io_executor executor, Clock& clock, TdlibOptions options)
      : clock_(clock),
        look_again_after_(options.look_again_after),
        doubt_after_(options.doubt_after),
        give_up_after_(options.give_up_after),
        session_(
            executor, clock, std::move(options), [this](const auto& update) { this->on_update(update); },
            [this] { forget_run(); }),
        talk_(executor, clock, session_, chats_, book_) {}

  Task<Account> account() override;
  Task<> check_chat(std::int64_t chat) override;
  Task<std::vector<std::int64_t>> publish(PostRequest request) override;
  Task<> edit_text(std::int64_t chat, std::int64_t message, RichText text) override;
  Task<> edit_caption(std::int64_t chat, std::int64_t message, RichText text) override;
  Task<std::optional<CommentPlace>> comment_place(std::int64_t chat, std::int64_t message) override;
  Task<std::int64_t> resolve_chat(std::string reference) override;
  Task<std::vector<ChatInfo>> chats() override;
  Task<> remove(std::int64_t chat, std::int64_t message) override;
  void set_upload_cap(std::uint64_t bytes_per_second) override { session_.way().set_cap(bytes_per_second); }
  [[nodiscard]] Uplink uplink() const override { return session_.way().uplink(); }
  asio::awaitable<void> close() override { return session_.close(); }
  Conversation& conversation() override { return talk_; }

 private:
  Task<MessageIds> search(const PostRequest& request);
  Task<MessageIds> search_twice(const PostRequest& request);
  Task<> clear_remains(const Posting& posting, MessageIds ids);
  Task<> send(Posting& posting);
  static Task<> tell_not_sent(const PostRequest& post, std::int64_t error_code);
  [[nodiscard]] std::int64_t refusal_of(const Posting& posting) const;
  Task<boost::json::object> make_request(Posting& posting);
  Task<Outcome> settle(Posting& posting);
  Task<std::optional<MessageIds>> one_round(Posting& posting);
  [[nodiscard]] std::optional<Result<Outcome>> verdict(const Posting& posting) const;
  static void tell_progress(Posting& posting, std::uint64_t sent);
  [[nodiscard]] std::size_t text_limit(const Posting& posting) const;
  void on_update(const boost::json::object& update) {
    book_.on_update(update);
    chats_.on_update(update);
    comments_.on_update(update);
    talk_.on_update(update);
  }
  void forget_run() {
    book_.clear();
    chats_.forget_run();
    talk_.forget_run();
  }

  Clock& clock_;
  Millis look_again_after_, doubt_after_, give_up_after_;
  SendBook book_;
  TdlibSession session_;  ///< its handlers use the others; they run only on the loop, when all is made
  ChatDirectory chats_{session_, clock_};
  TdlibConversation talk_;
  CommentPlaces comments_{session_, chats_};
  MessageEdits edits_{session_, chats_};
};

Task<Account> TdlibPublisher::account() {
  REC_CO_CHECK(co_await session_.ready());
  co_return session_.account();
}

Task<> TdlibPublisher::check_chat(std::int64_t chat) {
  REC_CO_CHECK(co_await session_.ready());
  co_return co_await chats_.check(chat);
}

std::size_t TdlibPublisher::text_limit(const Posting& posting) const {
  if (posting.request.files.empty()) return session_.text_limit();
  const auto told = static_cast<std::size_t>(session_.account().caption_limit);
  return posting.short_caption ? std::min(told, kSafeCaption) : told;
}

Task<MessageIds> TdlibPublisher::search(const PostRequest& post) {
  SearchRequest look{post.chat, post.marker, {}, post.after_message};
  for (const auto& file : post.files) look.sizes.push_back(file.bytes);
  look.sizes.resize(tdlib::messages_of(post));
  co_return co_await find_on_server(session_, std::move(look));
}

Task<MessageIds> TdlibPublisher::search_twice(const PostRequest& post) {
  REC_CO_TRY(auto found, co_await search(post));
  if (found.size() == tdlib::messages_of(post)) co_return found;
  co_await clock_.sleep(look_again_after_);
  co_return co_await search(post);
}

Task<MessageIds> TdlibPublisher::publish(PostRequest post) {
  REC_CO_CHECK(tdlib::check_post(post));
  Posting posting{std::move(post)};
  for (int round = 0; round < kMaxRounds; ++round) {
    REC_CO_CHECK(co_await session_.ready());
    auto done = co_await one_round(posting);
    if (!done && done.error().code == Errc::unavailable && !session_.usable())
      continue;  // the host died under it
    if (!done && done.error().code == Errc::not_found && !session_.sure()) {
      REC_CO_CHECK(co_await session_.make_sure());
      continue;
    }
    if (!done) co_return fail(std::move(done).error());
    if (*done) co_return std::move(**done);
  }
  co_return fail(Errc::conflict, "Telegram: the process ended again and again while posting");
}

/// The ids, or nothing when it must be looked for anew.
Task<std::optional<MessageIds>> TdlibPublisher::one_round(Posting& posting) {
  PostRequest& post = posting.request;
  REC_CO_CHECK(co_await chats_.know(post.chat));
  posting.temps = book_.find(post.chat, post.marker);
  posting.resumed = !posting.temps.empty();
  post.maybe_sent = post.maybe_sent || posting.resumed;
  if (!posting.resumed && post.maybe_sent) {
    REC_CO_TRY(auto found, co_await search_twice(post));
    if (found.size() == posting.expected()) co_return std::optional(std::move(found));
    if (!session_.sure()) {
      REC_CO_CHECK(co_await session_.make_sure());
      co_return std::optional<MessageIds>{};
    }
    if (!found.empty()) {
      REC_CO_CHECK(co_await clear_remains(posting, std::move(found)));
    }
  }
  if (!posting.resumed) {
    REC_CO_CHECK(co_await send(posting));
  }
  auto outcome = co_await settle(posting);
  if (!outcome && tdlib::caption_refused(outcome.error()) && text_limit(posting) > kSafeCaption) {
    posting.short_caption = true;  // Premium is over, and Telegram has not told yet
    co_return std::optional<MessageIds>{};
  }
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
  return edits_.remove(posting.request.chat, std::move(ids));
}

/// Looks at all that the post needs, so that what cannot be sent is told before anything is.
Task<boost::json::object> TdlibPublisher::make_request(Posting& posting) {
  PostRequest& post = posting.request;
  if (post.copy_of) {
    REC_CO_CHECK(co_await chats_.know(post.copy_of->chat));
    co_return co_await tdlib::copy_request(session_, post);
  }
  if (const auto large = tdlib::too_large(post, session_.account()))
    co_return tdlib::refuse_file(post, *large, FileRefusal::too_large, "too big for this account");
  if (post.reply_to != 0) {
    REC_CO_TRY(const bool there, co_await edits_.exists(post.chat, post.reply_to));
    if (!there)
      co_return fail(session_.sure() ? Errc::invalid : Errc::not_found,
                     "the message to reply to in chat " + std::to_string(post.chat) + " is gone");
  }
  const auto fitted = fit_text(post.text, post.marker, text_limit(posting));
  co_return tdlib::send_request(post, fitted);
}

Task<> TdlibPublisher::send(Posting& posting) {
  PostRequest& post = posting.request;
  REC_CO_TRY(auto request, co_await make_request(posting));
  if (post.about_to_send) {
    REC_CO_CHECK(co_await post.about_to_send());
  }
  post.maybe_sent = true;
  REC_CO_TRY(const auto answer, co_await session_.call(std::move(request)));
  if (tdlib::type_of(answer) == "error") {
    auto refused = co_await tdlib::explain_refusal(session_, post, answer);
    REC_CO_CHECK(co_await tell_not_sent(post, tdlib::number(answer, "code")));
    co_return fail(std::move(refused).error());
  }
  posting.temps.clear();
  const auto take = [&](const boost::json::object& message) {
    book_.on_sending(message);
    posting.temps.push_back(tdlib::number(message, "id"));
  };
  if (tdlib::type_of(answer) == "message") take(answer);
  for (const auto& item : tdlib::list(answer, "messages")) {
    if (const auto* message = item.if_object()) take(*message);
  }
  co_return Result<void>{};
}

/// Of what Telegram refused, or wants to wait for, nothing is there; what it did not answer may be.
Task<> TdlibPublisher::tell_not_sent(const PostRequest& post, std::int64_t error_code) {
  const bool answered = error_code > 0 && error_code < 500;
  if (!answered || !post.not_sent) co_return Result<void>();
  co_return co_await post.not_sent();
}

/// The worst of what was said of its messages. Of one that an earlier run of TDLib sent, too, a refusal tells
/// nothing: Telegram may have taken it the first time.
std::int64_t TdlibPublisher::refusal_of(const Posting& posting) const {
  std::int64_t worst = 0;
  for (const std::int64_t temp : posting.temps) {
    const SendEntry* entry = book_.get(posting.request.chat, temp);
    if (posting.resumed || entry == nullptr || entry->state != SendEntry::State::failed) return 500;
    worst = std::max(worst, entry->error_code);
  }
  return worst;
}

/// What the book says: all sent, one failed, the host lost; nothing while it is still under way.
std::optional<Result<Outcome>> TdlibPublisher::verdict(const Posting& posting) const {
  const auto& post = posting.request;
  Outcome outcome{Outcome::Kind::sent, {}};
  const SendEntry* failed = nullptr;
  std::size_t which = 0;
  for (std::size_t i = 0; i < posting.temps.size(); ++i) {
    const SendEntry* entry = book_.get(post.chat, posting.temps[i]);
    if (entry == nullptr) return Outcome{Outcome::Kind::lost, {}};
    if (entry->state == SendEntry::State::pending) return std::nullopt;
    if (entry->state == SendEntry::State::sent) outcome.ids.push_back(entry->message_id);
    // "Group send failed" is what the others of an album say; the one that failed says why.
    const bool hollow = failed == nullptr || failed->error == "Group send failed";
    if (entry->state != SendEntry::State::failed || !hollow) continue;
    failed = entry;
    which = i;
  }
  if (failed == nullptr) return outcome;
  if (!outcome.ids.empty()) return outcome;  // a part of an album is there: what it is, the server knows
  return Result<Outcome>(tdlib::refused(post, which, failed->error_code, failed->error));
}

void TdlibPublisher::tell_progress(Posting& posting, std::uint64_t sent) {
  if (sent <= posting.told) return;
  posting.told = sent;
  if (posting.request.progress) posting.request.progress(sent);
}

Task<Outcome> TdlibPublisher::settle(Posting& posting) {
  const auto run = session_.run();
  auto moved = clock_.steady();
  auto alive = moved;      // it, or what goes before it
  std::uint64_t sent = 0;  // bytes of it, in this run
  std::uint64_t all_uploads = book_.progress();
  auto doubt = posting.resumed ? std::min(kDoubtResumed, doubt_after_) : doubt_after_;
  for (;;) {
    if (session_.run() != run || !session_.usable()) co_return Outcome{};
    const auto before = std::exchange(sent, book_.uploaded(posting.request.chat, posting.temps));
    tell_progress(posting, sent);
    if (auto decided = verdict(posting)) {
      if (!*decided) {
        const std::int64_t refusal = refusal_of(posting);
        book_.forget(posting.request.chat, posting.temps);
        REC_CO_CHECK(co_await tell_not_sent(posting.request, refusal));
      }
      co_return std::move(*decided);
    }
    const auto now = clock_.steady();
    // While nothing of its own has left, others may go first: TDLib sends one file at a time
    // (docs/decisions/0008). Of what was sent before it is doubted all the same whether it is there.
    const bool waits = sent == 0 && !posting.request.files.empty();
    const bool others = std::exchange(all_uploads, book_.progress()) != book_.progress() && waits;
    const bool gets_on = sent > before || !session_.connected();
    if (gets_on || others) alive = now;
    if (gets_on || (others && !posting.resumed)) moved = now;
    if (now - alive >= give_up_after_) {
      REC_CO_CHECK(co_await session_.reopen());
      co_return fail(Errc::conflict,
                     "Telegram: a message is neither sent nor refused: it is looked for and tried again");
    }
    if (now - moved >= doubt) {
      doubt = doubt * 2 + doubt_after_;
      auto found = co_await search(posting.request);
      const bool same_run = session_.run() == run && session_.usable();
      if (found && same_run && found->size() == posting.expected() && !verdict(posting)) {
        Outcome outcome{Outcome::Kind::doubtful, std::move(*found)};
        co_return outcome;
      }
      continue;
    }
    co_await session_.changed().wait_until(clock_, std::min(moved + doubt, alive + give_up_after_));
  }
}

Task<> TdlibPublisher::edit_text(std::int64_t chat, std::int64_t message, RichText text) {
  REC_CO_CHECK(co_await session_.ready());
  co_return co_await edits_.text(chat, message, std::move(text));
}

Task<> TdlibPublisher::edit_caption(std::int64_t chat, std::int64_t message, RichText text) {
  REC_CO_CHECK(co_await session_.ready());
  co_return co_await edits_.caption(chat, message, std::move(text));
}

Task<> TdlibPublisher::remove(std::int64_t chat, std::int64_t message) {
  REC_CO_CHECK(co_await session_.ready());
  MessageIds one{message};
  co_return co_await edits_.remove(chat, std::move(one));
}

Task<std::optional<CommentPlace>> TdlibPublisher::comment_place(std::int64_t chat, std::int64_t message) {
  REC_CO_CHECK(co_await session_.ready());
  co_return co_await comments_.find(chat, message);
}

Task<std::int64_t> TdlibPublisher::resolve_chat(std::string reference) {
  REC_CO_CHECK(co_await session_.ready());
  co_return co_await chats_.resolve(std::move(reference));
}

Task<std::vector<ChatInfo>> TdlibPublisher::chats() {
  REC_CO_CHECK(co_await session_.ready());
  co_return co_await chats_.list();
}

}  // namespace

std::unique_ptr<TelegramPublisher> make_tdlib_publisher(asio::any_io_executor executor, Clock& clock,
                                                        TdlibOptions options) {
  return std::make_unique<TdlibPublisher>(std::move(executor), clock, std::move(options));
}

}  // namespace rec
