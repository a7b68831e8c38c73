// Cookies that servers set during a session, so that its later requests can send them.
#pragma once
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace rec {

/// One for each session; requests of it may run at the same time. Nothing is written to disk. Any thread.
/// A line is a cookie as Netscape's files write it: domain, subdomains too, path, secure, expiry, name and
/// value, between tabs ("#HttpOnly_" may stand before it).
class CookieJar {
 public:
  static constexpr std::size_t kMostCookies = 300;

  [[nodiscard]] std::vector<std::string> lines() const;

  /// A request that began with `before` ended with `after`: what is new or has changed is kept, what is gone
  /// or has expired was taken back by a server. Beyond kMostCookies no new ones are kept.
  void merge(const std::vector<std::string>& before, const std::vector<std::string>& after);

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::string> lines_{};  ///< by domain, path and name
};

}  // namespace rec
