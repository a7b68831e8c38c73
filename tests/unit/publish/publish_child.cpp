// The real publisher with the real clock; speaks on stdout.
#include "tests/unit/publish/publish_child.hpp"

#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <sstream>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include "base/log.hpp"
#include "publish/tdlib_publisher.hpp"
#include "runtime/system_clock.hpp"

namespace rec::test {
namespace {

std::string self_path() { return std::filesystem::read_symlink("/proc/self/exe").string(); }

void say(const std::string& line) {
  std::printf("%s\n", line.c_str());
  std::fflush(stdout);
}

TdlibOptions child_options(const ChildOrder& order) {
  TdlibOptions options;
  options.host = {self_path(), "tdlib-host"};
  options.library = order.library;
  options.folder = order.folder;
  options.api_id = 1;
  options.api_hash = "0123456789abcdef0123456789abcdef";
  options.bot_token = Secret(order.token);
  options.proxies = {order.proxy};
  options.look_again_after = Millis(100);
  options.doubt_after = Millis(1000);
  return options;
}

PostRequest child_request(const ChildOrder& order, Clock& clock) {
  PostRequest request;
  request.chat = order.chat;
  request.marker = order.marker;
  request.text.text = order.text + "\n" + order.marker;
  for (const std::string& path : order.files) {
    session::PartFile file;
    file.path = path;
    file.bytes = std::filesystem::file_size(path);
    file.duration = Millis(12'000);
    file.width = 1280;
    file.height = 720;
    request.files.push_back(file);
  }
  request.maybe_sent = order.maybe_sent;
  request.after_message = order.after_message;
  request.about_to_send = [hang = order.hang_before_send, &clock]() -> Task<> {
    say("sending");
    if (hang) co_await clock.sleep(std::chrono::hours(1));
    co_return Result<void>{};
  };
  request.progress = [](std::uint64_t bytes) { say("uploaded " + std::to_string(bytes)); };
  return request;
}

Task<std::vector<std::int64_t>> check_only(Publisher& publisher, std::int64_t chat) {
  REC_CO_CHECK(co_await publisher.check_chat(chat));
  co_return std::vector<std::int64_t>{};
}

asio::awaitable<void> publish_and_tell(Publisher& publisher, const ChildOrder& order, Clock& clock) {
  auto task =
      order.only_check ? check_only(publisher, order.chat) : publisher.publish(child_request(order, clock));
  const auto done = co_await std::move(task);
  if (order.close_at_end) co_await publisher.close();
  if (!done) {
    say("failed " + std::string(word(done.error().code)) + " " + done.error().text);
    co_return;
  }
  std::ostringstream line;
  line << "published";
  for (const auto id : *done) line << ' ' << id;
  say(line.str());
}

}  // namespace

std::vector<std::string> ChildOrder::to_arguments() const {
  std::vector<std::string> all{"publish-child",
                               library,
                               folder,
                               proxy,
                               token,
                               std::to_string(chat),
                               marker,
                               text,
                               maybe_sent ? "1" : "0",
                               std::to_string(after_message),
                               hang_before_send ? "1" : "0",
                               only_check ? "1" : "0",
                               close_at_end ? "1" : "0"};
  all.insert(all.end(), files.begin(), files.end());
  return all;
}

ChildOrder ChildOrder::from_arguments(int argc, char** argv) {
  ChildOrder order;
  const std::vector<std::string> all(argv + 1, argv + argc);
  order.library = all.at(1);
  order.folder = all.at(2);
  order.proxy = all.at(3);
  order.token = all.at(4);
  order.chat = std::stoll(all.at(5));
  order.marker = all.at(6);
  order.text = all.at(7);
  order.maybe_sent = all.at(8) == "1";
  order.after_message = std::stoll(all.at(9));
  order.hang_before_send = all.at(10) == "1";
  order.only_check = all.at(11) == "1";
  order.close_at_end = all.at(12) == "1";
  order.files.assign(all.begin() + 13, all.end());
  return order;
}

int publish_child_main(const ChildOrder& order) {
  log::Options logging;
  logging.level = log::Level::warn;
  log::configure(logging);
  asio::io_context loop;
  SystemClock clock;
  const auto publisher = make_tdlib_publisher(loop.get_executor(), clock, child_options(order));
  asio::co_spawn(loop, publish_and_tell(*publisher, order, clock), asio::detached);
  loop.run_for(std::chrono::hours(1));
  pause();
  return 0;
}

}  // namespace rec::test
