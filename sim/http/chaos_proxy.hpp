// A bad line between a client and a server on this machine: a TCP proxy that delays, slices, throttles,
// stalls, resets and forgets connections. What passes is bytes: it cuts through TLS handshakes and records as
// it does through text. It has a thread of its own; all members may be called from any thread.
#pragma once
#include <cstdint>
#include <memory>

#include "base/time.hpp"

namespace rec::sim {

/// What the line does now, to all connections; all of it may be combined.
struct Weather {
  Millis latency{0};                 ///< of each piece, each way
  Millis jitter{0};                  ///< up to so much more, drawn for each piece; order is kept
  std::size_t slice = 0;             ///< passed on in pieces of one to so many bytes, drawn; 0 = as they come
  std::size_t bytes_per_second = 0;  ///< of each connection, each way; 0 = as fast as it goes
  std::size_t reset_within = 0;      ///< each connection is reset after one to so many bytes, drawn; 0 = none
  bool refuses = false;              ///< nobody listens, and what was open is reset
  bool silent = false;               ///< connections are taken and kept, and nothing passes until it is over
};

class ChaosProxy {
 public:
  /// Leads to a port of 127.0.0.1. 0: it is a SOCKS5 proxy and leads to the port that is asked for, by
  /// whatever name. Throws boost::system::system_error when it cannot listen.
  explicit ChaosProxy(std::uint16_t leads_to, unsigned seed = 1);
  ~ChaosProxy();
  ChaosProxy(const ChaosProxy&) = delete;
  ChaosProxy& operator=(const ChaosProxy&) = delete;

  [[nodiscard]] std::uint16_t port() const;
  void set(const Weather& weather);
  /// Nothing passes any more on what is open, and neither end is told: a router that forgot. New connections
  /// are as good as the weather.
  void forget_connections();
  /// Bytes passed on so far, both ways.
  [[nodiscard]] std::uint64_t passed() const;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace rec::sim
