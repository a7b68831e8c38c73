#include "network_plan.hpp"

#include <fmt/format.h>

#include <array>
#include <random>

namespace rec::torture {
namespace {

class Dice {
 public:
  explicit Dice(unsigned seed) : random_(seed) {}
  bool chance(double share) { return std::bernoulli_distribution(share)(random_); }
  double between(double from, double to) { return std::uniform_real_distribution<double>(from, to)(random_); }
  unsigned number(unsigned from, unsigned to) {
    return std::uniform_int_distribution<unsigned>(from, to)(random_);
  }
  template <class T, std::size_t kCount>
  T one_of(const std::array<T, kCount>& all) {
    return all.at(number(0, kCount - 1));
  }

 private:
  std::mt19937 random_;
};

constexpr std::array kTroubles = {Trouble::slow,      Trouble::sliced, Trouble::thin,
                                  Trouble::resets,    Trouble::silent, Trouble::refuses,
                                  Trouble::forgotten, Trouble::names,  Trouble::answers};

unsigned amount_of(Trouble trouble, Dice& dice, const Traffic& traffic) {
  const unsigned rate = traffic.segment_bytes * 1000 / traffic.segment_millis;
  switch (trouble) {
    case Trouble::slow:
      return dice.number(20, 1500);
    case Trouble::sliced:
      return dice.number(1, 1024);
    case Trouble::thin:
      return static_cast<unsigned>(rate * dice.between(0.2, 4));
    case Trouble::resets:
      return static_cast<unsigned>(traffic.segment_bytes * dice.between(0.02, 6));
    case Trouble::names:
      return dice.number(0, 1);
    case Trouble::answers:
      return dice.one_of(std::array{404U, 403U, 500U, 503U});
    default:
      return 0;
  }
}

Spell spell_of(Dice& dice, const NetworkPlan& plan, const Traffic& traffic) {
  Spell spell;
  do spell.trouble = dice.one_of(kTroubles);
  while (spell.trouble == Trouble::names && !plan.names);
  spell.lines = dice.one_of(
      std::array{kCdn, kCdn, kPlatform, kTelegram, kPlatform | kCdn, kPlatform | kCdn | kTelegram});
  if (spell.trouble == Trouble::names) spell.lines = kPlatform | kCdn;
  if (spell.trouble == Trouble::answers) spell.lines = kCdn;
  // One proxy is the line of both.
  if (plan.proxy && (spell.lines & (kPlatform | kCdn)) != 0 && spell.trouble != Trouble::answers)
    spell.lines |= kPlatform | kCdn;
  spell.from = dice.between(0, traffic.seconds - 3);
  // Shorter than the window, mostly.
  if (spell.trouble != Trouble::forgotten)
    spell.length = traffic.seconds * (dice.chance(0.75) ? dice.between(0.01, 0.24) : dice.between(0.24, 0.6));
  spell.amount = amount_of(spell.trouble, dice, traffic);
  const unsigned hit = dice.number(1, 3);
  spell.playlists = (hit & 1U) != 0;
  spell.segments = (hit & 2U) != 0;
  return spell;
}

std::string words_of(const Spell& spell) {
  constexpr std::array kNames = {"slow",    "sliced",    "thin",  "resets", "silent",
                                 "refuses", "forgotten", "names", "answers"};
  std::string lines;
  if ((spell.lines & kPlatform) != 0) lines += 'P';
  if ((spell.lines & kCdn) != 0) lines += 'C';
  if ((spell.lines & kTelegram) != 0) lines += 'T';
  std::string words = fmt::format("{} {} {:.1f}-{:.1f}", kNames.at(static_cast<std::size_t>(spell.trouble)),
                                  lines, spell.from, spell.until());
  if (spell.amount != 0) words += fmt::format(" {}", spell.amount);
  if (spell.trouble == Trouble::answers)
    words += fmt::format("{}{}", spell.playlists ? " playlists" : "", spell.segments ? " segments" : "");
  return words;
}

}  // namespace

NetworkPlan network_plan(unsigned seed, const Traffic& traffic) {
  Dice dice(seed);
  NetworkPlan plan;
  plan.seed = seed;
  plan.post = dice.one_of(std::array{"each", "album", "after_end"});
  plan.tls = dice.chance(0.5);
  plan.names = dice.chance(0.4);
  plan.proxy = dice.chance(0.25);
  const unsigned count = dice.number(1, 4);
  for (unsigned i = 0; i < count; ++i) plan.spells.push_back(spell_of(dice, plan, traffic));
  return plan;
}

bool blocks(const Spell& spell, unsigned line, const Traffic& traffic) {
  if ((spell.lines & line) == 0) return false;
  const unsigned rate = traffic.segment_bytes * 1000 / traffic.segment_millis;
  switch (spell.trouble) {
    case Trouble::slow:
      return spell.amount > 400;  // several round trips a request
    case Trouble::thin:
      return spell.amount < 3 * rate;  // two streams, and four fetches at once
    case Trouble::resets:
      return spell.amount < 3 * traffic.segment_bytes;
    case Trouble::sliced:
    case Trouble::forgotten:
      return false;
    case Trouble::silent:
    case Trouble::refuses:
    case Trouble::names:
    case Trouble::answers:
      return true;
  }
  return true;
}

std::string told(const NetworkPlan& plan) {
  std::string words = fmt::format("{}{}{}{}", plan.post, plan.tls ? " tls" : "", plan.names ? " names" : "",
                                  plan.proxy ? " proxy" : "");
  for (const Spell& spell : plan.spells) words += "; " + words_of(spell);
  return words;
}

}  // namespace rec::torture
