// Everything that would fail later, found now: each finding with its cure.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include <boost/json/object.hpp>

#include "app/config.hpp"
#include "runtime/clock.hpp"
#include "runtime/http.hpp"
#include "runtime/subprocess.hpp"
#include "runtime/worker.hpp"

namespace rec {

struct Finding {
  enum class Level { ok, warning, error };
  std::string check{};  ///< config, folder, disk, clock, network, media, ytdlp, javascript, ffmpeg, cookies,
                        ///< secrets, hooks, memory, descriptors, service, web, twitch, youtube, telegram
  Level level = Level::ok;
  std::string text{};
  std::string cure{};  ///< "" where there is nothing to do
};
std::string_view word(Finding::Level level);
using Findings = std::vector<Finding>;

struct DoctorNeeds {
  HttpClient& http;
  Clock& clock;
  Worker& worker;  ///< looks at files
  std::function<Task<ChildResult>(ChildRequest)> run;
  std::string media{};     ///< path of the companion that makes parts
  std::string ytdlp{};     ///< path or name of the yt-dlp that a resolve would run
  bool own_ytdlp = false;  ///< that is the one of `streamrecorder ytdlp update`
  std::string tdlib{};     ///< path of libtdjson.so, "" = none was found
  int daemon = 0;          ///< its process; 0: none runs
};

/// What a process may have; 0 = it cannot be told.
struct MachineLimits {
  std::uint64_t descriptors = 0;
  std::uint64_t memory = 0;  ///< bytes
  bool by_group = false;     ///< the memory is that of a service or container
};

/// `streamrecorder.service`, of the machine or of this user, as `systemctl show` tells of it.
struct ServiceUnit {
  bool of_user = false;
  std::string load{};    ///< loaded, not-found, masked, …
  std::string active{};  ///< active, inactive, failed, …
  std::string sub{};     ///< running, auto-restart, …
  std::string result{};  ///< of its last end: success, exit-code, …
  std::string exit_status{};
  std::string enabled{};   ///< enabled, disabled, …
  std::string user{};      ///< "" = root, or whose unit it is
  std::string watchdog{};  ///< "2min"; "", "0", "infinity": none
  std::string restart{};
  std::string config{};  ///< that it runs with
  bool changed = false;  ///< since systemd has read it
  int pid = 0;
};
/// What is there beside the units.
struct ServiceSurroundings {
  std::string user{};          ///< who looks
  bool lingers = false;        ///< the services of that user run without a sign-in
  int daemon = 0;              ///< as DoctorNeeds::daemon
  std::string data{};          ///< that was looked at
  std::string service_data{};  ///< of the unit's configuration, "" = that may not be read
};

/// All checks of a configuration that loads. Changes nothing; takes seconds at most where nothing answers.
Task<Findings> examine(DoctorNeeds needs, LoadedConfig loaded);

/// `{"findings": [{"check", "level", "text", "cure"}], "warnings": n, "errors": n}`
boost::json::object findings_json(const Findings& findings);
/// The other way round, of what a daemon answers; what is no finding is left out.
Findings findings_of(const boost::json::object& told);

// The checks, for tests and for `examine`. Blocking ones look at files.
Findings check_watching(const Config& config);                             ///< pure
Findings check_folders(const Config& config);                              ///< blocking
Findings check_file_systems(const Config& config);                         ///< blocking
Findings check_written_files(const Config& config);                        ///< blocking
Findings check_hooks(const Config& config);                                ///< blocking
Findings check_secrets(const LoadedConfig& loaded);                        ///< blocking
MachineLimits limits_of(int pid);                                          ///< blocking; 0: this process
Findings check_limits(const MachineLimits& limits, std::size_t channels);  ///< pure
Findings check_cookies_files(const Config& config, Instant now);           ///< blocking
Finding check_cookies(const std::string& path, std::string_view text, Instant now);         ///< pure
Findings check_local_clock(const Config& config, Instant now);                              ///< blocking
Finding check_clock(const std::string& date_header, const std::string& host, Instant now);  ///< pure
ServiceUnit unit_of(const std::string& shown, bool of_user);                                ///< pure
Findings check_unit(const ServiceUnit& unit, const ServiceSurroundings& around);            ///< pure
Task<Findings> check_service(const DoctorNeeds& needs, const Config& config);
Finding check_ytdlp_age(const std::string& version, const DoctorNeeds& needs,
                        const Config& config);                        ///< pure
Findings check_upload_limit(const Config& config);                    ///< pure; of telegram
Findings check_keys(const Config& config, const std::string& tdlib);  ///< pure
Task<Findings> check_programs(const DoctorNeeds& needs, const Config& config);
Task<Findings> check_network(const DoctorNeeds& needs, const Config& config);

}  // namespace rec
