// Findings: each thing that fails later is found, and comes with its cure.
#include "app/doctor.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <boost/json.hpp>

#include "base/version.hpp"
#include "runtime/virtual_clock.hpp"
#include "tests/support/no_http.hpp"
#include "tests/support/temp_folder.hpp"

namespace rec {
namespace {

constexpr Instant kToday{std::chrono::sys_days{std::chrono::year{2026} / 11 / 23}};
using Level = Finding::Level;

std::string cookie(const std::string& domain, const std::string& name, Instant ends) {
  return domain + "\tTRUE\t/\tTRUE\t" + std::to_string(unix_ms(ends) / 1000) + "\t" + name +
         "\tsecretvalue\n";
}

Finding looked_at(const std::string& text) { return check_cookies("/c.txt", text, kToday); }

TEST(DoctorCookies, AFreshLoginIsFine) {
  const auto finding =
      looked_at("# Netscape HTTP Cookie File\n" +
                cookie("#HttpOnly_.twitch.tv", "auth-token", kToday + std::chrono::days(40)) +
                cookie(".twitch.tv", "noise", kToday - std::chrono::days(400)));
  EXPECT_EQ(finding.level, Level::ok) << finding.text;
  EXPECT_NE(finding.text.find("auth-token expires in 40 days"), std::string::npos) << finding.text;
}

TEST(DoctorCookies, ALoginThatExpiresSoonIsAWarningAndAnExpiredOneAnError) {
  const auto soon = looked_at(cookie(".youtube.com", "LOGIN_INFO", kToday + std::chrono::days(2)) +
                              cookie(".youtube.com", "SAPISID", kToday + std::chrono::days(300)));
  EXPECT_EQ(soon.level, Level::warning);
  EXPECT_NE(soon.text.find("LOGIN_INFO expires in 2 days"), std::string::npos) << soon.text;
  EXPECT_FALSE(soon.cure.empty());
  const auto over = looked_at(cookie("www.youtube.com", "SAPISID", kToday - std::chrono::days(1)));
  EXPECT_EQ(over.level, Level::error);
  EXPECT_NE(over.text.find("2026-11-22"), std::string::npos) << over.text;
}

TEST(DoctorCookies, ASessionCookieDoesNotExpire) {
  EXPECT_EQ(looked_at(cookie(".twitch.tv", "auth-token", Instant{})).level, Level::ok);
}

TEST(DoctorCookies, AnotherSitesCookieOfThatNameIsNoLogin) {
  EXPECT_EQ(looked_at(cookie(".nottwitch.tv", "auth-token", kToday - std::chrono::days(1))).level, Level::ok);
}

TEST(DoctorCookies, WhatIsNoCookiesFileIsSaidToBeNone) {
  EXPECT_EQ(looked_at("").level, Level::error);
  EXPECT_EQ(looked_at("[{\"domain\": \".twitch.tv\"}]").level, Level::error);
  const auto spaces = looked_at(".twitch.tv TRUE / TRUE 0 auth-token x\n" + cookie(".a.b", "c", kToday));
  EXPECT_EQ(spaces.level, Level::warning);
  EXPECT_EQ(spaces.text.find("secretvalue"), std::string::npos);
}

TEST(DoctorCookies, AFileThatIsMissingOrOpenToOthersIsFound) {
  const test::TempFolder folder;
  Config config;
  config.recording.cookies_file = folder / "cookies.txt";
  auto found = check_cookies_files(config, kToday);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].level, Level::error);
  test::write_bytes(config.recording.cookies_file, cookie(".twitch.tv", "auth-token", Instant{}));
  ::chmod(config.recording.cookies_file.c_str(), 0644);
  found = check_cookies_files(config, kToday);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].level, Level::warning);
  EXPECT_NE(found[0].cure.find("chmod 600"), std::string::npos);
  ::chmod(config.recording.cookies_file.c_str(), 0600);
  EXPECT_EQ(check_cookies_files(config, kToday)[0].level, Level::ok);
}

TEST(DoctorClock, AClockThatIsMinutesOffIsAnError) {
  const std::string date = "Mon, 23 Nov 2026 00:00:00 GMT";
  EXPECT_EQ(check_clock(date, "example.org", kToday + std::chrono::seconds(1)).level, Level::ok);
  EXPECT_EQ(check_clock(date, "example.org", kToday + std::chrono::seconds(20)).level, Level::warning);
  const auto off = check_clock(date, "example.org", kToday - std::chrono::minutes(5));
  EXPECT_EQ(off.level, Level::error);
  EXPECT_NE(off.cure.find("timedatectl"), std::string::npos);
  EXPECT_EQ(check_clock("yesterday or so", "example.org", kToday).level, Level::ok) << "that tells nothing";
}

