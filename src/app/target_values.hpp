// What a target takes, key by key: of its entry under telegram.targets, and of `target add` and `set`.
#pragma once
#include <map>
#include <string>

#include "app/config.hpp"
#include "app/config_field.hpp"

namespace rec {

/// `channel_id`, `discussion_group_id`, `limits.default_size_gb` … with what each takes.
const Fields<TargetConfig>& target_fields();

/// Puts the value that the text says on top. `place` begins the messages. invalid: `place: key: what; cure`.
Result<void> apply_target_value(TargetConfig& target, const std::string& key, const std::string& text,
                                const std::string& place);

/// Of what is not the default, the values as text.
std::map<std::string, std::string> show_target(const TargetConfig& target);

}  // namespace rec
