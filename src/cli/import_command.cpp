// `streamrecorder import DIR`: says what would be taken over from the Python program; with --yes it is.
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>

#include <boost/json/serialize.hpp>

#include "app/import_plan.hpp"
#include "app/service.hpp"
#include "app/settings_of.hpp"
#include "cli/ask_program.hpp"
#include "cli/commands.hpp"
#include "cli/companion.hpp"
#include "cli/exit_codes.hpp"
#include "cli/import_text.hpp"
#include "cli/old_program.hpp"
#include "cli/one_task.hpp"
#include "cli/owner.hpp"
#include "control/control_socket.hpp"
#include "media/child_media_maker.hpp"
#include "runtime/system_clock.hpp"
#include "store/instance_lock.hpp"
#include "store/old_database.hpp"
#include "store/sqlite_store.hpp"

namespace rec::cli {
namespace {

namespace json = boost::json;
namespace fs = std::filesystem;

/// Ours: the one that is named or found, else the old program's own, which loads as it is.
Result<LoadedConfig> config_for_import(const ImportOptions& options, const std::string& folder) {
  if (!options.common.config.empty() || find_config_file(""))
    return config_or_defaults(options.common.config);
  const std::string own = (fs::path(folder) / "config.yaml").string();
  std::error_code error;
  return config_or_defaults(fs::exists(own, error) ? own : "");
}

/// What it is taken over into. No store: there is none yet, and nothing is to be made.
struct Taking {
  const Config& config;
  Store* store = nullptr;
  std::unique_ptr<FileCutter> cutter{};
};

Result<ImportPlan> plan_for(const Taking& to, const ImportSources& sources, bool leftovers) {
  ImportWish wish{to.config};
  if (to.store != nullptr) {
    REC_TRY(StoreSnapshot kept, to.store->load());
    wish.kept_targets = std::move(kept.target_orders);
    wish.kept_channels = std::move(kept.orders);
    wish.is_here = [&to](const SessionId& id) { return to.store->record_of(id).has_value(); };
  }
  wish.now = SystemClock().now();
  wish.leftovers = leftovers;
  return plan_import(sources, wish);
}

/// A compressed version that is finished is described, by being made ours without encoding anything.
Result<void> take_compressed(const Taking& to, ImportedSession& imported) {
  if (imported.compressed.empty()) return {};
  session::Session& session = imported.session;
  CutFileRequest request;
  request.input = imported.compressed;
  request.output_folder = session.folder;
  request.stem = "compressed " + session.id.str().substr(session.id.str().size() - 8);
  request.bytes = 1ULL << 62U;
  asio::io_context io;
  auto made = run_one_task(io, to.cutter->cut(std::move(request)));
  if (made && made->size() == 1) {
    session.compressed.file = std::move(made->front());
    return {};
  }
  return fail(made ? Error{Errc::corrupt, imported.compressed + ": is more than one file", {}}
                   : made.error());
}

Result<void> take_session(const Taking& to, ImportedSession& imported) {
  REC_CHECK(lay_links(imported));
  REC_CHECK(take_compressed(to, imported));
  Commit commit;
  commit.sessions = {imported.session};
  for (const session::Effect& effect : imported.effects)
    commit.effects.emplace_back(imported.session.id, effect);
  return to.store->commit(commit);
}

Result<void> take_orders(const Taking& to, const ImportPlan& plan) {
  Commit commit;
  commit.target_orders = plan.target_orders;
  commit.orders = plan.orders;
  return to.store->commit(commit);
}

/// What fails is told in its line; a full disk ends all of it.
Result<void> take_over(const Taking& to, ImportPlan& plan) {
  REC_CHECK(take_orders(to, plan));
  for (PlannedSession& each : plan.sessions) {
    const auto taken = take_session(to, each.session);
    if (taken) continue;
    if (taken.error().code == Errc::no_space) return fail(taken.error());
    plan.lines[each.line].verdict = ImportVerdict::broken;
    plan.lines[each.line].text = taken.error().text;
  }
  return {};
}

/// Two programs that post the same would post it twice.
Result<void> nobody_else_runs(const std::string& folder, const Config& config, const OldConfig& old) {
  if (const auto pid = old_program_in(folder))
    return fail(Errc::unavailable,
                fmt::format("the Python program runs in {} (pid {}); stop it first", folder, *pid));
  std::error_code error;
  if (fs::equivalent(config.state.path, old_sqlite_path(old.state_file), error))
    return fail(Errc::invalid,
                config.state.path +
                    " is the Python program's own state; give state.path another name in config.yaml");
  return {};
}

int print_import(const ImportOptions& options, const ImportPlan& plan, const std::string& folder,
                 const Config& config) {
  json::object told = import_json(plan.lines);
  const bool broken = told.at("broken").as_int64() > 0;
  told["from"] = folder;
  told["into"] = config.state.path;
  told["done"] = options.yes;
  if (options.common.json) {
    fmt::print("{}\n", json::serialize(told));
  } else {
    fmt::print("{}", import_text(plan.lines, options.yes));
    fmt::print(stderr, "into {}; {}\n", config.state.path,
               options.yes ? "its own files stay where they are; `streamrecorder run` posts what is open"
                           : "nothing was done: --yes takes it over");
  }
  return broken ? kPartlyDone : kDone;
}

Result<ImportPlan> run_import(const ImportOptions& options, const Config& config,
                              const ImportSources& sources) {
  Taking to{config};
  std::error_code error;
  if (!options.yes && !fs::exists(config.state.path, error)) return plan_for(to, sources, options.leftovers);
  auto lock = InstanceLock::acquire(data_folder(config));
  if (!lock) return fail(lock.error());
  REC_TRY(const auto store, SqliteStore::open(config.state.path));
  to.store = store.get();
  to.cutter = media::make_child_file_cutter({media_program(), "worker"});
  REC_TRY(ImportPlan plan, plan_for(to, sources, options.leftovers));
  if (options.yes) REC_CHECK(take_over(to, plan));
  return plan;
}

int report_import(const Error& error) {
  if (error.code == Errc::conflict)
    return report({error.code, error.text + "; stop streamrecorder, then import", {}}, kFailed);
  return report(error, error.code == Errc::invalid ? kConfiguration : exit_code(error));
}

}  // namespace

int import_command(const ImportOptions& options) {
  log::Options logging;
  logging.level = log::Level::error;
  log::configure(logging);
  std::error_code error;
  const std::string folder = fs::canonical(options.folder, error).string();
  if (error || !fs::is_directory(folder, error))
    return report({Errc::not_found, options.folder + ": no such folder", {}}, kUsage);
  const auto loaded = config_for_import(options, folder);
  if (!loaded) return report(loaded.error(), kConfiguration);
  const Config& config = loaded->config;
  if (const auto owner = act_as_owner(data_folder(config)); !owner) return report(owner.error());
  if (::access(folder.c_str(), R_OK | X_OK) != 0)
    return report(errno_error(errno, "reading " + folder + " as the user of " + data_folder(config)));
  // The old program wrote its times on the machine's clock; ours shows them on the configured one.
  const ImportSources sources = read_import_sources(folder, machine_timezone(), old_rows);
  if (const auto alone = nobody_else_runs(folder, config, sources.config); !alone)
    return report(alone.error(), alone.error().code == Errc::invalid ? kConfiguration : kFailed);
  setenv("TZ", config.timezone.c_str(), 1);  // before any thread
  tzset();
  if (options.yes) {
    if (const auto there = check_media_program(); !there) return report(there.error(), kMissingProgram);
  }
  const auto plan = run_import(options, config, sources);
  if (!plan) return report_import(plan.error());
  return print_import(options, *plan, folder, config);
}

}  // namespace rec::cli
