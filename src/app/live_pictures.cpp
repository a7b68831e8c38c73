#include "app/live_pictures.hpp"

#include <utility>

#include "base/raised_flag.hpp"

namespace rec {
namespace {

constexpr std::chrono::seconds kPictureFresh{15};
constexpr std::chrono::seconds kBetweenPictures{1};
constexpr std::chrono::seconds kWaitsForTurn{8};
constexpr std::chrono::milliseconds kLooksForTurn{100};

}  // namespace

void LivePictures::forget_old() {
  const auto oldest = clock_.steady() - kPictureFresh;
  std::erase_if(kept_, [&](const auto& one) { return one.second.made <= oldest; });
}

Task<std::string> LivePictures::of(SessionId session) {
  if (maker_ == nullptr || !newest_) co_return fail(Errc::not_found, "no pictures are made here");
  const SteadyTime until = clock_.steady() + kWaitsForTurn;
  for (;;) {
    forget_old();
    const auto known = kept_.find(session);
    if (known != kept_.end()) co_return known->second.jpeg;
    if (!busy_ && clock_.steady() >= next_) break;
    if (clock_.steady() >= until) co_return fail(Errc::unavailable, "pictures of others are being made");
    co_await clock_.sleep(kLooksForTurn);
  }
  const RaisedFlag turn(busy_);
  REC_CO_TRY(MediaRun run, co_await newest_(session));
  if (run.extents.empty()) co_return fail(Errc::not_found, "nothing of it is being recorded");
  next_ = clock_.steady() + kBetweenPictures;
  auto made = co_await maker_->picture_of(std::move(run));
  kept_.insert_or_assign(session, Kept{made, clock_.steady()});
  co_return made;
}

}  // namespace rec
