// Tells people and programs what they asked to be told: incidents once each and once when they are over, what
// happens in sessions, the day. Nothing reports to it: it looks at what is, once a second, and knows from its
// file what has been told. So it misses nothing over a restart and tells nothing twice; what was on its way
// when the program was killed is told again with the same id. Nothing waits for it. Decision thread only.
#pragma once
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "app/conditions.hpp"
#include "app/herald_file.hpp"
#include "app/notices.hpp"
#include "app/upload_outlook.hpp"
#include "runtime/supervisor.hpp"
#include "runtime/worker.hpp"

namespace rec {

class Herald {
 public:
  struct Teller {
    Messenger* messenger = nullptr;
    std::string digest{};  ///< "09:00", "" = never
  };
  struct Needs {
    asio::any_io_executor executor;
    Clock& clock;
    Worker& chores;
    Store& store;
    Worker& store_worker;
    const Model& model;
    const Settings& settings;
    IncidentsConfig rules{};
    std::vector<Teller> tellers{};
    std::function<bool()> loaded{};  ///< whether the model holds what the store does
    /// All that is known but what the herald knows itself.
    std::function<ConditionFacts()> facts{};
    std::function<std::optional<SessionProgress>(const SessionId&)> progress{};
    std::function<asio::awaitable<void>()> durable{};  ///< what the model holds is on disk
    std::function<Task<Findings>()> findings{};        ///< asked at the start, soon again, and every hour
    std::string boot{};                                ///< the machine's boot id
  };
  explicit Herald(Needs needs);

  /// Until it is cancelled.
  Task<> run();
  /// Ends what is being told, and writes down that the program ended well. After run() has ended.
  asio::awaitable<void> close();

  /// Others are told from now on, and by other rules; the former messengers are not used any more when it
  /// returns. What waits for one of them waits for the one of its name.
  Task<> change(IncidentsConfig rules, std::vector<Teller> tellers);

  /// A session is about to leave the model: what came to pass in its last second is told still.
  void last_look();
  /// Those that were told, the newest first.
  [[nodiscard]] std::vector<Incident> incidents() const { return book_.told(); }

 private:
  Task<> begin();
  asio::awaitable<void> catch_up();
  Task<> finish_what_left_the_model();
  void note_the_last_run(const HeraldState& last);
  void start_telling();
  void look();
  [[nodiscard]] bool is_recalled(const session::Session& session, Instant now) const;
  void take_up(const session::Session& session, const std::vector<Gap>& gaps, bool recorded,
               bool silently = false);
  void forget_gone_sessions(Instant now);
  [[nodiscard]] ConditionFacts facts_now();
  void watch_uploads(ConditionFacts& facts);
  void tell(const Notice& notice, const std::string& about = "");
  asio::awaitable<void> what_it_tells_of_is_durable();
  Task<> keep();
  Task<> deliver(Messenger* messenger);
  Task<> try_first(Messenger* messenger);
  Task<> note_a_try(std::string name, std::string id);
  asio::awaitable<void> written();
  [[nodiscard]] WaitingNotice* first_of(const std::string& name);
  void settle(Messenger& messenger, const std::string& id, const Result<void>& outcome);
  Task<> watch_findings();
  Task<> tell_the_days();
  Task<> tell_the_day(Messenger* messenger);
  void changed() { ++changes_; }

  Needs needs_;
  Supervisor supervisor_;
  HeraldState state_{};
  IncidentBook book_{};
  std::vector<Condition> own_{};  ///< of the program itself, as it started
  Findings findings_{};
  std::map<std::string, std::string> trouble_{};  ///< why a messenger fails
  std::map<SessionId, UploadOutlook> paces_{};
  std::map<SessionId, SteadyTime> gone_{};  ///< left the model
  Instant running_since_{};
  SteadyTime began_{};  ///< the same by the monotonic clock
  bool first_run_ = false;
  bool begun_ = false;         ///< what the last run knew is known
  bool past_is_told_ = false;  ///< what left the model at its end, too
  bool telling_ = false;
  std::uint64_t changes_ = 1;
  std::uint64_t written_ = 0;  ///< changes that are on disk, or could not be brought there
  std::string write_error_{};
  std::string read_error_{};
};

/// The incidents as the last daemon left them, for a status without one. Blocking.
std::vector<Incident> incidents_at_rest(const std::string& data_folder);

}  // namespace rec
