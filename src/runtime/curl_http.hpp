// HttpClient by libcurl, on a thread of its own.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "runtime/http.hpp"

namespace rec {

struct CurlHttpOptions {
  /// Transfers at once per scheme, host and port of the URL asked for; the rest wait. Never more than three
  /// quarters of max_total: a host that accepts and is silent leaves room for the others.
  std::size_t max_per_host = 384;
  /// Transfers at once in all: each holds about a quarter of a megabyte while it runs.
  std::size_t max_total = 512;
  /// Transfers at once of one group on one host: picture, sound, their rivals and playlists. 4 where more are
  /// known to be answered with 429 (googlevideo).
  std::size_t max_per_group = 16;
  std::string user_agent = "streamrecorder/0.1";  ///< unless the request has a User-Agent header
  std::string ca_file{};                          ///< PEM: who is trusted instead of the system's authorities
  /// "host:port:address" in place of DNS, and addresses that count as public whatever they are: so that tests
  /// on loopback can play the world.
  std::vector<std::string> pinned_names{};
  std::vector<std::string> taken_as_public{};
};

/// Connections are kept and reused; HTTP/2 where TLS offers it; every encoding curl knows is asked for and
/// undone, unless the request has a Range or an Accept-Encoding of its own (max_bytes is of the decoded
/// body). Groups take turns (host_queue.hpp). A request waits for its turn as long as its timeout says, and
/// then has that time anew. A kept connection that turns out dead before it gave a byte is replaced once,
/// unseen; so is one whose HTTP/2 server says that it goes. With max_redirects = 0 a redirect is an answer
/// like any other. Authorization and Cookie headers, and what a URL has before its @, do not follow a
/// redirect to another host. Through a proxy, names are resolved by the proxy: only literal addresses and
/// localhost are then known to be private. Besides what http.hpp names: invalid for a malformed URL, header
/// or method, or a cookies file that cannot be read.
class CurlHttpClient final : public HttpClient {
 public:
  explicit CurlHttpClient(CurlHttpOptions options = {});
  ~CurlHttpClient()
      override;  ///< aborts what is under way: those coroutines get unavailable if their loop still runs
  CurlHttpClient(const CurlHttpClient&) = delete;
  CurlHttpClient& operator=(const CurlHttpClient&) = delete;

  Task<HttpResponse> fetch(HttpRequest request) override;

 private:
  class Core;
  std::shared_ptr<Core> core_;
};

}  // namespace rec
