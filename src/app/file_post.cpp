#include "app/file_post.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <iterator>
#include <set>

#include <boost/json/array.hpp>

#include "app/gap_json.hpp"
#include "app/names.hpp"
#include "app/parts.hpp"
#include "app/status_view.hpp"
#include "base/folders.hpp"
#include "base/iso_time.hpp"
#include "base/json_members.hpp"

namespace rec {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

constexpr std::size_t kMostFiles = 500;
constexpr std::size_t kMostOfARecording = 20'000;  // months, a part an hour or so
constexpr std::size_t kMostPostTitle = 200;        // characters

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

/// Of the file that people know, and in order where there are several that do not say so themselves.
std::string stem_of(const FilePost& post, std::size_t number) {
  const std::string name = safe_component(fs::path(post.files.at(number - 1)).stem().string(), 100);
  const bool in_order = post.files.size() == 1 || !post.recording.empty();
  return in_order ? name : fmt::format("{:03} {}", number, name);
}

std::string hash_of(const std::string& text) {
  const XXH128_hash_t hash = XXH3_128bits(text.data(), text.size());
  return fmt::format("{:016x}{:016x}", hash.high64, hash.low64);
}

/// It becomes part of a name that people may see.
bool is_id(std::string_view text) {
  return !text.empty() && text.size() <= 64 &&
         text.find_first_not_of("0123456789abcdefABCDEF-") == std::string_view::npos;
}

/// Those that are in none of the sessions. Their takes' folders are called by the files' numbers.
std::vector<std::size_t> files_not_in(const std::vector<session::Session>& known, const FilePost& post) {
  std::set<std::string> taken;
  for (const session::Session& session : known) {
    for (const session::FileTake& file : session.files) taken.insert(fs::path(file.folder).filename());
  }
  std::vector<std::size_t> numbers;
  for (std::size_t number = 1; number <= post.files.size(); ++number) {
    if (!taken.contains(std::to_string(number))) numbers.push_back(number);
  }
  return numbers;
}

/// It is over, and a part of it could not be made or posted.
bool is_to_be_tried_again(const session::Session& session) {
  return session.phase == session::Phase::done && !session.flags.cancelled &&
         std::ranges::any_of(session.parts, [](const session::Part& part) {
           return part.state == session::PartState::failed;
         });
}

session::Session fresh_post(const FilePost& post, const std::string& key, const Settings& settings,
                            Instant now) {
  session::Session session;
  session.id = SessionId(make_uuid7(unix_ms(now)));
  session.channel = ChannelId(kPostChannel);
  session.channel_name = post.channel;
  session.title = post.title;
  session.stream_id = post_stream(key);
  session.started_at = post.began.value_or(now);
  session.titles = {{session.started_at, post.title, ""}};
  session.target = target_named(settings, post.target);
  // Of its own, whatever recording.path says: two posts never write the same file.
  session.folder = (fs::path(settings.output_folder) / "posts" / session.id.str()).string();
  return session;
}

}  // namespace

Result<FilePost> file_post_from(const json::object& arguments) {
  FilePost post;
  for (const auto& [name, value] : arguments) {
    if (name == "title" && value.is_string())
      post.title = one_line(std::string_view(value.get_string()), kMostPostTitle);
    else if (name == "to" && value.is_string())
      post.target = std::string(value.get_string());
    else if (name == "recording" && value.is_string() && is_id(std::string_view(value.get_string())))
      post.recording = std::string(value.get_string());
    else if (name == "over" && value.is_bool())
      post.over = value.get_bool();
    else if (name == "began" && value.is_string())
      post.began = parse_iso8601(std::string(value.get_string()));
    else if (name == "channel" && value.is_string())
      post.channel = one_line(std::string_view(value.get_string()), kMostPostTitle);
    else if ((name != "files" && name != "gaps") || !value.is_array())
      return fail(Errc::invalid, "the request takes no such \"" + std::string(name) + "\"");
  }
  const json::value* files = arguments.if_contains("files");
  for (const json::value& file : files == nullptr ? json::array() : files->get_array()) {
    if (!file.is_string() || !fs::path(std::string(file.get_string())).is_absolute())
      return fail(Errc::invalid, "\"files\" holds what is no absolute path");
    post.files.emplace_back(file.get_string());
  }
  if (post.files.empty()) return fail(Errc::invalid, "the request needs \"files\", a list of paths");
  const std::size_t most = post.recording.empty() ? kMostFiles : kMostOfARecording;
  if (post.files.size() > most)
    return fail(Errc::invalid,
                fmt::format("{} files are too many for one post; {} may be", post.files.size(), most));
  if (post.title.empty()) post.title = one_line(fs::path(post.files.front()).stem().string(), kMostPostTitle);
  for (const json::object* gap : objects_in(arguments, "gaps")) {
    REC_TRY(post.gaps.emplace_back(), whole_gap_of(*gap));
  }
  return post;
}

json::object arguments_of(const FilePost& post) {
  json::object arguments{{"files", json::array(post.files.begin(), post.files.end())}};
  for (const auto& [name, text] :
       {std::pair("title", &post.title), std::pair("to", &post.target),
        std::pair("recording", &post.recording), std::pair("channel", &post.channel)}) {
    if (!text->empty()) arguments[name] = *text;
  }
  if (!post.recording.empty()) arguments["over"] = post.over;
  if (post.began) arguments["began"] = iso8601(*post.began);
  json::array gaps;
  for (const Gap& gap : post.gaps) gaps.push_back(whole_gap_json(gap));
  if (!gaps.empty()) arguments["gaps"] = std::move(gaps);
  return arguments;
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
  if (!post.recording.empty()) return hash_of("recording\n" + post.recording + "\n" + post.target);
  std::string prints = post.target + "\n" + post.title + "\n";
  for (const std::string& file : post.files) {
    REC_TRY(const std::string print, print_of(file));
    prints += print;
  }
  return hash_of(prints);
}

