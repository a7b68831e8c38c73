#include "cli/web_findings.hpp"

#include <boost/asio/io_context.hpp>

#include "app/settings_of.hpp"
#include "web/accounts.hpp"
#include "web/http_server.hpp"

namespace rec::cli {
namespace {

Finding not_served(const std::string& text, std::string cure) {
  return {"web", Finding::Level::warning, "the dashboard cannot be served: " + text, std::move(cure)};
}

}  // namespace

Findings web_findings(const Config& config, bool running) {
  if (config.web.listen.empty()) return {};
  const auto address = web::parse_listen(config.web.listen);
  if (!address) return {not_served(address.error().text, "correct web.listen")};
  const auto accounts = web::read_accounts(web::accounts_path(data_folder(config)));
  if (!accounts) return {not_served(accounts.error().text, "streamrecorder web password")};
  if (!web::only_loopback(*address) && accounts->password.empty()) {
    return {not_served("others can reach " + config.web.listen + ", and there is no password",
                       "streamrecorder web password")};
  }
  if (running) return {};
  asio::io_context io;
  const auto nobody = [](web::Request) -> asio::awaitable<web::Response> { co_return web::Response(); };
  const auto open = web::HttpServer::open(io.get_executor(), *address, nobody);
  if (!open) return {not_served(open.error().text, "another web.listen")};
  (*open)->stop();
  io.run();
  return {};
}

}  // namespace rec::cli
