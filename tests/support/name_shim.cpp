// Preloaded into the program under test: a name server of its own. Names that end with ".sim" are 127.0.0.1,
// all others are looked up as ever. What the server is like is said by the file REC_NAMES, looked at each
// time:
//   not there   it answers
//   gone        it cannot be reached, which is known at once (EAI_AGAIN)
//   silent      it never answers, until the file says something else
#include <dlfcn.h>
#include <fcntl.h>
#include <netdb.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>

namespace {

enum class Server { answers, gone, silent };

Server server_now() {
  const char* path = std::getenv("REC_NAMES");
  const int fd = path == nullptr ? -1 : open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return Server::answers;
  char word[8] = {};
  const bool said = read(fd, word, sizeof word - 1) > 0;
  close(fd);
  if (!said) return Server::answers;
  return std::strncmp(word, "silent", 6) == 0 ? Server::silent : Server::gone;
}

bool is_ours(const char* name) {
  const size_t length = name == nullptr ? 0 : std::strlen(name);
  return length > 4 && std::strcmp(name + length - 4, ".sim") == 0;
}

}  // namespace

extern "C" int getaddrinfo(const char* name, const char* service, const addrinfo* hints, addrinfo** found) {
  static const auto real = reinterpret_cast<int (*)(const char*, const char*, const addrinfo*, addrinfo**)>(
      dlsym(RTLD_NEXT, "getaddrinfo"));
  if (!is_ours(name)) return real(name, service, hints, found);
  while (server_now() == Server::silent) usleep(20'000);
  if (server_now() == Server::gone) return EAI_AGAIN;
  return real("127.0.0.1", service, hints, found);
}
