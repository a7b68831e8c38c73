// A draft that lives in memory, for sinks of tests; and what a scripted client does with a body.
#pragma once
#include <xxhash.h>

#include <memory>
#include <string>

#include "ports/recorder.hpp"

namespace rec::test {

class MemoryDraft final : public SegmentDraft {
 public:
  void on_room(std::function<void()> /*resume*/) override {}
  void begin(int /*status*/) override {}
  bool take(std::string_view bytes) override {
    body += bytes;
    return true;
  }
  Task<> settle() override { co_return Result<void>(); }
  [[nodiscard]] std::uint64_t bytes() const override { return body.size(); }
  [[nodiscard]] std::string_view head() const override {
    return std::string_view(body).substr(0, kHeadBytes);
  }
  [[nodiscard]] std::uint64_t checksum() const override { return XXH3_64bits(body.data(), body.size()); }

  std::string body;
};

inline const std::string& body_of(const std::shared_ptr<SegmentDraft>& draft) {
  return static_cast<const MemoryDraft&>(*draft).body;
}

/// The body goes where the request wants it.
inline void give_body(const HttpRequest& request, HttpResponse& response) {
  if (!request.receiver || response.status / 100 != 2) return;
  if (!response.body.empty()) {
    request.receiver->begin(response.status);
    request.receiver->take(response.body);
  }
  response.body.clear();
}

}  // namespace rec::test
