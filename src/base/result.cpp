#include "base/result.hpp"

#include <cerrno>
#include <cstring>

namespace rec {

std::string_view word(Errc code) {
  switch (code) {
    case Errc::cancelled:
      return "cancelled";
    case Errc::timed_out:
      return "timed_out";
    case Errc::unavailable:
      return "unavailable";
    case Errc::rate_limited:
      return "rate_limited";
    case Errc::denied:
      return "denied";
    case Errc::not_found:
      return "not_found";
    case Errc::corrupt:
      return "corrupt";
    case Errc::conflict:
      return "conflict";
    case Errc::no_space:
      return "no_space";
    case Errc::invalid:
      return "invalid";
  }
  return "unknown";
}

Error Error::in(std::string_view context) && {
  return Error{code, std::string(context) + ": " + text, retry_after};
}

Error errno_error(int errno_value, std::string_view doing) {
  Errc code = Errc::unavailable;
  switch (errno_value) {
    case ENOSPC:
    case EDQUOT:
    case EROFS:
      code = Errc::no_space;
      break;
    case EACCES:
    case EPERM:
      code = Errc::denied;
      break;
    case ENOENT:
      code = Errc::not_found;
      break;
    case EEXIST:
    case EWOULDBLOCK:
      code = Errc::conflict;
      break;
    default:
      break;
  }
  return Error{code, std::string(doing) + ": " + std::strerror(errno_value), {}};
}

}  // namespace rec
