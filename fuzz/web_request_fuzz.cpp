// What a stranger may write into a request and we read ourselves: target, Host, Origin, cookies, ranges.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "web/http_text.hpp"
#include "web/routes.hpp"

using namespace std::string_view_literals;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace rec::web;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto target = parse_target(text)) {
    for (const std::string& segment : target->path) {
      if (segment.empty() || segment == "." || segment == ".." || segment.find('\0') != std::string::npos)
        std::abort();
    }
    (void)match_route("GET", target->path);
  }
  if (const auto decoded = percent_decoded(text, false)) {
    if (percent_decoded(percent_encoded(*decoded), false) != decoded) std::abort();
  }
  const std::string host = host_name(text);
  if (host.find_first_of("/@ []\r\n"sv) != std::string::npos) std::abort();
  (void)is_loopback(host);
  (void)same_origin(text, "127.0.0.1:8080");
  (void)cookie_value(text, "streamrecorder");
  (void)bearer_token(text);
  for (const std::uint64_t bytes : {0ULL, 1ULL, 1000ULL}) {
    const RangeChoice choice = choose_range(text, bytes);
    const ByteRange& range = choice.range;
    if (choice.kind == RangeKind::part && (range.first > range.last || range.last >= bytes)) std::abort();
  }
  return 0;
}
