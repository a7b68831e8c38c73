// Task<T>: a coroutine on the decision thread that ends with a Result. Values, not exceptions, because
// `a || timer` waits for one *success*: a throwing `a` would wait out the timer and lose its error (Asio
// #900).
//
// Cancellation unwinds: a cancelled `co_await` throws boost::system::system_error(operation_aborted),
// destructors run, and the supervisor turns it into Errc::cancelled. Nobody else catches it.
//
// g++ 12 miscompiles awaited temporaries: name a lambda or an aggregate on the line above, then move it in.
// Coroutine parameters are taken by value, or outlive the coroutine by contract.
#pragma once
#include <boost/asio/awaitable.hpp>

#include "base/result.hpp"

namespace rec {

namespace asio = boost::asio;

template <class T = void>
using Task = asio::awaitable<Result<T>>;

}  // namespace rec

#define REC_CO_TRY_(tmp, decl, expr)                       \
  auto tmp = (expr);                                       \
  if (!tmp) co_return ::rec::fail(std::move(tmp).error()); \
  decl = *std::move(tmp)
/// `REC_CO_TRY(auto x, co_await f());` binds the value, or returns the error from the enclosing coroutine.
#define REC_CO_TRY(decl, expr) REC_CO_TRY_(REC_CONCAT(rec_result_, __LINE__), decl, expr)
/// `REC_CO_CHECK(co_await f());` for a Task<>.
#define REC_CO_CHECK(expr)                                        \
  do {                                                            \
    if (auto rec_check_result = (expr); !rec_check_result) {      \
      co_return ::rec::fail(std::move(rec_check_result).error()); \
    }                                                             \
  } while (false)
