// While the name of a transfer's host is looked up, libcurl 7.88 may neither end it nor be told to: the
// resolver's thread and the one that ends it then free the same memory (destroy_async_data in its
// asyn-thread.c). So its own timeouts rest meanwhile, whoever drops the transfer leaves it to itself, and no
// transfer goes on by what another's lookup found, while its own thread still runs.
#include <algorithm>

#include "runtime/curl_transfer.hpp"

namespace rec {
namespace {

constexpr long kNoTimeout = 0;
constexpr long kLongerThanAnyLookup = 3'600'000;  // 0 would be curl's own five minutes
/// By which curl's own deadline is behind ours. Not more: half of it is what the first of several addresses
/// gets.
constexpr Millis kMargin{2'000};

}  // namespace

void CurlTransfer::watch_openings(Openings& openings) {
  openings_ = &openings;
  curl_easy_setopt(easy_, CURLOPT_RESOLVER_START_FUNCTION, &CurlTransfer::on_lookup);
  curl_easy_setopt(easy_, CURLOPT_RESOLVER_START_DATA, this);
  curl_easy_setopt(easy_, CURLOPT_DNS_CACHE_TIMEOUT, 0L);  // pinned names stay
}

int CurlTransfer::on_lookup(void* /*resolver*/, void* /*reserved*/, void* self) {
  auto& transfer = *static_cast<CurlTransfer*>(self);
  transfer.lookup_begun_ = std::chrono::steady_clock::now();
  transfer.openings_->lookups.insert(&transfer);
  curl_easy_setopt(transfer.easy_, CURLOPT_TIMEOUT_MS, kNoTimeout);
  const auto left = std::chrono::ceil<Millis>(transfer.lookup_deadline() - transfer.lookup_begun_) + kMargin;
  curl_easy_setopt(transfer.easy_, CURLOPT_CONNECTTIMEOUT_MS,
                   static_cast<long>(std::max(left, kMargin).count()));
  return 0;
}

void CurlTransfer::outlast_lookup() {
  curl_easy_setopt(easy_, CURLOPT_CONNECTTIMEOUT_MS, kLongerThanAnyLookup);
}

void CurlTransfer::lookup_is_over() {
  if (openings_ != nullptr && openings_->lookups.erase(this) > 0) set_timeouts();
}

SteadyTime CurlTransfer::lookup_deadline() const {
  return std::min(begun_ + request_.timeout, lookup_begun_ + request_.connect_timeout);
}

}  // namespace rec
