// Service, the request that posts files.
#include "app/file_post.hpp"
#include "app/service.hpp"

namespace rec {

Task<boost::json::object> Service::post(boost::json::object arguments) {
  if (!needs_.post_files) co_return fail(Errc::not_found, "nobody knows the request post");
  REC_CO_TRY(FilePost files, file_post_from(arguments));
  REC_CO_TRY(const PostedFiles posted, co_await needs_.post_files(std::move(files)));
  co_return file_post_json(posted.session, posted.is_new, true, needs_.settings, needs_.clock.now());
}

}  // namespace rec
