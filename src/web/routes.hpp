// Every address of the REST interface: one table, which the site goes by and the OpenAPI document is made of.
// Pure.
#pragma once
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/object.hpp>

#include "web/accounts.hpp"

namespace rec::web {

/// What stands behind an address. `request`: a request of the service, answered with its object; the others
/// are the site's own.
enum class Role {
  request,
  events,
  video,
  thumbnail,
  picture,
  me,
  login,
  logout,
  set_up,
  rates,
  live,
  ready,
  idle,
  metrics,
  document,
};

struct Parameter {
  std::string_view name{};
  std::string_view about{};
  bool required = false;
};

struct Route {
  std::string_view method{};
  std::string_view path{};  ///< "/api/v1/channels/{channel}"
  Role role = Role::request;
  Scope scope = Scope::read;
  std::string_view request{};    ///< of the service
  std::string_view operation{};  ///< operationId
  std::string_view summary{};
  std::vector<Parameter> query{};
  std::vector<Parameter>
      body{};  ///< members of the JSON object; `set` is an object of texts, all others texts
  bool open_on_loopback = false;  ///< needs no login there
};

std::span<const Route> all_routes();

struct Match {
  const Route* route = nullptr;                    ///< null: no such address, or not by that method
  std::map<std::string, std::string> arguments{};  ///< from the path
  std::string allow{};                             ///< methods of the address, where there is one
};
Match match_route(std::string_view method, const std::vector<std::string>& path);

/// OpenAPI 3.1.
boost::json::object openapi_document(std::string_view version);

}  // namespace rec::web
