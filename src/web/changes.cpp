#include "web/changes.hpp"

#include <algorithm>
#include <string>

#include <boost/json/array.hpp>

namespace rec::web {
namespace {

namespace json = boost::json;

const json::value* id_of(const json::value& entry) {
  return entry.is_object() ? entry.get_object().if_contains("id") : nullptr;
}

bool same_ids(const json::array& before, const json::array& now) {
  return std::ranges::equal(before, now, [](const json::value& a, const json::value& b) {
    const auto* left = id_of(a);
    const auto* right = id_of(b);
    return left != nullptr && right != nullptr && *left == *right;
  });
}

/// Both have the same ids in the same order.
json::array changed_entries(const json::array& before, const json::array& now) {
  json::array out;
  for (std::size_t i = 0; i < now.size(); ++i) {
    const json::object& old = before[i].get_object();
    json::object changed;
    for (const auto& [name, value] : now[i].get_object()) {
      const auto* known = old.if_contains(name);
      if (known == nullptr || *known != value) changed[name] = value;
    }
    if (changed.empty()) continue;
    changed["id"] = *id_of(now[i]);
    out.push_back(std::move(changed));
  }
  return out;
}

}  // namespace

json::object changes_between(const json::object& before, const json::object& now) {
  json::object out;
  for (const auto& [name, value] : now) {
    const auto* known = before.if_contains(name);
    if (name == "at" || (known != nullptr && *known == value)) continue;
    const bool list = name == "channels" || name == "sessions";
    if (list && known != nullptr && known->is_array() && value.is_array() &&
        same_ids(known->get_array(), value.get_array())) {
      out[std::string(name) + "_changed"] = changed_entries(known->get_array(), value.get_array());
    } else {
      out[name] = value;
    }
  }
  json::array gone;
  for (const auto& [name, value] : before)
    if (!now.contains(name)) gone.emplace_back(name);
  if (!gone.empty()) out["gone"] = std::move(gone);
  if (const auto* at = now.if_contains("at"); at != nullptr && !out.empty()) out["at"] = *at;
  return out;
}

json::object for_pages(json::object overview) {
  if (auto* sessions = overview.if_contains("sessions"); sessions != nullptr && sessions->is_array()) {
    for (json::value& session : sessions->get_array())
      if (session.is_object()) session.get_object().erase("elapsed_s");
  }
  return overview;
}

}  // namespace rec::web
