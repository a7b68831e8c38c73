#include "capture/ytdlp_release.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cctype>

namespace rec::capture {
namespace {

constexpr std::size_t kLongestVersion = 64;
constexpr std::size_t kDigestDigits = 64;

}  // namespace

Result<std::string> checksum_of(std::string_view sums, std::string_view asset) {
  for (std::size_t from = 0; from < sums.size();) {
    const std::size_t to = std::min(sums.find('\n', from), sums.size());
    std::string_view line = sums.substr(from, to - from);
    from = to + 1;
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    const std::size_t blank = line.find(' ');
    if (blank != kDigestDigits) continue;
    std::string_view name = line.substr(std::min(line.find_first_not_of(' ', blank), line.size()));
    if (name.starts_with('*')) name.remove_prefix(1);  // "binary" in the form of sha256sum
    if (name != asset) continue;
    std::string digest(line.substr(0, kDigestDigits));
    const auto hex = [](unsigned char c) { return std::isxdigit(c) != 0; };
    if (!std::ranges::all_of(digest, hex)) continue;
    for (char& c : digest) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return digest;
  }
  return fail(Errc::not_found, "no checksum of " + std::string(asset) + " in it");
}

std::string sha256_hex(std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha256(), nullptr);
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (unsigned int i = 0; i < size; ++i) {
    text += kDigits[digest[i] >> 4U];
    text += kDigits[digest[i] & 15U];
  }
  return text;
}

bool is_ytdlp_version(std::string_view text) {
  const auto plain = [](unsigned char c) { return std::isalnum(c) != 0 || c == '.' || c == '-' || c == '_'; };
  return !text.empty() && text.size() <= kLongestVersion &&
         std::isdigit(static_cast<unsigned char>(text[0])) && std::ranges::all_of(text, plain);
}

}  // namespace rec::capture
