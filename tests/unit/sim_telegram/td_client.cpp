// The child is this same program, told by its environment to be nothing but a pipe to the library: TDLib
// brings its own OpenSSL, and a process that can be killed is what the tests are about.
#include "tests/unit/sim_telegram/td_client.hpp"

#include <dlfcn.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <thread>
#include <vector>

namespace rec::sim::test {
namespace {

namespace json = boost::json;
constexpr const char* kHostVariable = "SIM_TELEGRAM_TEST_LIBRARY";
constexpr int kHostSocket = 3;

struct TdLibrary {
  int (*create)() = nullptr;
  void (*send)(int, const char*) = nullptr;
  const char* (*receive)(double) = nullptr;
  const char* (*execute)(const char*) = nullptr;
};

bool load_td(const char* path, TdLibrary& made) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || \
    (defined(__has_feature) && (__has_feature(address_sanitizer) || __has_feature(thread_sanitizer)))
  constexpr int kMode = RTLD_NOW | RTLD_LOCAL;  // sanitizers refuse RTLD_DEEPBIND
#else
  constexpr int kMode = RTLD_NOW | RTLD_LOCAL | RTLD_DEEPBIND;
#endif
  void* library = ::dlopen(path, kMode);
  if (!library) return false;
  made.create = reinterpret_cast<int (*)()>(::dlsym(library, "td_create_client_id"));
  made.send = reinterpret_cast<void (*)(int, const char*)>(::dlsym(library, "td_send"));
  made.receive = reinterpret_cast<const char* (*)(double)>(::dlsym(library, "td_receive"));
  made.execute = reinterpret_cast<const char* (*)(const char*)>(::dlsym(library, "td_execute"));
  return made.create && made.send && made.receive && made.execute;
}

void pass_on_requests(const TdLibrary& td, int client) {
  std::string input;
  std::vector<char> buffer(1U << 16U);
  for (;;) {
    const auto n = ::read(kHostSocket, buffer.data(), buffer.size());
    if (n <= 0) ::_exit(0);
    input.append(buffer.data(), static_cast<std::size_t>(n));
    for (auto end = input.find('\n'); end != input.npos; end = input.find('\n')) {
      td.send(client, input.substr(0, end).c_str());
      input.erase(0, end + 1);
    }
  }
}

[[noreturn]] void be_host(const char* library) {
  TdLibrary td;
  if (!load_td(library, td)) {
    ::dprintf(2, "cannot load %s: %s\n", library, ::dlerror());
    ::_exit(1);
  }
  td.execute(R"({"@type":"setLogVerbosityLevel","new_verbosity_level":1})");
  const int client = td.create();
  std::thread([&td, client] { pass_on_requests(td, client); }).detach();
  for (;;) {
    const char* got = td.receive(1.0);
    if (!got) continue;
    const std::string line = std::string(got) + "\n";
    if (::send(kHostSocket, line.data(), line.size(), MSG_NOSIGNAL) < 0) ::_exit(0);
  }
}

// Runs before main, hence before GoogleTest reads its arguments.
const bool kIsHost = [] {
  if (const char* library = std::getenv(kHostVariable)) be_host(library);
  return false;
}();

pid_t start_host(const std::string& library, int& socket) {
  int pair[2] = {-1, -1};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) return -1;
  // The library is not instrumented: what a sanitizer would say of it says nothing.
  std::vector<std::string> environment{std::string(kHostVariable) + "=" + library, "HOME=/tmp", "LANG=C",
                                       "ASAN_OPTIONS=detect_leaks=0:alloc_dealloc_mismatch=0",
                                       "TSAN_OPTIONS=report_bugs=0"};
  std::vector<char*> envp;
  for (auto& item : environment) envp.push_back(item.data());
  envp.push_back(nullptr);
  char name[] = "tdlib-host";
  char* argv[] = {name, nullptr};
  const pid_t pid = ::fork();
  if (pid == 0) {
    if (pair[1] == kHostSocket)
      ::fcntl(kHostSocket, F_SETFD, 0);
    else
      ::dup2(pair[1], kHostSocket);
    ::execve("/proc/self/exe", argv, envp.data());
    ::_exit(127);
  }
  ::close(pair[1]);
  socket = pair[0];
  return pid;
}

json::object only_type(const char* type) { return {{"@type", type}}; }
std::string type_of(const json::object& object) {
  const auto* type = object.if_contains("@type");
  return type ? json::value_to<std::string>(*type) : std::string();
}

}  // namespace

TdClient::TdClient(const TelegramServer& server, const std::filesystem::path& database)
    : database_(database), proxy_port_(server.proxy_port()) {
  pid_ = start_host(server.library_path().string(), socket_);
}

TdClient::~TdClient() { kill(); }

