// How often somebody may try a password: a few times at once, then one each half a minute. Pure.
#pragma once
#include <map>
#include <string>
#include <string_view>

#include "base/time.hpp"

namespace rec::web {

/// What counts as one: an IPv4 address, or the /64 of an IPv6 address.
std::string attempt_key(const std::string& ip);

class AttemptLimit {
 public:
  /// Takes one attempt; false: there is none left. Of addresses and in all.
  bool take(const std::string& ip, SteadyTime now);
  /// It was right: the address begins anew.
  void forgive(const std::string& ip);
  [[nodiscard]] std::size_t remembered() const { return buckets_.size(); }

 private:
  struct Bucket {
    double tokens = 0;
    SteadyTime filled{};
  };
  static bool take_from(Bucket& bucket, double most, double per_second, SteadyTime now);
  std::map<std::string, Bucket> buckets_{};
  Bucket all_{};
  bool begun_ = false;
};

}  // namespace rec::web
