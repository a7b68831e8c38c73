// A coroutine a connection; what goes up is counted in bins of a tenth of a second.
#include "sim/telegram/watched_proxy.hpp"

#include <algorithm>
#include <future>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

namespace rec::sim {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using SocketPtr = std::shared_ptr<tcp::socket>;
using Steady = std::chrono::steady_clock;
constexpr auto kQuiet = asio::as_tuple(asio::use_awaitable);
constexpr std::chrono::milliseconds kBin{100};

/// Ends the connection: what it was asked is nothing we know.
struct Nonsense {};

asio::awaitable<std::string> hear(tcp::socket& from, std::size_t bytes) {
  std::string out(bytes, '\0');
  const auto [error, size] = co_await asio::async_read(from, asio::buffer(out), kQuiet);
  if (error) throw Nonsense();
  co_return out;
}

asio::awaitable<void> say(tcp::socket& to, std::string bytes) {
  const auto [error, size] = co_await asio::async_write(to, asio::buffer(bytes), kQuiet);
  if (error) throw Nonsense();
}

asio::awaitable<std::string> counted(tcp::socket& from) {
  const auto size = co_await hear(from, 1);
  co_return co_await hear(from, static_cast<unsigned char>(size[0]));
}

asio::awaitable<void> greet_socks(tcp::socket& client, std::string login) {
  const auto methods = co_await counted(client);
  const char wanted = login.empty() ? '\0' : '\2';
  if (methods.find(wanted) == std::string::npos) throw Nonsense();
  co_await say(client, std::string("\5") + wanted);
  if (!login.empty()) {
    co_await hear(client, 1);
    const auto user = co_await counted(client);
    const auto password = co_await counted(client);
    const bool right = user + ":" + password == login;
    co_await say(client, std::string("\1") + (right ? '\0' : '\1'));
    if (!right) throw Nonsense();
  }
  const auto request = co_await hear(client, 4);
  co_await hear(client, request[3] == 1 ? 6 : 18);
  co_await say(client, std::string("\5\0\0\1\0\0\0\0\0\0", 10));
}

/// `login` in the form of the header, or "".
asio::awaitable<void> greet_http(tcp::socket& client, std::string authorization) {
  std::string head;
  const auto [error, size] =
      co_await asio::async_read_until(client, asio::dynamic_buffer(head), "\r\n\r\n", kQuiet);
  if (error || !head.starts_with("ONNECT ")) throw Nonsense();
  const bool right = authorization.empty() || head.find(authorization) != std::string::npos;
  co_await say(client, right ? "HTTP/1.1 200 Connection established\r\n\r\n"
                             : "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n");
  if (!right) throw Nonsense();
}

}  // namespace

struct WatchedProxy::Impl {
  Result<void> listen();
  asio::awaitable<void> accept(std::shared_ptr<tcp::acceptor> from);
  asio::awaitable<void> serve(SocketPtr client);
  asio::awaitable<void> pump(SocketPtr from, SocketPtr to, bool up);
  void count(std::size_t bytes);
  void cut_all() {
    for (const auto& socket : std::exchange(open, {})) {
      boost::system::error_code ignored;
      socket->close(ignored);
    }
  }
  template <class F>
  void on_thread(F work) {
    std::promise<void> done;
    asio::post(io, [&] {
      work();
      done.set_value();
    });
    done.get_future().wait();
  }

  std::uint16_t leads_to = 0, port = 0;
  std::string login;
  mutable std::mutex mutex;
  Steady::time_point begun = Steady::now();
  std::vector<std::uint64_t> bins;
  std::uint64_t sent = 0;
  int connections = 0;
  std::string last_words;
  asio::io_context io{1};
  std::set<SocketPtr> open;
  std::shared_ptr<tcp::acceptor> acceptor;
  asio::executor_work_guard<asio::io_context::executor_type> stays_up{io.get_executor()};
  std::thread thread;
};

Result<void> WatchedProxy::Impl::listen() {
  boost::system::error_code error;
  const tcp::endpoint here(asio::ip::address_v4::loopback(), port);
  acceptor = std::make_shared<tcp::acceptor>(io);
  acceptor->open(here.protocol(), error);
  if (!error) acceptor->set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor->bind(here, error);
  if (!error) acceptor->listen(asio::socket_base::max_listen_connections, error);
  if (!error) port = acceptor->local_endpoint(error).port();
  if (error) return fail(Errc::unavailable, "the proxy cannot listen: " + error.message());
  asio::co_spawn(io, accept(acceptor), asio::detached);
  return {};
}

asio::awaitable<void> WatchedProxy::Impl::accept(std::shared_ptr<tcp::acceptor> from) {
  for (;;) {
    auto [error, socket] = co_await from->async_accept(kQuiet);
    if (error) co_return;
    auto client = std::make_shared<tcp::socket>(std::move(socket));
    asio::co_spawn(io, serve(std::move(client)), asio::detached);
  }
}

