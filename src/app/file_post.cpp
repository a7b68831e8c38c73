#include "app/file_post.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <limits>

#include <boost/json/array.hpp>

#include "app/names.hpp"
#include "app/status_view.hpp"
#include "base/folders.hpp"

namespace rec {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

constexpr std::size_t kMostFiles = 500;
constexpr std::size_t kMostPostTitle = 200;  // characters

std::string post_stream(const std::string& key) { return "files:" + key; }

std::string take_of(const std::string& key, std::size_t number, const std::string& data_folder) {
  return (fs::path(data_folder) / "posts" / key / std::to_string(number)).string();
}

/// Path, size and time of change, as text.
Result<std::string> print_of(const std::string& file) {
  struct stat info{};
  if (::stat(file.c_str(), &info) != 0) return fail(errno_error(errno, file));
  if (!S_ISREG(info.st_mode)) return fail(Errc::invalid, file + ": not a file");
  if (::access(file.c_str(), R_OK) != 0) return fail(errno_error(errno, file));
  std::error_code error;
  const std::string real = fs::canonical(file, error).string();
  if (error) return fail(errno_error(error.value(), file));
  return fmt::format("{}\n{} {}.{:09}\n", real, info.st_size, info.st_mtim.tv_sec, info.st_mtim.tv_nsec);
}

/// Of the file that people know, and in order where there are several.
std::string stem_of(const FilePost& post, std::size_t number) {
  const std::string name = safe_component(fs::path(post.files.at(number - 1)).stem().string(), 100);
  return post.files.size() == 1 ? name : fmt::format("{:03} {}", number, name);
}

}  // namespace

Result<FilePost> file_post_from(const json::object& arguments) {
  FilePost post;
  for (const auto& [name, value] : arguments) {
    if (name == "title" && value.is_string())
      post.title = one_line(std::string_view(value.get_string()), kMostPostTitle);
    else if (name == "to" && value.is_string())
      post.target = std::string(value.get_string());
    else if (name != "files" || !value.is_array())
      return fail(Errc::invalid, "the request takes no such \"" + std::string(name) + "\"");
  }
  const json::value* files = arguments.if_contains("files");
  for (const json::value& file : files == nullptr ? json::array() : files->get_array()) {
    if (!file.is_string() || !fs::path(std::string(file.get_string())).is_absolute())
      return fail(Errc::invalid, "\"files\" holds what is no absolute path");
    post.files.emplace_back(file.get_string());
  }
  if (post.files.empty()) return fail(Errc::invalid, "the request needs \"files\", a list of paths");
  if (post.files.size() > kMostFiles)
    return fail(Errc::invalid,
                fmt::format("{} files are too many for one post; {} may be", post.files.size(), kMostFiles));
  if (post.title.empty()) post.title = one_line(fs::path(post.files.front()).stem().string(), kMostPostTitle);
  return post;
}

Result<void> lay_link(const std::string& file, const std::string& folder, const std::string& name) {
  REC_CHECK(make_folders(folder));
  const fs::path link = fs::path(folder) / name;
  std::error_code error;
  if (fs::read_symlink(link, error) == file) return {};
  fs::remove(link, error);
  fs::create_symlink(file, link, error);
  if (error) return fail(errno_error(error.value(), "linking to " + file + " in " + folder));
  return sync_folder(folder);
}

Result<std::string> key_of(const FilePost& post) {
  std::string prints = post.target + "\n" + post.title + "\n";
  for (const std::string& file : post.files) {
    REC_TRY(const std::string print, print_of(file));
    prints += print;
  }
  const XXH128_hash_t hash = XXH3_128bits(prints.data(), prints.size());
  return fmt::format("{:016x}{:016x}", hash.high64, hash.low64);
}

Result<std::string> lay_out(const FilePost& post, const std::string& data_folder) {
  REC_TRY(std::string key, key_of(post));
  for (std::size_t i = 0; i < post.files.size(); ++i) {
    REC_CHECK(lay_link(post.files[i], take_of(key, i + 1, data_folder)));
  }
  return key;
}

Result<void> check_target(const Settings& settings, const std::string& name) {
  if (!settings.session_policy.publish)
    return fail(Errc::invalid, "no Telegram is set up to post to: see telegram in config.yaml");
  if (!target_named(settings, name).chat.empty()) return {};
  if (name.empty()) return fail(Errc::invalid, "telegram.channel_id is not set, and no target was named");
  return fail(Errc::invalid, name + ": no such name under telegram.targets");
}

