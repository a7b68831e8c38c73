#include "web/routes.hpp"

namespace rec::web {
namespace {

const std::vector<Parameter> kNone;

std::vector<Route> channel_routes() {
  const Parameter url{"url", "a Twitch or YouTube channel, any other page, or an .m3u8", true};
  return {
      {"GET", "/api/v1/overview", Role::request, Scope::read, "overview", "overview",
       "Is all well, is anything missing, is it posted, what must I do?", kNone, kNone},
      {"GET", "/api/v1/status", Role::request, Scope::read, "status", "status", "What `status --json` prints",
       kNone, kNone},
      {"GET", "/api/v1/events", Role::events, Scope::read, "", "events",
       "Server-sent events: the overview, then what changes of it, at most once a second", kNone, kNone},
      {"GET", "/api/v1/channels", Role::request, Scope::read, "channel_list", "channelList",
       "What `channel list --json` prints", kNone, kNone},
      {"POST",
       "/api/v1/channels",
       Role::request,
       Scope::control,
       "channel_add",
       "channelAdd",
       "Watches a channel",
       kNone,
       {url}},
      {"PATCH",
       "/api/v1/channels/{channel}",
       Role::request,
       Scope::control,
       "channel_set",
       "channelSet",
       "Sets keys of a channel's own entry",
       kNone,
       {{"set", "values by key; \"\" takes back what was set", true}}},
      {"DELETE", "/api/v1/channels/{channel}", Role::request, Scope::control, "channel_remove",
       "channelRemove", "Watches a channel no more", kNone, kNone},
      {"POST", "/api/v1/channels/{channel}/pause", Role::request, Scope::control, "channel_pause",
       "channelPause", "Takes no new broadcast of a channel", kNone, kNone},
      {"POST", "/api/v1/channels/{channel}/resume", Role::request, Scope::control, "channel_resume",
       "channelResume", "Watches a paused channel again", kNone, kNone},
  };
}

std::vector<Route> target_routes() {
  const Parameter set{"set", "values by key, as `target set` takes them; \"\" takes back what was set", true};
  return {
      {"GET", "/api/v1/targets", Role::request, Scope::read, "target_list", "targetList",
       "What `target list --json` prints", kNone, kNone},
      {"POST",
       "/api/v1/targets",
       Role::request,
       Scope::control,
       "target_add",
       "targetAdd",
       "A new place to post to",
       kNone,
       {{"target", "its name; `default` is where channels post that pick none", true}, set}},
      {"PATCH",
       "/api/v1/targets/{target}",
       Role::request,
       Scope::control,
       "target_set",
       "targetSet",
       "Lets something be different from the next recording on",
       kNone,
       {set}},
      {"DELETE", "/api/v1/targets/{target}", Role::request, Scope::control, "target_remove", "targetRemove",
       "Takes back what commands said of a target", kNone, kNone},
      {"POST", "/api/v1/targets/{target}/test", Role::request, Scope::control, "target_test", "targetTest",
       "Posts a message there and removes it: findings as `doctor --json` has them", kNone, kNone},
  };
}

std::vector<Route> session_routes() {
  return {
      {"GET",
       "/api/v1/sessions",
       Role::request,
       Scope::read,
       "session_search",
       "sessionSearch",
       "Sessions that are done, newest first",
       {{"text", "stands in a title, a category or the channel's name"},
        {"channel", "a channel's id"},
        {"before", "began before this instant: `before` of the page before"},
        {"limit", "how many, 1 to 200; 50"}},
       kNone},
      {"GET", "/api/v1/sessions/{session}", Role::request, Scope::read, "session_story", "sessionStory",
       "A session and what happened to it", kNone, kNone},
      {"POST",
       "/api/v1/sessions/{session}/actions",
       Role::request,
       Scope::control,
       "session_action",
       "sessionAction",
       "What `session ACTION ID` does",
       kNone,
       {{"action", "stop, cancel, retry, skip-upload …", true}}},
      {"GET",
       "/api/v1/sessions/{session}/parts/{number}/video",
       Role::video,
       Scope::read,
       "part_file",
       "partVideo",
       "A finished part, whole or by range",
       {{"file", "of a part that had to be divided: 1, 2, …"}},
       kNone},
      {"GET",
       "/api/v1/sessions/{session}/picture",
       Role::picture,
       Scope::read,
       "session_picture",
       "sessionPicture",
       "What is being recorded shows now, a JPEG",
       {{"at", "anything: browsers ask for the same address only once"}},
       kNone},
      {"GET", "/api/v1/sessions/{session}/parts/{number}/thumbnail", Role::thumbnail, Scope::read,
       "part_file", "partThumbnail", "A finished part's picture, a JPEG", kNone, kNone},
  };
}

std::vector<Route> own_routes() {
  return {
      {"GET", "/api/v1/me", Role::me, Scope::none, "", "me", "Who asks, and what the page needs to know",
       kNone, kNone},
      {"POST",
       "/api/v1/login",
       Role::login,
       Scope::none,
       "",
       "login",
       "A cookie for the password",
       kNone,
       {{"password", "the one of `streamrecorder web password`", true}}},
      {"POST",
       "/api/v1/setup",
       Role::set_up,
       Scope::none,
       "",
       "setUp",
       "Sets the first password, once, by the link of the log; a cookie for it",
       kNone,
       {{"token", "the end of the link", true}, {"password", "ten characters or more", true}}},
      {"POST", "/api/v1/logout", Role::logout, Scope::none, "", "logout", "Ends the login", kNone, kNone},
      {"GET", "/api/v1/rates", Role::rates, Scope::read, "", "rates",
       "How the bitrate of what is being recorded went over the last hour", kNone, kNone},
      {"GET", "/livez", Role::live, Scope::read, "", "livez", "200 while the program takes requests", kNone,
       kNone, true},
      {"GET", "/readyz", Role::ready, Scope::read, "", "readyz",
       "200 when the store answers and there is room to record; else 503 and why", kNone, kNone, true},
      {"GET", "/idlez", Role::idle, Scope::read, "", "idlez",
       "200 when nothing is recorded, made or posted: a good time to restart; else 503 and what goes on",
       kNone, kNone, true},
      {"GET", "/metrics", Role::metrics, Scope::read, "", "metrics", "Prometheus text format", kNone, kNone,
       true},
      {"GET", "/openapi.json", Role::document, Scope::read, "", "openapi", "This document", kNone, kNone,
       true},
  };
}

std::vector<std::string_view> segments_of(std::string_view path) {
  std::vector<std::string_view> out;
  path.remove_prefix(1);
  while (!path.empty()) {
    const std::size_t end = path.find('/');
    out.push_back(path.substr(0, end));
    path = end == std::string_view::npos ? std::string_view() : path.substr(end + 1);
  }
  return out;
}

bool fits(std::string_view pattern, const std::vector<std::string>& path,
          std::map<std::string, std::string>& arguments) {
  const auto wanted = segments_of(pattern);
  if (wanted.size() != path.size()) return false;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const std::string_view segment = wanted[i];
    if (segment.starts_with('{')) {
      arguments[std::string(segment.substr(1, segment.size() - 2))] = path[i];
    } else if (segment != path[i]) {
      return false;
    }
  }
  return true;
}

namespace json = boost::json;

json::object schema_of(std::string_view type) {
  json::object schema;
  schema["type"] = type;
  return schema;
}

json::object parameter_of(std::string_view name, std::string_view in, std::string_view about, bool required) {
  json::object out;
  out["name"] = name;
  out["in"] = in;
  out["required"] = required;
  if (!about.empty()) out["description"] = about;
  out["schema"] = schema_of("string");
  return out;
}

json::object content_of(std::string_view type, json::object schema) {
  json::object media;
  media["schema"] = std::move(schema);
  json::object content;
  content[type] = std::move(media);
  return content;
}

json::object answer_of(std::string_view about, std::string_view type) {
  json::object out;
  out["description"] = about;
  if (!type.empty())
    out["content"] = content_of(type, schema_of(type == "application/json" ? "object" : "string"));
  return out;
}

std::string_view type_of(Role role) {
  switch (role) {
    case Role::events:
      return "text/event-stream";
    case Role::video:
      return "video/mp4";
    case Role::thumbnail:
    case Role::picture:
      return "image/jpeg";
    case Role::live:
    case Role::ready:
    case Role::idle:
    case Role::metrics:
      return "text/plain";
    case Role::logout:
      return "";
    default:
      return "application/json";
  }
}

json::object body_of(const Route& route) {
  json::object properties;
  json::array required;
  for (const Parameter& member : route.body) {
    json::object schema = schema_of(member.name == "set" ? "object" : "string");
    if (member.name == "set") schema["additionalProperties"] = schema_of("string");
    schema["description"] = member.about;
    properties[member.name] = std::move(schema);
    if (member.required) required.emplace_back(member.name);
  }
  json::object schema = schema_of("object");
  schema["properties"] = std::move(properties);
  schema["required"] = std::move(required);
  schema["additionalProperties"] = false;
  json::object body;
  body["required"] = true;
  body["content"] = content_of("application/json", std::move(schema));
  return body;
}

json::object operation_of(const Route& route) {
  json::object out;
  out["operationId"] = route.operation;
  out["summary"] = route.summary;
  json::array parameters;
  for (const std::string_view segment : segments_of(route.path)) {
    if (segment.starts_with('{'))
      parameters.push_back(parameter_of(segment.substr(1, segment.size() - 2), "path", "", true));
  }
  for (const Parameter& one : route.query)
    parameters.push_back(parameter_of(one.name, "query", one.about, one.required));
  if (route.path.starts_with("/api/"))
    parameters.push_back(parameter_of("language", "query", "en or ru: of what is said to people", false));
  if (!parameters.empty()) out["parameters"] = std::move(parameters);
  if (!route.body.empty()) out["requestBody"] = body_of(route);
  json::object answers;
  if (route.role == Role::logout) {
    answers["204"] = answer_of("done", "");
  } else {
    answers["200"] = answer_of("the answer", type_of(route.role));
  }
  if (route.role == Role::thumbnail || route.role == Role::picture)
    answers["204"] = answer_of("there is no picture (any more)", "");
  if (route.role == Role::video)
    answers["206"] = answer_of("the range that was asked for", type_of(route.role));
  answers["default"] = answer_of("{\"error\": {\"code\", \"text\"}}", "application/json");
  out["responses"] = std::move(answers);
  json::array security;
  if (route.open_on_loopback || route.scope == Scope::none) security.push_back(json::object());
  if (route.scope != Scope::none) {
    for (const char* scheme : {"token", "login"}) {
      json::object one;
      one[scheme] = json::array();
      security.push_back(std::move(one));
    }
    out["x-scope"] = word(route.scope);
  }
  out["security"] = std::move(security);
  return out;
}

}  // namespace

