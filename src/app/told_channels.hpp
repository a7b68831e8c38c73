// What commands said of channels, from the list that a running program or its store tells, back into a
// configuration: for doctor, which looks at configurations. Pure.
#pragma once
#include <boost/json/object.hpp>

#include "app/config.hpp"

namespace rec {

/// The configuration with what `channel_list` tells (`channels_json`): channels that commands added are
/// entries of `channels`, and all have the values that commands gave them, but for secrets.
Config with_told_channels(Config config, const boost::json::object& list);

}  // namespace rec
