// `streamrecorder post`: the job is put into the store, by the running daemon where there is one; then the
// daemon is followed, or, where none runs, this process does the job.
#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "app/file_post.hpp"
#include "app/service.hpp"
#include "app/settings_of.hpp"
#include "app/upload_view.hpp"
#include "cli/ask_program.hpp"
#include "cli/commands.hpp"
#include "cli/companion.hpp"
#include "cli/exit_codes.hpp"
#include "cli/house.hpp"
#include "cli/one_task.hpp"
#include "cli/owner.hpp"
#include "cli/post_view.hpp"
#include "cli/telegram_publisher.hpp"
#include "control/control_socket.hpp"
#include "media/child_media_maker.hpp"
#include "store/instance_lock.hpp"
#include "store/sqlite_store.hpp"

namespace rec::cli {
namespace {

namespace json = boost::json;

constexpr auto kLook = std::chrono::milliseconds(500);
constexpr const char* kGoesOn = "give the same command again, or start `streamrecorder run`, to go on";

/// One line on a terminal, written over; trouble is told once, in a line of its own.
class PostLine {
 public:
  void show(const json::object& status, const std::string& id) {
    const std::string trouble = post_trouble(status, id);
    if (!trouble.empty() && trouble != told_) fmt::print(stderr, "{}waiting: {}\n", clear(), trouble);
    told_ = trouble;
    const json::object* session = session_in(status, id);
    if (!terminal_ || session == nullptr) return;
    fmt::print(stderr, "{}{}{}", clear(), post_progress(*session), post_silence(status));
    std::fflush(stderr);
  }
  ~PostLine() { fmt::print(stderr, "{}", clear()); }
  PostLine() = default;
  PostLine(const PostLine&) = delete;
  PostLine& operator=(const PostLine&) = delete;

