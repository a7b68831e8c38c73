// What doctor says of the service, by what systemctl shows of it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "app/doctor.hpp"
#include "app/settings_of.hpp"
#include "runtime/virtual_clock.hpp"
#include "tests/support/no_http.hpp"
#include "tests/support/temp_folder.hpp"

namespace rec {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

/// A unit as the package brings it, running well; "KEY=VALUE" lines take the place of its own.
std::string unit_shown(const std::string& config, const std::vector<std::string>& other = {}) {
  std::map<std::string, std::string> told{
      {"Restart", "always"},
      {"WatchdogUSec", "2min"},
      {"MainPID", "4711"},
      {"Result", "success"},
      {"ExecMainStatus", "0"},
      {"ExecStart",
       "{ path=/usr/bin/streamrecorder ; argv[]=/usr/bin/streamrecorder run --config " + config +
           " ; ignore_errors=no ; start_time=[n/a] ; stop_time=[n/a] ; pid=0 ; code=(null) ; status=0/0 }"},
      {"WorkingDirectory", ""},
      {"User", "streamrecorder"},
      {"LoadState", "loaded"},
      {"ActiveState", "active"},
      {"SubState", "running"},
      {"UnitFileState", "enabled"},
      {"NeedDaemonReload", "no"}};
  for (const std::string& line : other)
    told[line.substr(0, line.find('='))] = line.substr(line.find('=') + 1);
  std::string shown;
  for (const auto& [key, value] : told) shown += key + "=" + value + "\n";
  return shown;
}

std::vector<std::string> lines_of(const Findings& findings) {
  std::vector<std::string> lines;
  for (const Finding& one : findings) {
    EXPECT_EQ(one.check, "service");
    if (one.level != Finding::Level::ok) {
      EXPECT_FALSE(one.cure.empty()) << one.text;
    }
    lines.push_back(std::string(word(one.level)) + ": " + one.text + " -> " + one.cure);
  }
  return lines;
}

std::vector<std::string> said_of(const std::vector<std::string>& other, ServiceSurroundings around = {},
                                 bool of_user = false) {
  if (around.user.empty()) around.user = "streamrecorder";
  if (around.data.empty()) around.data = "/var/lib/streamrecorder";
  if (around.service_data.empty()) around.service_data = "/var/lib/streamrecorder";
  return lines_of(check_unit(unit_of(unit_shown("/etc/streamrecorder/config.yaml", other), of_user), around));
}

TEST(DoctorService, TheOneOfThePackageIsWellAndSaysAsWhomItRuns) {
  EXPECT_THAT(said_of({}), testing::ElementsAre("ok: the service streamrecorder runs as streamrecorder -> "));
}

TEST(DoctorService, OneThatDoesNotStartWithTheMachineIsToldWithTheCommand) {
  EXPECT_THAT(
      said_of({"UnitFileState=disabled"}),
      Contains("warning: the service streamrecorder does not start with the machine -> sudo systemctl "
               "enable streamrecorder"));
  EXPECT_THAT(said_of({"ActiveState=inactive", "SubState=dead", "UnitFileState=disabled"}),
              Contains("warning: the service streamrecorder is installed, and does not run -> sudo systemctl "
                       "enable --now streamrecorder"));
  EXPECT_THAT(said_of({"LoadState=masked"}), Contains(HasSubstr("unmask")));
  EXPECT_THAT(said_of({"LoadState=bad-setting"}), Contains(HasSubstr("systemd-analyze verify")));
}

TEST(DoctorService, OneThatFailedSaysHowAndWhereItsWordsAre) {
  EXPECT_THAT(said_of({"ActiveState=failed", "Result=exit-code", "ExecMainStatus=4"}),
              Contains("error: the service streamrecorder has failed: exit-code, exit status 4 -> journalctl "
                       "-eu streamrecorder says why"));
  EXPECT_THAT(said_of({"ActiveState=activating", "SubState=auto-restart", "Result=watchdog"}),
              Contains(HasSubstr("over and over: watchdog")));
}

TEST(DoctorService, AProgramThatRunsBesideItsServiceIsFound) {
  ServiceSurroundings around;
  around.daemon = 99;
  EXPECT_THAT(said_of({"ActiveState=inactive", "MainPID=0"}, around),
              Contains(HasSubstr("runs, but not as the service")));
  around.daemon = 4711;
  EXPECT_THAT(said_of({}, around), Not(Contains(HasSubstr("but not as the service"))));
}

TEST(DoctorService, WhoLooksWithOtherEyesOrAtAnotherFolderIsTold) {
  ServiceSurroundings around;
  around.user = "alice";
  EXPECT_THAT(said_of({}, around), Contains(HasSubstr("doctor looked as alice")));
  around.user = "root";
  EXPECT_THAT(said_of({}, around), Not(Contains(HasSubstr("doctor looked as"))));
  around.data = "/srv/alice/data";
  EXPECT_THAT(said_of({}, around),
              Contains(testing::AllOf(HasSubstr("keeps its data in /var/lib/streamrecorder"),
                                      HasSubstr("doctor looked at /srv/alice/data"),
                                      HasSubstr("doctor --config /etc/streamrecorder/config.yaml"))));
}

TEST(DoctorService, WhatDoesNotKeepItAliveIsToldOneByOne) {
  EXPECT_THAT(said_of({"User="}), Contains(HasSubstr("is root's")));
  for (const char* none : {"WatchdogUSec=0", "WatchdogUSec=infinity", "WatchdogUSec="})
    EXPECT_THAT(said_of({none}), Contains(HasSubstr("no watchdog"))) << none;
  EXPECT_THAT(said_of({"Restart=no"}), Contains(HasSubstr("not started again")));
  EXPECT_THAT(said_of({"NeedDaemonReload=yes"}), Contains(HasSubstr("sudo systemctl daemon-reload")));
}

TEST(DoctorService, AUsersOwnServiceNeedsLinger) {
  ServiceSurroundings around;
  around.user = "alice";
  EXPECT_THAT(said_of({"User="}, around, true),
              testing::ElementsAre(
                  "ok: the service streamrecorder (systemctl --user) runs as alice -> ",
                  "warning: the service streamrecorder (systemctl --user) ends when alice signs out -> sudo "
                  "loginctl enable-linger alice"));
  around.lingers = true;
  EXPECT_THAT(said_of({"User="}, around, true), testing::SizeIs(1));
}

/// systemctl as it answers; the unit's configuration is a real file.
class ServiceAsked : public testing::Test {
 protected:
  Findings asked() {
    asio::io_context io;
    VirtualClock clock(io, Instant{});
    const auto worker = make_inline_worker();
    testing_support::NoHttp http;
    auto run = [this](ChildRequest request) -> Task<ChildResult> { return answer(std::move(request)); };
    DoctorNeeds needs{http, clock, *worker, run};
    Config config;
    config.state.path = folder_ / "data/state.db";
    Findings found;
    asio::co_spawn(io, check_service(needs, config), [&](const std::exception_ptr&, Result<Findings> result) {
      if (result) found = *std::move(result);
    });
    clock.run_for(std::chrono::nanoseconds(0));
    return found;
  }
  Task<ChildResult> answer(ChildRequest request) {
    const bool of_user = request.argv.at(1) == "--user";
    ChildResult result;
    result.exit_code = of_user ? 1 : exit_code_;
    result.out = of_user ? "" : shown_;
    if (!there_) co_return fail(Errc::not_found, "systemctl: no such program");
    co_return result;
  }

