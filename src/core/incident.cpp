#include "core/incident.hpp"

#include <algorithm>

namespace rec {
namespace {

constexpr std::chrono::minutes kQuiet{1};
constexpr std::chrono::hours kRemembered{24};

}  // namespace

std::string_view word(Gravity gravity) {
  switch (gravity) {
    case Gravity::notice:
      return "notice";
    case Gravity::warning:
      return "warning";
    case Gravity::error:
      return "error";
  }
  return "error";
}

IncidentBook::IncidentBook(const std::vector<Incident>& known, Instant now) {
  for (Incident incident : known) {
    if (!incident.over) incident.seen = now;  // it may take a moment until it is seen again
    by_id_[incident.what.id] = std::move(incident);
  }
}

IncidentBook::News IncidentBook::look(const std::vector<Condition>& standing, Instant now) {
  News news;
  for (const Condition& condition : standing) {
    // Of two that are called alike the graver one is told.
    const bool graver_alike = std::ranges::any_of(standing, [&](const Condition& other) {
      return other.id == condition.id && other.gravity > condition.gravity;
    });
    if (graver_alike) continue;
    auto [at, fresh] = by_id_.try_emplace(condition.id);
    Incident& incident = at->second;
    const bool again = !fresh && incident.over && !incident.what.once;
    if (fresh || again) incident = Incident{condition, now, now, {}, false};
    const bool graver = incident.told && condition.gravity > incident.what.gravity;
    incident.what = condition;
    incident.seen = now;
    incident.since = std::min(incident.since, now);  // the clock was set back
    const bool due = !incident.told && (condition.once || now - incident.since >= condition.patience);
    if (!due && !graver) continue;
    incident.told = true;
    if (condition.once) incident.over = now;
    news.begun.push_back(incident);
  }
  end_those_not_seen(now, news);
  return news;
}

void IncidentBook::end_those_not_seen(Instant now, News& news) {
  for (auto at = by_id_.begin(); at != by_id_.end();) {
    Incident& incident = at->second;
    incident.seen = std::min(incident.seen, now);  // the clock was set back
    const auto gone = now - incident.seen;
    if (!incident.over && gone >= kQuiet) {
      incident.over = incident.seen;
      if (incident.told) news.ended.push_back(incident);
    }
    const bool forget = incident.over && (gone >= kRemembered || !incident.told);
    at = forget ? by_id_.erase(at) : std::next(at);
  }
}

std::vector<Incident> IncidentBook::told() const {
  std::vector<Incident> list;
  for (const auto& [id, incident] : by_id_) {
    if (incident.told) list.push_back(incident);
  }
  std::ranges::sort(list, [](const Incident& a, const Incident& b) {
    return a.since == b.since ? a.what.id < b.what.id : a.since > b.since;
  });
  return list;
}

std::vector<Incident> IncidentBook::all() const {
  std::vector<Incident> list;
  for (const auto& [id, incident] : by_id_) list.push_back(incident);
  return list;
}

}  // namespace rec
