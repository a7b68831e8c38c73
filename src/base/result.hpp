// Result and Error: how every failure travels. An error is handled, or returned with context; never logged
// and returned.
#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <tl/expected.hpp>

namespace rec {

/// What the caller can do about it; the text says which library failed and on what.
enum class Errc {
  cancelled,     ///< somebody asked for it to stop
  timed_out,     ///< no answer in time: try again
  unavailable,   ///< the other side is down or unreachable: try again with backoff
  rate_limited,  ///< wait `retry_after`, then try again
  denied,        ///< credentials or rights are wrong: a person must act
  not_found,     ///< it is not there (any more)
  corrupt,       ///< what came is not what it claims to be
  conflict,      ///< somebody else holds it, or it exists already
  no_space,      ///< the disk is full
  invalid,       ///< the request or the configuration is wrong: a person must act
};

/// The stable word for a code, as logs and JSON show it.
std::string_view word(Errc code);

struct Error {
  Errc code{};
  std::string text;  ///< one line, names the thing that failed and, where one is known, the cure
  std::optional<std::chrono::milliseconds> retry_after{};

  /// The same error, seen from further out: "context: text".
  [[nodiscard]] Error in(std::string_view context) &&;
};

template <class T>
class [[nodiscard]] Result : public tl::expected<T, Error> {
  using Base = tl::expected<T, Error>;

 public:
  using Base::Base;
  Result(Base&& base) : Base(std::move(base)) {}
};

using Failure = tl::unexpected<Error>;

inline Failure fail(Errc code, std::string text) { return Failure(Error{code, std::move(text), {}}); }
inline Failure fail(Error error) { return Failure(std::move(error)); }

/// The Error for an errno value: ENOSPC, EDQUOT and EROFS are no_space, EACCES and EPERM denied, ENOENT
/// not_found.
Error errno_error(int errno_value, std::string_view doing);

}  // namespace rec

#define REC_CONCAT_(a, b) a##b
#define REC_CONCAT(a, b) REC_CONCAT_(a, b)
#define REC_TRY_(tmp, decl, expr)                       \
  auto tmp = (expr);                                    \
  if (!tmp) return ::rec::fail(std::move(tmp).error()); \
  decl = *std::move(tmp)
/// `REC_TRY(auto x, f());` binds the value, or returns the error from the enclosing function.
#define REC_TRY(decl, expr) REC_TRY_(REC_CONCAT(rec_result_, __LINE__), decl, expr)
/// `REC_CHECK(f());` for a Result<void>.
#define REC_CHECK(expr)                                        \
  do {                                                         \
    if (auto rec_check_result = (expr); !rec_check_result) {   \
      return ::rec::fail(std::move(rec_check_result).error()); \
    }                                                          \
  } while (false)
