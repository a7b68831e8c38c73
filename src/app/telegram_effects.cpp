#include "app/telegram_effects.hpp"

#include <algorithm>

#include "app/file_post.hpp"
#include "app/parts.hpp"
#include "base/log.hpp"

namespace rec {
namespace {

using MessageIds = std::vector<std::int64_t>;

/// So often Telegram may say that a file, or what is to be copied, is none that it takes.
constexpr int kRefusals = 2;
/// The post comes into its discussion group by itself, soon, or never.
constexpr int kPlaceLooks = 7;
constexpr std::chrono::seconds kFirstPlacePause{1};

bool passing(Errc code) {
  return code == Errc::unavailable || code == Errc::timed_out || code == Errc::rate_limited ||
         code == Errc::conflict;
}

bool refused(Errc code) { return code == Errc::denied || code == Errc::invalid || code == Errc::not_found; }

const session::Post* post_of(const session::Session& session, int number) {
  const auto post = std::ranges::find(session.posts, number, &session::Post::number);
  return post == session.posts.end() ? nullptr : &*post;
}

Failure no_post(int number) {
  return fail(Errc::invalid, "the session has no post " + std::to_string(number));
}

/// How many parts there are is known when nothing comes any more, and nothing is to be cut.
CaptionTotals totals_of(const session::Session& session) {
  CaptionTotals totals;
  totals.compressed = session.compressed.posted == session::Stage::done;
  const bool cutting = std::ranges::any_of(session.files, [](const session::FileTake& file) {
    return file.state == session::FileState::recording || file.state == session::FileState::recorded;
  });
  if (session.phase != session::Phase::recording && !cutting)
    totals.parts = static_cast<int>(session.parts.size());
  return totals;
}

/// A link to the first post; its number where there are no links.
std::string source_of(const Model& model, const session::Session& session) {
  constexpr std::int64_t kStep = 1 << 20;
  constexpr std::int64_t kChannels = -1'000'000'000'000;  // their numbers go down from here
  if (session.posts.empty()) return {};
  const MessageIds ids = messages_of(session, session.posts.front());
  if (ids.empty()) return {};
  const std::string post = std::to_string(ids.front() % kStep == 0 ? ids.front() / kStep : ids.front());
  const Chat& chat = session.target.chat;
  if (chat.name.starts_with('@')) return "https://t.me/" + chat.name.substr(1) + "/" + post;
  const std::int64_t number = rec::number_of(model, chat).value_or(0);
  return number < kChannels ? "https://t.me/c/" + std::to_string(kChannels - number) + "/" + post : post;
}

std::int64_t newest_of(std::int64_t newest, const MessageIds& ids) {
  for (const std::int64_t id : ids) newest = std::max(newest, id);
  return newest;
}

/// Of one session's messages in that chat.
std::int64_t newest_in(const Model& model, const session::Session& session, std::int64_t chat) {
  std::int64_t newest = 0;
  if (number_of(model, session.target.chat) == chat) {
    newest = std::max(newest, session.status_message);
    for (const session::Post& post : session.posts) newest = newest_of(newest, messages_of(session, post));
  }
  if (number_of(model, session.target.backup) == chat) {
    for (const session::Post& post : session.posts) newest = newest_of(newest, post.copies);
    newest = std::max(newest, session.compressed.copied);
  }
  if (session.place.chat == chat) newest = std::max(newest, session.place.reply_to);
  if (session.compressed.chat == chat) newest = std::max(newest, session.compressed.message);
  return newest;
}

}  // namespace

bool TelegramEffects::is_one(const session::Effect& effect) {
  return sends(effect) || std::holds_alternative<session::FinishStatus>(effect) ||
         std::holds_alternative<session::FindPlace>(effect) ||
         std::holds_alternative<session::EditCaption>(effect);
}

bool TelegramEffects::sends(const session::Effect& effect) {
  return std::holds_alternative<session::PostStatus>(effect) ||
         std::holds_alternative<session::PublishPost>(effect) ||
         std::holds_alternative<session::PostComment>(effect) ||
         std::holds_alternative<session::CopyPost>(effect);
}

Task<session::Event> TelegramEffects::perform(OutboxRow row) {
  const session::Effect effect = row.effect;
  if (std::holds_alternative<session::PostStatus>(effect)) co_return co_await post_status(std::move(row));
  if (std::holds_alternative<session::FinishStatus>(effect)) co_return co_await finish_status(std::move(row));
  if (std::holds_alternative<session::FindPlace>(effect)) co_return co_await find_place(std::move(row));
  if (std::holds_alternative<session::PostComment>(effect)) co_return co_await post_comment(std::move(row));
  if (const auto* edit = std::get_if<session::EditCaption>(&effect))
    co_return co_await edit_caption(std::move(row), edit->post);
  if (const auto* copy = std::get_if<session::CopyPost>(&effect))
    co_return co_await copy_post(std::move(row), copy->post);
  const int number = std::get<session::PublishPost>(effect).post;
  co_return co_await publish_post(std::move(row), number);
}

Task<std::int64_t> TelegramEffects::number_of(Chat chat) {
  if (const auto known = rec::number_of(needs_.ledger.model(), chat)) co_return *known;
  if (chat.empty()) co_return fail(Errc::invalid, "the session has no chat to post to");
  REC_CO_TRY(const std::int64_t id, co_await needs_.publisher->resolve_chat(chat.name));
  log::info("telegram.chat_found", {{"chat", chat.name}, {"id", id}});
  needs_.ledger.put_chat({chat.name, id});
  co_return id;
}

std::optional<Upload> TelegramEffects::upload_of(const SessionId& session) const {
  const auto found = uploads_.find(session);
  if (found == uploads_.end()) return {};
  return found->second;
}

std::function<Task<>()> TelegramEffects::mark_submitted(const OutboxRow& row, std::int64_t after) const {
  return [this, row, after] {
    OutboxRow marked = row;
    marked.submitted = true;
    marked.after_message = after;
    return needs_.ledger.update(std::move(marked));
  };
}

std::function<Task<>()> TelegramEffects::mark_not_sent(const OutboxRow& row) const {
  return [this, row] {
    OutboxRow marked = row;
    marked.submitted = false;
    return needs_.ledger.update(std::move(marked));
  };
}

std::int64_t TelegramEffects::newest_message(std::int64_t chat) const {
  std::int64_t newest = 0;
  const Model& model = needs_.ledger.model();
  for (const auto& [id, session] : model.sessions) newest = std::max(newest, newest_in(model, session, chat));
  return newest;
}

// What may have left already lies behind what was the newest then; 0: nothing was known of the chat.
PostRequest TelegramEffects::request_for(const OutboxRow& row, std::int64_t chat, std::string marker) const {
  PostRequest request;
  request.chat = chat;
  request.marker = std::move(marker);
  request.silent = needs_.settings.silent != Silent::none;
  request.maybe_sent = row.submitted;
  request.after_message = row.submitted ? row.after_message : newest_message(chat);
  request.about_to_send = mark_submitted(row, request.after_message);
  request.not_sent = mark_not_sent(row);
  return request;
}

Task<session::Event> TelegramEffects::post_status(OutboxRow row) {
  const session::Session session = needs_.ledger.model().sessions.at(row.session);
  // What was announced has begun, or never came, while Telegram was away: nobody needs to be told now.
  if (session.announcement && session.phase != session::Phase::recording && !row.submitted)
    co_return session::StatusFinished{};
  REC_CO_TRY(const std::int64_t chat, co_await number_of(session.target.chat));
  PostRequest request = request_for(row, chat, session.status_marker);
  request.text = status_text(session, needs_.facts(session), needs_.settings.texts);
  REC_CO_TRY(const auto ids, co_await needs_.publisher->publish(std::move(request)));
  if (ids.empty()) co_return fail(Errc::conflict, "Telegram told no number of the status message");
  co_return session::StatusPosted{ids.front(), needs_.clock.now()};
}

RichText TelegramEffects::caption_of(const session::Session& session, const session::Post& post) const {
  std::vector<Gap> gaps;
  const auto known = needs_.ledger.model().gaps.find(session.id);
  for (const session::Part& part : session.parts) {
    if (known == needs_.ledger.model().gaps.end() || !belongs(part, post)) continue;
    for (Gap& gap : gaps_within(session, part, known->second)) gaps.push_back(gap);
  }
  return caption(session, post, gaps, needs_.settings.texts, totals_of(session));
}

void TelegramEffects::note_progress(const SessionId& session, std::uint64_t sent) {
  Upload& upload = uploads_[session];
  if (sent > upload.sent) moved_ = needs_.clock.steady();
  if (upload.measured && sent > upload.sent) meter_.add(sent - upload.sent, needs_.clock.steady());
  upload.measured = true;
  upload.sent = sent;
}

std::optional<UploadReport> TelegramEffects::upload_report() const {
  if (needs_.publisher == nullptr) return std::nullopt;
  UploadReport report{needs_.publisher->uplink(), meter_.rate(needs_.clock.steady()), flood_until_, {}};
  if (!uploads_.empty() && report.uplink.trouble.empty())
    report.silent = silence(needs_.clock.steady() - moved_, report.uplink.cap);
  if (report.flood_wait_until && *report.flood_wait_until <= needs_.clock.now())
    report.flood_wait_until.reset();
  return report;
}

Task<MessageIds> TelegramEffects::upload(SessionId session, PostRequest request, Upload shown) {
  for (const session::PartFile& file : request.files) shown.size += file.bytes;
  uploads_[session] = shown;
  moved_ = needs_.clock.steady();
  struct Over {
    TelegramEffects& self;
    const SessionId& session;
    ~Over() {
      self.uploads_.erase(session);
      self.moved_ = self.needs_.clock.steady();
    }
  } over{*this, session};
  request.progress = [this, session](std::uint64_t sent) { note_progress(session, sent); };
  co_return co_await needs_.publisher->publish(std::move(request));
}

Task<session::Event> TelegramEffects::publish_post(OutboxRow row, int number) {
  const session::Session session = needs_.ledger.model().sessions.at(row.session);
  const session::Post* post = post_of(session, number);
  if (post == nullptr) co_return no_post(number);
  REC_CO_TRY(const std::int64_t chat, co_await number_of(session.target.chat));
  PostRequest request = request_for(row, chat, post->marker);
  request.silent =
      needs_.settings.silent == Silent::all || (needs_.settings.silent == Silent::parts && number > 1);
  request.files = files_of(session, *post, session::PartState::ready);
  request.text = caption_of(session, *post);
  std::optional<session::PostRefused> refusal;
  request.file_refused = [&refusal, number](std::size_t file, FileRefusal why) {
    const bool large = why == FileRefusal::too_large;
    refusal = session::PostRefused{
        number, file, large ? session::Refusal::too_large : session::Refusal::unusable, {}, {}};
  };
  const Upload shown{post->first_part, 0, 0};
  auto ids = co_await upload(row.session, std::move(request), shown);
  if (!ids && refusal && ids.error().code == Errc::invalid) {
    const bool once =
        refusal->why == session::Refusal::unusable && ++refusals_[{row.session, number}] < kRefusals;
    if (once) co_return fail(std::move(ids).error());
    refusals_.erase({row.session, number});
    log::warn("post.refused", {{"session", row.session}, {"post", number}, {"error", ids.error().text}});
    refusal->error = ids.error().text;
    refusal->at = needs_.clock.now();
    co_return *std::move(refusal);
  }
  if (!ids) co_return fail(std::move(ids).error());
  refusals_.erase({row.session, number});
  log::info("post.published", {{"session", row.session}, {"post", number}, {"files", ids->size()}});
  co_return session::Posted{number, *std::move(ids), needs_.clock.now()};
}

Task<session::Event> TelegramEffects::finish_status(OutboxRow row) {
  session::Session session = needs_.ledger.model().sessions.at(row.session);
  session.phase = session::Phase::done;
  REC_CO_TRY(const std::int64_t chat, co_await number_of(session.target.chat));
  RichText text = status_text(session, needs_.facts(session), needs_.settings.texts);
  Result<void> edited;
  if (session.announcement || !needs_.settings.keep_status) {
    edited = co_await needs_.publisher->remove(chat, session.status_message);
  } else {
    edited = co_await needs_.publisher->edit_text(chat, session.status_message, std::move(text));
  }
  if (!edited && !refused(edited.error().code)) co_return fail(std::move(edited).error());
  if (!edited) log::warn("status.not_finished", {{"session", row.session}, {"error", edited.error().text}});
  co_return session::StatusFinished{};
}

Task<session::Event> TelegramEffects::find_place(OutboxRow row) {
  const session::Session session = needs_.ledger.model().sessions.at(row.session);
  const MessageIds ids = session.posts.empty() ? MessageIds() : messages_of(session, session.posts.front());
  if (ids.empty()) co_return session::PlaceFound{0, 0, needs_.clock.now()};
  REC_CO_TRY(const std::int64_t chat, co_await number_of(session.target.chat));
  for (int look = 0; look < kPlaceLooks; ++look) {
    auto place = co_await needs_.publisher->comment_place(chat, ids.front());
    if (!place && passing(place.error().code)) co_return fail(std::move(place).error());
    if (!place) {
      log::warn("comment.no_place", {{"session", row.session}, {"error", place.error().text}});
      break;
    }
    if (*place) co_return session::PlaceFound{(*place)->chat, (*place)->reply_to, needs_.clock.now()};
    co_await needs_.clock.sleep(kFirstPlacePause * (1 << look));
  }
  co_return session::PlaceFound{0, 0, needs_.clock.now()};
}

Task<session::Event> TelegramEffects::post_comment(OutboxRow row) {
  const session::Session session = needs_.ledger.model().sessions.at(row.session);
  const bool below_the_post = session.place.found == session::Stage::done;
  std::int64_t chat = session.place.chat;
  if (!below_the_post) {
    REC_CO_TRY(chat, co_await number_of(session.target.discussion));
  }
  PostRequest request = request_for(row, chat, session.compressed.marker);
  request.reply_to = below_the_post ? session.place.reply_to : 0;
  request.files = {session.compressed.file};
  request.text = compressed_text(session, session.compressed.file,
                                 below_the_post ? "" : source_of(needs_.ledger.model(), session),
                                 session.compressed.marker, needs_.settings.texts);
  const Upload shown;
  auto ids = co_await upload(row.session, std::move(request), shown);
  const bool hopeless = !ids && ids.error().code == Errc::invalid;
  if (hopeless && row.attempts + 1 >= kRefusals) {
    log::warn("comment.refused", {{"session", row.session}, {"error", ids.error().text}});
    co_return session::CommentRefused{ids.error().text, needs_.clock.now()};
  }
  if (!ids) co_return fail(std::move(ids).error());
  if (ids->empty()) co_return fail(Errc::conflict, "Telegram told no number of the comment");
  log::info("comment.posted", {{"session", row.session}, {"chat", chat}});
  co_return session::CommentPosted{chat, ids->front(), needs_.clock.now()};
}

Task<session::Event> TelegramEffects::edit_caption(OutboxRow row, int number) {
  const session::Session session = needs_.ledger.model().sessions.at(row.session);
  const session::Post* post = post_of(session, number);
  if (post == nullptr) co_return no_post(number);
  const MessageIds ids = messages_of(session, *post);
  if (ids.empty()) co_return session::CaptionEdited{number, needs_.clock.now()};
  REC_CO_TRY(const std::int64_t chat, co_await number_of(session.target.chat));
  RichText text = caption_of(session, *post);
  auto edited = co_await needs_.publisher->edit_caption(chat, ids.front(), std::move(text));
  if (!edited && !refused(edited.error().code)) co_return fail(std::move(edited).error());
  if (!edited) {
    log::warn("caption.not_edited",
              {{"session", row.session}, {"post", number}, {"error", edited.error().text}});
  }
  co_return session::CaptionEdited{number, needs_.clock.now()};
}

Task<session::Event> TelegramEffects::copy_post(OutboxRow row, int number) {
  const session::Session session = needs_.ledger.model().sessions.at(row.session);
  const session::Post* post = post_of(session, number);
  if (post == nullptr && number != 0) co_return no_post(number);
  REC_CO_TRY(const std::int64_t backup, co_await number_of(session.target.backup));
  std::int64_t from = session.compressed.chat;
  if (post != nullptr) {
    REC_CO_TRY(from, co_await number_of(session.target.chat));
  }
  PostRequest request = request_for(row, backup, post == nullptr ? session.compressed.marker : post->marker);
  request.copy_of = MessageRange{
      from, post == nullptr ? MessageIds{session.compressed.message} : messages_of(session, *post)};
  request.files = post == nullptr ? std::vector{session.compressed.file}
                                  : files_of(session, *post, session::PartState::posted);
  auto ids = co_await needs_.publisher->publish(std::move(request));
  const bool hopeless = !ids && ids.error().code == Errc::invalid;
  if (hopeless && row.attempts + 1 >= kRefusals) {
    log::warn("copy.refused", {{"session", row.session}, {"post", number}, {"error", ids.error().text}});
    co_return session::CopyRefused{number, ids.error().text, needs_.clock.now()};
  }
  if (!ids) co_return fail(std::move(ids).error());
  log::info("post.copied", {{"session", row.session}, {"post", number}, {"chat", backup}});
  co_return session::PostCopied{number, *std::move(ids), needs_.clock.now()};
}

}  // namespace rec
