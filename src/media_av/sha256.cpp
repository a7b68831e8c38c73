// SHA-256 by OpenSSL.
#include "media_av/sha256.hpp"

#include <fcntl.h>
#include <openssl/evp.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <memory>
#include <vector>

namespace rec::media {
namespace {

constexpr std::size_t kHashChunk = 1U << 20U;

std::string hex_digits(const unsigned char* bytes, unsigned count) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string out;
  for (unsigned i = 0; i < count; ++i) {
    out += kDigits[bytes[i] >> 4U];
    out += kDigits[bytes[i] & 15U];
  }
  return out;
}

}  // namespace

Result<FileDigest> sha256_of(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return fail(errno_error(errno, "opening " + path));
  ::posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);
  const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> hash(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  EVP_DigestInit_ex(hash.get(), EVP_sha256(), nullptr);
  std::vector<char> chunk(kHashChunk);
  FileDigest out;
  ssize_t got = 0;
  int why = 0;
  do {
    got = ::read(fd, chunk.data(), chunk.size());
    why = errno;
    if (got <= 0) continue;
    EVP_DigestUpdate(hash.get(), chunk.data(), static_cast<std::size_t>(got));
    out.bytes += static_cast<std::uint64_t>(got);
  } while (got > 0 || (got < 0 && why == EINTR));
  ::close(fd);
  if (got < 0) return fail(errno_error(why, "reading " + path));
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned length = 0;
  EVP_DigestFinal_ex(hash.get(), digest.data(), &length);
  out.sha256 = hex_digits(digest.data(), length);
  return out;
}

}  // namespace rec::media
