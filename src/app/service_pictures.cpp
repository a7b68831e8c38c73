// Service, the picture of what is being recorded.
#include <boost/json/value.hpp>

#include "app/request_arguments.hpp"
#include "app/service.hpp"
#include "base/base64.hpp"

namespace rec {

Task<boost::json::object> Service::session_picture(boost::json::object arguments) {
  REC_CO_CHECK(no_others(arguments, {"session"}));
  REC_CO_TRY(std::string id, text_argument(arguments, "session"));
  REC_CO_TRY(const std::string jpeg, co_await pictures_.of(SessionId(std::move(id))));
  boost::json::object out;
  out["jpeg"] = base64(jpeg);
  co_return out;
}

}  // namespace rec
