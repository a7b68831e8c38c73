// `KEY=VALUE …` of a command line. Pure.
#pragma once
#include <string>
#include <vector>

#include <boost/json/object.hpp>

#include "base/result.hpp"

namespace rec::cli {

/// An object of texts by key, as requests take it. invalid: one is none, or a key stands twice; `example` is
/// how to write it.
Result<boost::json::object> key_values(const std::vector<std::string>& settings, const std::string& example);

}  // namespace rec::cli
