// The configuration changes while the real program runs: by an editor, by a signal, by a command; and what is
// wrong in it changes nothing.
#include <gmock/gmock.h>
#include <signal.h>

#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>

#include <boost/json.hpp>

#include "live_page.hpp"
#include "sim/http/server.hpp"
#include "sim/twitch/sim_twitch.hpp"
#include "tests/support/json_answer.hpp"
#include "twitch_config.hpp"

namespace rec {
namespace {

namespace json = boost::json;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;
using testing_support::counting;
using testing_support::files_in;
using testing_support::frames_in;
using testing_support::json_answer;
using testing_support::numbered_media;
using testing_support::Output;
using testing_support::ProgramRun;
using testing_support::run_program;
using testing_support::TempFolder;

class Reload : public testing::Test {
 protected:
  Reload() {
    std::filesystem::create_directories(folder / "daemon");
    twitch.add_channel("anchor");
    twitch.add_channel("someone");
  }
  [[nodiscard]] std::string text_of(const std::string& channels, const std::string& more = "") const {
    return "twitch:\n  client_id: simulatedclient\n  client_secret: simulatedsecret\n  channels: " +
           channels + "\n  check_interval: 1\n  offline_grace_period: 3\nendpoints:\n" +
           testing_support::endpoints_of(twitch) +
           "\nweb: {listen: \"\"}\nrecording: {part_duration: 4s, min_free: 1MB}\n" + more;
  }
  /// In place, as some editors do.
  void write(const std::string& text) const { std::ofstream(folder / "config.yaml") << text; }
  /// As most editors do.
  void replace(const std::string& text) const {
    std::ofstream(folder / "config.yaml.new") << text;
    std::filesystem::rename(folder / "config.yaml.new", folder / "config.yaml");
  }
  [[nodiscard]] Output command(std::vector<std::string> arguments) const {
    arguments.insert(arguments.end(), {"--config", (folder / "config.yaml").string()});
    return run_program(folder.path(), std::move(arguments), seconds(60));
  }
  [[nodiscard]] json::object asked(std::vector<std::string> arguments) const {
    arguments.emplace_back("--json");
    return json_answer(command(std::move(arguments)));
  }
  std::unique_ptr<ProgramRun> daemon() {
    auto run = std::make_unique<ProgramRun>(
        folder / "daemon", std::vector<std::string>{"run", "--config", (folder / "config.yaml").string()});
    until([&] { return asked({"status"}).at("running").as_bool(); });
    return run;
  }
  static std::string stop(ProgramRun& run) {
    run.signal(SIGTERM);
    const Output ended = run.wait(seconds(60));
    EXPECT_EQ(ended.exit_code, 143);
    return ended.err;
  }
  template <class Condition>
  static void until(Condition condition, seconds limit = seconds(90)) {
    const auto over = std::chrono::steady_clock::now() + limit;
    while (std::chrono::steady_clock::now() < over) {
      if (condition()) return;
      std::this_thread::sleep_for(milliseconds(200));
    }
    ADD_FAILURE() << "it never came to that";
  }
  [[nodiscard]] std::string status_of(const std::string& id) const {
    const json::object list = asked({"channel", "list"});
    for (const auto& each : list.at("channels").as_array()) {
      if (each.at("id").as_string() == id) return std::string(each.at("status").as_string());
    }
    return "";
  }
  [[nodiscard]] std::vector<std::filesystem::path> recorded() const {
    const auto where = folder / "recordings";
    return std::filesystem::exists(where) ? files_in(where, ".mp4") : std::vector<std::filesystem::path>();
  }
  [[nodiscard]] std::string config_error() const {
    const json::object status = asked({"status"});
    const auto& error = status.at("config").as_object().at("error");
    return error.is_null() ? "" : std::string(error.as_string());
  }

