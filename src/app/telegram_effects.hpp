// What a session does on Telegram: status, posts, comment, captions, copies, last words. Each may be
// performed again after a crash and has the outcome of once. Decision thread only.
#pragma once
#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "app/ledger.hpp"
#include "app/texts.hpp"
#include "app/upload_view.hpp"
#include "ports/publisher.hpp"

namespace rec {

struct Upload {
  int part = 0;  ///< 0 = the compressed version
  std::uint64_t sent = 0;
  std::uint64_t size = 0;
  bool measured = false;  ///< its first figure counts what an earlier run has sent
};

class TelegramEffects {
 public:
  struct Needs {
    Ledger& ledger;
    Clock& clock;
    Publisher* publisher;  ///< null: nothing of this may be asked for
    const Settings& settings;
    /// What the status message shows of what only the app knows.
    std::function<StatusFacts(const session::Session&)> facts;
  };
  explicit TelegramEffects(Needs needs) : needs_(std::move(needs)) {}

  /// Is it one of these effects?
  static bool is_one(const session::Effect& effect);
  /// Does its outcome count though a person wants it undone? It may have reached Telegram.
  static bool sends(const session::Effect& effect);

  Task<session::Event> perform(OutboxRow row);
  /// A chat that was given by name is asked for once, and kept.
  Task<std::int64_t> number_of(Chat chat);
  /// The upload that is on its way for a session, if any.
  [[nodiscard]] std::optional<Upload> upload_of(const SessionId& session) const;
  /// How all of them go; nothing where no Telegram is set up.
  [[nodiscard]] std::optional<UploadReport> upload_report() const;
  /// Telegram has asked for patience until then.
  void note_flood_wait(Instant until) { flood_until_ = std::max(flood_until_.value_or(until), until); }

 private:
  Task<session::Event> post_status(OutboxRow row);
  Task<session::Event> publish_post(OutboxRow row, int number);
  Task<session::Event> finish_status(OutboxRow row);
  Task<session::Event> find_place(OutboxRow row);
  Task<session::Event> post_comment(OutboxRow row);
  Task<session::Event> edit_caption(OutboxRow row, int number);
  Task<session::Event> copy_post(OutboxRow row, int number);
  void note_progress(const SessionId& session, std::uint64_t sent);
  Task<std::vector<std::int64_t>> upload(SessionId session, PostRequest request, Upload shown);
  [[nodiscard]] PostRequest request_for(const OutboxRow& row, std::int64_t chat, std::string marker) const;
  [[nodiscard]] std::function<Task<>()> mark_submitted(const OutboxRow& row, std::int64_t after) const;
  [[nodiscard]] std::function<Task<>()> mark_not_sent(const OutboxRow& row) const;
  /// The newest message of ours in the chat: a post that is looked for lies behind it.
  [[nodiscard]] std::int64_t newest_message(std::int64_t chat) const;
  [[nodiscard]] RichText caption_of(const session::Session& session, const session::Post& post) const;

  Needs needs_;
  std::map<SessionId, Upload> uploads_;
  UploadMeter meter_;
  SteadyTime moved_{};  ///< when an upload began, ended, or Telegram last confirmed something
  std::optional<Instant> flood_until_{};
  std::map<std::pair<SessionId, int>, int> refusals_;  ///< of a file of that post, in a row
};

}  // namespace rec
