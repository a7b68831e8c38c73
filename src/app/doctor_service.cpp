// Doctor: the service that systemd keeps, as anybody may ask of it. Where there is no systemd it says
// nothing.
#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <sstream>
#include <vector>

#include "app/doctor.hpp"
#include "app/settings_of.hpp"

namespace rec {
namespace {

namespace fs = std::filesystem;

using Level = Finding::Level;

constexpr const char* kUnit = "streamrecorder.service";
constexpr const char* kProperties =
    "--property=LoadState,ActiveState,SubState,Result,ExecMainStatus,UnitFileState,User,WatchdogUSec,Restart,"
    "NeedDaemonReload,MainPID,ExecStart,WorkingDirectory";

/// "{ path=… ; argv[]=/usr/bin/streamrecorder run --config FILE ; ignore_errors=no ; … }" gives FILE.
std::string config_of_start(const std::string& start, const std::string& folder) {
  const auto at = start.find("argv[]=");
  if (at == std::string::npos) return "";
  std::istringstream words(start.substr(at, start.find(" ;", at) - at));
  std::string named;
  for (std::string word; words >> word;) {
    if (word.starts_with("--config=")) named = word.substr(std::string_view("--config=").size());
    if (word == "--config") words >> named;
  }
  const fs::path base = folder.empty() ? "/" : folder;
  if (!named.empty()) return (base / named).lexically_normal().string();
  std::error_code ignored;
  const fs::path own = base / "config.yaml";
  return fs::exists(own, ignored) ? own.string() : "/etc/streamrecorder/config.yaml";
}

std::string name_of_user() {
  const struct passwd* entry = ::getpwuid(::geteuid());
  return entry == nullptr ? std::to_string(::geteuid()) : entry->pw_name;
}

std::string unit_name(const ServiceUnit& unit) {
  return unit.of_user ? "streamrecorder (systemctl --user)" : "streamrecorder";
}

std::string systemctl_of(const ServiceUnit& unit) {
  return unit.of_user ? "systemctl --user" : "sudo systemctl";
}

Findings how_it_runs(const ServiceUnit& unit, const ServiceSurroundings& around) {
  const std::string name = unit_name(unit);
  const bool starts = unit.enabled != "disabled";
  const char* words = unit.of_user ? "journalctl --user -eu streamrecorder says why"
                                   : "journalctl -eu streamrecorder says why";
  if (unit.active == "failed")
    return {
        {"service", Level::error,
         fmt::format("the service {} has failed: {}, exit status {}", name, unit.result, unit.exit_status),
         words}};
  if (unit.sub == "auto-restart")
    return {{"service", Level::error,
             fmt::format("the service {} ends and is started again, over and over: {}, exit status {}", name,
                         unit.result, unit.exit_status),
             words}};
  if (unit.active != "active" && around.daemon != 0 && around.daemon != unit.pid)
    return {{"service", Level::warning,
             fmt::format(
                 "streamrecorder runs, but not as the service {}: nobody starts it again when it ends", name),
             fmt::format("end it, and: {} enable --now streamrecorder", systemctl_of(unit))}};
  if (unit.active != "active" && unit.active != "activating" && unit.active != "reloading")
    return {{"service", Level::warning, fmt::format("the service {} is installed, and does not run", name),
             fmt::format("{} enable --now streamrecorder", systemctl_of(unit))}};
  Findings findings{{"service", Level::ok,
                     fmt::format("the service {} runs as {}", name,
                                 !unit.user.empty() ? unit.user
                                 : unit.of_user     ? around.user
                                                    : "root"),
                     ""}};
  if (!starts)
    findings.push_back({"service", Level::warning,
                        fmt::format("the service {} does not start with the machine", name),
                        fmt::format("{} enable streamrecorder", systemctl_of(unit))});
  return findings;
}

/// What doctor sees with the eyes of this user.
Findings whose_eyes(const ServiceUnit& unit, const ServiceSurroundings& around) {
  const std::string name = unit_name(unit);
  const std::string runs_as = !unit.user.empty() ? unit.user : unit.of_user ? around.user : "root";
  Findings findings;
  if (runs_as != around.user && around.user != "root")
    findings.push_back(
        {"service", Level::warning,
         fmt::format("the service {} runs as {}, and doctor looked as {}: what may be read and "
                     "written is not the same for both",
                     name, runs_as, around.user),
         "sudo streamrecorder doctor"});
  if (around.service_data.empty()) {
    findings.push_back(
        {"service", Level::warning,
         fmt::format("the service {} goes by {}, which this user may not read", name, unit.config),
         "sudo streamrecorder doctor"});
  } else if (around.service_data != around.data) {
    findings.push_back({"service", Level::warning,
                        fmt::format("the service {} keeps its data in {}, and doctor looked at {}", name,
                                    around.service_data, around.data),
                        "sudo streamrecorder doctor --config " + unit.config});
  }
  return findings;
}

Findings how_it_is_kept(const ServiceUnit& unit, const ServiceSurroundings& around) {
  const std::string name = unit_name(unit);
  const std::string edit = systemctl_of(unit) + " edit streamrecorder";
  Findings findings;
  const auto warn = [&](std::string text, std::string cure) {
    findings.push_back({"service", Level::warning, std::move(text), std::move(cure)});
  };
  if (!unit.of_user && (unit.user.empty() || unit.user == "root"))
    warn(fmt::format("the service {} is root's: what strangers send is read with all rights", name),
         fmt::format("a user of its own: User= below [Service] in {}", edit));
  if (unit.watchdog.empty() || unit.watchdog == "0" || unit.watchdog == "infinity")
    warn(fmt::format("the service {} has no watchdog: if it hangs, nobody ends it", name),
         fmt::format("Type=notify and WatchdogSec=120 below [Service] in {}", edit));
  if (unit.restart == "no")
    warn(fmt::format("the service {} is not started again when it was killed", name),
         fmt::format("Restart=always below [Service] in {}", edit));
  if (unit.changed)
    warn(fmt::format("the service {} was changed, and systemd has not read it", name),
         systemctl_of(unit) + " daemon-reload");
  if (unit.of_user && !around.lingers)
    warn(fmt::format("the service {} ends when {} signs out", name, around.user),
         "sudo loginctl enable-linger " + around.user);
  return findings;
}

}  // namespace

ServiceUnit unit_of(const std::string& shown, bool of_user) {
  std::map<std::string, std::string> told;
  std::istringstream lines(shown);
  for (std::string line; std::getline(lines, line);) {
    const auto equals = line.find('=');
    if (equals != std::string::npos) told[line.substr(0, equals)] = line.substr(equals + 1);
  }
  ServiceUnit unit;
  unit.of_user = of_user;
  unit.load = told["LoadState"];
  unit.active = told["ActiveState"];
  unit.sub = told["SubState"];
  unit.result = told["Result"];
  unit.exit_status = told["ExecMainStatus"];
  unit.enabled = told["UnitFileState"];
  unit.user = told["User"];
  unit.watchdog = told["WatchdogUSec"];
  unit.restart = told["Restart"];
  unit.config = config_of_start(told["ExecStart"], told["WorkingDirectory"]);
  unit.changed = told["NeedDaemonReload"] == "yes";
  const std::string& pid = told["MainPID"];
  std::from_chars(pid.data(), pid.data() + pid.size(), unit.pid);
  return unit;
}

Findings check_unit(const ServiceUnit& unit, const ServiceSurroundings& around) {
  if (unit.load == "masked")
    return {{"service", Level::warning,
             fmt::format("the service {} is masked: it cannot be started", unit_name(unit)),
             fmt::format("{} unmask streamrecorder", systemctl_of(unit))}};
  if (unit.load != "loaded")
    return {{"service", Level::error,
             fmt::format("systemd cannot read the service {}: {}", unit_name(unit), unit.load),
             fmt::format("systemd-analyze verify {}", kUnit)}};
  Findings findings = how_it_runs(unit, around);
  for (Finding& one : whose_eyes(unit, around)) findings.push_back(std::move(one));
  for (Finding& one : how_it_is_kept(unit, around)) findings.push_back(std::move(one));
  return findings;
}

Task<Findings> check_service(const DoctorNeeds& needs, const Config& config) {
  Findings findings;
  ServiceSurroundings around;
  around.user = name_of_user();
  around.daemon = needs.daemon;
  around.data = data_folder(config);
  for (const bool of_user : {false, true}) {
    ChildRequest child;
    child.argv = {"systemctl", "show", kUnit, kProperties};
    if (of_user) child.argv.insert(child.argv.begin() + 1, "--user");
    for (const char* name : {"XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS"}) {
      const char* value = std::getenv(name);
      if (value != nullptr) child.extra_environment.push_back(fmt::format("{}={}", name, value));
    }
    child.timeout = std::chrono::seconds(10);
    const auto told = co_await needs.run(std::move(child));
    if (!told || told->exit_code != 0) continue;
    ServiceUnit unit = unit_of(told->out, of_user);
    if (unit.load.empty() || unit.load == "not-found") continue;
    auto look = [around, unit]() -> Result<ServiceSurroundings> {
      ServiceSurroundings seen = around;
      std::error_code ignored;
      seen.lingers = fs::exists("/var/lib/systemd/linger/" + around.user, ignored);
      if (::access(unit.config.c_str(), R_OK) == 0)
        seen.service_data = data_folder(config_as_far_as_it_goes(unit.config));
      return seen;
    };
    REC_CO_TRY(const ServiceSurroundings seen, co_await run_on(needs.worker, std::move(look)));
    for (Finding& one : check_unit(unit, seen)) findings.push_back(std::move(one));
  }
  co_return findings;
}

}  // namespace rec
