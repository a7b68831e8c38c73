// What people read on Telegram, in English and Russian (the Russian is the predecessor's). The words come
// from templates (templates.hpp); here is what fills them.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "app/settings.hpp"
#include "app/templates.hpp"
#include "core/picture.hpp"
#include "ports/publisher.hpp"

namespace rec {

/// What the status message shows beside the session itself.
struct StatusFacts {
  Instant now{};
  std::vector<Gap> gaps{};
  int uploading_part = 0;  ///< 0 = none, or with an upload_size the compressed version
  std::uint64_t uploaded_bytes = 0;
  std::uint64_t upload_size = 0;
  bool dropped = false;  ///< in the grace period
  bool no_room = false;  ///< recording pauses until the disk has room (recording.min_free)
  std::optional<std::chrono::seconds> upload_left{};  ///< of that part, at the present speed
  Picture picture{};                                  ///< of what is being recorded
  bool posted_at_end = false;                         ///< telegram.post: after_end
  bool upload_silent = false;  ///< Telegram has confirmed nothing of it for longer than it should take
  std::optional<Instant> wait_until{};  ///< Telegram has asked for patience until then
  std::optional<double> compression{};  ///< how far the compressed version is, 0 to 1
};

/// By the texts "waiting", "status" or, once all is over, "done"; the session's marker stands at the end.
RichText status_text(const session::Session& session, const StatusFacts& facts, const TextStyle& style);

/// What is known of a post only when its session is over.
struct CaptionTotals {
  int parts = 0;  ///< 0 = not known yet
  bool compressed = false;
};

/// The caption of a post: of its first part, or of the whole album. The post's marker stands at the end.
RichText caption(const session::Session& session, const session::Post& post,
                 const std::vector<Gap>& gaps_within, const TextStyle& style, CaptionTotals totals = {});

/// Below the compressed file. `source` names the post it belongs to where it is no comment on it, else "".
RichText compressed_text(const session::Session& session, const session::PartFile& file,
                         const std::string& source, const std::string& marker, const TextStyle& style);

/// "3:41:07"
std::string clock_text(Millis duration);
/// "3.1 GB", "640 MB"
std::string size_for_people(std::uint64_t bytes, Language language = Language::en);
/// As local_time(); in Russian the zone is МСК where it is Moscow's.
std::string zoned_time(Instant at, const char* format, Language language);
/// "12.5"; in Russian "12,5".
std::string decimal(double number, Language language);

/// "8 parts", "1 part"; Russian has three forms.
std::string parts_text(std::size_t count, Language language);
/// "8 parts" where all of them are posted, else "3 of 8 parts".
std::string posted_parts_text(std::size_t posted, std::size_t count, Language language);
/// "1–3, 5" of numbers in order.
std::string numbers_text(const std::vector<int>& numbers);
/// Of parts that failed, a line for each kind of cause: "❌ Part 2 is missing: the file is gone". Nothing of
/// what only concerns who runs the program: no path, no message of another one.
std::string missing_parts_text(const session::Session& session, Language language);

/// How much is missing, of gaps whose length is known: "0 s", "12.5 s", "3 min 20 s".
std::string gap_seconds(const std::vector<Gap>& gaps, Language language);
/// The same and why, the longest first: "12 s (ads 10 s, drop 2 s)", "10 s (ads)", "0 s"; "length unknown
/// (drop)".
std::string gap_text(const std::vector<Gap>& gaps, Language language);
/// The same, and when the newest of them was noticed, where all have one cause: "10 s (ads, 19:02)".
std::string newest_gap_text(const std::vector<Gap>& gaps, Language language);

}  // namespace rec