TEST(DoctorClock, AYearBeforeTheProgramWasWrittenIsAnError) {
  const auto found = check_local_clock(Config{}, from_unix_ms(0));
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].level, Level::error);
}

TEST(DoctorDisk, LessThanMinFreeIsAnErrorAndMoreIsNot) {
  const test::TempFolder folder;
  Config config;
  config.state.path = folder / "data/state.db";
  config.recording.output_dir = folder / "recordings";
  config.recording.min_free = 1;
  for (const Finding& finding : check_folders(config)) EXPECT_EQ(finding.level, Level::ok) << finding.text;
  EXPECT_TRUE(std::filesystem::is_empty(folder.path())) << "it only looks";
  config.recording.min_free = std::uint64_t{1} << 60U;
  int errors = 0;
  for (const Finding& finding : check_folders(config)) {
    if (finding.level != Level::error) continue;
    ++errors;
    EXPECT_NE(finding.text.find("min_free"), std::string::npos) << finding.text;
  }
  EXPECT_EQ(errors, 2);
}

TEST(DoctorDisk, AFolderThatCannotBeOneIsAnError) {
  const test::TempFolder folder;
  test::write_bytes(folder / "file", "x");
  Config config;
  config.state.path = folder / "file/state.db";
  config.recording.output_dir = folder / "recordings";
  const auto found = check_folders(config);
  EXPECT_EQ(found[0].level, Level::error) << found[0].text;
}

TEST(DoctorKeys, HalfATwitchKeyIsAnErrorAndNoneAWarning) {
  Config config;
  config.twitch.channels = {{"somebody", {}}};
  EXPECT_EQ(check_keys(config, "").at(0).level, Level::warning);
  config.twitch.client_id = "id";
  const auto half = check_keys(config, "").at(0);
  EXPECT_EQ(half.level, Level::error);
  EXPECT_NE(half.text.find("twitch.client_secret is missing"), std::string::npos) << half.text;
  config.twitch.client_secret = Secret("s");
  EXPECT_EQ(check_keys(config, "").at(0).level, Level::ok);
}

TEST(Doctor, ASetUpOfTelegramThatIsHalfDoneIsTold) {
  Config config;
  const auto told = [&] { return check_keys(config, "/lib/libtdjson.so").at(0); };
  EXPECT_EQ(told().level, Level::ok) << told().text;
  config.telegram.channel_id = ChatRef(std::string("@my_channel"));
  EXPECT_EQ(told().level, Level::error) << told().text;
  EXPECT_EQ(told().cure, "streamrecorder login");
  config.telegram.api_id = 1;
  config.telegram.api_hash = Secret("hash");
  EXPECT_EQ(told().level, Level::ok) << told().text;
  config.telegram.channel_id.reset();
  EXPECT_EQ(told().level, Level::warning) << told().text;
  EXPECT_EQ(told().cure, "streamrecorder target add default CHAT");
}

/// Programs by name: what they print; what is not there is not installed.
class DoctorPrograms : public testing::Test {
 protected:
  Findings examine_programs() {
    asio::io_context io;
    VirtualClock clock(io, kToday);
    const auto worker = make_inline_worker();
    testing_support::NoHttp http;
    auto run = [this](ChildRequest request) -> Task<ChildResult> { return answer(std::move(request)); };
    DoctorNeeds needs{http, clock, *worker, run};
    needs.media = "/opt/streamrecorder-media";
    needs.ytdlp = "yt-dlp";
    needs.own_ytdlp = own;
    Findings found;
    asio::co_spawn(io, check_programs(needs, config),
                   [&](const std::exception_ptr&, Result<Findings> result) {
                     if (result) found = *std::move(result);
                   });
    clock.run_for(std::chrono::nanoseconds(0));
    return found;
  }
  Task<ChildResult> answer(ChildRequest request) {
    const auto known = prints.find(request.argv[0]);
    if (known == prints.end()) co_return fail(Errc::not_found, request.argv[0] + ": no such program");
    ChildResult result;
    result.exit_code = 0;
    result.out = known->second;
    co_return result;
  }
  [[nodiscard]] Finding finding(const std::string& check) {
    for (Finding& one : examine_programs()) {
      if (one.check == check) return one;
    }
    ADD_FAILURE() << "nothing about " << check;
    return {};
  }

  Config config;
  std::map<std::string, std::string> prints;
  bool own = true;
};

