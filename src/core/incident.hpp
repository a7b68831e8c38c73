// What needs a person: what stands now, and which of it is news. Told once when it begins and once when it is
// over, by an identity that outlives restarts. Pure: time is passed in.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"

namespace rec {

enum class Gravity { notice, warning, error };
std::string_view word(Gravity gravity);

/// Something that is so at present.
struct Condition {
  std::string id{};    ///< the same as long as it is the same thing: "disk.paused:/srv/data"
  std::string kind{};  ///< "disk.paused"
  Gravity gravity = Gravity::warning;
  std::string text{};  ///< one line; may change while it stands
  std::string cure{};  ///< one line, "" = it mends itself
  std::string channel{};
  std::string session{};
  std::chrono::seconds patience{0};  ///< what passes sooner is nobody's business
  bool once = false;                 ///< something that happened: there is no end of it to tell
  bool operator==(const Condition&) const = default;
};

struct Incident {
  Condition what{};
  Instant since{};
  Instant seen{};                 ///< when it last stood
  std::optional<Instant> over{};  ///< of one that happened once: when it was told
  bool told = false;
  bool operator==(const Incident&) const = default;
};

class IncidentBook {
 public:
  IncidentBook() = default;
  /// What an earlier run left: what stands still is not told again.
  IncidentBook(const std::vector<Incident>& known, Instant now);

  struct News {
    std::vector<Incident> begun{};  ///< also those that have become graver
    std::vector<Incident> ended{};
  };
  /// What stands now is all of it. What stands no more is over when it has been so for a minute, and is
  /// forgotten a day later.
  News look(const std::vector<Condition>& standing, Instant now);

  /// Those that have been told, the newest first; with those that are over.
  [[nodiscard]] std::vector<Incident> told() const;
  /// All of it, to be kept.
  [[nodiscard]] std::vector<Incident> all() const;

 private:
  void end_those_not_seen(Instant now, News& news);
  std::map<std::string, Incident> by_id_{};
};

}  // namespace rec
