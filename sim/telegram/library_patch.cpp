// Finds the keys in the mapped source, lets the kernel copy the file, writes over the two places.
#include "sim/telegram/library_patch.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string_view>
#include <vector>

#include "sim/telegram/crypto.hpp"

namespace rec::sim {
namespace {

namespace fs = std::filesystem;

std::vector<off_t> key_places(std::string_view library, std::size_t length) {
  constexpr std::string_view kBegin = "-----BEGIN RSA PUBLIC KEY-----";
  constexpr std::string_view kEnd = "-----END RSA PUBLIC KEY-----";
  std::vector<off_t> places;
  for (auto at = library.find(kBegin); at != library.npos; at = library.find(kBegin, at + kBegin.size())) {
    const auto end = library.find(kEnd, at);
    if (end != library.npos && end + kEnd.size() - at == length) places.push_back(static_cast<off_t>(at));
  }
  return places;
}

Result<std::vector<off_t>> find_keys(const fs::path& source, std::size_t length) {
  const int fd = ::open(source.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    return fail(Errc::not_found, "no library " + source.string() + ": run npm ci --prefix tools/telegram");
  struct stat about{};
  ::fstat(fd, &about);
  const auto size = static_cast<std::size_t>(about.st_size);
  void* mapped = size ? ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd, 0) : MAP_FAILED;
  ::close(fd);
  if (mapped == MAP_FAILED) return fail(Errc::corrupt, source.string() + " cannot be mapped");
  auto places = key_places({static_cast<const char*>(mapped), size}, length);
  ::munmap(mapped, size);
  if (places.size() != 2)
    return fail(Errc::corrupt, source.string() + " holds " + std::to_string(places.size()) +
                                   " server keys where two were expected: pin the TDLib this was made for");
  return places;
}

}  // namespace

Result<void> patch_library(const fs::path& source, const fs::path& target, const std::string& pem) {
  REC_TRY(const auto places, find_keys(source, pem.size()));
  const fs::path draft =
      target.string() + "." + std::to_string(getpid()) + "." + std::to_string(random_int64());
  std::error_code error;
  fs::copy_file(source, draft, error);
  if (error) return fail(errno_error(error.value(), "copy " + source.string() + " to " + draft.string()));
  const int fd = ::open(draft.c_str(), O_WRONLY | O_CLOEXEC);
  bool written = fd >= 0;
  for (const auto place : places)
    written = written && ::pwrite(fd, pem.data(), pem.size(), place) == static_cast<ssize_t>(pem.size());
  const int cause = errno;
  if (fd >= 0) ::close(fd);
  if (written) fs::rename(draft, target, error);
  if (written && !error) return {};
  std::error_code ignored;
  fs::remove(draft, ignored);
  return fail(errno_error(written ? error.value() : cause, "write " + target.string()));
}

}  // namespace rec::sim
