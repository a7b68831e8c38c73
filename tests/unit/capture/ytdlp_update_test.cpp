// A yt-dlp of our own: fetched from a release server on loopback by the real HTTP client, run as a real
// child. Whatever goes wrong, the one that is in use stays in use.
#include "capture/ytdlp_update.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "capture/yt_dlp_program.hpp"
#include "capture/ytdlp_release.hpp"
#include "runtime/curl_http.hpp"
#include "runtime/system_clock.hpp"
#include "sim/origin/origin.hpp"
#include "tests/support/temp_folder.hpp"

namespace rec::capture {
namespace {

using namespace std::chrono_literals;

/// A program that says that version, and answers any page with one HLS format.
std::string yt_dlp_of(const std::string& version) {
  return "#!/bin/sh\ncase \"$*\" in *--version*) echo " + version +
         ";;\n*) echo '{\"title\": \"t\", \"is_live\": true, \"formats\": [{\"protocol\": \"m3u8_native\", "
         "\"url\": \"http://127.0.0.1:1/a.m3u8\", \"format_id\": \"1\", \"vcodec\": \"avc1.64002A\", "
         "\"acodec\": \"mp4a.40.2\"}]}';; esac\n";
}

class YtDlpUpdates : public testing::Test {
 protected:
  void release(const std::string& program, const std::string& listed_as = "") {
    const std::string& sum = listed_as.empty() ? program : listed_as;
    server.add_file("/r/yt-dlp", program, "application/octet-stream");
    server.add_file("/r/SHA2-256SUMS",
                    std::string(64, '0') + "  yt-dlp.exe\n" + sha256_hex(sum) + "  yt-dlp\n",
                    "application/octet-stream");
  }
  template <class Start>
  Result<YtDlpSwitched> run(Start start) {
    YtDlpTools tools{http, clock};
    tools.on_step = [this](std::string_view step, std::uint64_t bytes) {
      shown = std::max(shown, bytes);
      steps += std::string(step) + "\n";
    };
    YtDlpUpdate update;
    update.data_folder = data;
    update.release_url = url.empty() ? server.url("/r") : url;
    update.probe_url = "http://127.0.0.1:1/live";
    update.patience = patience;
    std::optional<Result<YtDlpSwitched>> outcome;
    asio::io_context io;
    asio::co_spawn(io, start(std::move(tools), std::move(update)),
                   [&](const std::exception_ptr& thrown, Result<YtDlpSwitched> result) {
                     if (thrown) std::rethrow_exception(thrown);
                     outcome.emplace(std::move(result));
                   });
    io.run();
    return std::move(*outcome);
  }
  Result<YtDlpSwitched> update() { return run(update_ytdlp); }
  Result<YtDlpSwitched> rollback() { return run(rollback_ytdlp); }
  void install(const std::string& version) {
    release(yt_dlp_of(version));
    const auto switched = update();
    ASSERT_TRUE(switched) << switched.error().text;
    ASSERT_EQ(switched->version, version);
  }
  /// What a resolve would run.
  [[nodiscard]] std::string in_use() const {
    const auto program = yt_dlp_program("auto", data);
    return program && program->held ? test::read_bytes(program->path) : std::string("none of ours");
  }
  void expect_untouched(const Result<YtDlpSwitched>& outcome, Errc code, const std::string& said) {
    ASSERT_FALSE(outcome) << outcome->version;
    EXPECT_EQ(outcome.error().code, code) << outcome.error().text;
    EXPECT_NE(outcome.error().text.find(said), std::string::npos) << outcome.error().text;
    EXPECT_EQ(in_use(), yt_dlp_of("2026.09.15"));
    for (const auto& entry : std::filesystem::directory_iterator(data + "/ytdlp")) {
      EXPECT_FALSE(entry.path().filename().string().starts_with("new-")) << entry.path() << " is left over";
    }
  }

