// While the name of a transfer's host is looked up, libcurl 7.88 may neither end it nor be told to: the
// resolver's thread and the one that ends it then free the same memory (destroy_async_data in its
// asyn-thread.c). So its own timeouts rest meanwhile, and whoever drops the transfer leaves it to itself.
#include <algorithm>

#include "runtime/curl_transfer.hpp"

namespace rec {
namespace {

constexpr long kNoTimeout = 0;
constexpr long kLongerThanAnyLookup = 3'600'000;  // 0 would be curl's own five minutes

}  // namespace

void CurlTransfer::watch_lookups(NameLookups& lookups) {
  lookups_ = &lookups;
  curl_easy_setopt(easy_, CURLOPT_RESOLVER_START_FUNCTION, &CurlTransfer::on_lookup);
  curl_easy_setopt(easy_, CURLOPT_RESOLVER_START_DATA, this);
}

int CurlTransfer::on_lookup(void* /*resolver*/, void* /*reserved*/, void* self) {
  auto& transfer = *static_cast<CurlTransfer*>(self);
  transfer.lookup_begun_ = std::chrono::steady_clock::now();
  transfer.lookups_->insert(&transfer);
  curl_easy_setopt(transfer.easy_, CURLOPT_TIMEOUT_MS, kNoTimeout);
  curl_easy_setopt(transfer.easy_, CURLOPT_CONNECTTIMEOUT_MS, kLongerThanAnyLookup);
  return 0;
}

void CurlTransfer::lookup_is_over() {
  if (lookups_ != nullptr && lookups_->erase(this) > 0) set_timeouts();
}

SteadyTime CurlTransfer::lookup_deadline() const {
  return std::min(begun_ + request_.timeout, lookup_begun_ + request_.connect_timeout);
}

}  // namespace rec