void TdClient::kill() {
  if (pid_ > 0) {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  if (socket_ >= 0) ::close(socket_);
  pid_ = socket_ = -1;
}

void TdClient::write(const json::object& request) {
  const auto line = json::serialize(request) + "\n";
  (void)!::send(socket_, line.data(), line.size(), MSG_NOSIGNAL);
}

json::object TdClient::next(std::chrono::steady_clock::time_point deadline) {
  for (;;) {
    if (const auto end = input_.find('\n'); end != input_.npos) {
      auto parsed = json::parse(input_.substr(0, end)).as_object();
      input_.erase(0, end + 1);
      return parsed;
    }
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    pollfd waiting{socket_, POLLIN, 0};
    if (left.count() <= 0 || ::poll(&waiting, 1, static_cast<int>(left.count())) <= 0)
      return only_type("timeout");
    std::vector<char> buffer(1U << 16U);
    const auto n = ::read(socket_, buffer.data(), buffer.size());
    if (n <= 0) return only_type("gone");
    input_.append(buffer.data(), static_cast<std::size_t>(n));
  }
}

json::object TdClient::wait_for(const std::function<bool(const json::object&)>& matches,
                                std::chrono::seconds within) {
  for (auto at = kept_.begin(); at != kept_.end(); ++at) {
    if (!matches(*at)) continue;
    auto made = std::move(*at);
    kept_.erase(at);
    return made;
  }
  const auto deadline = std::chrono::steady_clock::now() + within;
  for (;;) {
    auto got = next(deadline);
    if (matches(got) || type_of(got) == "timeout" || type_of(got) == "gone") return got;
    kept_.push_back(std::move(got));
  }
}

json::object TdClient::call(json::object request) {
  const int extra = ++last_extra_;
  request["@extra"] = extra;
  write(request);
  return wait_for([extra](const json::object& got) {
    const auto* held = got.if_contains("@extra");
    return held && *held == extra;
  });
}

std::string TdClient::log_in_as_bot(const std::string& token) {
  return log_in(
      {{"authorizationStateWaitPhoneNumber", {{"@type", "checkAuthenticationBotToken"}, {"token", token}}}});
}

std::string TdClient::log_in_as_user(const std::string& phone, const std::string& code) {
  return log_in({{"authorizationStateWaitPhoneNumber",
                  {{"@type", "setAuthenticationPhoneNumber"}, {"phone_number", phone}}},
                 {"authorizationStateWaitCode", {{"@type", "checkAuthenticationCode"}, {"code", code}}}});
}

std::string TdClient::log_in(const std::map<std::string, json::object>& answers) {
  json::object socks{{"@type", "proxyTypeSocks5"}, {"username", ""}, {"password", ""}};
  json::object proxy{
      {"@type", "proxy"}, {"server", "127.0.0.1"}, {"port", proxy_port_}, {"type", std::move(socks)}};
  write({{"@type", "addProxy"}, {"proxy", std::move(proxy)}, {"enable", true}, {"comment", ""}});
  auto set = call({{"@type", "setTdlibParameters"},
                   {"database_directory", database_.string()},
                   {"use_file_database", true},
                   {"use_chat_info_database", true},
                   {"use_message_database", true},
                   {"api_id", 1},
                   {"api_hash", "0123456789abcdef0123456789abcdef"},
                   {"system_language_code", "en"},
                   {"device_model", "test"},
                   {"application_version", "1"}});
  if (type_of(set) != "ok") return json::serialize(set);
  for (;;) {
    const auto update =
        wait_for([](const json::object& got) { return type_of(got) == "updateAuthorizationState"; });
    if (type_of(update) != "updateAuthorizationState") return type_of(update);
    const auto state = type_of(update.at("authorization_state").as_object());
    if (state == "authorizationStateReady") return state;
    const auto told = answers.find(state);
    if (told == answers.end()) continue;
    had_to_log_in_ = true;
    const auto answer = call(told->second);
    if (type_of(answer) != "ok") return json::value_to<std::string>(answer.at("message"));
  }
}

json::object TdClient::send(std::int64_t chat, json::object content) {
  auto pending =
      call({{"@type", "sendMessage"}, {"chat_id", chat}, {"input_message_content", std::move(content)}});
  if (type_of(pending) != "message") return pending;
  const auto id = pending.at("id").as_int64();
  return wait_for([id](const json::object& got) {
    const auto type = type_of(got);
    return (type == "updateMessageSendSucceeded" || type == "updateMessageSendFailed") &&
           got.at("old_message_id").as_int64() == id;
  });
}

json::object TdClient::wait_sent() {
  return wait_for([](const json::object& got) {
    return type_of(got) == "updateMessageSendSucceeded" || type_of(got) == "updateMessageSendFailed";
  });
}

json::object TdClient::wait_message(std::int64_t chat) {
  return wait_for([chat](const json::object& got) {
    return type_of(got) == "updateNewMessage" && got.at("message").at("chat_id").as_int64() == chat;
  });
}

json::object bold_text(const std::string& text, int bold_length) {
  json::object bold{{"@type", "textEntity"},
                    {"offset", 0},
                    {"length", bold_length},
                    {"type", json::object{{"@type", "textEntityTypeBold"}}}};
  return {{"@type", "formattedText"}, {"text", text}, {"entities", json::array{std::move(bold)}}};
}

json::object text_content(const std::string& text) {
  return {{"@type", "inputMessageText"}, {"text", json::object{{"@type", "formattedText"}, {"text", text}}}};
}

json::object video_content(const std::filesystem::path& file, const std::string& caption) {
  return {{"@type", "inputMessageVideo"},
          {"video", json::object{{"@type", "inputFileLocal"}, {"path", file.string()}}},
          {"duration", 61},
          {"width", 1280},
          {"height", 720},
          {"supports_streaming", true},
          {"caption", json::object{{"@type", "formattedText"}, {"text", caption}}}};
}

}  // namespace rec::sim::test
