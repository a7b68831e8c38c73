// Two lanes a connection, each a reader that notes when a piece is due and a writer that passes it on then.
#include "sim/http/chaos_proxy.hpp"

#include <pthread.h>

#include <algorithm>
#include <atomic>
#include <deque>
#include <future>
#include <random>
#include <set>
#include <string>
#include <thread>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

namespace rec::sim {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using Steady = std::chrono::steady_clock;
constexpr auto kSoftly = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t kPiece = 16 * 1024;
constexpr std::size_t kMostUnderWay = 256 * 1024;
constexpr Millis kGlance{10};  ///< how often it is looked whether something may pass again

/// One way of a connection.
struct Lane {
  explicit Lane(asio::io_context& io) : news(io, Steady::time_point::max()) {}
  struct Piece {
    Steady::time_point due;
    std::string bytes;
  };
  std::deque<Piece> pieces{};
  std::size_t under_way = 0;
  bool ended = false;  ///< nothing more comes
  Steady::time_point last_due{};
  asio::steady_timer news;  ///< cancelled when there is any
};

struct Link {
  explicit Link(asio::io_context& io) : client(io), server(io), up(io), down(io) {}
  tcp::socket client, server;
  Lane up, down;
  bool forgotten = false;
  bool closed = false;
  std::size_t passed = 0;
  double unlucky = 1;  ///< where between one byte and Weather::reset_within it is reset

  void reset() {
    closed = true;
    for (tcp::socket* socket : {&client, &server}) {
      boost::system::error_code ignored;
      socket->set_option(asio::socket_base::linger(true, 0), ignored);
      socket->close(ignored);
    }
    up.news.cancel();
    down.news.cancel();
  }
};
using LinkPtr = std::shared_ptr<Link>;

asio::awaitable<void> rest(Millis time) {
  asio::steady_timer timer(co_await asio::this_coro::executor, time);
  co_await timer.async_wait(kSoftly);
}

asio::awaitable<bool> hear(tcp::socket& from, std::string& bytes, std::size_t count) {
  bytes.assign(count, '\0');
  const auto [error, size] = co_await asio::async_read(from, asio::buffer(bytes), kSoftly);
  co_return !error;
}

/// Reads what a SOCKS5 client wants; its port, or 0.
asio::awaitable<std::uint16_t> socks_port(tcp::socket& client) {
  std::string bytes;
  if (!co_await hear(client, bytes, 2) || bytes[0] != 5) co_return 0;
  if (!co_await hear(client, bytes, static_cast<unsigned char>(bytes[1]))) co_return 0;
  const std::string no_login("\5\0", 2);
  co_await asio::async_write(client, asio::buffer(no_login), kSoftly);
  if (!co_await hear(client, bytes, 4) || bytes[1] != 1) co_return 0;
  std::size_t address = bytes[3] == 1 ? 4 : 16;
  if (bytes[3] == 3) {
    if (!co_await hear(client, bytes, 1)) co_return 0;
    address = static_cast<unsigned char>(bytes[0]);
  }
  if (!co_await hear(client, bytes, address + 2)) co_return 0;
  co_return static_cast<std::uint16_t>(static_cast<unsigned char>(bytes[address]) << 8U |
                                       static_cast<unsigned char>(bytes[address + 1]));
}

}  // namespace

struct ChaosProxy::Impl {
  Impl(std::uint16_t to, unsigned seed) : leads_to(to), random(seed) {}

  void listen() {
    acceptor.open(tcp::v4());
    acceptor.set_option(tcp::acceptor::reuse_address(true));
    acceptor.bind(tcp::endpoint(asio::ip::address_v4::loopback(), port));
    acceptor.listen();
    if (port == 0) port = acceptor.local_endpoint().port();
    asio::co_spawn(io, accept(), asio::detached);
  }
  asio::awaitable<void> accept() {
    for (;;) {
      auto link = std::make_shared<Link>(io);
      const auto [error] = co_await acceptor.async_accept(link->client, kSoftly);
      if (!acceptor.is_open() || error == asio::error::operation_aborted) co_return;
      if (error) continue;
      asio::co_spawn(io, serve(std::move(link)), asio::detached);
    }
  }
  asio::awaitable<void> serve(LinkPtr link);
  asio::awaitable<void> read(LinkPtr link, tcp::socket& from, Lane& lane);
  asio::awaitable<void> write(LinkPtr link, tcp::socket& to, Lane& lane);
  asio::awaitable<bool> pass(LinkPtr link, tcp::socket& to, std::string bytes);
  [[nodiscard]] std::size_t drawn(std::size_t most) {
    return std::uniform_int_distribution<std::size_t>(1, most)(random);
  }
  [[nodiscard]] bool held(const Link& link) const {
    return (weather.silent || link.forgotten) && !link.closed;
  }

  std::uint16_t leads_to;
  std::uint16_t port = 0;  // written once, before the thread starts
  std::atomic<std::uint64_t> passed{0};
  asio::io_context io{1};
  tcp::acceptor acceptor{io};
  // On the thread only.
  Weather weather{};
  std::mt19937 random;
  std::set<LinkPtr> links{};
  asio::executor_work_guard<asio::io_context::executor_type> stays_up{io.get_executor()};
  std::thread thread{};
};