asio::awaitable<void> WatchedProxy::Impl::serve(SocketPtr client) {
  open.insert(client);
  auto telegram = std::make_shared<tcp::socket>(io);
  boost::system::error_code ignored;
  try {
    const auto first = co_await hear(*client, 1);
    const bool socks = first[0] == 5;
    if (socks) co_await greet_socks(*client, login);
    // "user:secret" in base64; the only login that tests use.
    if (!socks)
      co_await greet_http(*client, login.empty() ? "" : "Proxy-Authorization: Basic dXNlcjpzZWNyZXQ=");
    {
      const std::scoped_lock lock(mutex);
      ++connections;
      last_words = socks ? "socks5" : "http";
    }
    const tcp::endpoint there(asio::ip::address_v4::loopback(), leads_to);
    const auto [refused] = co_await telegram->async_connect(there, kQuiet);
    if (refused || !client->is_open()) throw Nonsense();
    open.insert(telegram);
    co_await say(*telegram, std::string("\5\1\0\5\1\0\1\1\2\3\4\1\273", 13));
    co_await hear(*telegram, 12);
    asio::co_spawn(io, pump(telegram, client, false), asio::detached);
    co_await pump(client, telegram, true);
  } catch (const Nonsense&) {
    client->close(ignored);  // it is hung up on
  }
  for (const auto& socket : {client, telegram}) {
    open.erase(socket);
    socket->close(ignored);
  }
}

asio::awaitable<void> WatchedProxy::Impl::pump(SocketPtr from, SocketPtr to, bool up) {
  std::string buffer(64 * 1024, '\0');
  for (;;) {
    const auto [error, size] = co_await from->async_read_some(asio::buffer(buffer), kQuiet);
    if (error) break;
    if (up) count(size);
    const auto [failed, written] = co_await asio::async_write(*to, asio::buffer(buffer.data(), size), kQuiet);
    if (failed) break;
  }
  boost::system::error_code ignored;
  from->close(ignored);
  to->close(ignored);
}

void WatchedProxy::Impl::count(std::size_t bytes) {
  const std::scoped_lock lock(mutex);
  const auto bin = static_cast<std::size_t>((Steady::now() - begun) / kBin);
  if (bins.size() <= bin) bins.resize(bin + 1);
  bins[bin] += bytes;
  sent += bytes;
}

Result<std::unique_ptr<WatchedProxy>> WatchedProxy::start(std::uint16_t leads_to, std::string login) {
  auto impl = std::make_unique<Impl>();
  impl->leads_to = leads_to;
  impl->login = std::move(login);
  REC_CHECK(impl->listen());
  impl->thread = std::thread([&io = impl->io] { io.run(); });
  return std::unique_ptr<WatchedProxy>(new WatchedProxy(std::move(impl)));
}

WatchedProxy::WatchedProxy(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

WatchedProxy::~WatchedProxy() {
  impl_->io.stop();
  impl_->thread.join();
}

std::uint16_t WatchedProxy::port() const { return impl_->port; }
std::uint64_t WatchedProxy::sent() const {
  const std::scoped_lock lock(impl_->mutex);
  return impl_->sent;
}
int WatchedProxy::connections() const {
  const std::scoped_lock lock(impl_->mutex);
  return impl_->connections;
}
std::string WatchedProxy::last_words() const {
  const std::scoped_lock lock(impl_->mutex);
  return impl_->last_words;
}

double WatchedProxy::busiest(std::chrono::milliseconds stretch) const {
  const std::scoped_lock lock(impl_->mutex);
  const auto width = static_cast<std::size_t>(stretch / kBin);
  std::uint64_t sum = 0, most = 0;
  for (std::size_t at = 0; at < impl_->bins.size(); ++at) {
    sum += impl_->bins[at];
    if (at >= width) sum -= impl_->bins[at - width];
    most = std::max(most, sum);
  }
  return static_cast<double>(most) / std::chrono::duration<double>(stretch).count();
}

void WatchedProxy::forget() {
  const std::scoped_lock lock(impl_->mutex);
  impl_->bins.clear();
  impl_->begun = Steady::now();
  impl_->sent = 0;
  impl_->connections = 0;
}

void WatchedProxy::drop_connections() {
  impl_->on_thread([this] { impl_->cut_all(); });
}

void WatchedProxy::die() {
  impl_->on_thread([this] {
    boost::system::error_code ignored;
    impl_->acceptor->close(ignored);
    impl_->cut_all();
  });
}

void WatchedProxy::come_back() {
  impl_->on_thread([this] { (void)impl_->listen(); });
}

}  // namespace rec::sim
