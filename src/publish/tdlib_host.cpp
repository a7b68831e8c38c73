// dlopen, two threads (one reads requests, one waits in td_receive), and the thinning of updateFile.
#include "publish/tdlib_host.hpp"

#include <dlfcn.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "publish/file_updates.hpp"

namespace rec {
namespace {

constexpr int kSocket = 0;
constexpr double kReceiveSeconds = 0.1;
constexpr std::chrono::seconds kCloseWithin{3};

struct TdjsonLibrary {
  int (*create_client)() = nullptr;
  void (*send)(int, const char*) = nullptr;
  const char* (*receive)(double) = nullptr;
  const char* (*execute)(const char*) = nullptr;
};

template <class F>
bool bind_symbol(void* handle, const char* name, F& function) {
  function = reinterpret_cast<F>(dlsym(handle, name));
  return function != nullptr;
}

bool open_tdjson(const std::string& path, TdjsonLibrary& library) {
  void* handle = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  const bool bound = handle != nullptr && bind_symbol(handle, "td_create_client_id", library.create_client) &&
                     bind_symbol(handle, "td_send", library.send) &&
                     bind_symbol(handle, "td_receive", library.receive) &&
                     bind_symbol(handle, "td_execute", library.execute);
  if (!bound) std::fprintf(stderr, "telegram.library: %s cannot be loaded: %s\n", path.c_str(), dlerror());
  return bound;
}

/// Reads requests until the parent's end is closed.
void forward_requests(const TdjsonLibrary& library, int client) {
  std::string buffer;
  char chunk[16384];
  for (;;) {
    const ssize_t got = recv(kSocket, chunk, sizeof chunk, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return;
    buffer.append(chunk, static_cast<std::size_t>(got));
    std::size_t begin = 0;
    for (std::size_t end = buffer.find('\n'); end != std::string::npos; end = buffer.find('\n', begin)) {
      buffer[end] = '\0';
      library.send(client, buffer.c_str() + begin);
      begin = end + 1;
    }
    buffer.erase(0, begin);
  }
}

/// False when the parent is gone.
bool write_line(std::string line) {
  line += '\n';
  for (std::size_t done = 0; done < line.size();) {
    const ssize_t put = ::send(kSocket, line.data() + done, line.size() - done, MSG_NOSIGNAL);
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) return false;
    done += static_cast<std::size_t>(put);
  }
  return true;
}

/// Hands on what TDLib says until the client is closed, or time is up after `parent_gone`.
void forward_answers(const TdjsonLibrary& library, const std::atomic<bool>& parent_gone) {
  using Time = std::chrono::steady_clock;
  FileUpdateThinner thinner;
  bool writable = true;
  std::optional<Time::time_point> give_up;
  for (;;) {
    const char* text = library.receive(kReceiveSeconds);
    const auto now = Time::now();
    if (parent_gone && !give_up) give_up = now + kCloseWithin;
    if (give_up && now > *give_up) return;
    std::vector<std::string> lines;
    if (text != nullptr) thinner.put(text, now, lines);
    thinner.flush(now, lines);
    for (std::string& line : lines) {
      if (writable) writable = write_line(std::move(line));
    }
    if (text != nullptr && std::strstr(text, "\"authorizationStateClosed\"") != nullptr) return;
  }
}

}  // namespace

int tdlib_host_main(const std::string& library_path) {
  umask(077);  // its files are the key to an account
  TdjsonLibrary library;
  if (!open_tdjson(library_path, library)) return 2;
  library.execute(R"({"@type":"setLogVerbosityLevel","new_verbosity_level":1})");
  const int client = library.create_client();
  library.send(client, R"({"@type":"getAuthorizationState"})");
  std::atomic<bool> parent_gone = false;
  std::thread reader([&library, client, &parent_gone] {
    forward_requests(library, client);
    library.send(client, R"({"@type":"close"})");
    parent_gone = true;
  });
  reader.detach();
  forward_answers(library, parent_gone);
  std::fflush(stderr);
  // TDLib's own threads may still run: no destructors.
  _exit(0);
}

}  // namespace rec
