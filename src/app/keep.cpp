#include "app/keep.hpp"

#include <set>

namespace rec {
namespace {

using PartKey = std::pair<SessionId, int>;

std::set<PartKey> to_be_removed(const Model& model) {
  std::set<PartKey> keys;
  for (const OutboxRow& row : model.outbox) {
    if (const auto* part = std::get_if<session::RemovePart>(&row.effect))
      keys.emplace(row.session, part->number);
  }
  return keys;
}

}  // namespace

std::vector<KeptPart> kept_parts(const Model& model) {
  const std::set<PartKey> posted = to_be_removed(model);
  std::vector<KeptPart> kept;
  for (const auto& [id, session] : model.sessions) {
    for (const session::Part& part : session.parts) {
      const bool waits = part.state == session::PartState::ready;
      const bool stays = part.state == session::PartState::posted && posted.contains({id, part.number});
      if (waits || stays)
        kept.push_back({id, part.number, bytes_of(part.file), waits ? std::nullopt : part.posted_at});
    }
  }
  return kept;
}

std::vector<KeptPart> over_keep_size(const Model& model, const Settings& settings) {
  if (!settings.keep_size) return {};
  return over_size(kept_parts(model), *settings.keep_size);
}

std::vector<KeptPart> past_keep(const Model& model, const Settings& settings, Instant now) {
  return past_time(kept_parts(model), settings.keep_posted, now);
}

}  // namespace rec
