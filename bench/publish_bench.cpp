// What bench/publish runs, each in a process of its own:
//   telegram FOLDER LIBRARY_FOLDER         a simulated Telegram, and a proxy before it that takes down what
//   passes ours|bare FACTS FOLDER FILE SECONDS CAP [user]   posts FILE, for at most SECONDS, with our
//   publisher or with TDLib alone tdlib-host LIBRARY                     TDLib's process of `ours`
#include <dlfcn.h>
#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <optional>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/json.hpp>

#include "publish/proxy_links.hpp"
#include "publish/tdlib_client.hpp"
#include "publish/tdlib_host.hpp"
#include "publish/tdlib_json.hpp"
#include "publish/tdlib_publisher.hpp"
#include "runtime/system_clock.hpp"
#include "sim/telegram/telegram_server.hpp"
#include "sim/telegram/watched_proxy.hpp"

namespace rec {
namespace {

namespace json = boost::json;
using Steady = std::chrono::steady_clock;
constexpr const char* kToken = "1000:secret";
constexpr const char* kHash = "0123456789abcdef0123456789abcdef";
constexpr const char* kPhone = "79990000001";
constexpr const char* kCode = "12345";

struct Order {
  json::object facts{};
  std::string folder{}, file{};
  double seconds = 0;
  std::uint64_t cap = 0;
  bool user = false;
  [[nodiscard]] std::string proxy() const {
    return "socks5://127.0.0.1:" + std::to_string(facts.at("proxy").to_number<int>());
  }
  [[nodiscard]] std::string library() const { return facts.at("library").as_string().c_str(); }
  [[nodiscard]] std::int64_t chat() const { return facts.at("chat").to_number<std::int64_t>(); }
};

int telegram(const std::string& folder, const std::string& library_folder) {
  auto options = sim::telegram_options(std::filesystem::current_path(), folder);
  options.library_folder = library_folder;
  auto server = sim::TelegramServer::start(std::move(options));
  if (!server) return std::fprintf(stderr, "%s\n", server.error().text.c_str()), 1;
  (*server)->add_bot(kToken);
  sim::UserOptions user;
  user.phone = kPhone;
  (*server)->add_user(user);
  sim::ChannelOptions channel;
  channel.title = "Bench";
  const auto chat = (*server)->add_channel(channel);
  auto proxy = sim::WatchedProxy::start((*server)->proxy_port());
  if (!proxy) return std::fprintf(stderr, "%s\n", proxy.error().text.c_str()), 1;
  json::object facts{{"library", (*server)->library_path().string()},
                     {"proxy", (*proxy)->port()},
                     {"telegram", (*server)->proxy_port()},
                     {"chat", chat}};
  std::cout << json::serialize(facts) << std::endl;
  for (std::string word; std::getline(std::cin, word);) {
    if (word == "forget") (*proxy)->forget();
    json::object told{{"sent", (*proxy)->sent()},
                      {"connections", (*proxy)->connections()},
                      {"busiest_10s", (*proxy)->busiest(std::chrono::seconds(10))},
                      {"received", (*server)->bytes_received()},
                      {"posts", (*server)->count("messages.sendMedia")}};
    std::cout << json::serialize(told) << std::endl;
  }
  return 0;
}

double cpu_of(int whom) {
  rusage usage{};
  getrusage(whom, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

void tell(double seconds, std::uint64_t uploaded, bool posted) {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  json::object told{{"seconds", seconds},
                    {"uploaded", uploaded},
                    {"posted", posted},
                    {"cpu_self", cpu_of(RUSAGE_SELF)},
                    {"rss_self", usage.ru_maxrss * 1024}};
  std::cout << json::serialize(told) << std::endl;
}

json::object parameters(const std::string& folder) {
  auto all = tdlib::request("setTdlibParameters");
  all["database_directory"] = folder;
  all["files_directory"] = folder + "/files";
  for (const char* database : {"use_file_database", "use_chat_info_database", "use_message_database"})
    all[database] = true;
  all["api_id"] = 1;
  all["api_hash"] = kHash;
  all["system_language_code"] = "en";
  all["device_model"] = "bench";
  all["application_version"] = "1";
  return all;
}

/// The answer to a state of authorization.
std::optional<json::object> sign_in_step(std::string_view state, const Order& order,
                                         const std::string& folder) {
  if (state == "authorizationStateWaitTdlibParameters") return parameters(folder);
  json::object step;
  if (state == "authorizationStateWaitPhoneNumber" && order.user) {
    step = tdlib::request("setAuthenticationPhoneNumber");
    step["phone_number"] = kPhone;
  } else if (state == "authorizationStateWaitPhoneNumber") {
    step = tdlib::request("checkAuthenticationBotToken");
    step["token"] = kToken;
  } else if (state == "authorizationStateWaitCode") {
    step = tdlib::request("checkAuthenticationCode");
    step["code"] = kCode;
  } else {
    return std::nullopt;
  }
  return step;
}

json::object add_proxy(const Order& order) {
  auto add = tdlib::request("addProxy");
  add["proxy"] = tdlib::parse_proxy(order.proxy()).value();
  add["enable"] = true;
  return add;
}

PostRequest post_of(const Order& order) {
  PostRequest post;
  post.chat = order.chat();
  post.marker = "#mbench";
  post.text.text = "bench\n#mbench";
  session::PartFile file;
  file.path = order.file;
  file.bytes = std::filesystem::file_size(order.file);
  file.duration = Millis(60'000);
  file.width = 1280;
  file.height = 720;
  post.files = {file};
  return post;
}

/// TDLib in this process, and nothing else: what it can do by itself.
int bare(const Order& order) {
  void* handle = dlopen(order.library().c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) return std::fprintf(stderr, "%s\n", dlerror()), 1;
  const auto create = reinterpret_cast<int (*)()>(dlsym(handle, "td_create_client_id"));
  const auto send = reinterpret_cast<void (*)(int, const char*)>(dlsym(handle, "td_send"));
  const auto receive = reinterpret_cast<const char* (*)(double)>(dlsym(handle, "td_receive"));
  const auto execute = reinterpret_cast<const char* (*)(const char*)>(dlsym(handle, "td_execute"));
  execute(R"({"@type":"setLogVerbosityLevel","new_verbosity_level":1})");
  const int client = create();
  const auto give = [&](const json::object& request) { send(client, json::serialize(request).c_str()); };
  give(add_proxy(order));
  auto begun = Steady::now();
  for (;;) {
    const char* text = receive(1.0);
    if (text == nullptr) continue;
    if (std::strstr(text, "\"updateAuthorizationState\"") != nullptr) {
      const auto update = json::parse(text).as_object();
      const auto state = tdlib::type_of(tdlib::child(update, "authorization_state"));
      if (const auto step = sign_in_step(state, order, order.folder)) give(*step);
      if (state != "authorizationStateReady") continue;
      auto chat = tdlib::request(order.user ? "loadChats" : "getChat");
      chat["chat_id"] = order.chat();
      chat["limit"] = 100;
      chat["@extra"] = 1;
      give(chat);
    } else if (std::strstr(text, "\"@extra\":1") != nullptr) {
      begun = Steady::now();
      const auto post = post_of(order);
      give(tdlib::send_request(post, post.text));
    } else if (std::strstr(text, "\"updateMessageSendSucceeded\"") != nullptr) {
      tell(std::chrono::duration<double>(Steady::now() - begun).count(),
           std::filesystem::file_size(order.file), true);
      _exit(0);
    } else if (std::strstr(text, "\"updateMessageSendFailed\"") != nullptr) {
      std::fprintf(stderr, "%s\n", text);
      _exit(1);
    }
  }
}

std::vector<std::string> host_command() {
  return {std::filesystem::read_symlink("/proc/self/exe").string(), "tdlib-host"};
}

asio::awaitable<void> sign_in_user(asio::any_io_executor executor, Clock& clock, const Order& order,
                                   bool& done) {
  auto argv = host_command();
  argv.push_back(order.library());
  const std::string folder = order.folder + "/user";
  TdlibClient* to = nullptr;
  bool ready = false;
  TdlibClient client(
      executor, clock, argv,
      [&](const json::object& update) {
        const auto state = tdlib::type_of(tdlib::child(update, "authorization_state"));
        if (state == "authorizationStateWaitTdlibParameters") (void)to->post(add_proxy(order));
        if (const auto step = sign_in_step(state, order, folder)) (void)to->post(*step);
        ready = ready || state == "authorizationStateReady";
      },
      [] {});
  to = &client;
  (void)co_await client.start();
  while (!ready) co_await clock.sleep(Millis(20));
  co_await client.close();
  done = true;
}

asio::awaitable<void> post_and_tell(Publisher& publisher, const Order& order, std::uint64_t& uploaded,
                                    std::optional<Steady::time_point>& begun, asio::io_context& io) {
  const auto account = co_await publisher.account();
  if (!account) std::fprintf(stderr, "%s\n", account.error().text.c_str());
  auto post = post_of(order);
  post.progress = [&uploaded](std::uint64_t bytes) { uploaded = bytes; };
  begun = Steady::now();
  const auto ids = co_await publisher.publish(std::move(post));
  if (!ids) std::fprintf(stderr, "%s\n", ids.error().text.c_str());
  const double seconds = std::chrono::duration<double>(Steady::now() - *begun).count();
  co_await publisher.close();  // so that TDLib's process is counted
  tell(seconds, uploaded, ids.has_value());
  io.stop();
}

int ours(const Order& order) {
  asio::io_context io;
  SystemClock clock;
  if (order.user) {
    bool done = false;
    asio::co_spawn(io, sign_in_user(io.get_executor(), clock, order, done), asio::detached);
    while (!done) io.run_one();  // NOLINT(bugprone-infinite-loop): the coroutine sets it
  }
  TdlibOptions options;
  options.host = host_command();
  options.library = order.library();
  options.folder = order.folder;
  options.api_id = 1;
  options.api_hash = kHash;
  if (!order.user) options.bot_token = Secret(kToken);
  options.proxies = {order.proxy()};
  options.upload_cap = order.cap;
  const auto publisher = make_tdlib_publisher(io.get_executor(), clock, std::move(options));
  std::uint64_t uploaded = 0;
  std::optional<Steady::time_point> begun;
  asio::co_spawn(io, post_and_tell(*publisher, order, uploaded, begun, io), asio::detached);
  io.restart();
  const auto over = [&] {
    return begun && Steady::now() - *begun > std::chrono::duration<double>(order.seconds);
  };
  while (!io.stopped() && !over()) io.run_one_for(std::chrono::milliseconds(100));
  if (!io.stopped()) tell(std::chrono::duration<double>(Steady::now() - *begun).count(), uploaded, false);
  std::fflush(stdout);
  _exit(0);
}

}  // namespace
}  // namespace rec

int main(int argc, char** argv) {
  const std::vector<std::string> all(argv, argv + argc);
  const std::string what = argc > 1 ? all[1] : "";
  if (what == "tdlib-host" && argc == 3) return rec::tdlib_host_main(all[2]);
  if (what == "telegram" && argc == 4) return rec::telegram(all[2], all[3]);
  if ((what == "ours" || what == "bare") && argc >= 7) {
    rec::Order order{boost::json::parse(all[2]).as_object(),
                     all[3],
                     all[4],
                     std::stod(all[5]),
                     std::stoull(all[6]),
                     argc > 7 && all[7] == "user"};
    return what == "ours" ? rec::ours(order) : rec::bare(order);
  }
  std::fprintf(stderr, "bench/publish runs this\n");
  return 2;
}
