// The commands, each in a file of its own; arguments are already parsed.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/log.hpp"
#include "core/segment.hpp"

namespace rec {
struct FilePost;
}

namespace rec::cli {

struct CommonOptions {
  std::string config{};     ///< --config, "" = look for it
  std::string log_level{};  ///< "" = the configuration's
  bool no_color = false;    ///< --no-color, or NO_COLOR is set
  bool json = false;
};

struct RunOptions {
  CommonOptions common;
};
int run_command(const RunOptions& options);

struct RecordOptions {
  CommonOptions common;
  std::string url{};
  std::string out = ".";
  std::optional<Micros> duration{};
  std::string quality{};            ///< "" = the configuration's
  std::string cookies_file{};       ///< "" = the configuration's
  bool audio = false;               ///< quality audio
  std::optional<std::string> to{};  ///< post it as well, as PostOptions::to
  bool wait = false;
};
int record_command(const RecordOptions& options);

struct PostOptions {
  CommonOptions common;
  std::vector<std::string> files{};
  std::string to{};     ///< a name under telegram.targets; "" or "default" = the telegram section's
  std::string title{};  ///< "" = the first file's name
};
int post_command(const PostOptions& options);
/// The same of what `record --to` has noted, which was looked at when it was made (record_post.hpp).
int post_noted_files(const CommonOptions& common, const FilePost& post);
/// As `--to` names it: "default" is the telegram section's, which has no name.
inline std::string target_name(const std::string& to) { return to == "default" ? std::string() : to; }

struct ImportOptions {
  CommonOptions common;
  std::string folder = ".";  ///< the Python program's
  bool yes = false;          ///< else it is only said what would be done
  bool dry_run = false;      ///< the same in words: not together with yes
  bool leftovers = false;    ///< files, too, that its state does not know
};
int import_command(const ImportOptions& options);

struct StatusOptions {
  CommonOptions common;
};
int status_command(const StatusOptions& options);

struct ChannelOptions {
  CommonOptions common;
  std::string action{};               ///< add, list, remove, pause, resume or set
  std::string channel{};              ///< of add a URL; else its name, id, URL, or how one of them begins
  std::vector<std::string> values{};  ///< of set: KEY=VALUE
};
int channel_command(const ChannelOptions& options);

struct SessionOptions {
  CommonOptions common;
  std::string action{};   ///< list, details, or as SessionAction's words
  std::string session{};  ///< of list a channel, "" = all
};
int session_command(const SessionOptions& options);

struct TargetOptions {
  CommonOptions common;
  std::string action{};               ///< add, list, test, set or remove
  std::string target{};               ///< its name
  std::string chat{};                 ///< of add: where to post
  std::vector<std::string> values{};  ///< of add and set: KEY=VALUE
};
int target_command(const TargetOptions& options);

struct LoginOptions {
  CommonOptions common;
  std::int64_t api_id = 0;  ///< 0 = from the environment, the configuration, or ask
  bool bot = false;
  std::string phone{};
  bool qr = false;
  bool status = false;  ///< says who is signed in, and asks nothing
  bool log_out = false;
};
int login_command(const LoginOptions& options);

struct YtDlpCommandOptions {
  CommonOptions common;
  std::string from{};   ///< address of a release, "" = the resolver data's
  std::string probe{};  ///< page that the new program must resolve, "" = one of our own on loopback
  std::string asset = "auto";
};
int ytdlp_update_command(const YtDlpCommandOptions& options);
int ytdlp_rollback_command(const YtDlpCommandOptions& options);

struct WebOptions {
  CommonOptions common;
  std::string action{};  ///< password; of tokens: add, list or remove
  std::string name{};    ///< of a token
  std::string scope = "read";
  bool from_stdin = false;
  bool remove = false;  ///< of the password
};
int web_command(const WebOptions& options);

struct DoctorOptions {
  CommonOptions common;
};
int doctor_command(const DoctorOptions& options);

struct DemoOptions {
  CommonOptions common;
  std::string folder{};  ///< "" = a temporary one, removed when all is well
  int kills = 0;         ///< kill -9 the recorder so many times on the way
  unsigned seed = 0;     ///< of the instants; 0 = draws one and prints it
  std::string tdlib{};   ///< libtdjson.so, "" = the installed one
  std::string schema{};  ///< folder of the API schema, "" = the installed one
};
int demo_command(const DemoOptions& options);

struct ConfigOptions {
  CommonOptions common;
  std::string action{};
  bool origin = false;  ///< of show: where each value comes from
};
int config_command(const ConfigOptions& options);

}  // namespace rec::cli
