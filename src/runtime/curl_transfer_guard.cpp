// Whom a transfer may talk to, whom it trusts, and which cookies it brings along.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>

#include "runtime/curl_http.hpp"
#include "runtime/curl_transfer.hpp"
#include "runtime/http_request.hpp"
#include "runtime/private_hosts.hpp"

namespace rec {
namespace {

std::string text_of(const sockaddr* address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const void* bytes =
      address->sa_family == AF_INET6
          ? static_cast<const void*>(&reinterpret_cast<const sockaddr_in6*>(address)->sin6_addr)
          : &reinterpret_cast<const sockaddr_in*>(address)->sin_addr;
  const char* written = ::inet_ntop(address->sa_family, bytes, text.data(), text.size());
  return written != nullptr ? written : "";
}

}  // namespace

void CurlTransfer::set_trust() {
  if (!options_->ca_file.empty()) curl_easy_setopt(easy_, CURLOPT_CAINFO, options_->ca_file.c_str());
  // With a folder of authorities beside the file, libcurl shares none of them: each connection reads all 140
  // anew.
  const curl_version_info_data* built = curl_version_info(CURLVERSION_NOW);
  if (!options_->ca_file.empty() || (built != nullptr && built->cainfo != nullptr))
    curl_easy_setopt(easy_, CURLOPT_CAPATH, nullptr);
  for (const auto& name : options_->pinned_names) names_ = curl_slist_append(names_, name.c_str());
  if (names_ != nullptr) curl_easy_setopt(easy_, CURLOPT_RESOLVE, names_);
}

void CurlTransfer::set_guard() {
  curl_easy_setopt(easy_, CURLOPT_OPENSOCKETFUNCTION, &CurlTransfer::on_open_socket);
  curl_easy_setopt(easy_, CURLOPT_OPENSOCKETDATA, this);
  // Before each request, also those over connections that others have opened.
  curl_easy_setopt(easy_, CURLOPT_PREREQFUNCTION, &CurlTransfer::on_connected);
  curl_easy_setopt(easy_, CURLOPT_PREREQDATA, this);
}

bool CurlTransfer::may_reach(bool is_private) {
  private_host_ = is_private && (!request_.allow_private_hosts || seen_public_);
  return !private_host_;
}

bool CurlTransfer::counts_as_public(const std::string& address) const {
  const auto& known = options_->taken_as_public;
  return std::find(known.begin(), known.end(), address) != known.end();
}

curl_socket_t CurlTransfer::on_open_socket(void* self, curlsocktype /*purpose*/, curl_sockaddr* address) {
  auto& transfer = *static_cast<CurlTransfer*>(self);
  transfer.lookup_is_over();
  if (transfer.abandoned()) return CURL_SOCKET_BAD;
  transfer.openings_->connects.insert(&transfer);
  const bool is_private =
      is_private_address(&address->addr) &&
      (transfer.options_->taken_as_public.empty() || !transfer.counts_as_public(text_of(&address->addr)));
  if (transfer.request_.proxy.empty() && !transfer.may_reach(is_private)) return CURL_SOCKET_BAD;
  const int fd = ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
  // Several requests share a connection of HTTP/2, and curl ends it for none of them: one whose other side is
  // gone without a word would be used for as long as the system tries, a quarter of an hour.
  const unsigned unacknowledged_ms = 20'000;
  if (fd >= 0)
    (void)::setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &unacknowledged_ms, sizeof unacknowledged_ms);
  return fd;
}

int CurlTransfer::on_connected(void* self, char* remote, char* /*local*/, int /*remote_port*/,
                               int /*local_port*/) {
  auto& transfer = *static_cast<CurlTransfer*>(self);
  transfer.openings_->connects.erase(&transfer);
  std::string host = remote != nullptr ? remote : "";
  if (!transfer.request_.proxy.empty()) {
    const char* url = nullptr;
    curl_easy_getinfo(transfer.easy_, CURLINFO_EFFECTIVE_URL, &url);
    host = ParsedUrl(url != nullptr ? url : "").ascii_host();
  }
  const bool is_private = is_private_host(host) && !transfer.counts_as_public(host);
  if (!transfer.may_reach(is_private)) return CURL_PREREQFUNC_ABORT;
  transfer.seen_public_ = transfer.seen_public_ || !is_private;
  transfer.response_.from_private_host = is_private;
  return CURL_PREREQFUNC_OK;
}

void CurlTransfer::set_cookies() {
  // A Cookie header of the request's own stands alone: curl would send a second one beside it.
  if (has_header(request_, "cookie")) request_.cookies.reset();
  if (request_.cookies_file.empty() && !request_.cookies) return;
  curl_easy_setopt(easy_, CURLOPT_COOKIEFILE, request_.cookies_file.c_str());
  if (!request_.cookies) return;
  if (!request_.cookies_file.empty()) curl_easy_setopt(easy_, CURLOPT_COOKIELIST, "RELOAD");
  // Behind the file's: what a server has set since goes before what was exported once.
  for (const auto& line : request_.cookies->lines())
    curl_easy_setopt(easy_, CURLOPT_COOKIELIST, line.c_str());
  cookies_before_ = cookie_lines();
}

void CurlTransfer::keep_cookies() {
  if (request_.cookies && easy_ != nullptr) request_.cookies->merge(cookies_before_, cookie_lines());
}

std::vector<std::string> CurlTransfer::cookie_lines() const {
  std::vector<std::string> out;
  curl_slist* list = nullptr;
  if (curl_easy_getinfo(easy_, CURLINFO_COOKIELIST, &list) != CURLE_OK) return out;
  for (const auto* at = list; at != nullptr; at = at->next) out.emplace_back(at->data);
  curl_slist_free_all(list);
  return out;
}

}  // namespace rec