  test::TempFolder folder;
  std::string data = folder / "data";
  std::string url;
  Millis patience = 20s;
  std::string steps;
  std::uint64_t shown = 0;
  sim::Origin server;
  CurlHttpClient http;
  SystemClock clock;
};

TEST_F(YtDlpUpdates, TheFirstOneIsFetchedTriedAndUsed) {
  EXPECT_EQ(in_use(), "none of ours");
  release(yt_dlp_of("2026.11.01"));
  const auto switched = update();
  ASSERT_TRUE(switched) << switched.error().text;
  EXPECT_EQ(switched->version, "2026.11.01");
  EXPECT_EQ(switched->before, "");
  EXPECT_EQ(in_use(), yt_dlp_of("2026.11.01"));
  EXPECT_NE(steps.find("downloading"), std::string::npos) << steps;
  EXPECT_EQ(shown, yt_dlp_of("2026.11.01").size());
}

TEST_F(YtDlpUpdates, TheFormerOneIsKeptAndARollbackGoesThereAndBackAgain) {
  install("2026.09.15");
  install("2026.11.01");
  auto back = rollback();
  ASSERT_TRUE(back) << back.error().text;
  EXPECT_EQ(back->version, "2026.09.15");
  EXPECT_EQ(back->before, "2026.11.01");
  EXPECT_EQ(in_use(), yt_dlp_of("2026.09.15"));
  ASSERT_TRUE(rollback());
  EXPECT_EQ(in_use(), yt_dlp_of("2026.11.01"));
}

TEST_F(YtDlpUpdates, OnlyTheFormerOneIsKept) {
  install("2026.08.01");
  install("2026.09.15");
  install("2026.11.01");
  EXPECT_FALSE(std::filesystem::exists(data + "/ytdlp/versions/2026.08.01"));
  EXPECT_TRUE(std::filesystem::exists(data + "/ytdlp/versions/2026.09.15"));
}

TEST_F(YtDlpUpdates, AfterARollbackTheNewestCanBeHadAgain) {
  install("2026.09.15");
  install("2026.11.01");
  ASSERT_TRUE(rollback());
  const auto again = update();
  ASSERT_TRUE(again) << again.error().text;
  EXPECT_EQ(in_use(), yt_dlp_of("2026.11.01"));
  ASSERT_TRUE(rollback());
  EXPECT_EQ(in_use(), yt_dlp_of("2026.09.15"));
}

TEST_F(YtDlpUpdates, TheNewestIsNotFetchedTwice) {
  install("2026.11.01");
  const auto hits = server.hits("/r/yt-dlp");
  const auto again = update();
  ASSERT_TRUE(again) << again.error().text;
  EXPECT_FALSE(again->changed());
  EXPECT_EQ(server.hits("/r/yt-dlp"), hits);
}

TEST_F(YtDlpUpdates, ACopyThatWasDamagedIsReplacedByTheSameVersion) {
  install("2026.11.01");
  const std::string program = std::filesystem::canonical(data + "/ytdlp/current/yt-dlp").string();
  test::write_bytes(program, "#!/bin/sh\nexit 1\n");
  ASSERT_TRUE(update());
  EXPECT_EQ(in_use(), yt_dlp_of("2026.11.01"));
}

TEST_F(YtDlpUpdates, AWrongChecksumChangesNothing) {
  install("2026.09.15");
  release(yt_dlp_of("2026.11.01") + "# and something else\n", yt_dlp_of("2026.11.01"));
  expect_untouched(update(), Errc::corrupt, "checksum");
}

TEST_F(YtDlpUpdates, AListWithoutItsChecksumChangesNothing) {
  install("2026.09.15");
  release(yt_dlp_of("2026.11.01"));
  server.add_file("/r/SHA2-256SUMS", "<html>busy</html>", "text/html");
  expect_untouched(update(), Errc::not_found, "SHA2-256SUMS");
}

TEST_F(YtDlpUpdates, AProgramThatDoesNotRunChangesNothing) {
  install("2026.09.15");
  release("#!/bin/sh\necho 'SyntaxError: this Python is too old' >&2\nexit 1\n");
  expect_untouched(update(), Errc::corrupt, "this Python is too old");
  release("no program at all");
  EXPECT_FALSE(update());
  release("#!/bin/sh\necho ../../etc\n");
  expect_untouched(update(), Errc::corrupt, "does not say its version");
}

TEST_F(YtDlpUpdates, AProgramThatCannotResolveAPageChangesNothing) {
  install("2026.09.15");
  release(
      "#!/bin/sh\ncase \"$*\" in *--version*) echo 2026.11.01;; *) echo 'ERROR: extractor broke' >&2; exit "
      "1;; "
      "esac\n");
  expect_untouched(update(), Errc::corrupt, "extractor broke");
  release("#!/bin/sh\ncase \"$*\" in *--version*) echo 2026.11.01;; *) echo '{\"formats\": []}';; esac\n");
  EXPECT_FALSE(update()) << "no format is no success";
  EXPECT_EQ(in_use(), yt_dlp_of("2026.09.15"));
}

TEST_F(YtDlpUpdates, ADownloadThatIsCutChangesNothing) {
  install("2026.09.15");
  release(yt_dlp_of("2026.11.01"));
  server.fail_next("/r/yt-dlp", sim::faults::cut(50), sim::Origin::kForever);
  const auto outcome = update();
  ASSERT_FALSE(outcome);
  expect_untouched(outcome, outcome.error().code, "downloading yt-dlp");
  server.heal("/r/yt-dlp");
  EXPECT_TRUE(update()) << "and the next try succeeds";
}

TEST_F(YtDlpUpdates, WithoutANetworkTheOldOneStays) {
  install("2026.09.15");
  url = "http://127.0.0.1:1/r";
  expect_untouched(update(), Errc::unavailable, "checksums of the newest yt-dlp");
  url = server.url("/nowhere");
  expect_untouched(update(), Errc::not_found, "404");
}

TEST_F(YtDlpUpdates, OneThatIsInUseIsNotSwitched) {
  install("2026.09.15");
  release(yt_dlp_of("2026.11.01"));
  patience = 200ms;
  {
    const auto resolve = HeldYtDlp::take(data);
    ASSERT_TRUE(resolve);
    expect_untouched(update(), Errc::conflict, "in use");
    EXPECT_NE(steps.find("waiting until nobody uses"), std::string::npos) << steps;
  }
  EXPECT_TRUE(update());
}

TEST_F(YtDlpUpdates, AnUpdateWaitsForAResolveToEnd) {
  install("2026.09.15");
  release(yt_dlp_of("2026.11.01"));
  auto resolve = std::make_unique<Result<HeldYtDlp>>(HeldYtDlp::take(data));
  const auto switched = run([&](YtDlpTools tools, YtDlpUpdate update) {
    auto on_step = tools.on_step;
    tools.on_step = [&, on_step](std::string_view step, std::uint64_t bytes) {
      on_step(step, bytes);
      if (step.starts_with("waiting")) resolve.reset();
    };
    return update_ytdlp(std::move(tools), std::move(update));
  });
  ASSERT_TRUE(switched) << switched.error().text;
  EXPECT_EQ(resolve, nullptr) << "it had to wait";
  EXPECT_EQ(in_use(), yt_dlp_of("2026.11.01"));
}

TEST_F(YtDlpUpdates, TwoAtATimeAreOne) {
  install("2026.09.15");
  const auto other = YtDlpHome(data).begin_update();
  ASSERT_TRUE(other);
  expect_untouched(update(), Errc::conflict, "another");
}

TEST_F(YtDlpUpdates, WhatAKilledUpdateLeftIsClearedAway) {
  install("2026.09.15");
  std::filesystem::create_directories(data + "/ytdlp/new-killed12");
  test::write_bytes(data + "/ytdlp/new-killed12/yt-dlp", "half");
  std::filesystem::create_symlink("versions/x", data + "/ytdlp/new-link1234");
  install("2026.11.01");
  EXPECT_FALSE(std::filesystem::exists(data + "/ytdlp/new-killed12"));
  EXPECT_FALSE(std::filesystem::is_symlink(data + "/ytdlp/new-link1234"));
}

TEST_F(YtDlpUpdates, WithoutAFormerOneThereIsNoWayBack) {
  EXPECT_EQ(rollback().error().code, Errc::not_found);
  install("2026.09.15");
  const auto outcome = rollback();
  expect_untouched(outcome, Errc::not_found, "no former yt-dlp");
}

TEST(YtDlpChecksums, AreReadInBothFormsOfSha256sum) {
  const std::string digest = sha256_hex("abc");
  EXPECT_EQ(digest, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(checksum_of(digest + "  yt-dlp\r\n", "yt-dlp").value_or(""), digest);
  EXPECT_EQ(checksum_of("x\n" + digest + " *yt-dlp", "yt-dlp").value_or(""), digest);
  EXPECT_FALSE(checksum_of(digest + "  yt-dlp_linux\n", "yt-dlp"));
  EXPECT_FALSE(checksum_of(std::string(64, 'z') + "  yt-dlp\n", "yt-dlp"));
  EXPECT_FALSE(checksum_of(digest + " ", "yt-dlp"));
  EXPECT_FALSE(checksum_of("", "yt-dlp"));
}

}  // namespace
}  // namespace rec::capture
