// A session of the Python program as one of ours. What is posted there is posted here; what is not is made of
// its files, which are linked to and never changed; nothing is told twice. Pure: where files are is asked of
// the caller.
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "app/old_files.hpp"
#include "app/old_state.hpp"
#include "app/settings.hpp"
#include "core/session.hpp"

namespace rec {

/// A name in a folder of ours that leads to a file of somebody else's.
struct ImportLink {
  std::string folder{};
  std::string name{};
  std::string file{};
  bool operator==(const ImportLink&) const = default;
};

struct ImportedSession {
  /// nothing: there is nothing of it to take over. waiting: its message is to be removed. history: it is
  /// over. unfinished: something of it is to be posted.
  enum class Kind { nothing, waiting, history, unfinished };
  Kind kind = Kind::nothing;
  session::Session session{};
  std::vector<session::Effect> effects{};
  std::vector<ImportLink> links{};
  std::string compressed{};          ///< its finished compressed version, to be described and posted as it is
  std::string what{};                ///< for people: "3 parts are posted, 2 to go"
  std::vector<std::string> notes{};  ///< what of it cannot be taken over, and why
};

struct ImportFacts {
  const Settings& settings;
  Instant now{};
  Target target{};                                        ///< where it is posted
  std::function<std::string(const std::string&)> find{};  ///< where such a file is; "" = it is not there
  std::function<std::uint64_t(const std::string&)> size{};
  /// When it was last written to.
  std::function<Instant(const std::string&)> written{};
  std::vector<OldFile> strays{};  ///< files that its state does not name and that can only be its own
};

/// A UUIDv7 that is the same from run to run: how an old session is known again.
SessionId import_id(const std::string& old_key, Instant started_at);

ImportedSession import_session(const OldSession& old, const ImportFacts& facts);

/// A file that no state knows, as a session of its own.
ImportedSession import_stray(const OldFile& file, const ImportFacts& facts);

/// A message's number in Telegram's apps and in Telethon, as TDLib has it.
std::int64_t tdlib_message(std::int64_t message);

}  // namespace rec
