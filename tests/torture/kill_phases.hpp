// What the program was about when it was killed: told from what it left, the log of that life and its store.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

namespace rec::torture {

inline constexpr const char* kPhases[] = {"start",   "record",  "seal",     "remux", "upload", "album",
                                          "comment", "caption", "compress", "copy",  "clean",  "status"};

struct KilledLife {
  std::filesystem::path folder{};  ///< its home: the log and what else is of the round lie beside it
  std::size_t log_begins = 0;      ///< bytes of recorder.log from before this life
  bool on_air = false;             ///< a broadcast was on
};

/// A phase counts when its work was decided and not done: its row in the outbox was there, of a post with
/// several files `album` as well. `start`: the start was not over for 250 ms. `record`: a capture was
/// running. `seal`: within 150 ms a part was sealed. None: it had nothing to do. The program must be dead;
/// its store is read from a copy.
std::vector<std::string> phases_at_death(const KilledLife& life);

/// What it logged in this life.
std::string log_of(const KilledLife& life);

}  // namespace rec::torture
