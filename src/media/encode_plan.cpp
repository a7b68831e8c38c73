#include "media/encode_plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>

namespace rec::media {
namespace {

/// The short side of a picture, and the least that it may have at 30 pictures a second, in kbit/s.
struct Rung {
  int side;
  int least_kbps;
};

// About two fifths of the rungs of Apple's HLS Authoring Specification (H.264, 30 fps: 6000 at 1080, 3000 at
// 720, 2000 at 540, 1100 at 432, 730 below, 145 at 234): those are for encoders that see a few seconds; two
// passes see all of it, and give what still pictures do not need to those that move. 0.04 bit a pixel at the
// top, 0.05 in the middle: smaller pictures have less that can be foretold.
constexpr std::array<Rung, 8> kRungs{{{2160, 10'000},
                                      {1440, 4'500},
                                      {1080, 2'500},
                                      {720, 1'250},
                                      {540, 750},
                                      {432, 450},
                                      {360, 250},
                                      {240, 100}}};
constexpr int kLeastKbps = 60;      // of the last rung, at half the pictures a second
constexpr double kFastShare = 1.6;  // 60 pictures a second need so many times what 30 do
constexpr double kUsualRate = 30;
constexpr double kMostRate = 60;
constexpr int kLeastAudioKbps = 32;  // AAC-LC in stereo below that is no sound worth the name
constexpr double kRoom = 0.985;      // x264 keeps an average to one or two per cent
constexpr int kAudioHz = 48'000;
constexpr double kAudioSamples = 1024;  // in a packet of AAC
constexpr std::uint64_t kFixedBytes = 8U << 10U;
// Telegram Desktop looks for the index in the first 8 MiB.
constexpr std::uint64_t kMostIndex = 7U << 20U;
constexpr double kEntry = 5;      // bytes of the index a packet: its size, its share of a chunk
constexpr double kReordered = 8;  // and when it is shown, where that is another order

double seconds_of(Millis duration) { return static_cast<double>(duration.count()) / 1000; }

/// `hz` of the sound, 0 = none.
std::uint64_t index_bytes(double seconds, double rate, int hz, bool b_frames) {
  const double pictures = seconds * rate * (kEntry + (b_frames ? kReordered : 0));
  return kFixedBytes + static_cast<std::uint64_t>(pictures + seconds * hz / kAudioSamples * kEntry);
}

/// What of it is given up so that the index stays small, as far as need be.
void keep_index_small(EncodePlan& plan, double seconds, bool sound) {
  const auto fits = [&] {
    return index_bytes(seconds, plan.width > 0 ? plan.rate() : 0, sound ? plan.audio_hz : 0, plan.b_frames) <=
           kMostIndex;
  };
  plan.b_frames = fits();
  if (!fits()) plan.audio_hz = kAudioHz / 2;
  plan.streams = fits();
}

int even(double length) { return std::max(2, static_cast<int>(std::lround(length / 2)) * 2); }

/// The rate of most of what there is, as films and cameras have it: 30000/1001 stays what it is.
void take_rate(EncodePlan& plan, const MediaFacts& main) {
  const double rate = main.rate_num > 0 ? static_cast<double>(main.rate_num) / main.rate_den : 0;
  if (rate < 1 || rate > 1000) return;  // 30
  plan.rate_num = main.rate_num;
  plan.rate_den = main.rate_den;
  if (rate <= kMostRate + 1) return;
  plan.rate_num = static_cast<int>(kMostRate);
  plan.rate_den = 1;
}

/// What a picture with that short side needs: between two rungs, as its area lies between theirs.
double least_kbps(double side, double rate) {
  const double share = rate <= kUsualRate + 1 ? 1 : 1 + (kFastShare - 1) * (rate - kUsualRate) / kUsualRate;
  const auto below = std::ranges::find_if(kRungs, [&](const Rung& rung) { return rung.side <= side; });
  if (below == kRungs.end()) return kRungs.back().least_kbps * share;
  if (below == kRungs.begin()) return below->least_kbps * share * side * side / (below->side * below->side);
  const Rung& above = *std::prev(below);
  const double part = (side * side - below->side * below->side) /
                      static_cast<double>(above.side * above.side - below->side * below->side);
  return (below->least_kbps + part * (above.least_kbps - below->least_kbps)) * share;
}

/// The largest short side, its own or a rung below, that the bits are enough for.
double largest_side(double own, double kbps, double rate) {
  if (kbps >= least_kbps(own, rate)) return own;
  for (const Rung& rung : kRungs) {
    if (rung.side < own && kbps >= least_kbps(rung.side, rate)) return rung.side;
  }
  return std::min<double>(own, kRungs.back().side);
}

void halve_rate(EncodePlan& plan) { plan.rate_den *= 2; }

/// The largest picture that the bits are enough for; sixty a second only where they are enough for those.
Result<void> take_size(EncodePlan& plan, const MediaFacts& main) {
  const double own = std::min(main.width, main.height);
  if (plan.rate() > kUsualRate + 1 && largest_side(own, plan.video_kbps, plan.rate()) < own) halve_rate(plan);
  const double side = largest_side(own, plan.video_kbps, plan.rate());
  const bool too_few = plan.video_kbps < least_kbps(side, plan.rate());
  if (too_few && plan.rate() > kUsualRate / 2 + 1) halve_rate(plan);
  if (plan.video_kbps < kLeastKbps) {
    return fail(Errc::invalid, fmt::format("{} kbit/s are left for the pictures, and at least {} are needed; "
                                           "allow a larger file, or less sound",
                                           std::max(0, plan.video_kbps), kLeastKbps));
  }
  plan.width = even(main.width * side / own);
  plan.height = even(main.height * side / own);
  return {};
}

PictureFit fit_into(const EncodePlan& plan, const MediaFacts& input) {
  const double scale = std::min(static_cast<double>(plan.width) / input.width,
                                static_cast<double>(plan.height) / input.height);
  PictureFit fit;
  fit.width = std::min(plan.width, even(input.width * scale));
  fit.height = std::min(plan.height, even(input.height * scale));
  fit.left = (plan.width - fit.width) / 4 * 2;
  fit.top = (plan.height - fit.height) / 4 * 2;
  return fit;
}

/// No more than the inputs have: more bits than those show nothing more.
int kbps_of(const std::vector<MediaFacts>& inputs) {
  double bytes = 0;
  double seconds = 0;
  for (const MediaFacts& input : inputs) {
    if (input.width == 0) continue;
    bytes += static_cast<double>(input.bytes);
    seconds += seconds_of(input.duration);
  }
  return std::max(kLeastKbps, static_cast<int>(bytes * 8 / 1000 / std::max(1.0, seconds)));
}

/// Macroblocks of 16 x 16, two bytes each in the tree of what refers to what, of two pictures in three.
std::uint64_t stats_of(const EncodePlan& plan) {
  const double blocks = std::ceil(plan.width / 16.0) * std::ceil(plan.height / 16.0);
  return static_cast<std::uint64_t>(seconds_of(plan.duration) * plan.rate() * (blocks * 2 * 2 / 3 + 150));
}

}  // namespace

Result<EncodePlan> plan_encoding(const std::vector<MediaFacts>& inputs, const EncodeWish& wish) {
  EncodePlan plan;
  const MediaFacts* main = nullptr;  // the longest with a picture: the others are fitted into its shape
  bool sound = false;
  for (const MediaFacts& input : inputs) {
    plan.duration += input.duration;
    sound = sound || input.sound;
    if (input.width > 0 && (main == nullptr || input.duration > main->duration)) main = &input;
  }
  if (plan.duration <= Millis(0)) return fail(Errc::corrupt, "nothing plays in the inputs");
  const double seconds = seconds_of(plan.duration);
  if (main != nullptr) take_rate(plan, *main);
  const auto index = index_bytes(seconds, main == nullptr ? 0 : plan.rate(), sound ? kAudioHz : 0, true);
  const auto room = static_cast<double>(wish.target_bytes - std::min(wish.target_bytes, index)) * kRoom;
  const double all_kbps = room * 8 / 1000 / seconds;
  // A quarter at most goes into the sound, but never less than it needs.
  if (sound)
    plan.audio_kbps = std::min(wish.audio_kbps, std::max(kLeastAudioKbps, static_cast<int>(all_kbps / 4)));
  if (main == nullptr) {
    plan.audio_kbps = std::min(wish.audio_kbps, static_cast<int>(all_kbps));
    keep_index_small(plan, seconds, sound);
    if (plan.audio_kbps >= kLeastAudioKbps) return plan;
    return fail(Errc::invalid, fmt::format("{:.0f} kbit/s are no sound; allow a larger file", all_kbps));
  }
  plan.video_kbps = std::min(static_cast<int>(all_kbps) - plan.audio_kbps, kbps_of(inputs));
  REC_CHECK(take_size(plan, *main));
  keep_index_small(plan, seconds, sound);
  plan.stats_bytes = stats_of(plan);
  for (const MediaFacts& input : inputs)
    plan.fits.push_back(input.width > 0 ? fit_into(plan, input) : PictureFit{});
  return plan;
}

Result<EncodePlan> with_less(EncodePlan plan, std::uint64_t bytes, std::uint64_t target_bytes) {
  const double over = static_cast<double>(bytes - std::min(bytes, target_bytes)) * 8 / 1000;
  const double less = over / std::max(0.1, seconds_of(plan.duration)) + plan.video_kbps * 0.03;
  plan.video_kbps -= std::max(1, static_cast<int>(std::ceil(less)));
  if (plan.video_kbps >= kLeastKbps / 2) return plan;
  return fail(Errc::invalid,
              fmt::format("{} bytes cannot hold these pictures; allow a larger file", target_bytes));
}

}  // namespace rec::media
