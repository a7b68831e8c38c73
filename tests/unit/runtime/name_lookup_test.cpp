// Requests whose time is over, or that nobody waits for any more, while their names are still looked up.
// Names under ".slow.sim" are this machine, and are found when the test says so; libcurl's other business
// with threads is watched.
#include <arpa/inet.h>
#include <dlfcn.h>
#include <netdb.h>
#include <pthread.h>
#include <sys/socket.h>

#include <array>
#include <atomic>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include "base/fd.hpp"
#include "tests/unit/runtime/http_fixture.hpp"

namespace {
std::atomic<bool> names_are_found{true};
std::atomic<int> answered{0};  ///< so many lookups are answered all the same, the first ones
std::atomic<int> asked{0};
std::atomic<int> looking_up{0};
std::atomic<int> detached{0};
}  // namespace

extern "C" int getaddrinfo(const char* name, const char* service, const addrinfo* hints, addrinfo** found) {
  static const auto real = reinterpret_cast<decltype(&getaddrinfo)>(dlsym(RTLD_NEXT, "getaddrinfo"));
  if (name == nullptr || !std::string_view(name).ends_with(".slow.sim"))
    return real(name, service, hints, found);
  ++looking_up;
  const int mine = asked++;
  while (!names_are_found && mine >= answered) std::this_thread::sleep_for(std::chrono::milliseconds(2));
  int code = real("127.0.0.1", service, hints, found);
  if (code == 0 && std::string_view(name).starts_with("two.")) {
    addrinfo* silent = nullptr;
    code = real("127.0.0.2", service, hints, &silent);
    if (code == 0) silent->ai_next = std::exchange(*found, silent);
  }
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
    answered = asked = 0;
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

TEST_F(NameLookup, ARequestIsNotAnsweredByAnothersLookupWhileItsOwnGoesOn) {
  const auto request = slow_request();
  std::optional<Result<HttpResponse>> first, second;
  net_.start(request, first);
  net_.start(request, second);
  net_.run_until([] { return looking_up == 2; });
  answered = 1;
  net_.run_until([&] { return first.has_value() || second.has_value(); });
  EXPECT_NE(first.has_value(), second.has_value());
  names_are_found = true;
  net_.run_until([&] { return first.has_value() && second.has_value(); });
  EXPECT_TRUE(*first && *second);
  EXPECT_EQ(detached, 0);
}

/// Takes no more connections, and does not say so.
class SilentAddress {
 public:
  explicit SilentAddress(int port) {
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_port = htons(static_cast<std::uint16_t>(port));
    ::inet_pton(AF_INET, "127.0.0.2", &at.sin_addr);
    const auto* address = reinterpret_cast<const sockaddr*>(&at);
    if (::bind(listening_.get(), address, sizeof at) != 0 || ::listen(listening_.get(), 0) != 0)
      throw std::runtime_error("127.0.0.2 cannot be listened on");
    for (auto& one : waiting_) {
      one.reset(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0));
      (void)::connect(one.get(), address, sizeof at);
    }
  }

 private:
  Fd listening_{::socket(AF_INET, SOCK_STREAM, 0)};
  std::array<Fd, 4> waiting_;
};

TEST_F(NameLookup, BehindASilentAddressTheNextOneOfTheHostIsTried) {
  const SilentAddress silent(std::stoi(net_.server.port()));
  names_are_found = true;
  HttpRequest request{.url = net_.server.url_as("two.slow.sim", "/x")};
  request.connect_timeout = milliseconds(4'000);
  const auto got = net_.fetch(request);
  ASSERT_TRUE(got) << got.error().text;
  EXPECT_EQ(got->body, "found");
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
