#include "web/rates.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include <boost/json/array.hpp>

namespace rec::web {
namespace {

constexpr std::size_t kMostRates = 360;  // an hour of ten seconds each
constexpr Millis kFreshForRates{1000};

double bytes_of(const boost::json::object& session) {
  const auto* bytes = session.if_contains("bytes");
  return bytes != nullptr && bytes->is_number() ? bytes->to_number<double>() : 0;
}

}  // namespace

void Rates::note(const boost::json::object& overview, SteadyTime now) {
  std::set<std::string> recorded;
  const auto* sessions = overview.if_contains("sessions");
  if (sessions == nullptr || !sessions->is_array()) return;
  for (const boost::json::value& value : sessions->get_array()) {
    const boost::json::object& session = value.as_object();
    if (session.at("status") != "recording") continue;
    const std::string id(session.at("id").as_string());
    const double bytes = bytes_of(session);
    recorded.insert(id);
    const auto [known, fresh] = sessions_.try_emplace(id, Session{bytes, now, {}});
    Session& one = known->second;
    const double seconds = std::chrono::duration<double>(now - one.at).count();
    if (fresh || seconds <= 0) continue;
    // What was cut back again is no rate.
    one.rates.push_back(
        static_cast<std::uint64_t>(std::max(0.0, std::round((bytes - one.bytes) * 8 / seconds))));
    if (one.rates.size() > kMostRates) one.rates.pop_front();
    one.bytes = bytes;
    one.at = now;
  }
  std::erase_if(sessions_, [&](const auto& one) { return !recorded.contains(one.first); });
}

boost::json::object Rates::told() const {
  boost::json::object sessions;
  for (const auto& [id, session] : sessions_)
    sessions[id] = boost::json::array(session.rates.begin(), session.rates.end());
  boost::json::object out;
  out["every_s"] = std::chrono::duration<double>(every_).count();
  out["sessions"] = std::move(sessions);
  return out;
}

Task<> keep_rates(std::shared_ptr<Rates> rates, std::shared_ptr<Latest> latest, Clock& clock) {
  for (;;) {
    const auto overview = co_await latest->get(kFreshForRates);
    if (overview) rates->note(**overview, clock.steady());
    co_await clock.sleep(rates->every());
  }
}

}  // namespace rec::web
