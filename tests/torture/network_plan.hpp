// What goes wrong on the network in one round: drawn by a seed, and what follows from it. Pure.
#pragma once
#include <string>
#include <vector>

namespace rec::torture {

enum class Trouble {
  slow,       ///< each piece comes late
  sliced,     ///< bytes come in tiny pieces
  thin,       ///< hardly any bytes a second
  resets,     ///< connections are reset amid whatever passes
  silent,     ///< connections are taken, and nothing passes
  refuses,    ///< nobody listens
  forgotten,  ///< what is open is dead, and neither end is told; an instant
  names,      ///< the name server is gone, or silent
  answers,    ///< the server itself says 404, 403, 500 or 503 in place of segments, playlists or both
};

constexpr unsigned kPlatform = 1, kCdn = 2, kTelegram = 4;

/// From the beginning of the round on, in seconds.
struct Spell {
  Trouble trouble{};
  unsigned lines = 0;  ///< kPlatform, kCdn, kTelegram
  double from = 0, length = 0;
  unsigned amount = 0;                       ///< ms, bytes, bytes a second or a status, as the trouble has it
  bool playlists = false, segments = false;  ///< of `answers`: what is hit
  [[nodiscard]] double until() const { return from + length; }
};

struct NetworkPlan {
  unsigned seed = 0;
  const char* post = "each";  ///< telegram.post
  bool tls = false;           ///< the CDN speaks it
  bool names = false;         ///< everything has a name and is looked up
  bool proxy = false;         ///< platform and CDN are reached through one proxy: it is their line
  std::vector<Spell> spells{};
};

/// What the lines carry, and for how long: sets which amounts are little.
struct Traffic {
  unsigned segment_bytes = 0;
  unsigned segment_millis = 2000;
  double seconds = 0;  ///< until the broadcasts are over
};

NetworkPlan network_plan(unsigned seed, const Traffic& traffic);

/// May the spell keep a request from getting through as long as it lasts? What only makes it harder does not.
bool blocks(const Spell& spell, unsigned line, const Traffic& traffic);

/// The plan in one line.
std::string told(const NetworkPlan& plan);

}  // namespace rec::torture
