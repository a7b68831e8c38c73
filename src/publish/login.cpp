#include "publish/login.hpp"

#include "publish/tdlib_json.hpp"
#include "publish/tdlib_session.hpp"

namespace rec {
namespace {

constexpr Millis kWithin{30'000};

}  // namespace

Task<> log_out_of_telegram(asio::any_io_executor executor, Clock& clock, TdlibOptions options) {
  options.person = nullptr;
  TdlibSession session(executor, clock, std::move(options), [](const auto&) {}, [] {});
  const auto ready = co_await session.ready();
  if (!ready && ready.error().code == Errc::denied) co_return Result<void>{};
  if (!ready) co_return fail(ready.error());
  auto log_out = tdlib::request("logOut");
  REC_CO_TRY(const auto done, co_await session.ask(std::move(log_out), "logging out"));
  // It says "closed" when all is deleted, and its process ends.
  const auto until = clock.steady() + kWithin;
  const auto over = [&] {
    const auto state = tdlib::type_of(session.authorization());
    return state.empty() || state == "authorizationStateClosed";
  };
  while (!over() && clock.steady() < until) co_await session.changed().wait_until(clock, until);
  co_await session.close();
  if (over()) co_return Result<void>{};
  co_return fail(Errc::timed_out, "Telegram: it did not end the session in time; try again");
}

}  // namespace rec
