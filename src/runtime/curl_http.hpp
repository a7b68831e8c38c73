// HttpClient by libcurl, on a thread of its own.
#pragma once
#include <memory>

#include "runtime/http.hpp"

namespace rec {

struct CurlHttpOptions {
  std::size_t max_per_host =
      16;  ///< transfers at once per scheme, host and port of the URL asked for; the rest wait
  std::size_t max_total = 256;                    ///< transfers at once in all
  std::string user_agent = "streamrecorder/0.1";  ///< unless the request has a User-Agent header
};

/// Connections are kept and reused; HTTP/2 where TLS offers it; every encoding curl knows is asked for and
/// undone, unless the request has a Range or an Accept-Encoding of its own (max_bytes is of the decoded
/// body). Hosts take turns. The time a request waits for its turn counts as part of its timeout. A kept
/// connection that turns out dead before it gave a byte is replaced once, unseen. With max_redirects = 0 a
/// redirect is an answer like any other. Without allow_private_hosts, and through a proxy, names are resolved
/// by the proxy: only literal addresses and localhost can then be refused. Besides what http.hpp names:
/// invalid for a malformed URL, header or method, or a cookies file that cannot be read.
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
