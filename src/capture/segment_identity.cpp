// Identity by URI: which parts of a URL stay when its tokens and hosts change.
#include "capture/segment_identity.hpp"

#include <fmt/format.h>
#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <unordered_map>

#include "capture/uri.hpp"

namespace rec::capture {
namespace {

constexpr std::size_t kLongestPiece = 64;
constexpr std::size_t kDigestKept = 16;

/// "" when the path has no component `name` with one behind it.
std::string_view path_value(std::string_view path, std::string_view name) {
  const auto key = fmt::format("/{}/", name);
  const auto at = path.find(key);
  if (at == std::string_view::npos) return {};
  path.remove_prefix(at + key.size());
  return path.substr(0, path.find('/'));
}

bool is_path_token(std::string_view component) {
  constexpr std::array<std::string_view, 8> kMarks{
      "hdnts=", "hdnea=", "hdntl=", "hmac=", "token=", "exp=", "signature=", "Policy="};
  return std::any_of(kMarks.begin(), kMarks.end(),
                     [&](std::string_view mark) { return component.find(mark) != std::string_view::npos; });
}

bool is_query_token(std::string_view name) {
  constexpr std::array<std::string_view, 26> kNames{
      "token",   "sig",   "signature", "expires", "expire",      "exp",  "e",      "st",     "hmac",
      "hdnts",   "hdnea", "hdntl",     "auth",    "key",         "hash", "policy", "Policy", "nonce",
      "session", "sid",   "Signature", "Expires", "Key-Pair-Id", "ts",   "_",      "cid"};
  return std::find(kNames.begin(), kNames.end(), name) != kNames.end() || name.starts_with("X-Amz-");
}

std::string without_path_tokens(std::string_view path) {
  std::string out;
  while (!path.empty()) {
    const auto next = path.find('/', 1);
    auto component = path.substr(0, next);
    path.remove_prefix(next == std::string_view::npos ? path.size() : next);
    component = component.substr(0, component.find(';'));
    if (!is_path_token(component)) out += component;
  }
  return out;
}

std::string without_query_tokens(std::string_view query) {
  std::string out;
  while (!query.empty()) {
    const auto pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), pair.size() + 1));
    if (is_query_token(pair.substr(0, pair.find('=')))) continue;
    out += out.empty() ? '?' : '&';
    out += pair;
  }
  return out;
}

std::string digest_of(std::string_view text) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
  std::string hex;
  for (std::size_t i = 0; i < kDigestKept; ++i) hex += fmt::format("{:02x}", digest[i]);
  return hex;
}

/// Directory and name are shortened each by itself, so that all names of a directory keep one stem.
std::string shortened(const std::string& identity) {
  const std::string_view stem = identity_stem(identity);
  const std::string_view name = std::string_view(identity).substr(stem.size());
  std::string out = stem.size() > kLongestPiece ? fmt::format("#{}/", digest_of(stem)) : std::string(stem);
  out += name.size() > kLongestPiece ? fmt::format("#{}", digest_of(name)) : std::string(name);
  return out;
}

}  // namespace

std::string_view identity_stem(std::string_view identity) {
  const auto path_end = std::min(identity.size(), identity.find_first_of("?@"));
  const auto slash = identity.substr(0, path_end).rfind('/');
  return slash == std::string_view::npos ? std::string_view() : identity.substr(0, slash + 1);
}

std::string identity_of(std::string_view url, const std::optional<ByteRange>& range, bool keep_query) {
  const auto pieces = split_uri(url);
  std::string out;
  const auto youtube_id = path_value(pieces.path, "id");
  const auto youtube_number = path_value(pieces.path, "sq");
  if (!youtube_id.empty() && !youtube_number.empty()) {
    out = fmt::format("yt:{}/{}", youtube_id, youtube_number);
  } else {
    out = without_path_tokens(pieces.path);
    if (keep_query) out += without_query_tokens(pieces.query);
  }
  if (range) out += fmt::format("@{}+{}", range->offset, range->length);
  return shortened(out);
}

std::vector<std::string> identities_of(const MediaPlaylist& playlist) {
  std::vector<std::string> out;
  out.reserve(playlist.segments.size());
  std::unordered_map<std::string_view, std::string_view> url_of;
  bool collide = false;
  for (const auto& segment : playlist.segments) {
    out.push_back(identity_of(segment.url, segment.range));
  }
  for (std::size_t i = 0; i < out.size(); ++i) {
    const std::string_view url = playlist.segments[i].url;
    const auto [found, fresh] = url_of.try_emplace(out[i], url);
    collide = collide || (!fresh && found->second != url);
  }
  if (!collide) return out;
  for (std::size_t i = 0; i < out.size(); ++i)
    out[i] = identity_of(playlist.segments[i].url, playlist.segments[i].range, true);
  return out;
}

}  // namespace rec::capture
