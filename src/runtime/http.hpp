// HTTP as the rooms see it. The real client is CurlHttpClient (curl_http.hpp): libcurl on a thread of its
// own.
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "runtime/cookie_jar.hpp"
#include "runtime/task.hpp"

namespace rec {

/// Takes the body of a 2xx answer as it arrives, in place of HttpResponse::body. Its calls come one at a
/// time, from the client's own thread, and are over when fetch() returns; after a cancelled fetch() one may
/// still be under way.
class BodyReceiver {
 public:
  virtual ~BodyReceiver() = default;
  /// Before the first begin(): what to call, from any thread, when there is room again.
  virtual void on_room(std::function<void()> resume) = 0;
  /// Of the answer whose body follows; once.
  virtual void begin(int status) = 0;
  /// Takes all of it. False: there is no room for more until the function of on_room() was called.
  virtual bool take(std::string_view bytes) = 0;
};

struct HttpRequest {
  std::string url;
  std::string method = "GET";
  std::vector<std::string> headers{};  ///< "Name: value"
  std::string body{};
  std::string
      proxy{};  ///< curl's form, names are looked up by it; "" = none (the environment's are not asked)
  std::string cookies_file{};  ///< Netscape format, read only
  std::string range{};         ///< "first-last" of a Range header, "" = whole
  Millis timeout{30'000};      ///< of the whole transfer
  Millis connect_timeout{10'000};
  bool fresh_connection = false;      ///< over a connection of its own: the kept ones may be what is slow
  std::size_t max_bytes = 8U << 20U;  ///< a larger body is an error of code corrupt
  int max_redirects = 5;
  std::shared_ptr<BodyReceiver> receiver{};  ///< null: the body comes with the response
  /// Whose request it is (a channel): groups take turns, and have limits of their own. "" = nobody's.
  std::string group{};
  SteadyTime wanted_since{};  ///< within its group the oldest that waits goes first
  /// Called with the time when its turn has come and it is asked for on the wire, not while it waits; once,
  /// from the client's own thread. Must not throw, and is destroyed on any thread.
  std::function<void(SteadyTime)> on_asked{};
  std::shared_ptr<CookieJar> cookies{};  ///< null, or a Cookie header is given: what servers set is forgotten
  /// Loopback and private addresses, after DNS: true = they may be asked until a public host has answered, so
  /// what a person typed may be private, and no redirect leads from the world into the house. false = never:
  /// for what strangers chose.
  bool allow_private_hosts = true;
};

struct HttpResponse {
  int status = 0;
  std::string url;                                  ///< after redirects: the base for relative URLs
  std::multimap<std::string, std::string> headers;  ///< names in lower case
  std::string body;
  bool from_private_host = false;  ///< the last hop: then what it says may lead to private hosts, too

  [[nodiscard]] std::string header(const std::string& lower_name) const {
    const auto found = headers.find(lower_name);
    return found == headers.end() ? std::string() : found->second;
  }
};

class HttpClient {
 public:
  virtual ~HttpClient() = default;
  /// Any complete answer is a value, whatever its status. Errors: timed_out, unavailable (DNS, connect,
  /// reset, TLS), corrupt (shorter than its Content-Length, over max_bytes, redirect loop), denied (private
  /// host or a scheme other than http and https). Cancelling the coroutine aborts the transfer. Call on the
  /// decision thread.
  virtual Task<HttpResponse> fetch(HttpRequest request) = 0;
};

/// rate_limited (with Retry-After), denied (401, 403), not_found (404, 410) or unavailable for a status that
/// is not 2xx.
Error http_error(const HttpResponse& response, std::string_view doing);

}  // namespace rec
