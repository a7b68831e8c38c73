#include "app/session_actions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace rec {
namespace {

constexpr std::array<std::pair<std::string_view, SessionAction>, 8> kActions = {{
    {"stop", SessionAction::stop},
    {"cancel", SessionAction::cancel},
    {"retry", SessionAction::retry},
    {"skip-upload", SessionAction::skip_upload},
    {"skip-compression", SessionAction::skip_compression},
    {"skip-forwarding", SessionAction::skip_forwarding},
    {"clear-flags", SessionAction::clear_flags},
    {"reprocess", SessionAction::reprocess},
}};

/// As the predecessor called them.
std::string modern(std::string text) {
  std::ranges::replace(text, '_', '-');
  if (text == "abort") return "cancel";
  if (text == "recover") return "retry";
  for (const std::string_view stage : {"upload", "compression", "forwarding"}) {
    if (text == fmt::format("stop-{}", stage) || text == fmt::format("cancel-{}", stage))
      return fmt::format("skip-{}", stage);
    if (text == fmt::format("retry-{}", stage)) return "retry";
  }
  return text;
}

}  // namespace

std::string_view word(SessionAction action) {
  const auto found = std::ranges::find(kActions, action, [](const auto& each) { return each.second; });
  return found == kActions.end() ? "unknown" : found->first;
}

Result<SessionAction> session_action_of(std::string_view text) {
  const std::string name = modern(std::string(text));
  std::string all;
  for (const auto& [action_word, action] : kActions) {
    if (action_word == name) return action;
    all += fmt::format("{}{}", all.empty() ? "" : ", ", action_word);
  }
  return fail(Errc::invalid, fmt::format("{} is no action; expected one of {}", text, all));
}

std::optional<session::Wish> wish_of(SessionAction action) {
  switch (action) {
    case SessionAction::stop:
    case SessionAction::retry:
      return std::nullopt;
    case SessionAction::cancel:
      return session::Wish::cancel;
    case SessionAction::skip_upload:
      return session::Wish::skip_upload;
    case SessionAction::skip_compression:
      return session::Wish::skip_compression;
    case SessionAction::skip_forwarding:
      return session::Wish::skip_forwarding;
    case SessionAction::clear_flags:
      return session::Wish::clear_flags;
    case SessionAction::reprocess:
      return session::Wish::reprocess;
  }
  return std::nullopt;
}

Result<SessionId> find_session(const std::vector<const session::Session*>& newest_first,
                               std::string_view text) {
  std::vector<const session::Session*> meant;
  for (const session::Session* session : newest_first) {
    if (session->announcement) continue;
    const std::string& id = session->id.str();
    if (text == "last" || session->channel.str() == text || session->channel_name == text || id == text)
      return session->id;
    if (!text.empty() && (id.starts_with(text) || id.ends_with(text))) meant.push_back(session);
  }
  if (meant.size() == 1) return meant.front()->id;
  if (meant.empty()) {
    return fail(Errc::not_found,
                fmt::format("no session {}; `streamrecorder session list` shows them", text));
  }
  return fail(Errc::invalid, fmt::format("{} sessions are called {}…: {} and {} among them; write more of it",
                                         meant.size(), text, meant[0]->id.str(), meant[1]->id.str()));
}

std::string told(SessionAction action, const session::Session& session, const std::string& segments) {
  switch (action) {
    case SessionAction::stop:
      return "stopped: what is recorded is made and posted; this broadcast is not taken up again, the next "
             "one is";
    case SessionAction::cancel:
      return fmt::format(
          "cancelled: nothing more is made or posted, and nothing is removed; finished files are in {}, "
          "segments in "
          "{}; `clear-flags` takes it back",
          session.folder, segments);
    case SessionAction::retry:
      return "what waited is tried now";
    case SessionAction::skip_upload:
      return fmt::format("nothing more of it is posted; finished files stay in {}", session.folder);
    case SessionAction::skip_compression:
      return "no compressed version is made or posted";
    case SessionAction::skip_forwarding:
      return "nothing more of it is copied to the backup chat";
    case SessionAction::clear_flags:
      return "what was cancelled or skipped is taken up again, as far as its files are there";
    case SessionAction::reprocess:
      return "what was given up is tried anew";
  }
  return {};
}

std::string nothing_to_do(SessionAction action) {
  switch (action) {
    case SessionAction::stop:
      return "it is not being recorded";
    case SessionAction::retry:
      return "nothing of it waits";
    case SessionAction::clear_flags:
      return "nothing of it was cancelled or skipped";
    case SessionAction::reprocess:
      return "nothing of it was given up";
    case SessionAction::cancel:
    case SessionAction::skip_upload:
    case SessionAction::skip_compression:
    case SessionAction::skip_forwarding:
      break;
  }
  return "it is over, or that was said before";
}

}  // namespace rec