  TempFolder folder;
  sim::SimTwitch twitch;
};

TEST_F(Reload, AHangUpTakesUpAChannelThatWasWrittenInAndFinishesOneThatWasTakenOut) {
  write(text_of("[anchor]"));
  sim::LiveStream first(twitch.origin(), {.prefix = "/live/anchor/1"}, numbered_media(60, 1));
  sim::LiveStream second(twitch.origin(), {.prefix = "/live/someone/1", .window = 40},
                         numbered_media(10, 1, 1000));
  twitch.set_live("anchor", "77", "A title", "Chess", first.playlist_url());
  twitch.set_live("someone", "78", "Another", "Chess", second.playlist_url());
  auto run = daemon();
  until([&] { return !recorded().empty(); });
  write(text_of("[someone]", "language: ru\n"));
  run->signal(SIGHUP);
  until([&] { return status_of("twitch:someone") == "recording"; });
  EXPECT_EQ(status_of("twitch:anchor"), "") << "it is not watched any more";
  until([&] { return second.ended(); });
  twitch.set_offline("someone");
  until([&] {
    const json::object status = asked({"status"});
    const auto& sessions = status.at("sessions").as_array();
    return sessions.size() == 2 && std::ranges::all_of(sessions, [](const json::value& session) {
             return session.at("status").as_string() == "done";
           });
  });
  const std::string log = stop(*run);
  EXPECT_THAT(log, HasSubstr("is in effect: language: en → ru; twitch.channels: "));
  std::vector<std::filesystem::path> of_anchor;
  std::vector<std::filesystem::path> of_someone;
  for (const auto& file : recorded())
    (file.filename().string().starts_with("anchor") ? of_anchor : of_someone).push_back(file);
  const auto frames = frames_in(of_anchor);
  EXPECT_FALSE(frames.empty());
  EXPECT_EQ(frames, counting(0, static_cast<int>(frames.size()))) << "what was recorded of it is whole";
  EXPECT_LT(frames.size(), 60U * 25) << "and ended before it was over";
  EXPECT_EQ(frames_in(of_someone), counting(1000, 10 * 25));
}

TEST_F(Reload, WhatAnEditorWritesCountsByItselfAndAMistakeChangesNothing) {
  sim::HttpServer receiver{[](const sim::HttpQuery&) { return sim::text_answer(200, "ok"); }};
  const std::string notify = "notify: [{webhook: \"" + receiver.url("/told") + "\"}]\n";
  write(text_of("[anchor]", notify));
  auto run = daemon();
  replace(text_of("[anchor, someone]", notify));
  until([&] { return status_of("twitch:someone") == "offline"; });
  write(text_of("[]", notify + "languag: ru\n"));
  until([&] { return !config_error().empty(); });
  EXPECT_THAT(config_error(), HasSubstr("config.yaml:"));
  EXPECT_THAT(config_error(), HasSubstr("languag: unknown key; did you mean language?"));
  const Output shown = command({"status"});
  EXPECT_EQ(shown.exit_code, 0) << "the daemon runs, and can be asked";
  EXPECT_THAT(shown.out, HasSubstr("Configuration: WRONG, what was read at "));
  const Output again = command({"config", "reload"});
  EXPECT_EQ(again.exit_code, 4);
  EXPECT_THAT(again.err, HasSubstr("languag: unknown key; did you mean language?"));
  until([&] { return receiver.hits("/told") >= 1; });
  const auto told = json::parse(receiver.requests("/told").front().body).as_object();
  EXPECT_EQ(told.at("event").as_string(), "incident");
  EXPECT_THAT(receiver.requests("/told").front().body, HasSubstr("languag: unknown key"));
  const json::object status = asked({"status"});
  EXPECT_EQ(status.at("channels").as_array().size(), 2U) << "nothing has changed";
  EXPECT_EQ(status.at("incidents").as_array().at(0).at("kind").as_string(), "config");
  write(text_of("[anchor]", notify));
  until([&] { return config_error().empty(); });
  EXPECT_EQ(status_of("twitch:someone"), "");
  const std::string log = stop(*run);
  EXPECT_THAT(log, HasSubstr("config.wrong"));
  EXPECT_THAT(log, HasSubstr("config.good_again"));
}

TEST_F(Reload, CommandsAreAnsweredByTheProgramThatRunsWhileTheFileIsWrong) {
  const std::string elsewhere = "state: {path: kept/state.db}\n";
  write(text_of("[anchor]", elsewhere));
  auto run = daemon();
  write(text_of("[anchor]", "languag: ru\n" + elsewhere));
  const Output added = command({"channel", "add", "twitch.tv/someone"});
  EXPECT_EQ(added.exit_code, 0) << added.err;
  EXPECT_THAT(added.err, HasSubstr("warning: the program that runs goes by what it read before this:\n"));
  EXPECT_THAT(added.err, HasSubstr("languag: unknown key; did you mean language?"));
  EXPECT_EQ(asked({"channel", "list"}).at("channels").as_array().size(), 2U) << "it runs with both";
  EXPECT_EQ(command({"channel", "pause", "nobody"}).exit_code, 1) << "what it answers counts";
  write("twitch: [\n" + elsewhere);
  EXPECT_EQ(command({"session", "list"}).exit_code, 0) << "where its data is can be read behind the mistake";
  EXPECT_EQ(command({"target", "list"}).exit_code, 0);
  EXPECT_EQ(command({"status"}).exit_code, 0);
  write("twitch: [\n");
  const Output lost = command({"channel", "list"});
  EXPECT_EQ(lost.exit_code, 4);
  EXPECT_THAT(lost.err, HasSubstr("no streamrecorder answers in " + (folder / "data").string()));
  write("languag: ru\n" + elsewhere);
  stop(*run);
  const Output none = command({"channel", "add", "twitch.tv/other"});
  EXPECT_EQ(none.exit_code, 4);
  EXPECT_THAT(none.err, HasSubstr("languag: unknown key"));
  EXPECT_THAT(none.err, HasSubstr("no streamrecorder answers in " + (folder / "kept").string()));
}

TEST_F(Reload, WhatItCountsForIsToldAndWhatWantsARestartIsNamed) {
  write(text_of("[anchor]"));
  EXPECT_EQ(command({"config", "reload"}).exit_code, 1) << "nobody runs";
  auto run = daemon();
  const auto unchanged = asked({"config", "reload"});
  EXPECT_FALSE(unchanged.at("changed").as_bool()) << json::serialize(unchanged);
  write(text_of("[anchor]",
                "timezone: Europe/Berlin\nlogging: {level: WARNING}\njobs: {upload_concurrency: 3}\n"));
  const auto told = asked({"config", "reload"});
  EXPECT_TRUE(told.at("changed").as_bool());
  EXPECT_EQ(json::serialize(told.at("needs_restart")), "[\"timezone\"]");
  EXPECT_THAT(command({"status"}).out,
              HasSubstr("Configuration: changed, and counts after a restart: timezone"));
  EXPECT_THAT(command({"doctor"}).out, HasSubstr("timezone has changed, and counts after a restart"));
  const std::string log = stop(*run);
  EXPECT_THAT(log, HasSubstr("config.needs_restart keys=timezone"));
  EXPECT_THAT(log, Not(HasSubstr("program.stopping"))) << "the level counts at once";
  EXPECT_THAT(log, Not(HasSubstr("task.failed")));
}

TEST_F(Reload, AllThatIsToldGoesToWhomeverTheFileNamesNow) {
  sim::HttpServer receiver{[](const sim::HttpQuery&) { return sim::text_answer(200, "ok"); }};
  const auto to = [&](const std::string& path) {
    return "notify: [{webhook: \"" + receiver.url(path) +
           "\", events: [session.started]}, {heartbeat_url: \"" + receiver.url(path + "/beat") + "\"}]\n";
  };
  write(text_of("[anchor, someone]", to("/one")));
  auto run = daemon();
  until([&] { return receiver.hits("/one/beat") >= 1; });
  write(text_of("[anchor, someone]", to("/two")));
  EXPECT_TRUE(asked({"config", "reload"}).at("changed").as_bool());
  sim::LiveStream live(twitch.origin(), {.prefix = "/live/someone/1"}, numbered_media(30, 1));
  twitch.set_live("someone", "77", "A title", "Chess", live.playlist_url());
  until([&] { return receiver.hits("/two") >= 1; });
  EXPECT_GE(receiver.hits("/two/beat"), 1U);
  EXPECT_EQ(receiver.hits("/one"), 0U);
  stop(*run);
}

// A thousand with REC_LONG.
TEST_F(Reload, ReloadsWhileItRecordsDropNoSegment) {
  const bool long_run = std::getenv("REC_LONG") != nullptr;
  const int reloads = long_run ? 1000 : 20;
  write(text_of("[anchor]"));
  auto run = daemon();
  const int segments = long_run ? 480 : 20;
  sim::LiveStream live(twitch.origin(), {.prefix = "/live/anchor/1", .window = 10},
                       numbered_media(segments, 1));
  twitch.set_live("anchor", "77", "A title", "Chess", live.playlist_url());
  until([&] { return status_of("twitch:anchor") == "recording"; });
  int done = 0;
  for (int i = 0; i < reloads; ++i) {
    const std::string language = i % 2 == 0 ? "language: ru\n" : "language: en\n";
    const std::string messages = i % 3 == 0 ? "notify: [{webhook: \"http://127.0.0.1:9/x\"}]\n" : "";
    std::string text = text_of(i % 2 == 0 ? "[someone, anchor]" : "[anchor]", language + messages);
    const std::string interval = "check_interval: 1";
    text.replace(text.find(interval), interval.size(), "check_interval: " + std::to_string(1 + i % 2));
    if (i % 5 == 4) text += "mistake: " + std::to_string(i) + "\n";
    if (i % 2 == 0)
      write(text);
    else
      replace(text);
    if (i % 4 == 3) run->signal(SIGHUP);
    const Output told = command({"config", "reload"});
    EXPECT_EQ(told.exit_code, i % 5 == 4 ? 4 : 0) << told.err;
    done += told.exit_code == 0 || told.exit_code == 4 ? 1 : 0;
  }
  EXPECT_EQ(done, reloads);
  EXPECT_FALSE(live.ended()) << "all of them came while it was recorded";
  until([&] { return live.ended(); }, seconds(segments + 60));
  twitch.set_offline("anchor");
  until([&] { return asked({"status"}).at("sessions").as_array().at(0).at("status").as_string() == "done"; });
  const json::object status = asked({"status"});
  ASSERT_EQ(status.at("sessions").as_array().size(), 1U);
  EXPECT_TRUE(status.at("sessions").as_array()[0].at("gaps").as_array().empty());
  stop(*run);
  EXPECT_EQ(frames_in(recorded()), counting(0, segments * 25));
}

TEST_F(Reload, WhatIsInEffectIsToldWithWhereItComesFrom) {
  std::ofstream(folder / "secret") << "hunter2";
  ::setenv("REC_TEST_ZONE", "Europe/Berlin", 1);
  write(
      "language: ru\ntimezone: ${REC_TEST_ZONE}\ntwitch:\n  channels: [anchor]\n  client_id: x\n"
      "  client_secret_file: secret\n");
  EXPECT_EQ(command({"channel", "add", "twitch.tv/someone"}).exit_code, 0);
  EXPECT_EQ(command({"channel", "set", "anchor", "quality=720p"}).exit_code, 0);
  EXPECT_EQ(command({"channel", "pause", "anchor"}).exit_code, 0);
  const Output shown = command({"config", "show", "--origin"});
  EXPECT_EQ(shown.exit_code, 0) << shown.err;
  const auto line_with = [&](const std::string& key) {
    std::istringstream lines(shown.out);
    for (std::string line; std::getline(lines, line);)
      if (line.find(key) != std::string::npos) return line;
    return std::string();
  };
  EXPECT_THAT(line_with("language: "), testing::EndsWith("# config.yaml:1"));
  EXPECT_THAT(line_with("timezone: "),
              testing::EndsWith("# config.yaml:2, from the environment: REC_TEST_ZONE"));
  EXPECT_THAT(line_with("client_secret: "), testing::EndsWith("# config.yaml:6, in a file of its own"));
  EXPECT_THAT(line_with("check_interval: "), testing::EndsWith("# default"));
  EXPECT_THAT(shown.out, HasSubstr("#   twitch:someone: https://www.twitch.tv/someone  (channel add)\n"));
  EXPECT_THAT(shown.out, HasSubstr("#   twitch:anchor: quality: 720p  (channel set)\n"));
  EXPECT_THAT(shown.out, HasSubstr("#   twitch:anchor: paused  (channel pause)\n"));
  EXPECT_THAT(shown.out, Not(HasSubstr("hunter2")));
  const json::object told = asked({"config", "show", "--origin"});
  std::set<std::string> origins;
  for (const auto& value : told.at("values").as_array())
    origins.insert(std::string(value.at("key").as_string()) + " " +
                   std::string(value.at("origin").as_string()));
  EXPECT_THAT(origins, Contains("language file"));
  EXPECT_THAT(origins, Contains("timezone environment"));
  EXPECT_THAT(origins, Contains("twitch.client_secret secret_file"));
  EXPECT_THAT(origins, Contains("web.listen default"));
  ::unsetenv("REC_TEST_ZONE");
}

/// What a JSON Schema validator says of files that an editor has open, a line each; "" = nothing.
std::vector<std::string> validator_says(const TempFolder& folder, const std::vector<std::string>& texts) {
  std::string command = "python3 " + (folder / "check.py").string() + " " + (folder / "schema.json").string();
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const auto file = folder / ("edited" + std::to_string(i) + ".yaml");
    std::ofstream(file) << texts[i];
    command += " " + file.string();
  }
  std::ofstream(folder / "check.py") << R"(import json, sys, yaml, jsonschema
schema = json.load(open(sys.argv[1]))
jsonschema.Draft7Validator.check_schema(schema)
for name in sys.argv[2:]:
    found = jsonschema.Draft7Validator(schema).iter_errors(yaml.safe_load(open(name)))
    print('; '.join('/'.join(map(str, e.absolute_path)) + ': ' + e.message for e in found).replace('\n', ' '))
)";
  EXPECT_EQ(std::system((command + " > " + (folder / "found").string()).c_str()), 0)
      << "is python3-jsonschema installed? tools/bootstrap brings it";
  std::vector<std::string> found;
  std::ifstream lines(folder / "found");
  for (std::string line; std::getline(lines, line);) found.push_back(line);
  EXPECT_EQ(found.size(), texts.size());
  found.resize(texts.size());
  return found;
}

