// The tables: an English sentence as the program forms it, and the Russian one.
//   {}   something that is not translated: a name, a path. It never holds ": ", which begins a sentence
//   anew
//   {#}  a number
//   {*}  something that is translated: a cause, a list
// A context ("/srv/a: ", "posting to chat 5: ") need not be named: it is told by itself.
//   {0}  in the Russian text, the first of them, where the order is another one
//   {0|часть|части|частей}  the word that goes with that number
// Several tables, so that each stays readable; what stands where counts for nothing. Pure.
#pragma once
#include <span>
#include <string_view>

namespace rec::phrases {

struct Phrase {
  std::string_view english{};
  std::string_view russian{};
};

std::span<const Phrase> system_phrases();    ///< what the system and libraries say
std::span<const Phrase> platform_phrases();  ///< who is live
std::span<const Phrase> capture_phrases();
std::span<const Phrase> media_phrases();  ///< segments, parts, files, the store
std::span<const Phrase> telegram_phrases();
std::span<const Phrase> incident_phrases();  ///< incidents, problems, what happened in a session
std::span<const Phrase> doctor_phrases();
std::span<const Phrase> config_phrases();
std::span<const Phrase> answer_phrases();  ///< to those who ask for something: channels, targets, sessions

}  // namespace rec::phrases
