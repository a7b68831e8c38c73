#include "core/channel_filter.hpp"

namespace rec {
namespace {

std::string told(const char* what, const std::string& text) {
  return text.empty() ? std::string("no ") + what + " is told yet"
                      : std::string("the ") + what + " is \"" + text + "\"";
}

/// "" = all is well.
std::string objection(const std::optional<TextPattern>& filter, const std::optional<TextPattern>& deny,
                      const std::string& text, const char* what) {
  if (filter && !filter->finds_in(text))
    return std::string(what) + "_filter " + filter->text() + ": " + told(what, text);
  if (deny && !text.empty() && deny->finds_in(text))
    return std::string(what) + "_deny " + deny->text() + ": " + told(what, text);
  return {};
}

}  // namespace

FilterVerdict verdict(const ChannelFilter& filter, const channel::Broadcast& broadcast, WallTime now) {
  if (!filter.hours.contains(now)) return {false, "outside of its hours, " + filter.hours.text()};
  std::string reason = objection(filter.title, filter.title_deny, broadcast.title, "title");
  if (reason.empty())
    reason = objection(filter.category, filter.category_deny, broadcast.category, "category");
  return {reason.empty(), reason};
}

}  // namespace rec
