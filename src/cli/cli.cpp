#include "cli/cli.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <exception>

#include <CLI/CLI.hpp>

#include "app/config_units.hpp"
#include "base/version.hpp"
#include "cli/commands.hpp"
#include "cli/completion.hpp"
#include "cli/exit_codes.hpp"
#include "cli/record_post.hpp"
#include "cli/usage.hpp"
#include "publish/tdlib_host.hpp"

namespace rec::cli {
namespace {

void add_common(CLI::App& command, CommonOptions& common) {
  command
      .add_option("--config", common.config,
                  "configuration file (default: ./config.yaml, then XDG, then /etc/streamrecorder)")
      ->type_name("FILE");
  command.add_option("--log-level", common.log_level, "debug, info, warning or error")
      ->check(CLI::IsMember({"debug", "info", "warning", "error"}, CLI::ignore_case));
  common.no_color = std::getenv("NO_COLOR") != nullptr;
  command.add_flag("--no-color", common.no_color, "no colours (also: NO_COLOR)");
}

void add_record(CLI::App& program, RecordOptions& options, std::string& duration, int& code) {
  auto* record =
      program.add_subcommand("record", "record one stream now: an .m3u8 or any page that yt-dlp knows");
  add_common(*record, options.common);
  record->add_option("URL", options.url, "page or playlist")->required();
  record->add_option("--out", options.out, "folder of the finished parts")
      ->capture_default_str()
      ->type_name("DIR");
  record->add_option("--duration", duration, "stop after that much media: 90s, 15m, 2h");
  record->add_option("--quality", options.quality,
                     "in order of preference: 1080p60,720p60,best (else recording.quality)");
  record->add_flag("--audio", options.audio, "sound alone")->excludes("--quality");
  record->add_option("--cookies", options.cookies_file, "cookies.txt in Netscape format")
      ->check(CLI::ExistingFile);
  record->add_option("--to", options.to, "post it as well: a name under telegram.targets, or default");
  record->add_flag("--wait", options.wait, "wait until it goes live");
  record->add_flag("--json", options.common.json, "one object on stdout at the end");
  record->callback([&] {
    if (!duration.empty()) {
      std::string why;
      const auto parsed = units::parse_duration(duration, std::chrono::seconds(1), why);
      if (!parsed) {
        code = report(
            {Errc::invalid, "--duration " + duration + ": expected a length such as 90s, 15m or 2h", {}},
            kUsage);
        return;
      }
      options.duration = *parsed;
    }
    code = record_command(options);
  });
}

void add_post(CLI::App& program, PostOptions& options, int& code) {
  auto* post = program.add_subcommand("post", "publish existing files as one session; they are only read");
  add_common(*post, options.common);
  post->add_option("FILE", options.files, "MP4, MKV or MPEG-TS, in order")->required()->type_name("FILE");
  post->add_option("--to", options.to, "a name under telegram.targets (else telegram.channel_id: default)");
  post->add_option("--title", options.title, "what it is called (else as the first file)");
  post->add_flag("--json", options.common.json, "one object on stdout at the end");
  post->callback([&] { code = post_command(options); });
}

void add_import(CLI::App& program, ImportOptions& options, int& code) {
  auto* taking = program.add_subcommand(
      "import", "take over from the Python program: history, what is unfinished, channels and targets");
  add_common(*taking, options.common);
  taking->add_option("DIR", options.folder, "its folder, with config.yaml, data and recordings")
      ->capture_default_str()
      ->type_name("DIR");
  auto* yes = taking->add_flag("--yes", options.yes, "do it; else it is only said what would be done");
  taking->add_flag("--dry-run", options.dry_run, "only say what would be done, as without --yes")
      ->excludes(yes);
  taking->add_flag("--leftovers", options.leftovers, "take files, too, that its state does not know");
  taking->add_flag("--json", options.common.json, "one object on stdout");
  taking->callback([&] { code = import_command(options); });
}

void add_status(CLI::App& program, StatusOptions& options, int& code) {
  auto* status =
      program.add_subcommand("status", "what is recorded, missing and posted: asks the running program");
  add_common(*status, options.common);
  status->add_flag("--json", options.common.json, "one object on stdout");
  status->callback([&] { code = status_command(options); });
}

void add_channel(CLI::App& program, ChannelOptions& options, int& code) {
  auto* channel = program.add_subcommand("channel", "what is watched: add, list, remove, pause, resume, set");
  channel->require_subcommand(1);
  const auto add_action = [&](const char* action, const char* about, const char* argument) {
    auto* command = channel->add_subcommand(action, about);
    add_common(*command, options.common);
    command->add_flag("--json", options.common.json, "one object on stdout");
    if (argument != nullptr) {
      const char* takes = std::string_view(argument) == "URL"
                              ? "a Twitch, YouTube or any other page, or an .m3u8"
                              : "its name, id or URL, or how one of them begins";
      command->add_option(argument, options.channel, takes)->required();
    }
    command->callback([&options, &code, action] {
      options.action = action;
      code = channel_command(options);
    });
    return command;
  };
  add_action("add", "watch it from now on", "URL");
  add_action("list", "all channels, how they are and what differs for them", nullptr);
  add_action("remove", "watch it no more; what is being recorded is finished", "CHANNEL");
  add_action("pause", "watch it no more for now; what is being recorded goes on to its end", "CHANNEL");
  add_action("resume", "watch it again", "CHANNEL");
  add_action("set", "let something differ for it: quality, title_filter, hours, …", "CHANNEL")
      ->add_option("KEY=VALUE", options.values, "as under channels: in config.yaml; KEY= takes it back")
      ->required();
}

void add_session(CLI::App& program, SessionOptions& options, int& code) {
  auto* session =
      program.add_subcommand("session", "what was recorded: list, details, stop, cancel, retry, …");
  session->require_subcommand(1);
  const auto add_action = [&](const char* action, const char* about, const char* argument,
                              const char* takes) {
    auto* command = session->add_subcommand(action, about);
    add_common(*command, options.common);
    command->add_flag("--json", options.common.json, "one object on stdout");
    command->add_option(argument, options.session, takes)->required(std::string_view(action) != "list");
    command->callback([&options, &code, action] {
      options.action = action;
      code = session_command(options);
    });
  };
  constexpr const char* kWhich = "its id, how it begins or ends, a channel's name (its newest), or last";
  add_action("list", "the newest ones", "CHANNEL", "a channel's id or name: of that one alone");
  add_action("details", "all that is known of it", "ID", kWhich);
  add_action("stop", "end its recording, post what is there; this broadcast is not taken up again", "ID",
             kWhich);
  add_action("cancel", "make and post nothing more of it; its files stay", "ID", kWhich);
  add_action("retry", "try now what waits", "ID", kWhich);
  add_action("skip-upload", "post nothing more of it", "ID", kWhich);
  add_action("skip-compression", "no compressed version of it", "ID", kWhich);
  add_action("skip-forwarding", "no copies of it into the backup chat", "ID", kWhich);
  add_action("clear-flags", "take cancel and skips back", "ID", kWhich);
  add_action("reprocess", "try anew what was given up", "ID", kWhich);
}

void add_target(CLI::App& program, TargetOptions& options, int& code) {
  auto* target =
      program.add_subcommand("target", "where recordings are posted: add, list, test, set, remove");
  target->require_subcommand(1);
  const auto add_action = [&](const char* action, const char* about) {
    auto* command = target->add_subcommand(action, about);
    add_common(*command, options.common);
    command->add_flag("--json", options.common.json, "one object on stdout");
    if (std::string_view(action) != "list")
      command->add_option("TARGET", options.target, "its name; default is what telegram.channel_id names")
          ->required();
    command->callback([&options, &code, action] {
      options.action = action;
      code = target_command(options);
    });
    return command;
  };
  auto* add = add_action("add", "a place to post to, which a channel picks with target=");
  add->add_option("CHAT", options.chat, "its number (-100…), @name or t.me link")->required();
  add->add_option("KEY=VALUE", options.values, "as under telegram.targets: in config.yaml");
  add_action("list", "all targets, and who posts to them");
  add_action("test", "post a message there and remove it, and say what the account may do");
  add_action("set", "let something be different from the next recording on")
      ->add_option("KEY=VALUE", options.values,
                   "as under telegram.targets: in config.yaml; KEY= takes it back")
      ->required();
  add_action("remove", "forget what commands said of it");
}

void add_login(CLI::App& program, LoginOptions& options, int& code) {
  auto* login = program.add_subcommand("login", "sign in to Telegram, asking what it needs at the terminal");
  add_common(*login, options.common);
  login->add_option("--api-id", options.api_id, "of an application at https://my.telegram.org")
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{2'147'483'647}));
  auto* bot = login->add_flag("--bot", options.bot, "a bot; its token is asked for");
  auto* phone = login->add_option("--phone", options.phone, "a user, by this phone number")->excludes(bot);
  login->add_flag("--qr", options.qr, "a user, by QR code")->excludes(bot)->excludes(phone);
  auto* status = login->add_flag("--status", options.status, "only say who is signed in");
  login->add_flag("--log-out", options.log_out, "end the session and forget the account")->excludes(status);
  login->add_flag("--json", options.common.json, "one object on stdout");
  login->callback([&] { code = login_command(options); });
}

void add_doctor(CLI::App& program, DoctorOptions& options, int& code) {
  auto* doctor = program.add_subcommand("doctor", "what would fail later, each with its cure");
  add_common(*doctor, options.common);
  doctor->add_flag("--json", options.common.json, "one object on stdout");
  doctor->callback([&] { code = doctor_command(options); });
}

void add_web(CLI::App& program, WebOptions& options, int& code) {
  auto* web = program.add_subcommand("web", "who may use the dashboard and REST: password, token");
  web->require_subcommand(1);
  const auto add_action = [&](CLI::App& parent, const char* action, const char* about) {
    auto* command = parent.add_subcommand(action, about);
    add_common(*command, options.common);
    command->callback([&options, &code, action] {
      options.action = action;
      code = web_command(options);
    });
    return command;
  };
  auto* password = add_action(*web, "password", "make a password, print it, and ask for it from now on");
  auto* given = password->add_flag("--stdin", options.from_stdin, "read it from a line of stdin instead");
  password->add_flag("--remove", options.remove, "ask for none any more")->excludes(given);
  auto* token = web->add_subcommand("token", "of scripts: add, list, remove");
  token->require_subcommand(1);
  auto* add = add_action(*token, "add", "make one and print it");
  add->add_option("NAME", options.name, "what it is called")->required();
  add->add_option("--scope", options.scope, "read, or control")
      ->check(CLI::IsMember({"read", "control"}))
      ->capture_default_str();
  add_action(*token, "list", "those there are")
      ->add_flag("--json", options.common.json, "one object on stdout");
  add_action(*token, "remove", "it is good for nothing any more")
      ->add_option("NAME", options.name)
      ->required();
}

void add_ytdlp(CLI::App& program, YtDlpCommandOptions& options, int& code) {
  auto* ytdlp = program.add_subcommand("ytdlp", "a current yt-dlp beside the program: update, rollback");
  ytdlp->require_subcommand(1);
  auto* update = ytdlp->add_subcommand("update", "fetch, check and try the newest one, then use it");
  add_common(*update, options.common);
  update->add_option("--from", options.from, "address of the release: the files lie below it");
  update->add_option("--try", options.probe, "live page that it must resolve before it is used");
  update
      ->add_option("--asset", options.asset,
                   "yt-dlp (needs python3), yt-dlp_linux (brings its own) or auto: what this machine can run")
      ->check(CLI::IsMember({"auto", "yt-dlp", "yt-dlp_linux"}))
      ->capture_default_str();
  update->callback([&] { code = ytdlp_update_command(options); });
  auto* rollback = ytdlp->add_subcommand("rollback", "back to the one before");
  add_common(*rollback, options.common);
  rollback->callback([&] { code = ytdlp_rollback_command(options); });
}

void add_demo(CLI::App& program, DemoOptions& options, int& code) {
  auto* demo =
      program.add_subcommand("demo", "the whole pipeline on an embedded stream and simulated platforms");
  add_common(*demo, options.common);
  demo->add_option("--keep", options.folder, "work in this folder and leave it there");
  demo->add_option("--kills", options.kills, "kill -9 the recorder so many times on the way")
      ->check(CLI::Range(0, 100));
  demo->add_option("--seed", options.seed, "of the instants of the kills");
  demo->add_option("--tdlib", options.tdlib, "libtdjson.so to use");
  demo->add_option("--schema", options.schema, "folder with Telegram's API schema (JSON)");
  demo->callback([&] { code = demo_command(options); });
}

// Both are made of the definitions above, so they come last.
void add_descriptions(CLI::App& program, std::string& shell) {
  auto* completion = program.add_subcommand("completion", "a completion script for bash, zsh or fish");
  completion->add_option("SHELL", shell)->required()->check(CLI::IsMember({"bash", "zsh", "fish"}));
  completion->callback([&] { fmt::print("{}", completion_script(program, shell)); });
  program.add_subcommand("man", "the manual page, as roff: streamrecorder man | man -l -")->callback([&] {
    fmt::print("{}", man_page(program));
  });
}

int parse_and_run(int argc, char** argv) {
  CLI::App program("Records live streams and posts them to Telegram.", "streamrecorder");
  program.require_subcommand(1);
  program.set_help_all_flag("--help-all", "help of all commands");
  int code = kDone;
  RunOptions run;
  auto* run_sub = program.add_subcommand("run", "the daemon: watch, record, process, publish, recover");
  add_common(*run_sub, run.common);
  run_sub->callback([&] { code = run_command(run); });
  RecordOptions record;
  std::string duration;
  add_record(program, record, duration, code);
  PostOptions post;
  add_post(program, post, code);
  ImportOptions taking;
  add_import(program, taking, code);
  StatusOptions status;
  add_status(program, status, code);
  ChannelOptions channel;
  add_channel(program, channel, code);
  SessionOptions session;
  add_session(program, session, code);
  TargetOptions target;
  add_target(program, target, code);
  LoginOptions login;
  add_login(program, login, code);
  DoctorOptions doctor;
  add_doctor(program, doctor, code);
  YtDlpCommandOptions ytdlp;
  add_ytdlp(program, ytdlp, code);
  WebOptions web;
  add_web(program, web, code);
  DemoOptions demo;
  add_demo(program, demo, code);
  ConfigOptions config;
  auto* config_sub = program.add_subcommand("config", "check, show, schema, example or reload");
  add_common(*config_sub, config.common);
  config_sub->add_option("ACTION", config.action)
      ->required()
      ->check(CLI::IsMember({"check", "show", "schema", "example", "reload"}));
  config_sub->add_flag("--origin", config.origin, "show: where each value comes from");
  config_sub->add_flag("--json", config.common.json, "show, reload: one object on stdout");
  config_sub->callback([&] { code = config_command(config); });
  program.set_version_flag("-V,--version", fmt::format("streamrecorder {}", kVersion), "the version");
  std::vector<std::string> about;
  auto* help = program.add_subcommand("help", "this text, or that of a command");
  help->add_option("COMMAND", about, "whose help");
  program.add_subcommand("version", "the version")->callback([] {
    fmt::print("streamrecorder {}\n", kVersion);
  });
  std::string shell;
  add_descriptions(program, shell);
  program.footer(
      "First steps: login, target add default CHAT, channel add URL, run; status and doctor say how it "
      "goes.\n"
      "docs/first-hour.md has them one by one. Nothing but `record URL` is needed for a single stream.\n");
  const std::string overall = program.help();  // once a command is parsed, this is that command's
  try {
    program.parse(argc, argv);
    if (help->parsed()) fmt::print("{}", about.empty() ? overall : help_of(program, about));
  } catch (const CLI::ParseError& error) {
    return tell_usage(program, error, {argv + 1, argv + argc});
  }
  return code;
}

}  // namespace

int report(const Error& error, int code) {
  fmt::print(stderr, "streamrecorder: {}\n", error.text);
  return code;
}

int report(const Error& error) { return report(error, exit_code(error)); }

int main(int argc, char** argv) {
  try {
    // Children: no commands for people, so they are in no help text.
    if (argc == 3 && std::string_view(argv[1]) == "tdlib-host") return tdlib_host_main(argv[2]);
    if (argc == 5 && std::string_view(argv[1]) == "post-noted")
      return post_noted_main(argv[2], argv[3], argv[4]);
    return parse_and_run(argc, argv);
  } catch (const std::exception& error) {
    fmt::print(stderr, "streamrecorder: a defect in the program: {}\n", error.what());
    return kFailed;
  }
}

}  // namespace rec::cli
