// The patched library is made once in the build folder, for all tests.
#include "tests/unit/publish/telegram_fixture.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <random>
#include <thread>

#include "base/ids.hpp"
#include "runtime/spawn.hpp"

namespace rec::test {
namespace {

constexpr auto kPatience = std::chrono::seconds(30);

std::filesystem::path self_binary() { return std::filesystem::read_symlink("/proc/self/exe"); }

}  // namespace

KillableChild::KillableChild(const ChildOrder& order) : KillableChild(order.to_arguments()) {}

KillableChild::KillableChild(const std::vector<std::string>& arguments) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("pipe2");
  out_ = Fd(ends[0]);
  const Fd write_end(ends[1]);
  SpawnRequest request;
  request.argv = {self_binary().string()};
  request.argv.insert(request.argv.end(), arguments.begin(), arguments.end());
  request.stdout_fd = write_end.get();
  request.stderr_fd = STDERR_FILENO;
  const auto child = spawn(request);
  if (!child) throw std::runtime_error(child.error().text);
  pid_ = child->pid;
  pidfd_ = Fd(child->pidfd);
}

KillableChild::~KillableChild() { kill(); }

void KillableChild::kill() {
  if (pid_ < 0) return;
  ::kill(pid_, SIGKILL);
  siginfo_t info{};
  waitid(P_PIDFD, static_cast<id_t>(pidfd_.get()), &info, WEXITED);
  pid_ = -1;
}

std::string KillableChild::line(const std::string& word) { return line(word, kPatience); }

std::string KillableChild::line(const std::string& word, std::chrono::milliseconds patience) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  for (;;) {
    for (auto end = buffer_.find('\n'); end != std::string::npos; end = buffer_.find('\n')) {
      const std::string found = buffer_.substr(0, end);
      buffer_.erase(0, end + 1);
      if (found.starts_with(word) || found.starts_with("failed")) return found;
    }
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now())
            .count();
    pollfd watched{out_.get(), POLLIN, 0};
    if (left <= 0 || poll(&watched, 1, static_cast<int>(left)) <= 0) return {};
    char chunk[4096];
    const auto got = read(out_.get(), chunk, sizeof chunk);
    if (got <= 0) return {};
    buffer_.append(chunk, static_cast<std::size_t>(got));
  }
}

void TelegramTest::SetUp() {
  folder_ = std::filesystem::temp_directory_path() / ("publish-" + random_token(12));
  std::filesystem::create_directories(folder_);
  auto options = sim::telegram_options(REC_SOURCE_DIR, folder_ / "server");
  options.library_folder = self_binary().parent_path() / "simulated-telegram";
  auto server = sim::TelegramServer::start(std::move(options));
  ASSERT_TRUE(server) << server.error().text;
  server_ = std::move(*server);
  server_->add_bot("1000:secret");
  sim::ChannelOptions channel;
  channel.title = "Recordings";
  chat_ = server_->add_channel(channel);
}

void TelegramTest::TearDown() {
  server_.reset();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

ChildOrder TelegramTest::order(const std::string& marker) const {
  ChildOrder order;
  order.library = server_->library_path().string();
  order.folder = (folder_ / "tdlib").string();
  order.proxy = "socks5://127.0.0.1:" + std::to_string(server_->proxy_port());
  order.token = "1000:secret";
  order.chat = chat_;
  order.marker = marker;
  order.text = "A stream";
  return order;
}

std::string TelegramTest::make_file(const std::string& name, std::size_t bytes) {
  const auto path = folder_ / name;
  std::ofstream out(path, std::ios::binary);
  std::mt19937_64 random(std::hash<std::string>{}(name));
  for (std::size_t done = 0; done < bytes; done += 8) {
    const auto word = random();
    out.write(reinterpret_cast<const char*>(&word), 8);
  }
  return path.string();
}

std::string TelegramTest::publish_to_end(const ChildOrder& order) {
  KillableChild child(order);
  return child.line("published");
}

std::vector<sim::PostSnapshot> TelegramTest::posts() const {
  auto all = server_->posts(chat_);
  std::erase_if(all, [](const auto& post) { return post.deleted; });
  return all;
}

void TelegramTest::pause_shortly() { std::this_thread::sleep_for(std::chrono::milliseconds(10)); }

}  // namespace rec::test
