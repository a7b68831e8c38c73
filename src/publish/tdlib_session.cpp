// The states of authorization are TDLib's; we act once on each.
#include "publish/tdlib_session.hpp"

#include <sys/utsname.h>

#include <algorithm>
#include <filesystem>
#include <utility>

#include "base/log.hpp"
#include "publish/login_dialogue.hpp"
#include "publish/tdlib_errors.hpp"
#include "publish/tdlib_json.hpp"

namespace rec {
namespace {

using tdlib::request;

constexpr Millis kSignInTimeout{60'000};
constexpr Millis kConfigPatience{10'000};
constexpr Millis kLockRetry{300};
constexpr Millis kMaxBackoff{30'000};

std::vector<std::string> host_command(const TdlibOptions& options) {
  auto argv = options.host;
  argv.push_back(options.library);
  return argv;
}

std::string system_name() {
  utsname name{};
  return uname(&name) == 0 ? std::string(name.sysname) + " " + name.release : "Linux";
}

Failure not_signed_in() {
  return fail(Errc::denied, "Telegram: not signed in: set telegram.bot_token, or run streamrecorder login");
}

}  // namespace

TdlibSession::TdlibSession(const asio::any_io_executor& executor, Clock& clock, TdlibOptions options,
                           OnUpdate on_update, std::function<void()> on_lost)
    : clock_(clock),
      options_(std::move(options)),
      forward_(std::move(on_update)),
      on_lost_(std::move(on_lost)),
      changed_(executor),
      way_(executor, clock, options_.proxies, options_.upload_cap,
           [this](boost::json::object request) { return client_.post(std::move(request)); }),
      client_(
          executor, clock, host_command(options_), [this](const auto& update) { this->on_update(update); },
          [this] { on_end(); }) {}

std::string TdlibSession::database_folder() const {
  const std::string& token = options_.bot_token.reveal();
  const std::string name = token.empty() ? "user" : "bot-" + token.substr(0, token.find(':'));
  return (std::filesystem::path(options_.folder) / name).string();
}

void TdlibSession::on_update(const boost::json::object& update) {
  const auto type = tdlib::type_of(update);
  if (type == "updateAuthorizationState") {
    authorization_ = tdlib::child(update, "authorization_state");
    if (tdlib::type_of(authorization_) != "authorizationStateReady") usable_ = false;
  } else if (type == "updateConnectionState") {
    const auto state = tdlib::type_of(tdlib::child(update, "state"));
    connected_ = state == "connectionStateReady";
    way_.on_connected(connected_ || state == "connectionStateUpdating");
  } else {
    limits_.on_update(update);
    forward_(update);
  }
  changed_.notify();
}

void TdlibSession::on_end() {
  if (usable_) log::warn("telegram.process_ended", {{"run", run_}});
  usable_ = false;
  sure_ = false;
  connected_ = false;
  authorization_.clear();
  way_.on_host_ended();
  on_lost_();
  changed_.notify();
}

Task<> TdlibSession::ready() {
  while (starting_ && !closed_) co_await changed_.wait();
  if (closed_) co_return fail(Errc::cancelled, "Telegram: the session was closed");
  if (usable_ && client_.running()) co_return Result<void>{};
  // Also runs when the caller is cancelled half way: the next one begins anew.
  struct Starting {
    TdlibSession& session;
    explicit Starting(TdlibSession& s) : session(s) { session.starting_ = true; }
    ~Starting() {
      session.starting_ = false;
      if (!session.usable_) session.client_.kill();
      session.changed_.notify();
    }
  } starting(*this);
  co_await back_off();
  auto done = co_await start();
  failures_ = done ? 0 : failures_ + 1;
  usable_ = done.has_value() && client_.running();
  if (done && !usable_) co_return fail(Errc::unavailable, "Telegram: the process ended while signing in");
  co_return done;
}

asio::awaitable<void> TdlibSession::back_off() {
  if (failures_ == 0) co_return;
  co_await clock_.sleep(std::min(kMaxBackoff, Millis(250) * (1 << std::min(failures_, 8))));
}

Task<> TdlibSession::start() {
  const auto deadline = clock_.steady() + options_.lock_patience;
  for (;;) {
    auto done = co_await start_once();
    if (done || done.error().code != Errc::conflict || clock_.steady() > deadline) co_return done;
    client_.kill();
    co_await clock_.sleep(kLockRetry);
  }
}

Task<> TdlibSession::start_once() {
  if (client_.running()) co_await client_.close();
  if (forgetting_) {
    REC_CO_CHECK(co_await forget_messages());
  }
  REC_CO_CHECK(co_await client_.start());
  ++run_;
  REC_CO_CHECK(co_await authorize());
  REC_CO_CHECK(co_await learn_account());
  REC_CO_CHECK(co_await forget_old_proxies());
  sure_ = std::exchange(wants_sure_, false);
  co_return Result<void>{};
}

/// TDLib drops what it remembers when it is opened without a place for it.
Task<> TdlibSession::forget_messages() {
  REC_CO_CHECK(co_await client_.start());
  ++run_;
  auto opened = co_await authorize();
  if (opened) co_await client_.close();
  if (!opened) co_return opened;
  forgetting_ = false;
  co_return Result<void>{};
}

Task<> TdlibSession::make_sure() {
  if (sure_) co_return Result<void>{};
  log::info("telegram.looks_anew", {{"run", run_}});
  forgetting_ = wants_sure_ = true;
  co_return co_await reopen();
}

Task<> TdlibSession::authorize() {
  auto deadline = clock_.steady() + kSignInTimeout;
  std::string acted;
  for (;;) {
    if (!client_.running()) {
      co_return fail(Errc::unavailable,
                     "Telegram: the process ended while signing in: see its words on stderr");
    }
    const std::string state(tdlib::type_of(authorization_));
    if (state == "authorizationStateReady") co_return Result<void>{};
    if (state != acted) {
      acted = state;
      REC_CO_CHECK(co_await act_on(state));
      if (options_.person != nullptr) deadline = clock_.steady() + kSignInTimeout;  // who may take his time
      continue;
    }
    if (clock_.steady() >= deadline) {
      co_return fail(Errc::timed_out,
                     "Telegram: no answer while signing in: check the network and telegram.proxy");
    }
    co_await changed_.wait_until(clock_, deadline);
  }
}

Task<> TdlibSession::act_on(std::string state) {
  if (state == "authorizationStateWaitTdlibParameters") co_return co_await open_database();
  if (state == "authorizationStateWaitPhoneNumber" && !options_.bot_token.empty()) {
    auto check = request("checkAuthenticationBotToken");
    check["token"] = options_.bot_token.reveal();
    auto answer = co_await ask(std::move(check), "telegram.bot_token");
    if (!answer) co_return fail(std::move(answer).error());
    co_return Result<void>{};
  }
  if (tdlib::wants_a_person(state)) {
    if (options_.person == nullptr) co_return not_signed_in();
    co_return co_await tdlib::sign_in_with(*options_.person, *this, clock_);
  }
  if (state == "authorizationStateLoggingOut" || state == "authorizationStateClosed") {
    co_return fail(Errc::unavailable, "Telegram: the session was ended from outside, signing in anew");
  }
  co_return Result<void>{};
}

Task<> TdlibSession::open_database() {
  REC_CO_CHECK(way_.begin());
  const auto folder = database_folder();
  auto parameters = request("setTdlibParameters");
  parameters["database_directory"] = folder;
  parameters["files_directory"] = folder + "/files";
  parameters["database_encryption_key"] = options_.database_key.reveal();
  parameters["use_file_database"] = true;
  parameters["use_chat_info_database"] = !forgetting_;
  parameters["use_message_database"] = !forgetting_;
  parameters["use_secret_chats"] = false;
  parameters["api_id"] = options_.api_id;
  parameters["api_hash"] = options_.api_hash;
  parameters["system_language_code"] = "en";
  parameters["device_model"] = "Stream Recorder";
  parameters["system_version"] = system_name();
  parameters["application_version"] = "0.1";
  const std::string doing = "Telegram database " + folder;
  const auto opened = co_await ask(parameters, doing);
  if (opened) co_return Result<void>{};
  const bool other_key = opened.error().text.find("database encryption key") != std::string::npos;
  if (!other_key || options_.database_key.empty()) co_return fail(opened.error());
  // One that was made before there was a key opens without: it is encrypted now.
  parameters["database_encryption_key"] = "";
  if (!co_await ask(std::move(parameters), doing)) co_return fail(opened.error());
  auto encrypt = request("setDatabaseEncryptionKey");
  encrypt["new_encryption_key"] = options_.database_key.reveal();
  const auto encrypted = co_await ask(std::move(encrypt), "encrypting the " + doing);
  if (!encrypted) co_return fail(encrypted.error());
  log::info("telegram.database_encrypted", {{"folder", folder}});
  co_return Result<void>{};
}

/// TDLib keeps every proxy it ever heard of, and our own has another port each time.
Task<> TdlibSession::forget_old_proxies() {
  REC_CO_TRY(const auto kept, co_await ask(request("getProxies"), "Telegram proxies"));
  for (const auto& item : tdlib::list(kept, "proxies")) {
    const auto* proxy = item.if_object();
    if (proxy == nullptr || tdlib::flag(*proxy, "is_enabled")) continue;
    auto remove = request("removeProxy");
    remove["proxy_id"] = tdlib::number(*proxy, "id");
    REC_CO_CHECK(client_.post(std::move(remove)));
  }
  co_return Result<void>{};
}

Task<> TdlibSession::learn_account() {
  REC_CO_TRY(const auto me, co_await ask(request("getMe"), "Telegram account"));
  limits_.on_me(me);
  const auto deadline = clock_.steady() + kConfigPatience;
  while (!limits_.told() && client_.running() && clock_.steady() < deadline)
    co_await changed_.wait_until(clock_, deadline);
  if (!limits_.told()) co_return fail(Errc::unavailable, "Telegram: its limits are not known yet");
  if (account().bot) co_return Result<void>{};
  auto config = co_await client_.call(request("getApplicationConfig"), kConfigPatience);
  if (config) limits_.on_config(*config);  // without it the known limits hold
  auto value = request("optionValueBoolean");
  value["value"] = false;
  auto offline = request("setOption");  // online users get 7 s read timeouts: too short for a slow upload
  offline["name"] = "online";
  offline["value"] = std::move(value);
  REC_CO_TRY(const auto done, co_await ask(std::move(offline), "Telegram option online"));
  co_return Result<void>{};
}

Task<boost::json::object> TdlibSession::call(boost::json::object request) {
  return client_.call(std::move(request), std::chrono::minutes(1));
}

Task<boost::json::object> TdlibSession::ask(boost::json::object request, std::string doing, Millis timeout) {
  auto answer = co_await client_.call(std::move(request), timeout);
  if (!answer) co_return fail(std::move(answer).error().in(doing));
  if (tdlib::type_of(*answer) == "error") co_return fail(tdlib::error_of(*answer, doing));
  co_return std::move(*answer);
}

Task<> TdlibSession::reopen() {
  usable_ = false;  // so that ready() closes this one properly, and others do not start it meanwhile
  changed_.notify();
  co_return co_await ready();
}

asio::awaitable<void> TdlibSession::close() {
  closed_ = true;
  usable_ = false;
  changed_.notify();
  co_await client_.close();
}

}  // namespace rec
