// The overview, made at most as often as somebody needs it new. Decision thread only.
#pragma once
#include <functional>
#include <memory>
#include <string>

#include <boost/json/object.hpp>

#include "runtime/clock.hpp"

namespace rec::web {

/// Asks the service; the answer is an object.
using Ask = std::function<Task<boost::json::object>(std::string request, boost::json::object arguments)>;
using Overview = std::shared_ptr<const boost::json::object>;

class Latest {
 public:
  Latest(Clock& clock, Ask ask) : clock_(clock), ask_(std::move(ask)) {}
  /// One that is no older than `age`. While one is being made the others wait for it. timed_out: none came.
  Task<Overview> get(Millis age);

 private:
  Clock& clock_;
  Ask ask_;
  Overview latest_{};
  SteadyTime made_{};
  bool busy_ = false;
};

}  // namespace rec::web