 private:
  [[nodiscard]] const char* clear() const { return terminal_ ? "\r\033[K" : ""; }
  bool terminal_ = isatty(STDERR_FILENO) != 0;
  std::string told_;
};

/// Each is there and is media; or what is wrong with the first that is not.
Result<void> look_at_each(std::vector<std::string>& files) {
  const auto cutter = media::make_child_file_cutter({media_program(), "worker"});
  for (std::string& file : files) {
    const std::string given = file;
    std::error_code error;
    file = std::filesystem::absolute(given, error).lexically_normal().string();
    const auto status = std::filesystem::status(file, error);
    if (!std::filesystem::exists(status)) return fail(errno_error(error ? error.value() : ENOENT, given));
    if (!std::filesystem::is_regular_file(status)) return fail(Errc::invalid, given + ": not a file");
    if (::access(file.c_str(), R_OK) != 0) return fail(errno_error(errno, given));
    asio::io_context io;
    FileLookRequest look{file, {}, 1U << 20U};
    const auto seen = run_one_task(io, cutter->look(std::move(look)));
    if (!seen) return fail(seen.error());
  }
  return {};
}

/// Until the daemon has done it.
Task<json::object> follow(Clock& clock, std::string folder, std::string id) {
  PostLine line;
  REC_CO_TRY(const auto daemon, co_await control::ControlClient::connect(clock, std::move(folder)));
  for (;;) {
    json::object none;
    REC_CO_TRY(const json::object status, co_await daemon->call("status", std::move(none)));
    if (const json::object* session = session_in(status, id)) {
      if (is_over(*session)) co_return *session;
      line.show(status, id);
    } else {  // done, and others since
      json::object which{{"session", id}};
      co_return co_await daemon->call("session_details", std::move(which));
    }
    co_await clock.sleep(kLook);
  }
}

Result<json::object> follow_daemon(const Config& config, const std::string& id) {
  asio::io_context io;
  SystemClock clock;
  auto ended = run_one_task(io, follow(clock, data_folder(config), id));
  if (ended) return ended;
  return fail(Errc::unavailable,
              ended.error().text + "; the running program goes on with it if it still runs; else " + kGoesOn);
}

json::object status_of_app(const App& app, Instant now) {
  StatusFrom from{app.model(), app.settings()};
  from.now = now;
  from.running = true;
  from.progress = [&app](const SessionId& id) { return app.progress_of(id); };
  json::object status = status_json(from);
  if (const auto uploads = app.upload_report()) status["telegram"] = upload_json(*uploads);
  return status;
}

Task<> show_post(const App& app, Clock& clock, std::string id) {
  PostLine line;
  for (;;) {
    line.show(status_of_app(app, clock.now()), id);
    co_await clock.sleep(kLook);
  }
}

Task<> sign_in(Publisher& publisher, App& app, Error& refused) {
  const auto account = co_await publisher.account();
  if (!account && account.error().code == Errc::denied) {
    refused = account.error();
    app.stop();
  }
  co_return Result<void>();
}

struct Done {
  json::object session{};
  int signalled = 0;
};

/// This process does it.
Result<Done> do_it(const Config& file, const std::string& id) {
  auto lock = InstanceLock::acquire(data_folder(file));
  if (!lock) return fail(lock.error());
  auto store = SqliteStore::open(file.state.path);
  if (!store) return fail(store.error());
  REC_TRY(const Config config, with_kept_targets(file, store->get()));
  REC_TRY(Settings settings, settings_of(config));
  House house(config);
  house.store = *std::move(store);
  REC_TRY(house.publisher, publisher_for(config, house.io.get_executor(), house.clock));
  static_cast<ChannelPlans&>(settings) = {};
  settings.stop_when_full = true;
  App app(house.needs(), std::move(settings));
  app.only(SessionId(id));
  Error refused;
  Supervisor beside(house.io.get_executor(), [](const std::string&, const Error&) {});
  beside.start("progress", show_post(app, house.clock, id));
  beside.start("sign_in", sign_in(*house.publisher, app, refused));
  Done done;
  const auto ended = house.run(app, [&](int number) {
    done.signalled = number;
    app.stop();
  });
  beside.cancel_all();
  if (!refused.text.empty()) return fail(refused);
  if (!ended) return fail(ended.error());
  const json::object status = status_of_app(app, house.clock.now());
  if (const json::object* session = session_in(status, id)) done.session = *session;
  return done;
}

int tell(const CommonOptions& common, const json::object& session, bool is_new) {
  if (common.json)
    fmt::print("{}\n", json::serialize(post_outcome(session, is_new)));
  else
    fmt::print(stderr, "{}", post_outcome_text(session, is_new));
  return post_exit_code(session);
}

int finish_post(const CommonOptions& common, bool over, const Config& config, const json::object& told) {
  const json::object& begun = told.at("session").as_object();
  const std::string id(begun.at("id").as_string());
  const bool is_new = told.at("new").as_bool();
  const bool running = told.at("running").as_bool();
  if (!over && (running || is_over(begun))) return kDone;
  if (is_over(begun)) return tell(common, begun, is_new);
  if (running) {
    const auto ended = follow_daemon(config, id);
    return ended ? tell(common, *ended, true) : report(ended.error());
  }
  const auto done = do_it(config, id);
  if (!done && done.error().code == Errc::conflict) return report(done.error(), kFailed);
  if (!done) {
    Error error = done.error();
    error.text += std::string("; nothing is lost: ") + kGoesOn;
    return error.code == Errc::not_found ? report(error, kMissingProgram) : report(error);
  }
  if (!over && done->signalled == 0) return kDone;
  if (!is_over(done->session)) {
    fmt::print(stderr, "stopped; {}\n", kGoesOn);
    return done->signalled == 0 ? kFailed : 128 + done->signalled;
  }
  return tell(common, done->session, true);
}

/// `looked_at`: the files need not be looked at any more.
int post_files(const CommonOptions& common, FilePost post, bool looked_at) {
  log::Options logging;
  logging.level = log::Level::error;
  logging.color = !common.no_color;
  if (!common.log_level.empty()) log::parse_level(common.log_level, logging.level);
  log::configure(logging);
  const auto loaded = config_or_defaults(common.config);
  if (!loaded) return report(loaded.error(), kConfiguration);
  const Config& config = loaded->config;
  if (const auto owner = act_as_owner(data_folder(config)); !owner) return report(owner.error());
  setenv("TZ", config.timezone.c_str(), 1);  // before any thread
  tzset();
  if (const auto there = check_media_program(); !there) return report(there.error(), kMissingProgram);
  if (!looked_at) {
    if (const auto seen = look_at_each(post.files); !seen) return report(seen.error(), kFailed);
  }
  const json::object arguments = arguments_of(post);
  const AtRest at_rest = [&](Store* store, Instant now) -> Result<json::object> {
    REC_TRY(const FilePost asked, file_post_from(arguments));
    REC_TRY(const Config merged, with_kept_targets(config, store));
    REC_TRY(const Settings settings, settings_of(merged));
    return post_at_rest(store, settings, asked, now);
  };
  const auto told = ask_program(config, "post", arguments, at_rest);
  if (!told && told.error().code == Errc::invalid) return report(told.error(), kConfiguration);
  if (!told) return report(told.error(), told.error().code == Errc::no_space ? kDiskFull : kFailed);
  return finish_post(common, post.over, config, *told);
}

}  // namespace

int post_command(const PostOptions& options) {
  FilePost post;
  post.files = options.files;
  post.title = options.title;
  post.target = target_name(options.to);
  return post_files(options.common, std::move(post), false);
}

int post_noted_files(const CommonOptions& common, const FilePost& post) {
  return post_files(common, post, true);
}

}  // namespace rec::cli
