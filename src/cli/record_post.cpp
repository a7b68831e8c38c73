#include "cli/record_post.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>

#include <boost/json.hpp>

#include "base/private_file.hpp"
#include "cli/exit_codes.hpp"

namespace rec::cli {
namespace {

namespace json = boost::json;

json::parse_options any_path() {
  json::parse_options options;
  options.allow_invalid_utf8 = true;  // paths are bytes
  return options;
}

}  // namespace

std::string post_note_path(const std::string& journal) { return journal + ".post.json"; }

Result<void> note_post(const std::string& journal, const session::Session& session) {
  json::array files;
  for (const session::Part& part : session.parts) {
    if (part.state == session::PartState::failed) continue;
    for (const session::PartFile& file : all_files(part.file)) files.emplace_back(file.path);
  }
  if (files.empty()) return {};
  const std::string title = session.title.empty() ? session.channel_name : session.title;
  return write_private_file(post_note_path(journal),
                            json::serialize(json::object{{"files", files}, {"title", title}}));
}

int post_noted(const RecordOptions& options, const std::string& journal) {
  const std::string path = post_note_path(journal);
  std::ifstream file(path, std::ios::binary);
  if (!file) return kDone;
  const std::string text((std::istreambuf_iterator<char>(file)), {});
  PostOptions post;
  post.common = options.common;
  post.common.json = false;  // stdout is the recording's
  post.to = options.to.value_or("");
  try {
    const json::value note = json::parse(text, {}, any_path());
    for (const json::value& one : note.at("files").as_array()) post.files.emplace_back(one.as_string());
    post.title = std::string(note.at("title").as_string());
  } catch (const std::exception& error) {
    return report({Errc::corrupt, path + ": cannot be read (" + error.what() + "); remove it", {}});
  }
  const int code = post_command(post);
  if (code == kDone) {
    std::error_code ignored;
    std::filesystem::remove(path, ignored);
    std::filesystem::remove(std::filesystem::path(path).parent_path(), ignored);  // only when it is empty
  }
  return code;
}

}  // namespace rec::cli
