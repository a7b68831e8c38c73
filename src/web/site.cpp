#include "web/site.hpp"

#include <algorithm>

#include <boost/json.hpp>

#include "base/log.hpp"
#include "web/assets.hpp"
#include "web/http_text.hpp"
#include "web/metrics.hpp"
#include "words/told.hpp"

namespace rec::web {
namespace {

namespace json = boost::json;

constexpr int kMostListeners = 32;
constexpr Millis kFreshEnough{1000};
constexpr const char* kJson = "application/json";
const std::string kLanguage = "language";
constexpr const char* kText = "text/plain; charset=utf-8";
constexpr std::string_view kPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; connect-src "
    "'self'; "
    "manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

int status_of_error(Errc code) {
  switch (code) {
    case Errc::invalid:
      return 400;
    case Errc::denied:
      return 403;
    case Errc::not_found:
      return 404;
    case Errc::conflict:
      return 409;
    case Errc::rate_limited:
      return 429;
    case Errc::timed_out:
      return 504;
    case Errc::no_space:
      return 507;
    case Errc::cancelled:
    case Errc::unavailable:
      return 503;
    case Errc::corrupt:
      break;
  }
  return 500;
}

Response json_response(const json::object& object, int status = 200) {
  Response response;
  response.status = status;
  response.content_type = kJson;
  response.headers.emplace_back("Cache-Control", "no-store");
  response.body = json::serialize(object) + "\n";
  return response;
}

Response error_response(int status, std::string_view code, std::string_view text) {
  json::object error;
  error["code"] = code;
  error["text"] = text;
  json::object out;
  out["error"] = std::move(error);
  return json_response(out, status);
}

Response error_response(const Error& error) {
  Response response = error_response(status_of_error(error.code), word(error.code), error.text);
  if (error.retry_after)
    response.headers.emplace_back("Retry-After", std::to_string(error.retry_after->count() / 1000));
  return response;
}

Response error_response(const Refusal& refusal) {
  return error_response(refusal.status, refusal.code, refusal.text);
}

Response text_response(int status, std::string text) {
  Response response;
  response.status = status;
  response.content_type = kText;
  response.headers.emplace_back("Cache-Control", "no-store");
  response.body = std::move(text);
  return response;
}

Response asset_response(const Asset& asset, const Request& request) {
  Response response;
  response.headers = {{"ETag", std::string(asset.etag)}, {"Cache-Control", "no-cache"}};
  if (request.header("if-none-match") == asset.etag) {
    response.status = 304;
    return response;
  }
  response.content_type = std::string(asset.content_type);
  response.body = std::string(asset.bytes);
  return response;
}

/// The request's JSON object; nothing else is taken for one, whatever a form of another page may send.
Result<json::object> body_object(const Request& request) {
  if (!request.header("content-type").starts_with(kJson))
    return fail(Errc::invalid, "the body is to be application/json");
  boost::system::error_code error;
  json::parse_options options;
  options.max_depth = 8;
  json::value value = json::parse(request.body, error, {}, options);
  if (error || !value.is_object()) return fail(Errc::invalid, "the body is to be a JSON object");
  return std::move(value.get_object());
}

/// What the path, the query and the body say, of the names that the route knows.
Result<json::object> arguments_of(const Route& route, const Match& match, const Target& target,
                                  const Request& request) {
  json::object arguments;
  for (const auto& [name, value] : match.arguments) arguments[name] = value;
  for (const auto& [name, value] : target.query) {
    if (name == kLanguage) continue;
    const bool known =
        std::ranges::any_of(route.query, [&](const Parameter& one) { return one.name == name; });
    if (!known) return fail(Errc::invalid, "there is no parameter \"" + name + "\" here");
    if (!value.empty()) arguments[name] = value;
  }
  if (route.body.empty()) return arguments;
  REC_TRY(const json::object body, body_object(request));
  for (const auto& [name, value] : body) {
    const bool known =
        std::ranges::any_of(route.body, [&](const Parameter& one) { return one.name == name; });
    if (!known) return fail(Errc::invalid, "there is no member \"" + std::string(name) + "\" here");
    arguments[name] = value;
  }
  for (const Parameter& one : route.body) {
    if (one.required && !arguments.contains(one.name))
      return fail(Errc::invalid, "the body needs \"" + std::string(one.name) + "\"");
  }
  return arguments;
}

/// What is to be said to people is to be Russian: by `language` of the query, else as `otherwise` says.
bool asks_for_russian(const Request& request, const std::string& otherwise) {
  const auto target = parse_target(request.target);
  if (!target || !target->query.contains(kLanguage)) return otherwise == "ru";
  return target->query.at(kLanguage) == "ru";
}

Task<json::object> overview_in_russian(std::shared_ptr<Latest> english) {
  REC_CO_TRY(const Overview overview, co_await english->get(kFreshEnough / 2));
  json::object told = *overview;
  tell_in_russian(told);
  co_return told;
}

/// Errors are small, and made in many places: they are read again here.
void tell_error_in_russian(Response& response) {
  boost::system::error_code error;
  json::value told = json::parse(response.body, error);
  if (error || !told.is_object()) return;
  tell_in_russian(told.get_object());
  response.body = json::serialize(told) + "\n";
}

std::string one_path(const std::vector<std::string>& segments) {
  std::string path;
  for (const std::string& segment : segments) path += "/" + segment;
  return path.empty() ? "/" : path;
}

Result<Secret> secret_in(const json::object& body, const char* name) {
  const auto* value = body.if_contains(name);
  if (value == nullptr || !value->is_string())
    return fail(Errc::invalid, "the body needs \"" + std::string(name) + "\"");
  return Secret(std::string(value->get_string()));
}

bool is_of_the_service(Role role) {
  return role == Role::request || role == Role::video || role == Role::thumbnail || role == Role::picture;
}

Response signed_in(const std::string& cookie) {
  Response response = json_response({});
  response.headers.emplace_back("Set-Cookie", cookie);
  return response;
}

double number_of(const json::object& object, const char* name) {
  const auto* value = object.if_contains(name);
  return value != nullptr && value->is_number() ? value->to_number<double>() : 0;
}

const json::array& list_of(const json::object& object, const char* name) {
  static const json::array kNothing;
  const auto* value = object.if_contains(name);
  return value != nullptr && value->is_array() ? value->get_array() : kNothing;
}

}  // namespace

Site::Site(Needs needs)
    : needs_(std::move(needs)),
      gate_(needs_.gate),
      started_(needs_.clock.now()),
      latest_(std::make_shared<Latest>(needs_.clock, needs_.ask)),
      latest_russian_(std::make_shared<Latest>(needs_.clock,
                                               [english = latest_](const std::string&, const json::object&) {
                                                 return overview_in_russian(english);
                                               })),
      rates_(std::make_shared<Rates>(needs_.rates_every)) {}

asio::awaitable<Response> Site::answer(Request request) {
  const bool russian = asks_for_russian(request, needs_.language);
  auto made = co_await respond(std::move(request), russian);
  Response response = made ? *std::move(made) : error_response(made.error());
  if (russian && response.status >= 400 && response.content_type == kJson) tell_error_in_russian(response);
  response.headers.emplace_back("Content-Security-Policy", kPolicy);
  response.headers.emplace_back("X-Content-Type-Options", "nosniff");
  response.headers.emplace_back("X-Frame-Options", "DENY");
  response.headers.emplace_back("Referrer-Policy", "no-referrer");
  response.headers.emplace_back("Cross-Origin-Opener-Policy", "same-origin");
  response.headers.emplace_back("Cross-Origin-Resource-Policy", "same-origin");
  co_return response;
}

Task<Response> Site::respond(Request request, bool russian) {
  const auto target = parse_target(request.target);
  if (!target) co_return error_response(400, "invalid", "the address cannot be read");
  const Asset* asset = asset_at(one_path(target->path));
  if (const auto refusal = gate_.refuse(request, asset != nullptr)) co_return error_response(*refusal);
  if (asset != nullptr) {
    if (request.method == "GET") co_return asset_response(*asset, request);
    Response response = error_response(405, "invalid", "only GET here");
    response.headers.emplace_back("Allow", "GET, HEAD");
    co_return response;
  }
  const Match match = match_route(request.method, target->path);
  if (match.route == nullptr && match.allow.empty())
    co_return error_response(404, "not_found", "there is nothing at this address");
  if (match.route == nullptr) {
    Response response = error_response(405, "invalid", "not by this method");
    response.headers.emplace_back("Allow", match.allow);
    co_return response;
  }
  const Route& route = *match.route;
  const auto known = co_await gate_.who(request);
  // A file of accounts that cannot be read takes nothing from those who need no account.
  if (!known && !gate_.is_open(request, route)) co_return fail(known.error());
  const Caller caller = known.value_or(Caller{});
  if (const auto refusal = gate_.refuse(request, route, caller)) {
    Response response = error_response(*refusal);
    if (refusal->status == 401) response.headers.emplace_back("WWW-Authenticate", "Bearer");
    co_return response;
  }
  if (!is_of_the_service(route.role))
    co_return co_await serve_own(std::move(request), route, caller, russian);
  auto arguments = arguments_of(route, match, *target, request);
  if (!arguments) co_return error_response(arguments.error());
  if (route.scope == Scope::control)
    log::info(
        "web.request",
        {{"request", route.request}, {"peer", request.peer}, {"token", caller.by_token ? "yes" : "no"}});
  co_return co_await serve(std::move(request), route, *std::move(arguments), russian);
}

Task<Response> Site::serve(Request request, const Route& route, json::object arguments, bool russian) {
  if (route.role == Role::request) {
    REC_CO_TRY(json::object told, co_await needs_.ask(std::string(route.request), std::move(arguments)));
    if (russian) tell_in_russian(told);
    co_return json_response(told);
  }
  if (route.role == Role::picture) co_return co_await live_picture(route, std::move(arguments));
  co_return co_await part_file(route, std::move(arguments), request.header("range"));
}

Task<Response> Site::serve_own(Request request, const Route& route, Caller caller, bool russian) {
  switch (route.role) {
    case Role::me:
      co_return about_me(caller);
    case Role::login:
      co_return co_await log_in(std::move(request));
    case Role::set_up:
      co_return co_await set_up(std::move(request));
    case Role::rates:
      co_return json_response(rates_->told());
    case Role::logout: {
      Response response;
      response.status = 204;
      response.headers.emplace_back("Set-Cookie", gate_.log_out(request));
      co_return response;
    }
    case Role::events: {
      if (*listeners_ >= kMostListeners)
        co_return error_response(503, "unavailable", "too many pages are open");
      // Whoever asks for the next event holds the site.
      auto welcome = [this, request = std::move(request), &route] {
        return gate_.is_still_welcome(request, route);
      };
      co_return event_stream(russian ? latest_russian_ : latest_, needs_.clock, std::move(welcome),
                             listeners_);
    }
    case Role::live:
      co_return text_response(200, "ok\n");
    case Role::ready:
      co_return co_await ready();
    case Role::idle:
      co_return co_await idle();
    case Role::metrics:
      co_return co_await metrics();
    default:
      co_return json_response(openapi_document(needs_.version));
  }
}

Task<Response> Site::log_in(Request request) {
  REC_CO_TRY(const json::object body, body_object(request));
  REC_CO_TRY(Secret password, secret_in(body, "password"));
  auto cookie = co_await gate_.log_in(std::move(request), std::move(password));
  if (!cookie && cookie.error().code == Errc::denied)
    co_return error_response(401, "login", cookie.error().text);
  if (!cookie) co_return fail(std::move(cookie).error());
  co_return signed_in(*cookie);
}

Task<Response> Site::set_up(Request request) {
  REC_CO_TRY(const json::object body, body_object(request));
  REC_CO_TRY(Secret token, secret_in(body, "token"));
  REC_CO_TRY(Secret password, secret_in(body, "password"));
  REC_CO_TRY(const std::string cookie,
             co_await gate_.set_up(std::move(request), std::move(token), std::move(password)));
  co_return signed_in(cookie);
}

Response Site::about_me(const Caller& caller) const {
  json::object out;
  out["scope"] = word(caller.scope);
  out["login"] = caller.needs_password;
  out["csrf"] = caller.csrf;
  out["language"] = needs_.language;
  out["timezone"] = needs_.timezone;
  if (caller.scope != Scope::none) out["version"] = needs_.version;
  return json_response(out);
}

Task<Response> Site::ready() {
  const auto overview = co_await latest_->get(kFreshEnough);
  if (!overview) co_return text_response(503, overview.error().text + "\n");
  for (const json::value& disk : list_of(**overview, "disks")) {
    const auto* paused = disk.as_object().if_contains("paused");
    if (paused != nullptr && paused->is_bool() && paused->get_bool())
      co_return text_response(503, "no room to record\n");
  }
  co_return text_response(200, "ok\n");
}

Task<Response> Site::idle() {
  const auto overview = co_await latest_->get(kFreshEnough);
  if (!overview) co_return text_response(503, overview.error().text + "\n");
  std::string busy;
  for (const json::value& value : list_of(**overview, "sessions")) {
    const json::object& session = value.as_object();
    const auto* status = session.if_contains("status");
    if (status == nullptr || *status == "done" || *status == "error") continue;
    busy += std::string(session.at("name").as_string()) + ": " + std::string(status->as_string()) + "\n";
  }
  if (const auto* queues = (*overview)->if_contains("queues"); queues != nullptr && queues->is_object()) {
    for (const char* queue : {"media", "post", "text"})
      if (number_of(queues->get_object(), queue) > 0) busy += std::string(queue) + " queue\n";
  }
  if (busy.empty()) co_return text_response(200, "idle\n");
  co_return text_response(503, std::move(busy));
}

Task<Response> Site::metrics() {
  REC_CO_TRY(const Overview overview, co_await latest_->get(kFreshEnough));
  auto job = []() -> Result<ProcessFigures> { return process_figures(); };
  REC_CO_TRY(const ProcessFigures process, co_await run_on(needs_.files, std::move(job)));
  MetricsFrom from{
      *overview, needs_.clock.now(), started_, needs_.version, needs_.connections ? needs_.connections() : 0,
      process};
  Response response = text_response(200, metrics_text(from));
  response.content_type = "text/plain; version=0.0.4; charset=utf-8";
  co_return response;
}

}  // namespace rec::web
