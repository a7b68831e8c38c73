// Existing files as a session of their own: `streamrecorder post`. Parts are cut from them as from files that
// another program recorded; the files themselves are only read.
#pragma once
#include <string>
#include <vector>

#include <boost/json/object.hpp>

#include "app/settings.hpp"
#include "ports/store.hpp"

namespace rec {

/// In a take's folder of such a session, in place of what a program would have recorded there: a link to
/// somebody's own file. As yt-dlp would have called it; what it really is, its bytes say.
inline constexpr const char* kPostedLink = "media.mp4";

struct FilePost {
  std::vector<std::string> files{};  ///< absolute paths, in order
  std::string title{};
  std::string target{};  ///< a name under telegram.targets, "" = the telegram section's
};

/// {"files": […], "title", "to"}; the last may be left out. invalid: what is missing or of no use.
Result<FilePost> file_post_from(const boost::json::object& arguments);

/// What tells this post from every other one: the files by path, size and time, the title and the target.
/// Blocking. not_found, denied: one of the files, named.
Result<std::string> key_of(const FilePost& post);
/// A link of that name in the folder, which is made if it is missing; durable. Doing it again changes
/// nothing. Blocking.
Result<void> lay_link(const std::string& file, const std::string& folder,
                      const std::string& name = kPostedLink);
/// Links to the files where cutting finds them; the post's key. Doing it again changes nothing. Fails as
/// key_of() does.
Result<std::string> lay_out(const FilePost& post, const std::string& data_folder);

/// A session that is ended already, with its first effects.
struct OpenedPost {
  session::Session session{};
  std::vector<session::Effect> effects{};
};
/// invalid: there is no such target, or it has no chat.
Result<OpenedPost> open_post(const FilePost& post, const std::string& key, const Settings& settings,
                             Instant now);
/// The same, before anything is made for it.
Result<void> check_target(const Settings& settings, const std::string& name);

/// The session that was opened for that key, among those that are not done, or those that are. Blocking.
const session::Session* find_post(const std::vector<session::Session>& sessions, const std::string& key);
Result<std::vector<session::Session>> posts_done(Store& store);

/// It is over, and a part of it could not be made or posted: the same request given again tries that once
/// more.
bool is_to_be_tried_again(const session::Session& session);

/// What came of a request: the session, and whether it was opened by it.
struct PostedFiles {
  session::Session session{};
  bool is_new = false;
};

/// {"session": what `status` says of it, "new", "running"}
boost::json::object file_post_json(const session::Session& session, bool is_new, bool running,
                                   const Settings& settings, Instant now);

/// The request where no daemon runs: it is in the store when this returns, and nothing has been done yet.
/// Blocking; hold the instance lock.
Result<boost::json::object> post_at_rest(Store* store, const Settings& settings, const FilePost& post,
                                         Instant now);

}  // namespace rec
