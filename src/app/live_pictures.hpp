// Pictures of what is being recorded, for whoever looks at it: made when somebody asks, kept for some
// seconds, and no more than one a second, however many look. Decision thread only.
#pragma once
#include <functional>
#include <map>
#include <string>

#include "base/ids.hpp"
#include "ports/picture_maker.hpp"
#include "runtime/clock.hpp"

namespace rec {

class LivePictures {
 public:
  /// What was recorded of a session last; without extents where there is nothing.
  using NewestMedia = std::function<Task<MediaRun>(SessionId)>;
  /// `maker` may be null and `newest` empty: then there are no pictures.
  LivePictures(Clock& clock, PictureMaker* maker, NewestMedia newest)
      : clock_(clock), maker_(maker), newest_(std::move(newest)) {}

  /// A JPEG that is no older than a quarter of a minute. not_found: nothing of it is being recorded, or it is
  /// sound alone; unavailable: too many others want one; what else the maker says.
  Task<std::string> of(SessionId session);

 private:
  struct Kept {
    Result<std::string> jpeg;
    SteadyTime made;
  };
  void forget_old();

  Clock& clock_;
  PictureMaker* maker_;
  NewestMedia newest_;
  std::map<SessionId, Kept> kept_{};
  SteadyTime next_{};
  bool busy_ = false;
};

}  // namespace rec
