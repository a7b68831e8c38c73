// The program's own sentences in Russian. Inside, and in the log, all is English; each door at which people
// read (posts, alerts, dashboard, chat, doctor) puts what it hands out into the language of its reader, here.
// What no table knows stays as it is: a name, a path, the words of another program. Pure.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace rec {

/// A message, an error with its contexts ("doing this: failed so; cure"), or several of them, a line each.
std::string in_russian(std::string_view english);

/// What of a message would stay English, for the test that holds the tables to the source.
std::vector<std::string> left_in_english(std::string_view english);

/// "часть", "части" or "частей" for so many of them; `forms` are for 1, 2 and 5, with | between.
std::string_view russian_plural(std::uint64_t count, std::string_view forms);

}  // namespace rec