std::span<const Route> all_routes() {
  static const std::vector<Route> kRoutes = [] {
    std::vector<Route> routes = channel_routes();
    for (auto* more : {&target_routes, &session_routes, &own_routes})
      for (Route& route : more()) routes.push_back(std::move(route));
    return routes;
  }();
  return kRoutes;
}

Match match_route(std::string_view method, const std::vector<std::string>& path) {
  Match match;
  for (const Route& route : all_routes()) {
    std::map<std::string, std::string> arguments;
    if (!fits(route.path, path, arguments)) continue;
    match.allow += (match.allow.empty() ? "" : ", ") + std::string(route.method);
    if (route.method != method) continue;
    match.route = &route;
    match.arguments = std::move(arguments);
  }
  return match;
}

json::object openapi_document(std::string_view version) {
  json::object info;
  info["title"] = "Stream Recorder";
  info["version"] = version;
  json::object paths;
  for (const Route& route : all_routes()) {
    auto& item = paths[route.path];
    if (!item.is_object()) item.emplace_object();
    std::string method(route.method);
    for (char& c : method) c = static_cast<char>(c - 'A' + 'a');
    item.get_object()[method] = operation_of(route);
  }
  json::object token;
  token["type"] = "http";
  token["scheme"] = "bearer";
  token["description"] = "of `streamrecorder web token add`";
  json::object login;
  login["type"] = "apiKey";
  login["in"] = "cookie";
  login["name"] = "streamrecorder";
  login["description"] = "of /api/v1/login; what changes something needs the header X-CSRF-Token as well";
  json::object schemes;
  schemes["token"] = std::move(token);
  schemes["login"] = std::move(login);
  json::object components;
  components["securitySchemes"] = std::move(schemes);
  json::object out;
  out["openapi"] = "3.1.0";
  out["info"] = std::move(info);
  out["paths"] = std::move(paths);
  out["components"] = std::move(components);
  return out;
}

}  // namespace rec::web