TEST_F(DoctorPrograms, ACompanionThatIsMissingForeignOrLacksALibraryIsAnError) {
  const auto missing = finding("media");
  EXPECT_EQ(missing.level, Level::error);
  EXPECT_NE(missing.text.find("/opt/streamrecorder-media"), std::string::npos) << missing.text;
  EXPECT_FALSE(missing.cure.empty());
  for (const char* other :
       {"streamrecorder-media 0.0.9\n",
        "/opt/streamrecorder-media: error while loading shared libraries: libavformat.so.59\n"}) {
    prints["/opt/streamrecorder-media"] = other;
    EXPECT_EQ(finding("media").level, Level::error) << other;
  }
  prints["/opt/streamrecorder-media"] = std::string("streamrecorder-media ") + kVersion + "\n";
  EXPECT_EQ(finding("media").level, Level::ok);
}

TEST_F(DoctorPrograms, AnOldYtDlpIsAWarningWithTheCommandThatCuresIt) {
  prints["yt-dlp"] = "2026.09.23\n";
  const auto old = finding("ytdlp");
  EXPECT_EQ(old.level, Level::warning);
  EXPECT_NE(old.text.find("61 days old"), std::string::npos) << old.text;
  EXPECT_EQ(old.cure, "streamrecorder ytdlp update");
  prints["yt-dlp"] = "2026.09.24.232811\n";
  EXPECT_EQ(finding("ytdlp").level, Level::ok);
}

TEST_F(DoctorPrograms, NoYtDlpIsAnErrorOnlyWhereItIsNeeded) {
  config.twitch.channels = {{"somebody", {}}};
  EXPECT_EQ(finding("ytdlp").level, Level::warning);
  config.youtube.channels = {{"@somebody", {}}};
  const auto missing = finding("ytdlp");
  EXPECT_EQ(missing.level, Level::error);
  EXPECT_EQ(missing.cure, "streamrecorder ytdlp update");
}

TEST_F(DoctorPrograms, YouTubeWantsAJavaScriptRuntimeThatIsNewEnough) {
  config.youtube.channels = {{"@somebody", {}}};
  EXPECT_EQ(finding("javascript").level, Level::warning);
  prints["node"] = "v18.19.0\n";
  const auto old = finding("javascript");
  EXPECT_EQ(old.level, Level::warning);
  EXPECT_NE(old.text.find("v18.19.0"), std::string::npos) << old.text;
  prints["qjs"] = "QuickJS version 2025-04-26\nusage: qjs\n";
  EXPECT_EQ(finding("javascript").level, Level::ok);
  own = false;
  const auto unsure = finding("javascript");
  EXPECT_EQ(unsure.level, Level::warning) << "somebody else's yt-dlp takes deno alone";
  EXPECT_NE(unsure.cure.find("streamrecorder ytdlp update"), std::string::npos);
  prints["deno"] = "deno 2.5.6 (stable, release)\n";
  EXPECT_EQ(finding("javascript").level, Level::ok);
  config.youtube.channels.clear();
  prints.clear();
  EXPECT_EQ(finding("javascript").level, Level::ok) << "nobody needs one";
}

TEST_F(DoctorPrograms, FfmpegIsMissedWhereYtDlpRecords) {
  config.twitch.channels = {{"somebody", {}}};
  EXPECT_EQ(finding("ffmpeg").level, Level::ok);
  config.recording.capture = CaptureBackend::ytdlp;
  const auto missing = finding("ffmpeg");
  EXPECT_EQ(missing.level, Level::error);
  EXPECT_EQ(missing.cure, "apt install ffmpeg");
  config.recording.capture = CaptureBackend::native;
  EXPECT_EQ(finding("ffmpeg").level, Level::ok);
  config.compression.enabled = true;
  EXPECT_EQ(finding("ffmpeg").level, Level::error);
  EXPECT_NE(finding("ffmpeg").text.find("compressed versions"), std::string::npos);
}

TEST(DoctorFindings, AreCountedByLevel) {
  const auto told = findings_json({{"clock", Level::ok, "fine", ""},
                                   {"disk", Level::error, "full", "make room"},
                                   {"ytdlp", Level::warning, "old", "update"}});
  EXPECT_EQ(told.at("errors").as_int64(), 1);
  EXPECT_EQ(told.at("warnings").as_int64(), 1);
  EXPECT_EQ(told.at("findings").at(1).at("cure").as_string(), "make room");
  EXPECT_EQ(told.at("findings").at(1).at("level").as_string(), "error");
}

}  // namespace
}  // namespace rec
