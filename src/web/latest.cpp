#include "web/latest.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>

#include "base/raised_flag.hpp"
#include "web/changes.hpp"

namespace rec::web {

using asio::experimental::awaitable_operators::operator||;  // NOLINT(misc-unused-using-decls): used below

namespace {

constexpr auto kPatience = std::chrono::seconds(10);
constexpr Millis kWaitStep{50};

}  // namespace

Task<Overview> Latest::get(Millis age) {
  const SteadyTime until = clock_.steady() + kPatience;
  for (;;) {
    if (latest_ && clock_.steady() - made_ <= age) co_return latest_;
    if (!busy_) break;
    if (clock_.steady() >= until) co_return fail(Errc::timed_out, "the program does not answer");
    co_await clock_.sleep(kWaitStep);
  }
  const RaisedFlag busy(busy_);
  boost::json::object nothing;
  auto got = co_await (ask_("overview", std::move(nothing)) || clock_.sleep_until(until));
  if (got.index() != 0) co_return fail(Errc::timed_out, "the program does not answer");
  auto answer = std::get<0>(std::move(got));
  if (!answer) co_return fail(std::move(answer).error());
  latest_ = std::make_shared<const boost::json::object>(for_pages(*std::move(answer)));
  made_ = clock_.steady();
  co_return latest_;
}

}  // namespace rec::web
