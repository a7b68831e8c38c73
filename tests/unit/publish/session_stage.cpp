// What must be there is written down as lines, and compared with what is.
#include "tests/unit/publish/session_stage.hpp"

#include <fstream>
#include <random>
#include <stdexcept>

#include "base/ids.hpp"
#include "tests/unit/publish/telegram_fixture.hpp"
#include "tests/unit/publish/user_login.hpp"

namespace rec::test {
namespace {

constexpr const char* kToken = "1000:secret";
constexpr const char* kSessionPhone = "79990000001";
/// A user who is offline connects again only three times in eight seconds: with many cuts that adds up.
constexpr std::chrono::milliseconds kSessionPatience{400'000};
constexpr std::chrono::milliseconds kLook{10};
constexpr int kFiles = 5;

void write_random(const std::filesystem::path& path, std::size_t bytes, unsigned seed) {
  std::ofstream out(path, std::ios::binary);
  std::mt19937_64 random(seed);
  for (std::size_t done = 0; done < bytes; done += 8) {
    const auto word = random();
    out.write(reinterpret_cast<const char*>(&word), 8);
  }
}

/// A chat's messages that are not deleted: text, file, album (numbered as they come), reply, origin.
std::string described(const std::vector<sim::PostSnapshot>& posts, bool with_forwards) {
  std::string made;
  std::int64_t album = 0;
  int albums = 0;
  for (const auto& post : posts) {
    if (post.deleted || (!with_forwards && post.forwarded_from != 0)) continue;
    if (post.grouped_id != 0 && post.grouped_id != album) ++albums;
    album = post.grouped_id;
    made += "[" + post.text + "]";
    if (!post.file.empty()) made += " " + post.file[0].name + " " + std::to_string(post.file[0].size);
    if (album != 0) made += " album " + std::to_string(albums);
    if (post.reply_to != 0) made += " reply";
    if (post.forwarded_from != 0) made += " forwarded";
    made += "\n";
  }
  return made;
}

std::string differ(const std::string& where, const std::string& is, const std::string& wanted) {
  return is == wanted ? std::string() : where + " has\n" + is + "but should have\n" + wanted;
}

}  // namespace

SessionStage::SessionStage(bool as_user, std::size_t file_bytes)
    : folder_(std::filesystem::temp_directory_path() / ("session-" + random_token(12))) {
  std::filesystem::create_directories(folder_ / "files");
  std::filesystem::create_directories(folder_ / "tdlib");
  auto options = sim::telegram_options(REC_SOURCE_DIR, folder_ / "server");
  options.library_folder =
      std::filesystem::read_symlink("/proc/self/exe").parent_path() / "simulated-telegram";
  auto server = sim::TelegramServer::start(std::move(options));
  if (!server) throw std::runtime_error(server.error().text);
  server_ = std::move(*server);
  server_->add_bot(kToken);
  const sim::UserOptions user{.phone = kSessionPhone};
  server_->add_user(user);
  for (unsigned i = 0; i < kFiles; ++i)
    write_random(folder_ / "files" / (std::to_string(i) + ".mp4"), file_bytes + 8 * i, i);
  const auto chat = server_->add_channel({.title = "Recordings", .discussion = true});
  const auto backup = server_->add_channel({.title = "Backup"});
  server_->say(chat, "hello");  // a chat without a message is in nobody's list
  server_->say(backup, "hello");
  order_ = {server_->library_path().string(),
            (folder_ / "tdlib").string(),
            "socks5://127.0.0.1:" + std::to_string(server_->proxy_port()),
            as_user ? "" : kToken,
            chat,
            backup,
            (folder_ / "files").string()};
  if (!as_user) return;
  const auto failed = sign_in_user({order_.library, order_.folder, order_.proxy, user.phone, user.code});
  if (!failed.empty()) throw std::runtime_error("signing in: " + failed);
}

SessionStage::~SessionStage() {
  server_.reset();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

std::string SessionStage::run(const std::function<bool()>& kill_when) {
  KillableChild child(order_.to_arguments());
  if (!kill_when) return child.line("complete", kSessionPatience);
  const auto deadline = std::chrono::steady_clock::now() + kSessionPatience;
  while (std::chrono::steady_clock::now() < deadline) {
    if (kill_when()) return {};  // the child ends with its object
    if (auto said = child.line("complete", kLook); !said.empty()) return said;
  }
  return "nothing";
}

std::uint64_t SessionStage::bytes_of_files() const {
  std::uint64_t sum = 0;
  for (int i = 0; i < kFiles; ++i)
    sum += std::filesystem::file_size(std::filesystem::path(order_.files) / (std::to_string(i) + ".mp4"));
  return sum;
}

std::string SessionStage::fault_of_channel() const {
  std::string wanted = "[hello]\n[Done\n#rstatus]\n";
  for (int i = 0; i < 4; ++i) {
    const auto size = std::filesystem::file_size(order_.files + "/" + std::to_string(i) + ".mp4");
    wanted += i == 0 ? "[Compressed\n#ralbum1]" : i == 2 ? "[Part\n#ralbum2]" : "[]";
    wanted +=
        " " + std::to_string(i) + ".mp4 " + std::to_string(size) + " album " + (i < 2 ? "1" : "2") + "\n";
  }
  return differ("the channel", described(server_->posts(order_.chat), true), wanted);
}

std::string SessionStage::fault_of_group() const {
  const auto group = server_->discussion_of(order_.chat);
  const auto posts = server_->posts(group);
  const auto size = std::filesystem::file_size(order_.files + "/4.mp4");
  const auto wanted = "[Part\n#rcomment] 4.mp4 " + std::to_string(size) + " reply\n";
  auto wrong = differ("the group", described(posts, false), wanted);
  if (!wrong.empty()) return wrong;
  for (const auto& comment : posts) {
    if (comment.deleted || comment.reply_to == 0) continue;
    for (const auto& post : posts)
      if (post.id == comment.reply_to && post.file.size() == 1 && post.file[0].name == "0.mp4") return {};
  }
  return "the comment is no reply to the first album";
}

std::string SessionStage::fault_of_backup() const {
  const auto posts = server_->posts(order_.backup);
  std::string wanted = "[hello]\n";
  for (int i = 0; i < 2; ++i) {
    const auto size = std::filesystem::file_size(order_.files + "/" + std::to_string(i) + ".mp4");
    wanted += std::string(i == 0 ? "[Part\n#ralbum1]" : "[]") + " " + std::to_string(i) + ".mp4 " +
              std::to_string(size) + " album 1 forwarded\n";
  }
  return differ("the backup", described(posts, true), wanted);
}

std::string SessionStage::fault() const {
  for (const auto& wrong : {fault_of_channel(), fault_of_group(), fault_of_backup()})
    if (!wrong.empty()) return wrong;
  return {};
}

}  // namespace rec::test