Result<OpenedPost> open_post(const FilePost& post, const std::string& key, const Settings& settings,
                             Instant now) {
  REC_CHECK(check_target(settings, post.target));
  OpenedPost opened;
  session::Session& session = opened.session;
  session.id = SessionId(make_uuid7(unix_ms(now)));
  session.channel = ChannelId("files:post");
  session.title = post.title;
  session.titles = {{now, post.title, ""}};
  session.stream_id = post_stream(key);
  session.started_at = now;
  session.target = target_named(settings, post.target);
  // Of its own, whatever recording.path says: two posts never write the same file.
  session.folder = (fs::path(settings.output_folder) / "posts" / session.id.str()).string();
  const auto take = [&](const session::Event& event) {
    session::Step step = session::step(session, event, settings.session_policy, fresh_marker());
    session = std::move(step.next);
    for (auto& effect : step.effects) opened.effects.push_back(std::move(effect));
  };
  take(session::Started{});
  for (std::size_t number = 1; number <= post.files.size(); ++number) {
    take(session::FileBegun{static_cast<int>(number), false, take_of(key, number, settings.data_folder),
                            stem_of(post, number), now});
  }
  take(session::Ended{now});
  return opened;
}

bool is_to_be_tried_again(const session::Session& session) {
  return session.phase == session::Phase::done && !session.flags.cancelled &&
         std::ranges::any_of(session.parts, [](const session::Part& part) {
           return part.state == session::PartState::failed;
         });
}

const session::Session* find_post(const std::vector<session::Session>& sessions, const std::string& key) {
  const auto found = std::ranges::find(sessions, post_stream(key), &session::Session::stream_id);
  return found == sessions.end() ? nullptr : &*found;
}

Result<std::vector<session::Session>> posts_done(Store& store) {
  REC_TRY(auto all, store.history(std::numeric_limits<int>::max()));
  std::erase_if(all, [](const session::Session& one) { return !one.stream_id.starts_with("files:"); });
  return all;
}

json::object file_post_json(const session::Session& session, bool is_new, bool running,
                            const Settings& settings, Instant now) {
  Model model;
  model.sessions[session.id] = session;
  StatusFrom from{model, settings};
  from.now = now;
  from.running = running;
  json::object out;
  out["session"] = status_json(from).at("sessions").as_array().at(0);
  out["new"] = is_new;
  out["running"] = running;
  return out;
}

namespace {

/// Its failed parts are to be made and posted once more; the others are.
Result<json::object> try_again_at_rest(Store& store, const Settings& settings, const FilePost& post,
                                       const session::Session& known, Instant now) {
  REC_CHECK(lay_out(post, settings.data_folder));
  const session::Asked asked{session::Wish::reprocess, {}, now};
  session::Step step = session::step(known, asked, settings.session_policy, fresh_marker());
  Commit commit;
  commit.sessions = {step.next};
  for (auto& effect : step.effects) commit.effects.emplace_back(known.id, std::move(effect));
  REC_CHECK(store.commit(commit));
  return file_post_json(step.next, false, false, settings, now);
}

}  // namespace

Result<json::object> post_at_rest(Store* store, const Settings& settings, const FilePost& post, Instant now) {
  REC_CHECK(check_target(settings, post.target));
  if (store == nullptr) return fail(Errc::unavailable, "there is no store to keep it in");
  REC_TRY(const std::string known_by, key_of(post));
  REC_TRY(const StoreSnapshot kept, store->load());
  REC_TRY(const auto done, posts_done(*store));
  for (const auto* sessions : {&kept.sessions, &done}) {
    const auto* known = find_post(*sessions, known_by);
    if (known == nullptr) continue;
    if (is_to_be_tried_again(*known)) return try_again_at_rest(*store, settings, post, *known, now);
    return file_post_json(*known, false, false, settings, now);
  }
  REC_TRY(const std::string key, lay_out(post, settings.data_folder));
  REC_TRY(OpenedPost opened, open_post(post, key, settings, now));
  Commit commit;
  commit.sessions = {opened.session};
  for (auto& effect : opened.effects) commit.effects.emplace_back(opened.session.id, std::move(effect));
  REC_CHECK(store->commit(commit));
  return file_post_json(opened.session, true, false, settings, now);
}

}  // namespace rec
