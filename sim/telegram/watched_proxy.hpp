// A proxy as people have one, on the way to the simulated Telegram: SOCKS5 or HTTP CONNECT, with or without a
// login. It takes down what goes up through it and when, and it can die and come back.
#pragma once
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "base/result.hpp"

namespace rec::sim {

/// In a thread of its own; every function may be called from any thread, but for the destructor.
class WatchedProxy {
 public:
  /// `leads_to` is TelegramServer::proxy_port(); `login` is "user:password", "" = none is asked for.
  static Result<std::unique_ptr<WatchedProxy>> start(std::uint16_t leads_to, std::string login = "");
  ~WatchedProxy();
  WatchedProxy(const WatchedProxy&) = delete;
  WatchedProxy& operator=(const WatchedProxy&) = delete;

  [[nodiscard]] std::uint16_t port() const;
  [[nodiscard]] std::uint64_t sent() const;      ///< bytes towards Telegram so far
  [[nodiscard]] int connections() const;         ///< that were led through so far
  [[nodiscard]] std::string last_words() const;  ///< how the last client introduced itself: "socks5", "http"
  /// Bytes a second in the busiest stretch of that length.
  [[nodiscard]] double busiest(std::chrono::milliseconds stretch) const;
  /// Forgets what was taken down; `connections` too.
  void forget();
  void drop_connections();
  void die();        ///< nobody listens any more, and all connections are cut
  void come_back();  ///< at the same port

 private:
  struct Impl;
  explicit WatchedProxy(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace rec::sim
