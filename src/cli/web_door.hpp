// The dashboard's door of a running daemon: opens it, tries again while it cannot, and closes it. Without it
// the program records all the same. Decision thread only.
#pragma once
#include <memory>

#include "app/config.hpp"
#include "app/service.hpp"
#include "runtime/supervisor.hpp"
#include "web/http_server.hpp"
#include "web/site.hpp"

namespace rec::cli {

class WebDoor {
 public:
  /// Nothing is opened where web.listen is empty. What is given outlives it.
  WebDoor(const asio::any_io_executor& executor, Clock& clock, const Config& config, Service& service);
  void close();
  void speak(Language language);

 private:
  Task<> open(asio::any_io_executor executor);
  Task<> try_to_open(asio::any_io_executor executor, web::Address address);

  Clock& clock_;
  std::string listen_;
  std::string accounts_path_;
  std::unique_ptr<Worker> files_{};     ///< reads what is served: nothing of a recording waits for it
  std::unique_ptr<Worker> accounts_{};  ///< who may come in is known while a file of a bad disk is read
  std::shared_ptr<web::Site> site_{};   ///< connections that unwind late hold it, too
  std::unique_ptr<web::HttpServer> server_{};
  Supervisor tasks_;
};

}  // namespace rec::cli
