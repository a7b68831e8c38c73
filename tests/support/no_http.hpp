// An HTTP client without a network.
#pragma once
#include "runtime/http.hpp"

namespace rec::testing_support {

struct NoHttp final : HttpClient {
  Task<HttpResponse> fetch(HttpRequest) override { co_return fail(Errc::unavailable, "no network"); }
};

}  // namespace rec::testing_support
