// HTTP bodies, ranges, keys.
#include "capture/segment_bytes.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "capture/aes128.hpp"
#include "capture/body_pipe.hpp"
#include "capture/hedge.hpp"
#include "capture/segment_check.hpp"

namespace rec::capture {
namespace {

constexpr std::size_t kMaxInitBytes = 8U << 20U;
constexpr std::size_t kMaxKeyBytes = 4096;  ///< to tell a page from a key
constexpr std::size_t kSharedKept = 16;
constexpr Millis kSlow{5'000};
constexpr Millis kMostPatience{15'000};
constexpr std::chrono::seconds kSmallDuration{4};  ///< sets the timeout of keys and initialization sections

std::string range_text(const ByteRange& range) {
  return fmt::format("{}-{}", range.offset, range.offset + range.length - 1);
}

/// A server may answer a Range with all of the file.
Result<std::string> cut_to_range(HttpResponse response, const std::optional<ByteRange>& range) {
  if (!range) return std::move(response.body);
  if (response.status != 206) {
    if (response.body.size() < range->offset + range->length)
      return fail(Errc::corrupt, "segment file is shorter than its byte range");
    return response.body.substr(range->offset, range->length);
  }
  if (response.body.size() != range->length)
    return fail(Errc::corrupt, "another length came than the byte range has");
  return std::move(response.body);
}

HttpRequest request_for(const Take& take, std::string url, const std::optional<ByteRange>& range,
                        Micros duration) {
  auto request = take.get(std::move(url));
  if (range) request.range = range_text(*range);
  const auto length = std::chrono::duration_cast<Millis>(duration);
  request.timeout = std::clamp<Millis>(4 * length + kSlow, Millis{15'000}, Millis{40'000});
  return request;
}

std::chrono::nanoseconds patience_for(Micros duration) {
  return std::min<Millis>(2 * std::chrono::duration_cast<Millis>(duration) + kSlow, kMostPatience);
}

/// Errc::denied is what a server says, and counts against the URL. That an address is private may pass: a
/// router without a line to the world answers for every name.
Error refused_or_failed(Error error) {
  if (error.code == Errc::denied) error.code = Errc::unavailable;
  return error;
}

/// What is small, and needed in memory.
Task<std::string> fetch_bytes(std::shared_ptr<Take> take, std::string url, std::optional<ByteRange> range) {
  auto request = request_for(*take, std::move(url), range, kSmallDuration);
  request.max_bytes = kMaxInitBytes;
  auto answer = co_await fetch_hedged(take, std::move(request), patience_for(kSmallDuration));
  if (!answer) co_return fail(refused_or_failed(std::move(answer).error()));
  if (answer->response.status / 100 != 2) co_return fail(http_error(answer->response, "segment"));
  co_return cut_to_range(std::move(answer->response), range);
}

/// Playlists that rotate tokens list the same section under ever newer URLs.
std::shared_ptr<SharedBytes> shared_entry(SharedBytesMap& map, const std::string& name) {
  auto& entry = map[name];
  if (!entry) entry = std::make_shared<SharedBytes>();
  auto kept = entry;
  for (auto it = map.begin(); map.size() > kSharedKept && it != map.end();)
    it = it->second != kept && !it->second->busy ? map.erase(it) : std::next(it);
  return kept;
}

/// `fetch` is awaited by one of those that want the bytes; the others wait for it.
Task<std::shared_ptr<const std::string>> fetched_once(std::shared_ptr<Take> take,
                                                      std::shared_ptr<SharedBytes> entry,
                                                      Task<std::string> fetch) {
  while (!entry->body && entry->busy) co_await take->changed.wait();
  if (entry->body) co_return entry->body;
  entry->busy = true;
  struct Release {
    std::shared_ptr<Take> take;
    std::shared_ptr<SharedBytes> entry;
    ~Release() {
      entry->busy = false;
      take->changed.notify();
    }
  };
  const Release release{take, entry};
  REC_CO_TRY(auto body, co_await std::move(fetch));
  entry->body = std::make_shared<const std::string>(std::move(body));
  co_return entry->body;
}

Task<std::string> fetch_key(std::shared_ptr<Take> take, std::string url) {
  auto body = co_await fetch_bytes(take, std::move(url), std::nullopt);
  if (!body) co_return fail(std::move(body).error().in("key"));
  if (body->size() > kMaxKeyBytes) co_return fail(Errc::corrupt, "a page came instead of a key");
  co_return body;
}

struct Secret {
  std::shared_ptr<SharedBytes> entry;
  std::shared_ptr<const std::string> bytes;
  AesBlock iv{};
};

Task<Secret> secret_for(std::shared_ptr<Take> take, SegmentKey key) {
  Secret secret;
  REC_CO_TRY(secret.iv, iv_for(key.info, key.sequence));
  secret.entry = shared_entry(take->keys, key.info.url);
  auto fetch = fetch_key(take, key.info.url);
  REC_CO_TRY(secret.bytes, co_await fetched_once(take, secret.entry, std::move(fetch)));
  co_return secret;
}

/// It did not fit: the next try asks for it anew.
void forget(const Secret& secret) {
  if (secret.entry && secret.entry->body == secret.bytes) secret.entry->body.reset();
}

Task<std::string> decrypted(std::shared_ptr<Take> take, SegmentKey key, std::string body) {
  REC_CO_TRY(const auto secret, co_await secret_for(take, std::move(key)));
  auto plain = decrypt_aes128(body, *secret.bytes, secret.iv);
  if (!plain) forget(secret);
  co_return plain;
}

Task<std::string> fetch_map(std::shared_ptr<Take> take, MapSection map, std::optional<SegmentKey> key) {
  auto body = co_await fetch_bytes(take, map.url, map.range);
  if (!body) co_return fail(std::move(body).error().in("initialization section"));
  // Only with an IV of its own can a section be encrypted, and packagers that leave it clear exist.
  if (key && !key->info.iv.empty() && look_at_body(*body, body->size(), true) != BodyLook::good)
    body = co_await decrypted(take, *key, *std::move(body));
  if (body && look_at_body(*body, body->size(), true) == BodyLook::useless)
    co_return fail(Errc::corrupt, "initialization section is empty or a page");
  co_return body;
}

}  // namespace

Task<std::shared_ptr<SegmentDraft>> fetch_media(std::shared_ptr<Take> take,
                                                std::shared_ptr<QueuedSegment> segment) {
  const auto range = segment->range;
  auto request = request_for(*take, segment->url, range, segment->info.duration);
  request.max_bytes = kMaxSegmentBytes;
  Secret secret;
  if (segment->key) {
    REC_CO_TRY(secret, co_await secret_for(take, *segment->key));
    REC_CO_CHECK(Aes128Stream::open(*secret.bytes, secret.iv).transform([](const auto&) {}));
  }
  auto pipe = [&take, &range, &secret]() -> std::shared_ptr<BodyReceiver> {
    auto cipher = secret.bytes ? *Aes128Stream::open(*secret.bytes, secret.iv) : nullptr;
    return std::make_shared<BodyPipe>(take->sink.draft(), range, std::move(cipher));
  };
  const auto patience = patience_for(segment->info.duration);
  request.wanted_since = segment->queued_at;
  auto answer = co_await fetch_hedged(take, std::move(request), patience, 1, std::move(pipe));
  if (!answer) co_return fail(refused_or_failed(std::move(answer).error()));
  if (answer->response.status / 100 != 2) co_return fail(http_error(answer->response, "segment"));
  const auto piped = std::static_pointer_cast<BodyPipe>(answer->receiver);
  auto draft = co_await piped->finish();
  if (piped->undecryptable()) forget(secret);
  if (piped->refused_by_disk()) segment->disk_refused = true;
  co_return draft;
}

Task<std::shared_ptr<const std::string>> fetch_init(std::shared_ptr<Take> take,
                                                    std::shared_ptr<QueuedSegment> segment) {
  const auto map = *segment->map;
  // Encoders that begin anew write another section under the same name.
  const auto name = fmt::format("{} {} {} {}", segment->info.epoch, segment->breaks, map.url,
                                map.range ? range_text(*map.range) : "");
  const auto entry = shared_entry(take->inits, name);
  auto fetch = fetch_map(take, map, segment->map_key);
  co_return co_await fetched_once(take, entry, std::move(fetch));
}

}  // namespace rec::capture
