// Requests whose time is over, or that nobody waits for any more, while their names are still looked up.
// Names under ".slow.sim" are this machine, and are found when the test says so; libcurl's other business
// with threads is watched.
#include <dlfcn.h>
#include <netdb.h>
#include <pthread.h>

#include <atomic>
#include <string>
#include <string_view>
#include <thread>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include "tests/unit/runtime/http_fixture.hpp"

namespace {
std::atomic<bool> names_are_found{true};
std::atomic<int> looking_up{0};
std::atomic<int> detached{0};
}  // namespace

extern "C" int getaddrinfo(const char* name, const char* service, const addrinfo* hints, addrinfo** found) {
  static const auto real = reinterpret_cast<decltype(&getaddrinfo)>(dlsym(RTLD_NEXT, "getaddrinfo"));
  if (name == nullptr || !std::string_view(name).ends_with(".slow.sim"))
    return real(name, service, hints, found);
  ++looking_up;
  while (!names_are_found) std::this_thread::sleep_for(std::chrono::milliseconds(2));
  const int code = real("127.0.0.1", service, hints, found);
  --looking_up;
  return code;
}

extern "C" int pthread_detach(pthread_t thread) {
  static const auto real = reinterpret_cast<decltype(&pthread_detach)>(dlsym(RTLD_NEXT, "pthread_detach"));
  ++detached;
  return real(thread);
}

namespace rec {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;
using testing_support::Net;

/// libcurl lets go of a resolver's thread (pthread_detach) when it ends a request amid its lookup: the two
/// then free the same memory, which ended the program with "double free" once in months of requests.
class NameLookup : public testing::Test {
 protected:
  NameLookup() {
    net_.server.on_text("/x", "found");
    detached = 0;
    names_are_found = false;
  }
  ~NameLookup() override { names_are_found = true; }
  [[nodiscard]] HttpRequest slow_request() {
    return {.url = net_.server.url_as("a" + std::to_string(++number_) + ".slow.sim", "/x")};
  }
  static void await_lookups(int wanted) {
    for (int i = 0; i < 5'000 && looking_up != wanted; ++i) std::this_thread::sleep_for(milliseconds(2));
    ASSERT_EQ(looking_up, wanted);
  }

  Net net_;
  int number_ = 0;
};

TEST_F(NameLookup, ARequestWhoseNameServerIsSilentEndsInTimeAndTheNextOnesAreServed) {
  auto request = slow_request();
  request.connect_timeout = milliseconds(300);
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_EQ(net_.failure(request), Errc::timed_out);
  EXPECT_THAT(net_.last_error, HasSubstr("Resolving timed out"));
  EXPECT_GE(std::chrono::steady_clock::now() - begun, milliseconds(300));
  auto in_all = slow_request();
  in_all.timeout = milliseconds(200);
  EXPECT_EQ(net_.failure(in_all), Errc::timed_out);
  EXPECT_TRUE(net_.get("/x"));
  names_are_found = true;
  await_lookups(0);
  const auto late = net_.fetch(slow_request());
  ASSERT_TRUE(late) << late.error().text;
  EXPECT_EQ(late->body, "found");
  EXPECT_EQ(net_.server.connections(), 2);  // none for those that nobody waited for
  EXPECT_EQ(detached, 0);
}

TEST_F(NameLookup, ARequestThatIsDroppedWhileItsNameIsLookedUpHarmsNothing) {
  asio::cancellation_signal stop;
  bool ended = false;
  asio::co_spawn(
      net_.io, net_.http.fetch(slow_request()),
      asio::bind_cancellation_slot(
          stop.slot(), [&](const std::exception_ptr&, const Result<HttpResponse>&) { ended = true; }));
  net_.run_until([] { return looking_up == 1; });
  stop.emit(asio::cancellation_type::all);
  net_.run_until([&] { return ended; });
  EXPECT_TRUE(net_.get("/x"));  // by then the curl thread has heard of it
  names_are_found = true;
  await_lookups(0);
  EXPECT_TRUE(net_.fetch(slow_request()));
  EXPECT_EQ(net_.server.connections(), 2);
  EXPECT_EQ(detached, 0);
}

TEST_F(NameLookup, AfterASlowLookupTheTimeoutCountsAgain) {
  net_.server.on("/silent", testing_support::wait_for_ever);
  auto request = slow_request();
  request.url.replace(request.url.size() - 1, 1, "silent");
  request.timeout = milliseconds(600);
  std::optional<Result<HttpResponse>> got;
  net_.start(request, got);
  net_.run_until([] { return looking_up == 1; });
  names_are_found = true;
  net_.run_until([&] { return got.has_value(); });
  ASSERT_FALSE(*got);
  EXPECT_EQ(got->error().code, Errc::timed_out);
  EXPECT_EQ(net_.server.connections(), 1);
}

TEST_F(NameLookup, AProgramThatEndsAmidALookupDoesNotWaitForIt) {
#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
  GTEST_SKIP() << "the resolver's thread, which nobody waits for, would be called a leak";
#endif
#endif
  std::optional<Result<HttpResponse>> got;
  {
    CurlHttpClient http;
    asio::co_spawn(net_.io, http.fetch(slow_request()),
                   [&](const std::exception_ptr&, Result<HttpResponse> result) { got = std::move(result); });
    net_.run_until([] { return looking_up == 1; });
  }
  net_.run_until([&] { return got.has_value(); });
  ASSERT_FALSE(*got);
  EXPECT_EQ(got->error().code, Errc::unavailable);
  EXPECT_EQ(looking_up, 1);
  names_are_found = true;
  await_lookups(0);
  EXPECT_EQ(detached, 0);
}

}  // namespace
}  // namespace rec
