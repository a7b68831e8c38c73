// A line at the daemon's socket, or the body of a REST request, of any bytes: a request of ours, or a word on
// what is wrong with it.
#include <cstdlib>
#include <string>
#include <string_view>

#include "app/channel_overrides.hpp"
#include "app/request_arguments.hpp"
#include "app/session_actions.hpp"
#include "app/target_values.hpp"
#include "control/messages.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace rec;
  const std::string_view line(reinterpret_cast<const char*>(data), size);
  if (const auto answer = control::parse_answer(line); !answer && answer.error().text.empty()) std::abort();
  const auto request = control::parse_request(line);
  if (!request) {
    if (request.error().text.empty()) std::abort();
    return 0;
  }
  const auto again = control::parse_request(control::request_line(*request));
  if (!again || again->name != request->name) std::abort();
  if (again->arguments.size() != request->arguments.size()) std::abort();
  (void)control::answer_line(request->tag, boost::json::object(request->arguments));
  if (const auto known = no_others(request->arguments, {"channel", "set", "action"}); !known) return 0;
  if (const auto action = text_argument(request->arguments, "action")) (void)session_action_of(*action);
  const auto values = texts_argument(request->arguments, "set");
  if (!values) return 0;
  ChannelOverrides overrides;
  TargetConfig target;
  for (const auto& [key, value] : *values) {
    const bool reads_a_file = key.ends_with("_file");
    if (!reads_a_file && check_override_key(key, "set"))
      (void)apply_override(overrides, key, value, "set", "/");
    (void)apply_target_value(target, key, value, "set");
  }
  (void)show_overrides(overrides);
  (void)show_target(target);
  return 0;
}
