// How the bitrate of each session that is being recorded went over the last hour, for pages that are opened
// later. Decision thread only.
#pragma once
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>

#include <boost/json/object.hpp>

#include "web/latest.hpp"

namespace rec::web {

class Rates {
 public:
  /// A number each `every`.
  explicit Rates(Millis every) : every_(every) {}
  /// Of an overview that was made at `now`. Sessions that are not being recorded are forgotten.
  void note(const boost::json::object& overview, SteadyTime now);
  /// `{"every_s", "sessions": {id: [bits a second, the oldest first]}}`
  [[nodiscard]] boost::json::object told() const;
  [[nodiscard]] Millis every() const { return every_; }

 private:
  struct Session {
    double bytes = 0;
    SteadyTime at{};
    std::deque<std::uint64_t> rates{};
  };
  Millis every_;
  std::map<std::string, Session> sessions_{};
};

/// Notes overviews for as long as it runs.
Task<> keep_rates(std::shared_ptr<Rates> rates, std::shared_ptr<Latest> latest, Clock& clock);

}  // namespace rec::web