asio::awaitable<void> ChaosProxy::Impl::serve(LinkPtr link) {
  links.insert(link);
  link->unlucky = std::uniform_real_distribution<double>()(random);
  boost::system::error_code ignored;
  link->client.set_option(tcp::no_delay(true), ignored);
  while (held(*link)) co_await rest(kGlance);
  const std::uint16_t to = leads_to != 0 ? leads_to : co_await socks_port(link->client);
  const tcp::endpoint there(asio::ip::address_v4::loopback(), to);
  const auto [refused] = co_await link->server.async_connect(there, kSoftly);
  if (to == 0 || refused || link->closed) {
    link->reset();
    links.erase(link);
    co_return;
  }
  link->server.set_option(tcp::no_delay(true), ignored);
  if (leads_to == 0) {
    const std::string welcome("\5\0\0\1\0\0\0\0\0\0", 10);
    co_await asio::async_write(link->client, asio::buffer(welcome), kSoftly);
  }
  asio::co_spawn(io, read(link, link->client, link->up), asio::detached);
  asio::co_spawn(io, write(link, link->server, link->up), asio::detached);
  asio::co_spawn(io, read(link, link->server, link->down), asio::detached);
  co_await write(link, link->client, link->down);
  // What the client still sends has nobody to hear it.
  if (!link->forgotten) link->client.close(ignored);
  link->server.close(ignored);
  links.erase(link);
}

asio::awaitable<void> ChaosProxy::Impl::read(LinkPtr link, tcp::socket& from, Lane& lane) {
  std::string buffer(kPiece, '\0');
  while (!link->closed) {
    const auto [error, size] = co_await from.async_read_some(asio::buffer(buffer), kSoftly);
    if (error) break;
    const auto late =
        weather.jitter.count() > 0
            ? Millis(static_cast<Millis::rep>(drawn(static_cast<std::size_t>(weather.jitter.count()))))
            : Millis(0);
    lane.last_due = std::max(lane.last_due, Steady::now() + weather.latency + late);
    lane.pieces.push_back({lane.last_due, buffer.substr(0, size)});
    lane.under_way += size;
    lane.news.cancel();
    while (lane.under_way > kMostUnderWay && !link->closed) co_await rest(kGlance);
  }
  lane.ended = true;
  lane.news.cancel();
}

asio::awaitable<void> ChaosProxy::Impl::write(LinkPtr link, tcp::socket& to, Lane& lane) {
  while (!link->closed) {
    if (held(*link)) {
      co_await rest(kGlance);
      continue;
    }
    if (lane.pieces.empty() && !lane.ended) {
      co_await lane.news.async_wait(kSoftly);
      continue;
    }
    if (lane.pieces.empty()) break;
    const auto wait = std::chrono::ceil<Millis>(lane.pieces.front().due - Steady::now());
    if (wait.count() > 0) {
      co_await rest(wait);
      continue;
    }
    std::string bytes = std::move(lane.pieces.front().bytes);
    lane.pieces.pop_front();
    lane.under_way -= bytes.size();
    if (!co_await pass(link, to, std::move(bytes))) {
      link->reset();
      co_return;
    }
  }
  boost::system::error_code ignored;
  if (!link->closed) to.shutdown(tcp::socket::shutdown_send, ignored);
}

/// False when the connection is over.
asio::awaitable<bool> ChaosProxy::Impl::pass(LinkPtr link, tcp::socket& to, std::string bytes) {
  std::string_view left = bytes;
  while (!left.empty()) {
    while (held(*link)) co_await rest(kGlance);
    std::size_t size = weather.slice == 0 ? left.size() : std::min(left.size(), drawn(weather.slice));
    // A fiftieth of a second at once, so that a thin line is thin also for small things.
    const std::size_t rate = weather.bytes_per_second;
    if (rate != 0) size = std::min(size, std::max<std::size_t>(rate / 50, 1));
    if (weather.reset_within != 0) {
      const auto until =
          static_cast<std::size_t>(link->unlucky * static_cast<double>(weather.reset_within)) + 1;
      if (link->passed >= until) co_return false;
      size = std::min(size, until - link->passed);
    }
    if (link->closed) co_return false;
    const auto [error, written] = co_await asio::async_write(to, asio::buffer(left.data(), size), kSoftly);
    if (error) co_return false;
    left.remove_prefix(size);
    link->passed += size;
    passed += size;
    if (rate != 0) co_await rest(Millis(1000 * size / rate));
  }
  co_return true;
}

ChaosProxy::ChaosProxy(std::uint16_t leads_to, unsigned seed)
    : impl_(std::make_shared<Impl>(leads_to, seed)) {
  impl_->listen();
  impl_->thread = std::thread([impl = impl_.get()] { impl->io.run(); });
  pthread_setname_np(impl_->thread.native_handle(), "sim-chaos");
}

ChaosProxy::~ChaosProxy() {
  impl_->io.stop();
  impl_->thread.join();
}

std::uint16_t ChaosProxy::port() const { return impl_->port; }
std::uint64_t ChaosProxy::passed() const { return impl_->passed; }

void ChaosProxy::set(const Weather& weather) {
  std::promise<void> done;
  asio::post(impl_->io, [&] {
    impl_->weather = weather;
    boost::system::error_code ignored;
    if (weather.refuses) {
      impl_->acceptor.close(ignored);
      for (const LinkPtr& link : impl_->links) link->reset();
    } else if (!impl_->acceptor.is_open()) {
      impl_->listen();
    }
    if (weather.reset_within != 0) {
      for (const LinkPtr& link : impl_->links) link->passed = 0;
    }
    done.set_value();
  });
  done.get_future().wait();
}

void ChaosProxy::forget_connections() {
  std::promise<void> done;
  asio::post(impl_->io, [&] {
    for (const LinkPtr& link : impl_->links) link->forgotten = true;
    done.set_value();
  });
  done.get_future().wait();
}

}  // namespace rec::sim
