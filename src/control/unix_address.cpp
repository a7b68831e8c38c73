#include "control/unix_address.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

namespace rec::control {
namespace {

constexpr int kBacklog = 128;

/// The address of a path; the folder stays open as long as it is used, for a long path goes by way of it.
struct UnixAddress {
  sockaddr_un address{};
  Fd folder{};
};

Result<UnixAddress> address_of(const std::string& path) {
  UnixAddress out;
  out.address.sun_family = AF_UNIX;
  std::string name = path;
  if (name.size() >= sizeof out.address.sun_path) {
    const std::filesystem::path whole(path);
    const std::string folder = whole.parent_path().string();
    out.folder = Fd(::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!out.folder) return fail(errno_error(errno, folder));
    name = "/proc/self/fd/" + std::to_string(out.folder.get()) + "/" + whole.filename().string();
  }
  if (name.size() >= sizeof out.address.sun_path) return fail(Errc::invalid, path + ": too long a name");
  std::memcpy(out.address.sun_path, name.c_str(), name.size() + 1);
  return out;
}

Result<Fd> unix_socket() {
  Fd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd) return fail(errno_error(errno, "a Unix socket"));
  return fd;
}

const sockaddr* as_sockaddr(const UnixAddress& at) {
  return reinterpret_cast<const sockaddr*>(&at.address);  // as POSIX has it
}

}  // namespace

Result<Fd> listen_at(const std::string& path) {
  REC_TRY(const UnixAddress at, address_of(path));
  REC_TRY(Fd fd, unix_socket());
  if (::unlink(path.c_str()) != 0 && errno != ENOENT)
    return fail(errno_error(errno, "cannot remove " + path));
  // Linux gives the file the mode of the socket, so there is no instant at which others could connect.
  if (::fchmod(fd.get(), 0600) != 0 || ::bind(fd.get(), as_sockaddr(at), sizeof at.address) != 0 ||
      ::listen(fd.get(), kBacklog) != 0) {
    return fail(errno_error(errno, "cannot listen at " + path));
  }
  return fd;
}

Result<Fd> connect_to(const std::string& path) {
  REC_TRY(const UnixAddress at, address_of(path));
  REC_TRY(Fd fd, unix_socket());
  if (::connect(fd.get(), as_sockaddr(at), sizeof at.address) == 0) return fd;
  switch (errno) {
    case ECONNREFUSED:
    case ENOENT:
    case ENOTDIR:
      return fail(Errc::not_found, "no streamrecorder listens at " + path);
    case EAGAIN:
      return fail(Errc::unavailable, path + ": too many are asking already");
    default:
      return fail(errno_error(errno, "cannot connect to " + path));
  }
}

}  // namespace rec::control
