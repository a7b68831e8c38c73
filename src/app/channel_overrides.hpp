// What may differ for one channel, key by key: of its entry in config.yaml, and of `channel set`.
#pragma once
#include <map>
#include <string>

#include "app/config.hpp"
#include "app/config_field.hpp"

namespace rec {

/// `enabled`, `quality`, `hours` … with what each takes.
const Fields<ChannelEntry>& override_fields();

/// Values by key, as people type them.
using OverrideTexts = std::map<std::string, std::string>;

/// invalid: `place: key: what; cure`, where it is no key that may be set.
Result<void> check_override_key(const std::string& key, const std::string& place);

/// The key that says the same in another way (`proxy` and `proxy_file`), or "".
std::string companion_of(const std::string& key);

/// Puts the value that the text says on top; ${NAME} is no variable here. `place` begins the messages,
/// `folder` is where relative paths start. invalid: a line for each problem, `place: key: what; cure`, never
/// with a secret's value. Reads the file of a `…_file` key.
Result<void> apply_override(ChannelOverrides& overrides, const std::string& key, const std::string& text,
                            const std::string& place, const std::string& folder);

/// The text to keep: a path is made absolute, the rest stays as it is.
std::string kept_override(const std::string& key, const std::string& text, const std::string& folder);

/// Of what is not the default, the values as text, secrets as "***"; without `enabled`.
OverrideTexts show_overrides(const ChannelOverrides& overrides);

}  // namespace rec
