// What can be asked of the program, whoever asks: the socket, REST and the control group are doors to this
// same room. One function for each thing, and `call` for doors that carry words.
#pragma once
#include <functional>
#include <optional>
#include <string>

#include <boost/json/object.hpp>

#include "app/channel_book.hpp"
#include "app/channel_view.hpp"
#include "app/doctor.hpp"
#include "app/file_post.hpp"
#include "app/live_pictures.hpp"
#include "app/session_actions.hpp"
#include "app/settings.hpp"
#include "app/status_view.hpp"
#include "app/target_book.hpp"
#include "app/telegram_check.hpp"
#include "app/upload_view.hpp"
#include "core/incident.hpp"
#include "ports/conversation.hpp"
#include "ports/publisher.hpp"
#include "ports/store.hpp"
#include "runtime/clock.hpp"
#include "runtime/worker.hpp"

namespace rec {

/// How many sessions that are done a status shows beside those that are not.
inline constexpr int kRecentSessions = 10;

/// The sessions that are done, with what they miss. Blocking: for the store's worker.
struct History {
  std::vector<session::Session> sessions{};
  std::map<SessionId, std::vector<Gap>> gaps{};
};
Result<History> read_history(Store& store, int limit);

/// Decision thread only.
class Service {
 public:
  struct Needs {
    const Model& model;
    const Settings& settings;
    Clock& clock;
    Store& store;
    Worker& store_worker;
    std::function<std::optional<SessionProgress>(const SessionId&)> progress{};
    std::function<std::vector<DiskGuard::View>()> disks{};
    ChannelBook* book = nullptr;  ///< null: its channels are what they are (`record`)
    /// Keeps the order and has the program go by the plans.
    std::function<Task<>(ChannelOrder, ChannelPlans)> change_channels{};
    NewsOf news{};
    std::function<std::vector<WatchReport>()> watch{};
    std::function<Task<SessionOutcome>(SessionId, SessionAction)> act_on_session{};
    Publisher* publisher = nullptr;  ///< null: nothing is posted
    TargetBook* targets = nullptr;   ///< null: they are what they are (`record`)
    /// Keeps the order and has the program post by what the channel book's configuration says now.
    std::function<Task<>(TargetOrder)> change_targets{};
    std::function<Task<PostedFiles>(FilePost)> post_files{};
    std::function<std::vector<Incident>()> incidents{};
    Worker* files = nullptr;  ///< looks at cookies files; null: they are not looked at
    std::function<std::optional<UploadReport>()> uploads{};
    std::function<Task<boost::json::object>()> reload_config{};  ///< see config_reload.hpp
    std::function<boost::json::object()> config_state{};         ///< the same
    Conversation* conversation = nullptr;                        ///< of the publisher's account
    PictureMaker* pictures = nullptr;                            ///< null: there are none of what is live
    LivePictures::NewestMedia newest_media{};
  };
  explicit Service(Needs needs)
      : needs_(std::move(needs)), pictures_(needs_.clock, needs_.pictures, needs_.newest_media) {}

  /// See status_view.hpp.
  Task<boost::json::object> status();

  /// From now on uploads leave with so many megabits a second at most, 0: with as many as they can; until it
  /// is said anew or the program ends. invalid: less than nothing; not_found: no Telegram is set up.
  Result<void> set_upload_limit(double mbps);

  /// See channel_view.hpp.
  Result<boost::json::object> channel_list() const;
  /// `channel_add`, `channel_remove`, `channel_pause`, `channel_resume` or `channel_set`: in effect and
  /// durable when it is answered with the channel, a text that says what came of it, and whether anything
  /// changed.
  Task<boost::json::object> channel_change(std::string request, boost::json::object arguments);

  /// `sessions[]`, newest first, briefly. `channel`: of that one alone; `limit`: how many that are done, 20.
  Task<boost::json::object> session_list(boost::json::object arguments);
  /// All that is known of a session: as in status, and `segments`, `outbox`, `failing[]`.
  Task<boost::json::object> session_details(boost::json::object arguments);
  /// `session` (session_actions.hpp says how it is named), `action`: in effect and durable when it is
  /// answered with `session`, `action`, `changed`, `running` and `text`.
  Task<boost::json::object> session_action(boost::json::object arguments);
  /// `post`: see file_post.hpp. It is durable when it is answered.
  Task<boost::json::object> post(boost::json::object arguments);