  test::TempFolder folder_;
  bool there_ = true;
  int exit_code_ = 0;
  std::string shown_;
};

TEST_F(ServiceAsked, NothingIsSaidWhereThereIsNoSystemdOrNoService) {
  there_ = false;
  EXPECT_THAT(asked(), IsEmpty());
  there_ = true;
  exit_code_ = 1;
  EXPECT_THAT(asked(), IsEmpty()) << "System has not been booted with systemd";
  exit_code_ = 0;
  shown_ = unit_shown("/x", {"LoadState=not-found", "ActiveState=inactive"});
  EXPECT_THAT(asked(), IsEmpty());
  shown_ = "no such words\n=\n\n";
  EXPECT_THAT(asked(), IsEmpty());
}

TEST_F(ServiceAsked, ItsOwnConfigurationSaysWhereItsDataLies) {
  test::write_bytes(folder_ / "config.yaml", "state: {path: data/state.db}\n");
  shown_ = unit_shown(folder_ / "config.yaml");
  EXPECT_THAT(lines_of(asked()), Not(Contains(HasSubstr("keeps its data"))));
  std::filesystem::create_directories(folder_ / "other");
  test::write_bytes(folder_ / "other/config.yaml", "state: {path: data/state.db}\n");
  shown_ = unit_shown("config.yaml", {"WorkingDirectory=" + (folder_ / "other")});
  EXPECT_THAT(lines_of(asked()), Contains(HasSubstr("keeps its data in " + (folder_ / "other/data"))));
  shown_ = unit_shown(folder_ / "none.yaml");
  EXPECT_THAT(lines_of(asked()), Contains(HasSubstr("which this user may not read")));
}

}  // namespace
}  // namespace rec
