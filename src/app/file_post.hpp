// Existing files as a session of their own: `streamrecorder post`. Parts are cut from them as from files that
// another program recorded; the files themselves are only read.
#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include <boost/json/object.hpp>

#include "app/settings.hpp"
#include "ports/store.hpp"

namespace rec {

/// In a take's folder of such a session, in place of what a program would have recorded there: a link to
/// somebody's own file. As yt-dlp would have called it; what it really is, its bytes say.
inline constexpr const char* kPostedLink = "media.mp4";

/// The channel of these sessions, which nobody watches.
inline constexpr const char* kPostChannel = "files:post";

struct FilePost {
  std::vector<std::string> files{};  ///< absolute paths, in order
  std::string title{};
  std::string target{};  ///< a name under telegram.targets, "" = the telegram section's
  /// The recording that the files are of, "" = none: further requests name those of before and what came
  /// since.
  std::string recording{};
  bool over = true;                ///< no more files come
  std::optional<Instant> began{};  ///< when that recording did
  std::string channel{};           ///< whose it is
  /// What is missing within the files; Gap::take is the file, counted from 1.
  std::vector<Gap> gaps{};
  bool operator==(const FilePost&) const = default;
};

/// {"files": […], "title", "to", "recording", "over", "began", "channel", "gaps": […]}; all but the first may
/// be left out. invalid: what is missing or of no use.
Result<FilePost> file_post_from(const boost::json::object& arguments);
/// What file_post_from() reads.
boost::json::object arguments_of(const FilePost& post);

/// What tells this post from every other one: the files by path, size and time, the title and the target; of
/// a recording its id and the target. Blocking. not_found, denied: one of the files, named.
Result<std::string> key_of(const FilePost& post);
/// A link of that name in the folder, which is made if it is missing; durable. Doing it again changes
/// nothing. Blocking.
Result<void> lay_link(const std::string& file, const std::string& folder,
                      const std::string& name = kPostedLink);
/// Links to those of the files (counted from 1) where cutting finds them. Doing it again changes nothing.
/// Fails as key_of() does.
Result<void> lay_out(const FilePost& post, const std::string& key, const std::vector<std::size_t>& numbers,
                     const std::string& data_folder);

/// What becomes of a request.
struct PostStep {
  session::Session session{};  ///< as it is then
  std::vector<session::Effect> effects{};
  std::vector<std::size_t> files{};  ///< to be laid out before it counts
  std::vector<Gap> gaps{};           ///< within those; Gap::take is the session's file
  bool changed = false;              ///< else it was known like that
  bool is_new = false;               ///< nothing was known of it
};
/// `known` are the sessions of that key, the newest last. A session that is open takes the files that are in
/// none of them; else they open the next one. One that is over, and of which a part could not be made or
/// posted, tries that once more. Pure. invalid: there is no such target, or it has no chat; nothing to post.
Result<PostStep> take_post(const FilePost& post, const std::string& key,
                           const std::vector<session::Session>& known, const Settings& settings, Instant now);
/// The same about the target, before anything is made for it.
Result<void> check_target(const Settings& settings, const std::string& name);

/// Was it opened for that key?
bool is_post_of(const session::Session& session, const std::string& key);
/// Those of the key that are done. Blocking.
Result<std::vector<session::Session>> posts_done(Store& store, const std::string& key);
/// Both lists as one, the newest last; of a session that is in both, what `open` says.
std::vector<session::Session> joined_posts(std::vector<session::Session> open,
                                           const std::vector<session::Session>& done);

/// Files that somebody records elsewhere, and more of them may come. One of which nobody has spoken for a
/// while is over.
bool is_open_post(const session::Session& session);
inline constexpr std::chrono::minutes kPostSpokenOf{2};

/// What came of a request: the session, and whether it was opened by it.
struct PostedFiles {
  session::Session session{};
  bool is_new = false;
};

/// What is known to be missing within a part: of one that was cut from a file, only where it was told with
/// the file, and then of the first part of that.
std::vector<Gap> gaps_within(const session::Session& session, const session::Part& part,
                             const std::vector<Gap>& gaps);

/// {"session": what `status` says of it, "new", "running"}
boost::json::object file_post_json(const session::Session& session, bool is_new, bool running,
                                   const Settings& settings, Instant now);

/// The request where no daemon runs: it is in the store when this returns, and nothing has been done yet.
/// Blocking; hold the instance lock.
Result<boost::json::object> post_at_rest(Store* store, const Settings& settings, const FilePost& post,
                                         Instant now);

}  // namespace rec