  /// Reads the configuration file again: see ConfigReload::reload().
  Task<boost::json::object> config_reload();

  /// How the account stands to the chats of the configuration, the control group too: findings as in
  /// doctor.hpp.
  Task<boost::json::object> telegram_check();

  /// `target_list` (target_view.hpp), `target_add`, `target_set`, `target_remove` (in effect and durable when
  /// answered with the target, a text that says what came of it, and whether anything changed), `target_test`
  /// (findings).
  Task<boost::json::object> target_request(std::string request, boost::json::object arguments);
  /// The status and what follows from it: see overview.hpp.
  Task<boost::json::object> overview();
  /// `{"sessions": [{"id", "channel", "name", …}], "before"}`: those that are done, newest first, without
  /// their parts. Arguments: `text`, `channel`, `before` (an instant, "" = now), `limit`; all may be left
  /// out. `before` of the answer gives the next ones; null: there are no more.
  Task<boost::json::object> session_search(boost::json::object arguments);
  /// `{"session": …, "story": […]}` (session_story.hpp) of a session, done or not. not_found.
  Task<boost::json::object> session_story(boost::json::object arguments);
  /// Where a finished file of a part lies: `{"path", "bytes"}`. Arguments: `session`, `number`; `file` (1, 2,
  /// … of a part that had to be divided); `kind`: `video` or `thumbnail`. not_found: it is not there (any
  /// more).
  Task<boost::json::object> part_file(boost::json::object arguments);

  /// What a session that is being recorded shows now: `{"jpeg"}`, in base64. Argument: `session`, its id.
  /// Errors: those of LivePictures::of().
  Task<boost::json::object> session_picture(boost::json::object arguments);

  /// A request by its name; `arguments` as docs/formats/control-socket.md says. not_found: nobody knows that
  /// request; invalid: arguments that it does not take.
  Task<boost::json::object> call(std::string request, boost::json::object arguments);

 private:
  Task<History> history(int limit);
  Task<SessionId> meant(std::string text);
  Task<boost::json::object> target_test(boost::json::object arguments);
  [[nodiscard]] StatusFrom status_from() const;
  [[nodiscard]] Task<SessionRecord> record_of(SessionId session);
  Task<> look_at_cookies();

  Needs needs_;
  LivePictures pictures_;
  std::vector<Finding> cookies_{};
  std::optional<SteadyTime> cookies_seen_{};
};

/// A request about channels, `channel_list` too, when no daemon runs: in the book and in the store. The store
/// may be null where nothing is there to be changed (`channel_list`). Blocking; hold the instance lock.
Result<boost::json::object> channels_at_rest(Store* store, const Config& config, const std::string& request,
                                             const boost::json::object& arguments, Instant now);

/// A request about targets but `target_test`, when no daemon runs; as channels_at_rest().
Result<boost::json::object> targets_at_rest(Store* store, const Config& config, const std::string& request,
                                            const boost::json::object& arguments, Instant now);
/// The configuration with what commands said of targets; the store may be null. Blocking.
Result<Config> with_kept_targets(Config config, Store* store);
/// The chats of a target of that name. not_found: there is none.
Result<std::vector<TargetChats>> chats_of_target(const TargetBook& targets, const std::string& name);

/// A request about sessions when no daemon runs: in the store, which may be null where nothing was recorded
/// yet. A channel is looked up among those of the configuration and the store. Blocking; hold the instance
/// lock.
Result<boost::json::object> sessions_at_rest(Store* store, const Config& config, const Settings& settings,
                                             const std::string& request, const boost::json::object& arguments,
                                             Instant now);

/// The status when no daemon runs: what the store holds. `store` may be null: nothing has been recorded yet.
/// Blocking; hold the instance lock.
Result<boost::json::object> status_at_rest(Store* store, const Settings& settings, Instant now);

}  // namespace rec
