// Doctor: whether the dashboard can be served.
#pragma once
#include "app/config.hpp"
#include "app/doctor.hpp"

namespace rec::cli {

/// `running`: a daemon runs, which has the port, or says in its log why not. Blocking.
Findings web_findings(const Config& config, bool running);

}  // namespace rec::cli
