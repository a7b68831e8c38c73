// Helix's points, as its answers tell of them: a bucket of the client id that fills up within a minute.
#pragma once
#include <optional>

#include "base/time.hpp"
#include "runtime/http.hpp"

namespace rec {

class RatePoints {
 public:
  /// Before a request is sent. Each send() is followed by one told() or lost().
  void send();
  /// An answer came: its Ratelimit headers count; a 429 without points left empties the bucket.
  void told(const HttpResponse& response, Instant now, SteadyTime steady);
  /// None came.
  void lost() { --in_flight_; }

  /// How long nothing may be asked, unset: something may.
  [[nodiscard]] std::optional<Millis> empty_for(SteadyTime now) const;
  /// True when more than `kept` points are left, or nobody ever told.
  [[nodiscard]] bool more_than(std::int64_t kept, SteadyTime now) const;
  [[nodiscard]] bool known(SteadyTime now) const { return left_ && now < reset_at_; }
  /// Until they are all back, as far as it is known.
  [[nodiscard]] Millis until_reset(SteadyTime now) const;
  /// Points a minute.
  [[nodiscard]] std::int64_t limit() const { return limit_; }

 private:
  std::int64_t limit_ = 800;            // of an app access token
  std::optional<std::int64_t> left_{};  // less those under way
  SteadyTime reset_at_{};
  std::int64_t in_flight_ = 0;
};

}  // namespace rec
