#include "web/attempts.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <utility>

namespace rec::web {
namespace {

constexpr double kAtOnce = 5;
constexpr double kPerSecond = 1.0 / 30;
constexpr double kAtOnceInAll = 30;
constexpr double kPerSecondInAll = 0.5;
constexpr std::size_t kMostRemembered = 4096;

}  // namespace

std::string attempt_key(const std::string& ip) {
  in6_addr address{};
  const bool v6 = ::inet_pton(AF_INET6, ip.c_str(), &address) == 1;
  // An IPv4 address, as a socket for both shows it: each is somebody of its own.
  if (!v6 || IN6_IS_ADDR_V4MAPPED(&address)) return ip;
  return {reinterpret_cast<const char*>(&address), 8};
}

bool AttemptLimit::take_from(Bucket& bucket, double most, double per_second, SteadyTime now) {
  const double passed = std::chrono::duration<double>(now - bucket.filled).count();
  bucket.tokens = std::min(most, bucket.tokens + passed * per_second);
  bucket.filled = now;
  if (bucket.tokens < 1) return false;
  bucket.tokens -= 1;
  return true;
}

bool AttemptLimit::take(const std::string& ip, SteadyTime now) {
  if (!std::exchange(begun_, true)) all_ = {kAtOnceInAll, now};
  std::erase_if(buckets_, [now](const auto& one) {
    const double passed = std::chrono::duration<double>(now - one.second.filled).count();
    return one.second.tokens + passed * kPerSecond >= kAtOnce;
  });
  const std::string key = attempt_key(ip);
  if (!buckets_.contains(key) && buckets_.size() >= kMostRemembered) return false;
  const auto [bucket, fresh] = buckets_.try_emplace(key, Bucket{kAtOnce, now});
  return take_from(bucket->second, kAtOnce, kPerSecond, now) &&
         take_from(all_, kAtOnceInAll, kPerSecondInAll, now);
}

void AttemptLimit::forgive(const std::string& ip) { buckets_.erase(attempt_key(ip)); }

}  // namespace rec::web
