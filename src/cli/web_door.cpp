#include "cli/web_door.hpp"

#include <fmt/format.h>

#include "app/settings_of.hpp"
#include "base/log.hpp"
#include "base/version.hpp"

namespace rec::cli {
namespace {

std::string word_of(Language language) { return language == Language::ru ? "ru" : "en"; }

constexpr auto kOpenAgain = std::chrono::seconds(15);

web::Site::Needs site_needs(Clock& clock, Worker& files, Worker& accounts, const Config& config,
                            Service& service, bool loopback) {
  auto ask = [&service](std::string request, boost::json::object arguments) {
    return service.call(std::move(request), std::move(arguments));
  };
  web::Gate::Needs gate{clock, accounts, web::accounts_path(data_folder(config)), loopback, config.web.hosts};
  web::Site::Needs needs{clock, files, std::move(ask), std::move(gate)};
  needs.language = word_of(config.language);
  needs.timezone = config.timezone;
  needs.version = kVersion;
  return needs;
}

}  // namespace

WebDoor::WebDoor(const asio::any_io_executor& executor, Clock& clock, const Config& config, Service& service)
    : clock_(clock),
      listen_(config.web.listen),
      accounts_path_(web::accounts_path(data_folder(config))),
      tasks_(executor, [](const std::string&, const Error& error) {
        log::error("web.failed", {{"error", error.text}});
      }) {
  if (listen_.empty()) return;
  files_ = make_thread_worker("web");
  accounts_ = make_thread_worker("web-accounts");
  const auto address = web::parse_listen(listen_);
  auto needs =
      site_needs(clock, *files_, *accounts_, config, service, address && web::only_loopback(*address));
  needs.connections = [this] { return server_ ? server_->connections_open() : 0; };
  site_ = std::make_shared<web::Site>(std::move(needs));
  tasks_.start("open", open(executor));
  tasks_.start("rates", site_->watch_rates());
}

Task<> WebDoor::try_to_open(asio::any_io_executor executor, web::Address address) {
  auto job = [path = accounts_path_] { return web::read_accounts(path); };
  REC_CO_TRY(const web::Accounts accounts, co_await run_on(*files_, std::move(job)));
  if (!web::only_loopback(address) && accounts.password.empty()) {
    co_return fail(Errc::denied, "web.listen " + listen_ +
                                     " can be reached by others, and there is no password; make one with "
                                     "`streamrecorder web password`. Until then nothing is served");
  }
  web::Handler handler = [site = site_](web::Request request) { return site->answer(std::move(request)); };
  REC_CO_TRY(server_, web::HttpServer::open(executor, address, std::move(handler)));
  const bool v6 = address.host.find(':') != std::string::npos;
  const std::string host = v6 ? "[" + address.host + "]" : address.host;
  log::info("web.listening", {{"url", fmt::format("http://{}:{}/", host, server_->port())},
                              {"password", accounts.password.empty() ? "none" : "set"}});
  if (const std::string token = accounts.password.empty() ? site_->offer_set_up() : ""; !token.empty())
    log::info("web.set_up", {{"url", fmt::format("http://{}:{}/#/setup/{}", host, server_->port(), token)},
                             {"text", "sets a password, once, within the hour"}});
  co_return Result<void>();
}

Task<> WebDoor::open(asio::any_io_executor executor) {
  REC_CO_TRY(const web::Address address, web::parse_listen(listen_));
  std::string said;
  for (;;) {
    const auto opened = co_await try_to_open(executor, address);
    if (opened) co_return Result<void>();
    if (std::exchange(said, opened.error().text) != said) log::error("web.not_listening", {{"error", said}});
    co_await clock_.sleep(kOpenAgain);
  }
}

void WebDoor::speak(Language language) {
  if (site_) site_->speak(word_of(language));
}

void WebDoor::close() {
  tasks_.cancel_all();
  if (server_) server_->stop();
}

}  // namespace rec::cli
