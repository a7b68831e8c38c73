// The limit on uploads, changed through a door while the program runs.
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "app/service.hpp"
#include "runtime/virtual_clock.hpp"
#include "store/sqlite_store.hpp"
#include "tests/support/idle_publisher.hpp"

namespace rec {
namespace {

namespace json = boost::json;

class CappedPublisher final : public test::IdlePublisher {
 public:
  void set_upload_cap(std::uint64_t bytes_per_second) override { caps.push_back(bytes_per_second); }
  std::vector<std::uint64_t> caps;
};

class UploadRequests : public testing::Test {
 protected:
  Result<json::object> call(std::string request, json::object arguments) {
    Service service(needs());
    std::optional<Result<json::object>> outcome;
    asio::co_spawn(
        io, service.call(std::move(request), std::move(arguments)),
        [&](const std::exception_ptr&, Result<json::object> result) { outcome.emplace(std::move(result)); });
    clock.run_for(std::chrono::nanoseconds(0));
    return outcome ? std::move(*outcome) : Result<json::object>(fail(Errc::timed_out, "it has not ended"));
  }
  Service::Needs needs() {
    Service::Needs all{model, settings, clock, *store, *worker};
    if (telegram) {
      all.publisher = &capped;
      all.uploads = [] { return std::optional(UploadReport{{1'000'000, "", "", ""}, 5e5, {}, {}}); };
    }
    return all;
  }

  asio::io_context io;
  VirtualClock clock{io, from_unix_ms(1'700'000'000'000)};
  std::unique_ptr<Store> store = SqliteStore::open(":memory:").value();
  std::unique_ptr<Worker> worker = make_inline_worker();
  Settings settings;
  Model model;
  bool telegram = true;
  CappedPublisher capped;
};

TEST_F(UploadRequests, TheLimitIsChangedInMegabits) {
  ASSERT_TRUE(call("upload_limit", {{"mbps", 50}}));
  ASSERT_TRUE(call("upload_limit", {{"mbps", 0.5}}));
  ASSERT_TRUE(call("upload_limit", {{"mbps", 0}}));
  EXPECT_EQ(capped.caps, (std::vector<std::uint64_t>{6'250'000, 62'500, 0}));
}

TEST_F(UploadRequests, WhatIsNoLimitIsRefused) {
  for (const json::object& wrong : {json::object{}, json::object{{"mbps", "fast"}},
                                    json::object{{"mbps", -1}}, json::object{{"mbps", 1}, {"x", 1}}}) {
    const auto refused = call("upload_limit", wrong);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Errc::invalid);
  }
  telegram = false;
  EXPECT_EQ(call("upload_limit", {{"mbps", 1}}).error().code, Errc::not_found);
  EXPECT_TRUE(capped.caps.empty());
}

TEST_F(UploadRequests, StatusTellsOfUploadsWhereTelegramIsSetUp) {
  EXPECT_EQ(call("status", {})->at("telegram").at("upload_bytes_per_s").to_number<int>(), 500'000);
  telegram = false;
  EXPECT_TRUE(call("status", {})->at("telegram").is_null());
}

}  // namespace
}  // namespace rec