Result<void> lay_out(const FilePost& post, const std::string& key, const std::vector<std::size_t>& numbers,
                     const std::string& data_folder) {
  for (const std::size_t number : numbers) REC_CHECK(print_of(post.files.at(number - 1)));
  for (const std::size_t number : numbers) {
    REC_CHECK(lay_link(post.files.at(number - 1), take_of(key, number, data_folder)));
  }
  return {};
}

Result<void> check_target(const Settings& settings, const std::string& name) {
  if (!settings.session_policy.publish)
    return fail(Errc::invalid, "no Telegram is set up to post to: see telegram in config.yaml");
  if (!target_named(settings, name).chat.empty()) return {};
  if (name.empty()) return fail(Errc::invalid, "telegram.channel_id is not set, and no target was named");
  return fail(Errc::invalid, name + ": no such name under telegram.targets");
}

Result<PostStep> take_post(const FilePost& post, const std::string& key,
                           const std::vector<session::Session>& known, const Settings& settings,
                           Instant now) {
  REC_CHECK(check_target(settings, post.target));
  PostStep out;
  out.is_new = known.empty();
  out.files = files_not_in(known, post);
  if (known.empty() && out.files.empty()) return fail(Errc::invalid, "there is nothing to post");
  const auto take = [&](const session::Event& event) {
    session::Step step = session::step(out.session, event, settings.session_policy, fresh_marker());
    out.session = std::move(step.next);
    out.changed = true;
    for (auto& effect : step.effects) out.effects.push_back(std::move(effect));
  };
  const auto open = std::ranges::find(known, session::Phase::recording, &session::Session::phase);
  if (!known.empty() && known.back().flags.cancelled) {
    out.session = known.back();
    out.files.clear();
    return out;
  }
  if (open == known.end() && out.files.empty()) {
    out.session = known.back();
    if (!is_to_be_tried_again(out.session)) return out;
    for (const session::FileTake& file : out.session.files)
      out.files.push_back(std::stoul(fs::path(file.folder).filename().string()));
    take(session::Asked{session::Wish::reprocess, {}, now});
    return out;
  }
  out.session = open == known.end() ? fresh_post(post, key, settings, now) : *open;
  if (open == known.end()) take(session::Started{});
  for (const std::size_t number : out.files) {
    const int next = static_cast<int>(out.session.files.size()) + 1;
    take(session::FileBegun{next, false, take_of(key, number, settings.data_folder), stem_of(post, number),
                            now});
    take(session::FileEnded{next, now});
    for (Gap gap : post.gaps) {
      if (gap.take != number) continue;
      gap.take = static_cast<std::uint32_t>(next);
      out.gaps.push_back(gap);
    }
  }
  if (post.over) take(session::Ended{now});
  return out;
}

bool is_post_of(const session::Session& session, const std::string& key) {
  return session.stream_id == post_stream(key);
}

Result<std::vector<session::Session>> posts_done(Store& store, const std::string& key) {
  SessionQuery query;
  query.stream_id = post_stream(key);
  REC_TRY(auto found, store.search(query));
  std::vector<session::Session> done;
  for (SessionRecord& record : found) done.push_back(std::move(record.session));
  return done;
}

std::vector<session::Session> joined_posts(std::vector<session::Session> open,
                                           const std::vector<session::Session>& done) {
  for (const session::Session& one : done) {
    if (std::ranges::find(open, one.id, &session::Session::id) == open.end()) open.push_back(one);
  }
  std::ranges::sort(open, {}, &session::Session::id);  // ids begin with their time
  return open;
}

// Where in a file that had to be cut they lie, nobody knows.
std::vector<Gap> gaps_within(const session::Session& session, const session::Part& part,
                             const std::vector<Gap>& gaps) {
  if (part.file_take == 0) return gaps_of(part, gaps);
  std::vector<Gap> within;
  const auto first = std::ranges::find(session.parts, part.file_take, &session::Part::file_take);
  if (session.channel.str() != kPostChannel || first->number != part.number) return within;
  std::ranges::copy_if(gaps, std::back_inserter(within), [&](const Gap& gap) {
    return gap.take == static_cast<std::uint32_t>(part.file_take);
  });
  return within;
}

bool is_open_post(const session::Session& session) {
  return session.phase == session::Phase::recording && session.channel.str() == kPostChannel;
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

Result<json::object> post_at_rest(Store* store, const Settings& settings, const FilePost& post, Instant now) {
  REC_CHECK(check_target(settings, post.target));
  if (store == nullptr) return fail(Errc::unavailable, "there is no store to keep it in");
  REC_TRY(const std::string key, key_of(post));
  REC_TRY(StoreSnapshot kept, store->load());
  std::erase_if(kept.sessions, [&](const session::Session& one) { return !is_post_of(one, key); });
  REC_TRY(const auto done, posts_done(*store, key));
  REC_TRY(PostStep step, take_post(post, key, joined_posts(std::move(kept.sessions), done), settings, now));
  REC_CHECK(lay_out(post, key, step.files, settings.data_folder));
  if (step.changed) {
    Commit commit;
    commit.sessions = {step.session};
    for (const Gap& gap : step.gaps) commit.gaps.push_back({step.session.id, gap});
    for (auto& effect : step.effects) commit.effects.emplace_back(step.session.id, std::move(effect));
    REC_CHECK(store->commit(commit));
  }
  return file_post_json(step.session, step.is_new, false, settings, now);
}

}  // namespace rec
