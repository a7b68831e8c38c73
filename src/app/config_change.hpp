// What another configuration changes in a program that runs, and what of that counts without a restart. Pure:
// the list of keys (config_fields) says it of each.
#pragma once
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "app/config_field.hpp"

namespace rec {

struct Config;

struct ConfigChange {
  std::string key{};
  Counts counts = Counts::after_restart;
  std::string was{};  ///< as `config show` has it: secrets as "***"
  std::string is{};
};
using ConfigChanges = std::vector<ConfigChange>;

/// Every key that has another value, in the order of the list.
ConfigChanges config_changes(const Config& now, const Config& read);

/// `now`, with those values of `read` that count without a restart.
Config taken_up(Config now, const Config& read);

/// The keys of `read` that a program which was started with `started` goes by only after a restart.
/// `publishing`: it has signed in to Telegram.
std::vector<std::string> wants_restart(const Config& started, const Config& read, bool publishing);

/// Has one of the keys changed, or one of a section that is named?
bool touches(const ConfigChanges& changes, std::initializer_list<std::string_view> keys);

/// "language: en → ru", or the key alone where its values are long or secret.
std::string change_text(const ConfigChange& change);

}  // namespace rec
