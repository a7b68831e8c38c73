// One request on its way through libcurl. Private to curl_http.cpp.
#pragma once
#include <curl/curl.h>

#include <array>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "runtime/http.hpp"
#include "runtime/waiter.hpp"

namespace rec {

struct CurlHttpOptions;
class CurlTransfer;

/// Those of a curl thread's transfers that are on their way to their hosts.
struct Openings {
  std::set<CurlTransfer*> lookups{};  ///< of names: none of these may be ended
  std::set<CurlTransfer*> connects{};
};

/// Made on the decision thread, then the curl thread's until finish(); the caller's frame may leave at any
/// time.
class CurlTransfer : public std::enable_shared_from_this<CurlTransfer> {
 public:
  CurlTransfer(HttpRequest request, asio::any_io_executor executor, Waiter* waiter);
  ~CurlTransfer();
  CurlTransfer(const CurlTransfer&) = delete;
  CurlTransfer& operator=(const CurlTransfer&) = delete;

  // On the decision thread.
  /// The coroutine is going; nothing is posted to its executor from now on. True when it had not been
  /// finished.
  bool leave();
  Result<HttpResponse> take_result() { return std::move(result_); }

  // On the curl thread.
  /// The easy handle, ready to be added; its private pointer is this. Null when there is no memory. The
  /// options and the openings outlive it.
  CURL* prepare(const CurlHttpOptions& options, CURLSH* share, Openings& openings);
  /// Before prepare(): of the connections that are kept only those opened since then are used.
  void trust_only_since(SteadyTime when) { trusted_since_ = when; }
  /// When prepare() was called last.
  [[nodiscard]] SteadyTime begun() const { return begun_; }
  /// It was asked this long ago at least, and not a byte of an answer has come.
  [[nodiscard]] bool unheard_for(Millis time) const;
  /// `resume` is called, from any thread, when a receiver that had no room has some again. Until then the
  /// others of its HTTP/2 connection wait with it: what libcurl 7.88 has read for it stays in the
  /// connection's one buffer. HTTP/1.1 for all that has a receiver would cost more than it gives: all of
  /// them wait for the same disk, so only playlists would go on, and those are asked for a second time over
  /// a connection of their own.
  void on_room(std::function<void()> resume);
  void resume() const { curl_easy_pause(easy_, CURLPAUSE_CONT); }
  /// True when it ended before it was answered, for a reason that another connection does not have: it is to
  /// be prepared once more. At most once, and only what may be asked twice.
  bool begin_again(CURLcode code);
  /// Takes the outcome and wakes the caller.
  void finish(CURLcode code);
  void finish(Result<HttpResponse> result);
  void release_handle();

  [[nodiscard]] CURL* handle() const { return easy_; }
  /// Of waiting for its turn.
  [[nodiscard]] SteadyTime deadline() const { return deadline_; }
  [[nodiscard]] const std::string& host() const { return host_; }
  [[nodiscard]] const HttpRequest& request() const { return request_; }
  /// That it was begun; the first time.
  void tell_asked() {
    if (const auto tell = std::exchange(request_.on_asked, nullptr)) tell(std::chrono::steady_clock::now());
  }
  /// Nobody waits for it any more.
  [[nodiscard]] bool abandoned();
  /// Of the lookup that is under way: curl itself looks at no timeout then.
  [[nodiscard]] SteadyTime lookup_deadline() const;
  void lookup_is_over();
  /// It is left to itself until the lookup is over.
  void outlast_lookup();
  /// "GET https://host/path: what", without the parts of the URL that may be secret.
  [[nodiscard]] std::string telling(const std::string& what) const;

 private:
  void set_basics(CURLSH* share);
  void set_method();
  void set_headers();
  void set_limits();
  void set_timeouts();
  void set_encoding();
  // curl_transfer_guard.cpp
  void set_trust();
  void set_guard();
  void watch_openings(Openings& openings);  // curl_transfer_lookup.cpp
  void set_cookies();
  void keep_cookies();
  [[nodiscard]] std::vector<std::string> cookie_lines() const;
  bool may_reach(bool is_private);
  [[nodiscard]] bool counts_as_public(const std::string& address) const;
  Result<HttpResponse> outcome(CURLcode code);
  Errc code_for(CURLcode code);
  bool receive(std::string_view bytes);
  [[nodiscard]] bool answered_well() const;

  static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* self);
  static std::size_t on_header(char* data, std::size_t size, std::size_t count, void* self);
  static int on_lookup(void* resolver, void* reserved, void* self);
  static curl_socket_t on_open_socket(void* self, curlsocktype purpose, curl_sockaddr* address);
  static int on_connected(void* self, char* remote, char* local, int remote_port, int local_port);

  HttpRequest request_;
  std::string host_;  ///< scheme, host and port: what the limits count by
  SteadyTime deadline_;

  std::mutex mutex_;  ///< guards the next three
  asio::any_io_executor executor_;
  Waiter* waiter_;  ///< in the caller's frame; only the decision thread follows it
  bool left_ = false;
  bool finished_ = false;
  Result<HttpResponse> result_;

  std::optional<SteadyTime> trusted_since_{};
  SteadyTime begun_{};
  SteadyTime lookup_begun_{};
  Openings* openings_ = nullptr;
  const CurlHttpOptions* options_ = nullptr;
  CURL* easy_ = nullptr;
  curl_slist* headers_ = nullptr;
  curl_slist* names_ = nullptr;
  std::array<char, CURL_ERROR_SIZE> error_text_{};
  HttpResponse response_{};
  std::size_t header_bytes_ = 0;
  std::size_t received_ = 0;  ///< bytes that the receiver took
  std::vector<std::string> cookies_before_{};
  bool too_large_ = false;
  bool begun_again_ = false;
  bool private_host_ = false;  ///< refused for that reason
  bool seen_public_ = false;
};

}  // namespace rec
