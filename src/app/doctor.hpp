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
                        ///< secrets, hooks, memory, descriptors, web, twitch, youtube, telegram
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
Finding check_ytdlp_age(const std::string& version, const DoctorNeeds& needs,
                        const Config& config);                        ///< pure
Findings check_upload_limit(const Config& config);                    ///< pure; of telegram
Findings check_keys(const Config& config, const std::string& tdlib);  ///< pure
Task<Findings> check_programs(const DoctorNeeds& needs, const Config& config);
Task<Findings> check_network(const DoctorNeeds& needs, const Config& config);

}  // namespace rec