TEST(ConfigSchema, AnEditorFindsMistakesAndNoneInTheExample) {
  const TempFolder folder;
  std::ofstream(folder / "schema.json") << run_program(folder.path(), {"config", "schema"}).out;
  const auto found = validator_says(
      folder, {run_program(folder.path(), {"config", "example"}).out,
               "twitch: {channels: [a, {name: b, quality: 720p}], check_interval: 10s}\n"
               "notify: [telegram, {webhook: \"https://h/x\"}]\ntelegram: {targets: {t: {channel_id: -5}}}\n",
               "languag: ru\n", "language: de\n", "twitch: {channels: [{name: a, qualty: best}]}\n",
               "jobs: {upload_concurrency: 0}\n", "recording: {keep: [1]}\n"});
  EXPECT_EQ(found[0], "") << "the example";
  EXPECT_EQ(found[1], "");
  EXPECT_THAT(found[2], HasSubstr("languag"));
  EXPECT_THAT(found[3], HasSubstr("language: "));
  EXPECT_THAT(found[4], HasSubstr("twitch/channels"));
  EXPECT_THAT(found[5], HasSubstr("jobs/upload_concurrency"));
  EXPECT_THAT(found[6], HasSubstr("recording/keep"));
}

}  // namespace
}  // namespace rec
