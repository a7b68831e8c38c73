// The real client over bad lines: what it calls an answer is whole, and what it cannot have is an error in
// time.
#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <thread>

#include "base/ids.hpp"
#include "sim/http/chaos_proxy.hpp"
#include "sim/http/server.hpp"
#include "tests/unit/runtime/http_fixture.hpp"

namespace rec {
namespace {

using std::chrono::milliseconds;
using testing_support::Net;

const std::string kLongBody(60'000, 'x');

/// A TLS server behind a bad line, and a client that trusts it.
class BadLine : public testing::Test {
 protected:
  BadLine() { std::ofstream(authority_) << identity_.authority; }
  ~BadLine() override { std::filesystem::remove(authority_); }
  [[nodiscard]] CurlHttpOptions trusting_line() const {
    CurlHttpOptions options;
    options.ca_file = authority_;
    return options;
  }
  [[nodiscard]] HttpRequest request_over(const sim::ChaosProxy& line) const {
    HttpRequest request;
    request.url = "https://127.0.0.1:" + std::to_string(line.port()) + "/x";
    request.timeout = request.connect_timeout = milliseconds(1500);
    return request;
  }

  sim::TlsIdentity identity_ = sim::make_tls_identity();
  std::string authority_ =
      (std::filesystem::temp_directory_path() / ("rec_line_" + random_token(8))).string();
  sim::HttpServer server_{[](const sim::HttpQuery&) { return sim::text_answer(200, kLongBody); }, 0,
                          identity_};
  sim::ChaosProxy line_{server_.port()};
  Net net_{trusting_line()};
};

TEST_F(BadLine, BytesThatComeLateAndInTinyPiecesAreAWholeAnswer) {
  line_.set({.latency = milliseconds(40), .jitter = milliseconds(20), .slice = 700});
  auto request = request_over(line_);
  request.timeout = milliseconds(30'000);
  const auto got = net_.fetch(std::move(request));
  ASSERT_TRUE(got) << got.error().text;
  EXPECT_EQ(got->body, kLongBody);
}

TEST_F(BadLine, AResetAnywhereInHandshakeOrBodyIsAnErrorAndNeverAShorterAnswer) {
  int whole = 0, broken = 0;
  for (const std::size_t within : {300U, 2'000U, 5'000U, 40'000U, 90'000U, 300'000U}) {
    for (int i = 0; i < 6; ++i) {
      line_.set({.reset_within = within});
      auto request = request_over(line_);
      request.fresh_connection = true;
      const auto got = net_.fetch(std::move(request));
      got ? ++whole : ++broken;
      if (got) EXPECT_EQ(got->body, kLongBody) << within;
    }
  }
  EXPECT_GT(whole, 0);
  EXPECT_GT(broken, 6);
}

TEST_F(BadLine, SilenceIsATimeoutAndWhatIsOpenGoesOnBehindIt) {
  ASSERT_TRUE(net_.fetch(request_over(line_)));
  line_.set({.silent = true});
  EXPECT_EQ(net_.failure(request_over(line_)), Errc::timed_out);
  line_.set({});
  EXPECT_TRUE(net_.fetch(request_over(line_)));
}

TEST_F(BadLine, AForgottenConnectionIsATimeoutAndAFreshOneIsFine) {
  ASSERT_TRUE(net_.fetch(request_over(line_)));
  line_.forget_connections();
  EXPECT_EQ(net_.failure(request_over(line_)), Errc::timed_out);
  const auto again = net_.fetch(request_over(line_));
  ASSERT_TRUE(again) << again.error().text;
  EXPECT_EQ(again->body, kLongBody);
}

TEST_F(BadLine, OneTimeoutIsEnoughToDistrustAllConnectionsThatWereForgotten) {
  std::array<std::optional<Result<HttpResponse>>, 4> at_once;
  for (auto& one : at_once) net_.start(request_over(line_), one);
  net_.run_until(
      [&] { return std::ranges::all_of(at_once, [](const auto& one) { return one.has_value(); }); });
  line_.forget_connections();
  EXPECT_EQ(net_.failure(request_over(line_)), Errc::timed_out);
  for (int i = 0; i < 3; ++i) {
    const auto again = net_.fetch(request_over(line_));
    EXPECT_TRUE(again) << again.error().text;
    std::this_thread::sleep_for(milliseconds(600));
  }
}

TEST_F(BadLine, WhereNobodyListensIsKnownAtOnceAndAProxyThatIsBackIsUsed) {
  sim::ChaosProxy proxy(0);
  auto request = request_over(line_);
  request.proxy = "socks5h://127.0.0.1:" + std::to_string(proxy.port());
  ASSERT_TRUE(net_.fetch(request));
  proxy.set({.refuses = true});
  EXPECT_EQ(net_.failure(request), Errc::unavailable);
  proxy.set({});
  EXPECT_TRUE(net_.fetch(request));
}

TEST_F(BadLine, AThinLineCarriesWhatItCan) {
  line_.set({.bytes_per_second = 30'000});
  auto request = request_over(line_);
  request.timeout = milliseconds(30'000);
  const auto began = std::chrono::steady_clock::now();
  EXPECT_TRUE(net_.fetch(request));
  EXPECT_GT(std::chrono::steady_clock::now() - began, milliseconds(1500)) << "60 kB at 30 kB/s";
}

}  // namespace
}  // namespace rec
