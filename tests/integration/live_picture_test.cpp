// The dashboard of the real program has a picture of what is live long before the first part is made.
#include <fstream>

#include <boost/json.hpp>

#include "cli/one_task.hpp"
#include "live_page.hpp"
#include "runtime/curl_http.hpp"
#include "tests/support/json_answer.hpp"
#include "within.hpp"

namespace rec {
namespace {

using std::chrono::seconds;
using testing_support::json_answer;
using testing_support::numbered_media;
using testing_support::ProgramRun;
using testing_support::run_program;
using testing_support::TempFolder;
using testing_support::within;

class PictureOfRun : public testing::Test {
 protected:
  [[nodiscard]] boost::json::object status() const {
    return json_answer(run_program(folder.path(), {"status", "--json", "--config", config()}));
  }
  /// Of the session that is recorded, as soon as it has so much; "" when none has within a minute.
  [[nodiscard]] std::string session_with(double recorded_s) const {
    std::string id;
    const auto has_begun = [&] {
      const auto told = status();
      const auto* sessions = told.if_contains("sessions");
      if (sessions == nullptr || sessions->as_array().empty()) return false;
      const auto& first = sessions->at(0);
      if (recorded_s > 0 && first.at("recorded_s").to_number<double>() < recorded_s) return false;
      id = std::string(first.at("id").as_string());
      return true;
    };
    return within(seconds(60), has_begun) ? id : "";
  }
  /// Writes the configuration, once the stream is on.
  void watch(const sim::LiveStream& live, const std::string& recording) const {
    testing_support::wait_until_started(live);
    std::ofstream(config()) << "channels: ['" << live.playlist_url() << "']\nrecording: {" << recording
                            << "}\nweb: {listen: '127.0.0.1:" << port << "'}\n";
  }
  [[nodiscard]] std::string config() const { return (folder / "config.yaml").string(); }
  Result<HttpResponse> get(const std::string& path) {
    asio::io_context io;
    HttpRequest request;
    request.url = "http://127.0.0.1:" + std::to_string(port) + path;
    return cli::run_one_task(io, http.fetch(std::move(request)));
  }
  static std::size_t open_files(std::int64_t pid) {
    std::error_code gone;
    std::size_t count = 0;
    for (auto it = std::filesystem::directory_iterator("/proc/" + std::to_string(pid) + "/fd", gone);
         !gone && it != std::filesystem::directory_iterator(); it.increment(gone))
      ++count;
    return count;
  }

  TempFolder folder;
  CurlHttpClient http;
  std::uint16_t port = static_cast<std::uint16_t>(20'000 + ::getpid() % 20'000);
};

TEST_F(PictureOfRun, IsThereBeforeTheFirstPartAndCostsNoDescriptors) {
  sim::Origin origin;
  const sim::LiveStream live(origin, {.prefix = "/live", .window = 6}, numbered_media(120, 1));
  watch(live, "min_free: 1MB");
  ProgramRun daemon(folder.path(), {"run", "--config", config()});
  const std::string session = session_with(2);
  ASSERT_FALSE(session.empty());
  const std::string path = "/api/v1/sessions/" + session + "/picture?at=";
  Result<HttpResponse> picture = get(path + "0");
  ASSERT_TRUE(within(seconds(30), [&] {
    picture = get(path + "0");
    return picture && picture->status == 200;
  }));
  EXPECT_EQ(picture->header("content-type"), "image/jpeg");
  EXPECT_TRUE(picture->body.starts_with("\xFF\xD8\xFF"));
  EXPECT_TRUE(status().at("sessions").at(0).at("parts").as_array().empty());
  const auto pid = status().at("pid").to_number<std::int64_t>();
  const std::size_t before = open_files(pid);
  for (int i = 1; i <= 30; ++i) EXPECT_TRUE(get(path + std::to_string(i)));
  EXPECT_TRUE(within(seconds(20), [&] { return open_files(pid) <= before + 4; })) << before;
  EXPECT_EQ(get("/api/v1/sessions/none/picture")->status, 204) << "no picture is no error";
  daemon.signal(SIGTERM);
  EXPECT_EQ(daemon.wait().exit_code, 143);
}

TEST_F(PictureOfRun, IsThereOfWhatYtDlpRecords) {
  sim::Origin origin;
  const sim::LiveStream live(origin, {.prefix = "/live", .window = 6}, numbered_media(120, 1));
  watch(live, "capture: yt-dlp, use_mpegts: true, min_free: 1MB");
  ProgramRun daemon(folder.path(), {"run", "--config", config()});
  const std::string session = session_with(0);
  ASSERT_FALSE(session.empty());
  Result<HttpResponse> picture = get("/api/v1/sessions/" + session + "/picture?at=0");
  EXPECT_TRUE(within(seconds(60), [&] {
    picture = get("/api/v1/sessions/" + session + "/picture?at=0");
    return picture && picture->status == 200;
  }));
  EXPECT_TRUE(picture && picture->body.starts_with("\xFF\xD8\xFF"));
  daemon.signal(SIGTERM);
  EXPECT_EQ(daemon.wait().exit_code, 143);
}

}  // namespace
}  // namespace rec
