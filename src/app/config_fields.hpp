// The list of all keys of config.yaml, in the order of the example file; a section a function, a few sections
// a file.
#pragma once
#include "app/config.hpp"
#include "app/config_field.hpp"

namespace rec {

/// All of them. Built once; thread-safe.
const Fields<Config>& config_fields();

namespace config_sections {
void add_general(Fields<Config>& fields);
void add_channels(Fields<Config>& fields);
void add_telegram(Fields<Config>& fields);
void add_twitch(Fields<Config>& fields);
void add_youtube(Fields<Config>& fields);
void add_recording(Fields<Config>& fields);
void add_media(Fields<Config>& fields);
void add_service(Fields<Config>& fields);
void add_messages(Fields<Config>& fields);
}  // namespace config_sections

}  // namespace rec
