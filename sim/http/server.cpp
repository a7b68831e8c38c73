// The thread, the listener, the set of open connections and the log behind HttpServer.
#include "sim/http/server.hpp"

#include <pthread.h>

#include <algorithm>
#include <deque>
#include <future>
#include <mutex>
#include <set>
#include <thread>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "sim/http/wire.hpp"

namespace rec::sim {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
constexpr std::size_t kLogLimit = 20'000;

asio::ssl::context tls_context(const TlsIdentity& identity) {
  asio::ssl::context context(asio::ssl::context::tls_server);
  context.use_certificate_chain(asio::buffer(identity.certificate));
  context.use_private_key(asio::buffer(identity.key), asio::ssl::context::pem);
  return context;
}

}  // namespace

struct HttpServer::Impl {
  explicit Impl(HttpHandler taken) : handler(std::move(taken)) {}

  HttpHandler handler;
  std::optional<asio::ssl::context> tls;  // set before the thread starts
  mutable std::mutex mutex;               // guards the log and the counters
  std::deque<HttpQuery> log;
  std::map<std::string, std::size_t> counts;
  std::size_t total = 0;
  std::size_t taken = 0;
  std::size_t open = 0;

  // Below: on the server's thread only. The loop goes first, and the coroutines in it with it.
  std::set<wire::Socket*> sockets;
  tcp::endpoint endpoint;
  asio::io_context io;
  tcp::acceptor acceptor{io};
  asio::executor_work_guard<asio::io_context::executor_type> work{io.get_executor()};
  std::thread thread;

  void listen() {
    acceptor.open(endpoint.protocol());
    acceptor.set_option(tcp::acceptor::reuse_address(true));
    acceptor.bind(endpoint);
    acceptor.listen();
    if (endpoint.port() == 0) endpoint = acceptor.local_endpoint();  // written once, before the thread starts
    asio::co_spawn(io, accept_loop(), asio::detached);
  }

  asio::awaitable<void> accept_loop() {
    for (;;) {
      auto [error, socket] = co_await acceptor.async_accept(asio::as_tuple(asio::use_awaitable));
      if (error == asio::error::operation_aborted || !acceptor.is_open()) co_return;
      if (error) continue;
      asio::co_spawn(io, connection(std::move(socket)), asio::detached);
    }
  }

  asio::awaitable<void> connection(tcp::socket socket) {
    boost::system::error_code ignored;
    socket.set_option(tcp::no_delay(true), ignored);
    if (!acceptor.is_open()) wire::reset(socket);  // taken just before the outage
    sockets.insert(&socket);
    {
      const std::scoped_lock lock(mutex);
      ++taken;
      ++open;
    }
    HttpHandler answer = [this](const HttpQuery& query) {
      note(query);
      return handler(query);
    };
    if (tls) {
      co_await wire::serve_tls(socket, *tls, std::move(answer));
    } else {
      co_await wire::serve(socket, std::move(answer));
    }
    sockets.erase(&socket);
    const std::scoped_lock lock(mutex);
    --open;
  }

  void note(const HttpQuery& query) {
    const std::scoped_lock lock(mutex);
    ++total;
    ++counts[query.path];
    log.push_back(query);
    if (log.size() > kLogLimit) log.pop_front();
  }

  /// Runs on the server's thread and waits for it.
  template <class F>
  void on_thread(F job) {
    std::promise<void> done;
    asio::post(io, [&] {
      job();
      done.set_value();
    });
    done.get_future().wait();
  }
};

HttpServer::HttpServer(HttpHandler handler, std::uint16_t port, std::optional<TlsIdentity> tls)
    : impl_(std::make_unique<Impl>(std::move(handler))) {
  if (tls) impl_->tls.emplace(tls_context(*tls));
  impl_->endpoint = tcp::endpoint(asio::ip::address_v4::loopback(), port);
  impl_->listen();
  impl_->thread = std::thread([impl = impl_.get()] { impl->io.run(); });
  pthread_setname_np(impl_->thread.native_handle(), "sim-http");
}

HttpServer::~HttpServer() {
  impl_->io.stop();
  impl_->thread.join();
}

std::uint16_t HttpServer::port() const { return impl_->endpoint.port(); }

std::string HttpServer::url(const std::string& path) const {
  return (impl_->tls ? "https" : "http") + std::string("://127.0.0.1:") + std::to_string(port()) + path;
}

std::size_t HttpServer::hits(const std::string& path) const {
  const std::scoped_lock lock(impl_->mutex);
  if (path.empty()) return impl_->total;
  const auto found = impl_->counts.find(path);
  return found == impl_->counts.end() ? 0 : found->second;
}

std::vector<HttpQuery> HttpServer::requests(const std::string& path) const {
  const std::scoped_lock lock(impl_->mutex);
  std::vector<HttpQuery> found;
  for (const auto& query : impl_->log) {
    if (path.empty() || query.path == path) found.push_back(query);
  }
  return found;
}

void HttpServer::clear_log() {
  const std::scoped_lock lock(impl_->mutex);
  impl_->log.clear();
  impl_->counts.clear();
  impl_->total = 0;
}

std::size_t HttpServer::connections_taken() const {
  const std::scoped_lock lock(impl_->mutex);
  return impl_->taken;
}

std::size_t HttpServer::connections_open() const {
  const std::scoped_lock lock(impl_->mutex);
  return impl_->open;
}

void HttpServer::drop_connections() {
  impl_->on_thread([this] {
    boost::system::error_code ignored;
    for (auto* socket : impl_->sockets) {
      socket->shutdown(tcp::socket::shutdown_both, ignored);
      socket->close(ignored);
    }
  });
}

void HttpServer::set_down(bool down) {
  impl_->on_thread([this, down] {
    boost::system::error_code ignored;
    if (!down) {
      if (!impl_->acceptor.is_open()) impl_->listen();
      return;
    }
    impl_->acceptor.close(ignored);
    for (auto* socket : impl_->sockets) wire::reset(*socket);
  });
}

}  // namespace rec::sim
