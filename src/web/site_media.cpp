// Site, what is looked at: finished parts and pictures.
#include <boost/json/value.hpp>

#include "base/base64.hpp"
#include "web/site.hpp"

namespace rec::web {
namespace {

namespace json = boost::json;

/// No picture is no error: browsers note each of those.
Response no_picture() {
  Response none;
  none.status = 204;
  return none;
}

}  // namespace

Task<Response> Site::part_file(const Route& route, json::object arguments, std::string range) {
  const bool video = route.role == Role::video;
  arguments["kind"] = video ? "video" : "thumbnail";
  const auto told = co_await needs_.ask(std::string(route.request), std::move(arguments));
  if (!told && (video || told.error().code != Errc::not_found)) co_return fail(told.error());
  const auto* path = told ? told->if_contains("path") : nullptr;
  if (path != nullptr && path->is_string()) {
    auto file = co_await file_response(needs_.files, std::string(path->get_string()), std::move(range),
                                       video ? "video/mp4" : "image/jpeg");
    if (file) co_return file;
  }
  // It may be gone since it was posted. Where it lay is nobody's business.
  if (video) co_return fail(Errc::not_found, "the file is not there any more");
  co_return no_picture();
}

Task<Response> Site::live_picture(const Route& route, json::object arguments) {
  arguments.erase("at");
  const auto told = co_await needs_.ask(std::string(route.request), std::move(arguments));
  const auto* jpeg = told ? told->if_contains("jpeg") : nullptr;
  if (jpeg == nullptr || !jpeg->is_string()) co_return no_picture();
  Response response;
  response.content_type = "image/jpeg";
  response.headers.emplace_back("Cache-Control", "no-store");
  response.body = from_base64(jpeg->get_string());
  co_return response;
}

}  // namespace rec::web
