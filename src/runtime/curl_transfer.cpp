#include "runtime/curl_transfer.hpp"

#include <fmt/format.h>

#include <algorithm>

#include <boost/asio/post.hpp>

#include "runtime/curl_http.hpp"
#include "runtime/http_answer.hpp"
#include "runtime/http_request.hpp"

namespace rec {
namespace {

constexpr std::size_t kMaxHeaderBytes = 256U << 10U;
constexpr long kReceiveBufferBytes = 64L << 10U;
constexpr long kTlsRecordBytes = 16L << 10U;  ///< nothing larger comes at once
constexpr std::size_t kToldPathLength = 80;

template <class T>
void set_option(CURL* easy, CURLoption option, T value) {
  curl_easy_setopt(easy, option, value);
}

}  // namespace

CurlTransfer::CurlTransfer(HttpRequest request, asio::any_io_executor executor, Waiter* waiter)
    : request_(std::move(request)),
      host_(origin_of(request_.url)),
      deadline_(std::chrono::steady_clock::now() + request_.timeout),
      executor_(std::move(executor)),
      waiter_(waiter) {}

CurlTransfer::~CurlTransfer() { release_handle(); }

bool CurlTransfer::leave() {
  const std::scoped_lock lock(mutex_);
  waiter_ = nullptr;
  left_ = true;
  return !finished_;
}

bool CurlTransfer::abandoned() {
  const std::scoped_lock lock(mutex_);
  return left_ || finished_;
}

void CurlTransfer::finish(Result<HttpResponse> result) {
  const std::scoped_lock lock(mutex_);
  if (std::exchange(finished_, true) || left_) return;
  result_ = std::move(result);
  // Under the lock: once leave() has returned the loop may be gone, and no post can be on its way.
  asio::post(executor_, [self = shared_from_this()] {
    if (self->waiter_ != nullptr) self->waiter_->wake();
  });
}

void CurlTransfer::finish(CURLcode code) {
  keep_cookies();
  finish(outcome(code));
}

bool CurlTransfer::begin_again(CURLcode code) {
  long status = 0;
  curl_easy_getinfo(easy_, CURLINFO_RESPONSE_CODE, &status);
  // GOAWAY is an error to curl, although the server says that it has not looked at the request.
  const bool gone_away = code == CURLE_HTTP2 || code == CURLE_HTTP2_STREAM;
  const bool repeatable = request_.method == "GET" || request_.method == "HEAD";
  const bool as_it_is =
      code == CURLE_BAD_CONTENT_ENCODING && is_unknown_encoding(response_.header("content-encoding"));
  if (!repeatable || begun_again_ || !(as_it_is || (gone_away && status == 0))) return false;
  begun_again_ = true;
  if (as_it_is)
    request_.headers.emplace_back("Accept-Encoding: identity");  // nothing is decoded then
  else
    request_.fresh_connection = true;
  header_bytes_ = 0;
  response_ = HttpResponse();
  return true;
}

void CurlTransfer::release_handle() {
  if (auto* openings = std::exchange(openings_, nullptr); openings != nullptr) {
    openings->lookups.erase(this);
    openings->connects.erase(this);
  }
  if (easy_ != nullptr) curl_easy_cleanup(std::exchange(easy_, nullptr));
  curl_slist_free_all(std::exchange(headers_, nullptr));
  curl_slist_free_all(std::exchange(names_, nullptr));
}

std::string CurlTransfer::telling(const std::string& what) const {
  const ParsedUrl url(request_.url);
  auto path = url.part(CURLUPART_PATH);
  if (path.size() > kToldPathLength) path = path.substr(0, kToldPathLength) + "…";
  return fmt::format("{} {}{}: {}", request_.method, host_, path, what);
}

CURL* CurlTransfer::prepare(const CurlHttpOptions& options, CURLSH* share, Openings& openings) {
  options_ = &options;
  easy_ = curl_easy_init();
  if (easy_ == nullptr) return nullptr;
  begun_ = std::chrono::steady_clock::now();
  set_basics(share);
  set_method();
  set_headers();
  set_limits();
  set_encoding();
  set_trust();
  set_guard();
  watch_openings(openings);
  set_cookies();
  return easy_;
}

void CurlTransfer::set_basics(CURLSH* share) {
  set_option(easy_, CURLOPT_URL, request_.url.c_str());
  set_option(easy_, CURLOPT_PRIVATE, this);
  set_option(easy_, CURLOPT_SHARE, share);
  set_option(easy_, CURLOPT_ERRORBUFFER, error_text_.data());
  set_option(easy_, CURLOPT_NOSIGNAL, 1L);
  set_option(easy_, CURLOPT_QUICK_EXIT,
             1L);  // or an abort during DNS waits for the resolver, and all others with it
  set_option(easy_, CURLOPT_USERAGENT, options_->user_agent.c_str());
  const bool tls = request_.url.starts_with("https");
  set_option(easy_, CURLOPT_BUFFERSIZE, tls ? kTlsRecordBytes : kReceiveBufferBytes);
  set_option(easy_, CURLOPT_TCP_KEEPALIVE, 1L);
  // Set, even if empty: so the environment is not asked.
  set_option(easy_, CURLOPT_PROXY, proxy_that_looks_up(request_.proxy).c_str());
  set_option(easy_, CURLOPT_NOPROXY, "");
  set_option(easy_, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  set_option(easy_, CURLOPT_WRITEFUNCTION, &CurlTransfer::on_body);
  set_option(easy_, CURLOPT_WRITEDATA, this);
  set_option(easy_, CURLOPT_HEADERFUNCTION, &CurlTransfer::on_header);
  set_option(easy_, CURLOPT_HEADERDATA, this);
}

void CurlTransfer::set_encoding() {
  if (!request_.range.empty()) set_option(easy_, CURLOPT_RANGE, request_.range.c_str());
  // A range counts encoded bytes, so what comes must not be encoded.
  if (request_.range.empty() && !has_header(request_, "accept-encoding")) {
    set_option(easy_, CURLOPT_ACCEPT_ENCODING, "");
  }
}

void CurlTransfer::set_method() {
  if (request_.method == "HEAD") {
    set_option(easy_, CURLOPT_NOBODY, 1L);
    return;
  }
  if (!request_.body.empty() || request_.method == "POST") {
    set_option(easy_, CURLOPT_POST, 1L);
    set_option(easy_, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.body.size()));
    set_option(easy_, CURLOPT_POSTFIELDS, request_.body.data());
  }
  // Not for POST: a custom method would survive a redirect that is to be followed with GET.
  if (request_.method != "GET" && request_.method != "POST") {
    set_option(easy_, CURLOPT_CUSTOMREQUEST, request_.method.c_str());
  } else if (request_.method == "GET" && !request_.body.empty()) {
    set_option(easy_, CURLOPT_CUSTOMREQUEST, "GET");
  }
}

void CurlTransfer::set_headers() {
  for (const auto& header : request_.headers) {
    const auto colon = header.find(':');
    const bool empty = trimmed(header.substr(colon + 1)).empty();
    // curl's own spelling of a header without a value
    const auto line = empty ? header.substr(0, colon) + ";" : header;
    headers_ = curl_slist_append(headers_, line.c_str());
  }
  headers_ = curl_slist_append(headers_, "Expect:");  // do not wait for a 100 Continue
  set_option(easy_, CURLOPT_HTTPHEADER, headers_);
}

void CurlTransfer::set_timeouts() {
  set_option(easy_, CURLOPT_TIMEOUT_MS,
             static_cast<long>(std::max<Millis::rep>(request_.timeout.count(), 1)));
  set_option(easy_, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(request_.connect_timeout.count()));
}

void CurlTransfer::set_limits() {
  set_timeouts();
  // curl counts the lives of connections in whole seconds: rather one too many is closed.
  const auto oldest = trusted_since_
                          ? std::chrono::floor<std::chrono::seconds>(begun_ - *trusted_since_).count() - 1
                          : std::chrono::seconds::rep{0};
  if (oldest > 0) set_option(easy_, CURLOPT_MAXLIFETIME_CONN, static_cast<long>(oldest));
  const bool none_is_trusted = trusted_since_ && oldest <= 0;
  if (request_.fresh_connection || none_is_trusted) set_option(easy_, CURLOPT_FRESH_CONNECT, 1L);
  set_option(easy_, CURLOPT_MAXFILESIZE_LARGE, static_cast<curl_off_t>(request_.max_bytes));
  set_option(easy_, CURLOPT_PROTOCOLS_STR, "http,https");
  set_option(easy_, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
  set_option(easy_, CURLOPT_FOLLOWLOCATION, request_.max_redirects > 0 ? 1L : 0L);
  set_option(easy_, CURLOPT_MAXREDIRS, static_cast<long>(request_.max_redirects));
}

void CurlTransfer::on_room(std::function<void()> resume) {
  if (request_.receiver) request_.receiver->on_room(std::move(resume));
}

bool CurlTransfer::unheard_for(Millis time) const {
  return header_bytes_ == 0 && std::chrono::steady_clock::now() - begun_ >= time;
}

bool CurlTransfer::answered_well() const {
  long status = 0;
  curl_easy_getinfo(easy_, CURLINFO_RESPONSE_CODE, &status);
  return status / 100 == 2;
}

/// False when it is too much.
bool CurlTransfer::receive(std::string_view bytes) {
  if (bytes.size() > request_.max_bytes - received_) return false;
  if (received_ == 0) {
    long status = 0;
    curl_easy_getinfo(easy_, CURLINFO_RESPONSE_CODE, &status);
    request_.receiver->begin(static_cast<int>(status));
  }
  received_ += bytes.size();
  if (!request_.receiver->take(bytes)) curl_easy_pause(easy_, CURLPAUSE_RECV);
  return true;
}

std::size_t CurlTransfer::on_body(char* data, std::size_t size, std::size_t count, void* self) {
  auto& transfer = *static_cast<CurlTransfer*>(self);
  auto& body = transfer.response_.body;
  const std::size_t bytes = size * count;
  if (bytes == 0) return 0;
  if (transfer.request_.receiver && transfer.answered_well()) {
    if (transfer.receive({data, bytes})) return bytes;
    transfer.too_large_ = true;
    return 0;
  }
  if (bytes > transfer.request_.max_bytes - body.size()) {
    transfer.too_large_ = true;
    return 0;
  }
  if (body.empty()) {
    curl_off_t announced = -1;
    curl_easy_getinfo(transfer.easy_, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &announced);
    if (announced > 0)
      body.reserve(std::min(static_cast<std::size_t>(announced), transfer.request_.max_bytes));
  }
  body.append(data, bytes);
  return bytes;
}

std::size_t CurlTransfer::on_header(char* data, std::size_t size, std::size_t count, void* self) {
  auto& transfer = *static_cast<CurlTransfer*>(self);
  const std::string_view line(data, size * count);
  transfer.header_bytes_ += line.size();
  if (transfer.header_bytes_ > kMaxHeaderBytes) return 0;
  auto& response = transfer.response_;
  if (line.starts_with("HTTP/")) {  // another answer: after a redirect or a 1xx
    response.headers.clear();
    response.body.clear();
  } else if (const auto colon = line.find(':'); colon != std::string_view::npos) {
    response.headers.emplace(lower_case(trimmed(line.substr(0, colon))), trimmed(line.substr(colon + 1)));
  }
  return line.size();
}

Errc CurlTransfer::code_for(CURLcode code) {
  long redirects = 0;
  long port = 0;
  curl_easy_getinfo(easy_, CURLINFO_REDIRECT_COUNT, &redirects);
  curl_easy_getinfo(easy_, CURLINFO_PRIMARY_PORT, &port);
  switch (code) {
    case CURLE_OPERATION_TIMEDOUT:
      return Errc::timed_out;
    case CURLE_COULDNT_CONNECT:
    case CURLE_ABORTED_BY_CALLBACK:
      return private_host_ ? Errc::denied : Errc::unavailable;
    case CURLE_UNSUPPORTED_PROTOCOL:
      // Also what curl says of an answer that is not HTTP.
      return port == 0 || response_.headers.contains("location") ? Errc::denied : Errc::corrupt;
    case CURLE_URL_MALFORMAT:
      return redirects > 0 ? Errc::corrupt : Errc::invalid;
    case CURLE_PARTIAL_FILE:
    case CURLE_OUT_OF_MEMORY:  // of a header longer than curl's own bound
    case CURLE_WRITE_ERROR:
    case CURLE_FILESIZE_EXCEEDED:
    case CURLE_TOO_MANY_REDIRECTS:
    case CURLE_BAD_CONTENT_ENCODING:
    case CURLE_WEIRD_SERVER_REPLY:
      return Errc::corrupt;
    default:
      return Errc::unavailable;
  }
}

Result<HttpResponse> CurlTransfer::outcome(CURLcode code) {
  if (code != CURLE_OK) {
    std::string what = error_text_[0] != '\0' ? error_text_.data() : curl_easy_strerror(code);
    const Errc errc = code_for(code);
    if (errc == Errc::denied && private_host_) what = "leads to a private address, which is not allowed here";
    if (header_bytes_ > kMaxHeaderBytes || code == CURLE_OUT_OF_MEMORY) {
      what = fmt::format("the answer's headers are larger than {} KiB", kMaxHeaderBytes >> 10U);
    } else if (too_large_ || code == CURLE_FILESIZE_EXCEEDED) {
      what = fmt::format("the answer is larger than the {} bytes allowed", request_.max_bytes);
    }
    return fail(errc, telling(what));
  }
  long status = 0;
  const char* url = nullptr;
  curl_easy_getinfo(easy_, CURLINFO_RESPONSE_CODE, &status);
  curl_easy_getinfo(easy_, CURLINFO_EFFECTIVE_URL, &url);
  if (status == 0) return fail(Errc::corrupt, telling("the answer has no status"));
  if (status == 206 && is_other_piece(request_, response_.header("content-range")))
    return fail(Errc::corrupt,
                telling("another piece came than was asked for: " + response_.header("content-range")));
  response_.status = static_cast<int>(status);
  response_.url = url != nullptr ? url : request_.url;
  return std::move(response_);
}

}  // namespace rec
