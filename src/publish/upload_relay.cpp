// A coroutine a connection, on the relay's thread; the supervisor there owns them.
#include "publish/upload_relay.hpp"

#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>

#include <atomic>
#include <mutex>
#include <set>
#include <thread>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "base/ids.hpp"
#include "publish/proxy_dial.hpp"
#include "publish/transport_frames.hpp"
#include "publish/upload_pace.hpp"
#include "runtime/supervisor.hpp"
#include "runtime/system_clock.hpp"

namespace rec {
namespace {

using asio::experimental::awaitable_operators::operator||;  // NOLINT(misc-unused-using-decls): used below
using asio::ip::tcp;
using tdlib::ProxyAddress;

constexpr std::size_t kPiece = 64 * 1024;
/// TDLib gives up on a proxy after 10 s.
constexpr Millis kDialPatience{8'000};
/// Not yet on the wire, of a connection: what waits there could leave in one burst after the network was
/// stuck.
constexpr int kMostUnsent = 16 * 1024;
/// Within seven seconds a bot's TDLib wants to hear something on each connection.
constexpr Millis kSignEvery{500};
constexpr const char* kTdlib = "TDLib";
constexpr auto kQuiet = asio::as_tuple(asio::use_awaitable);
using SocketPtr = std::shared_ptr<TcpSocket>;

/// A connection from TDLib to Telegram.
struct Line {
  Line(SocketPtr from, SocketPtr to) : client(std::move(from)), telegram(std::move(to)) {}
  SocketPtr client, telegram;
  TransportFrames frames{};
  bool waits = false;  ///< for its turn, with bytes at hand
  SteadyTime waited_until{};
};
using LinePtr = std::shared_ptr<Line>;

Task<std::string> counted(TcpSocket& from) {
  REC_CO_TRY(const auto size, co_await hear(from, 1, kTdlib));
  co_return co_await hear(from, static_cast<unsigned char>(size[0]), kTdlib);
}

bool has_hung_up(TcpSocket& client) {
  pollfd look{client.native_handle(), POLLRDHUP, 0};
  return ::poll(&look, 1, 0) != 0;
}

std::string task_name(std::uint64_t connection) { return "connection-" + std::to_string(connection); }

Failure no_client(const char* why) { return fail(Errc::denied, why); }

/// What a client of ours says first: SOCKS5 with the password, and an address in numbers.
Task<tcp::endpoint> greet(TcpSocket& client, ProxyAddress self) {
  REC_CO_TRY(const auto version, co_await hear(client, 1, kTdlib));
  if (version[0] != 5) co_return no_client("no SOCKS5");
  REC_CO_TRY(const auto methods, co_await counted(client));
  if (methods.find('\2') == std::string::npos) co_return no_client("without a password");
  REC_CO_CHECK(co_await say(client, std::string("\5\2", 2), kTdlib));
  REC_CO_CHECK(co_await hear(client, 1, kTdlib));  // the version of signing in
  REC_CO_TRY(const auto user, co_await counted(client));
  REC_CO_TRY(const auto password, co_await counted(client));
  const bool right = user == self.user && password == self.password;
  REC_CO_CHECK(co_await say(client, right ? std::string("\1\0", 2) : std::string("\1\1", 2), kTdlib));
  if (!right) co_return no_client("a wrong password");
  REC_CO_TRY(const auto head, co_await hear(client, 4, kTdlib));
  if (head[1] != 1 || (head[3] != 1 && head[3] != 4)) co_return no_client("no address in numbers");
  REC_CO_TRY(const auto bytes, co_await hear(client, head[3] == 1 ? 4 : 16, kTdlib));
  REC_CO_TRY(const auto port, co_await hear(client, 2, kTdlib));
  const auto number = static_cast<std::uint16_t>(static_cast<unsigned char>(port[0]) * 256 +
                                                 static_cast<unsigned char>(port[1]));
  if (head[3] == 1) {
    asio::ip::address_v4::bytes_type four{};
    std::copy(bytes.begin(), bytes.end(), four.begin());
    co_return tcp::endpoint(asio::ip::address_v4(four), number);
  }
  asio::ip::address_v6::bytes_type sixteen{};
  std::copy(bytes.begin(), bytes.end(), sixteen.begin());
  co_return tcp::endpoint(asio::ip::address_v6(sixteen), number);
}

}  // namespace

struct UploadRelay::Impl {
  explicit Impl(std::uint64_t cap) : pace(io.get_executor()) {
    pace.set_cap(cap);
    supervisor.emplace(io.get_executor(), [](const std::string&, const Error&) {});
  }

  Result<void> listen();
  Task<> accept();
  Task<> serve(std::uint64_t number, SocketPtr client);
  asio::awaitable<void> pump_up(LinePtr line);
  asio::awaitable<bool> send_up(LinePtr line, std::string_view bytes, std::uint64_t place);
  asio::awaitable<void> pump_down(LinePtr line);
  [[nodiscard]] bool holds_back(const Line& line) const {
    return line.waits || clock.steady() - line.waited_until < kSignEvery;
  }
  void tell(std::string trouble) {
    const std::scoped_lock lock(mutex);
    last_trouble = std::move(trouble);
  }

  ProxyAddress self{};
  std::atomic<std::uint64_t> sent{0};
  std::atomic<std::uint64_t> connections{0};
  mutable std::mutex mutex{};
  std::string last_trouble{};  ///< under the mutex
  // Of the thread alone, from here on.
  SystemClock clock{};
  std::optional<ProxyAddress> upstream{};
  std::uint64_t accepted = 0;
  std::set<std::uint64_t> open{};  ///< connections, by number
  std::optional<Supervisor> supervisor{};
  asio::io_context io{1};
  tcp::acceptor acceptor{io};
  UploadPace pace;
  std::thread thread{};
};

Result<void> UploadRelay::Impl::listen() {
  boost::system::error_code error;
  const tcp::endpoint anywhere(asio::ip::address_v4::loopback(), 0);
  acceptor.open(anywhere.protocol(), error);
  if (!error) acceptor.bind(anywhere, error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  const auto bound = error ? tcp::endpoint() : acceptor.local_endpoint(error);
  if (error) return fail(Errc::unavailable, "the upload limit needs a port on 127.0.0.1: " + error.message());
  self = {ProxyAddress::Kind::socks5, "127.0.0.1", bound.port(), random_token(16), random_token(32)};
  return {};
}

Task<> UploadRelay::Impl::accept() {
  for (;;) {
    auto [error, socket] = co_await acceptor.async_accept(kQuiet);
    if (error) {  // out of descriptors, mostly: they come back
      tell("the upload limit accepts no connection: " + error.message());
      co_await clock.sleep(Millis(200));
      continue;
    }
    auto client = std::make_shared<TcpSocket>(std::move(socket));
    ++accepted;
    supervisor->start(task_name(accepted), serve(accepted, std::move(client)));
  }
}

Task<> UploadRelay::Impl::serve(std::uint64_t number, SocketPtr client) {
  struct Listed {
    std::set<std::uint64_t>& in;
    std::uint64_t number;
    Listed(std::set<std::uint64_t>& all, std::uint64_t one) : in(all), number(one) { in.insert(number); }
    ~Listed() { in.erase(number); }
  } listed(open, number);
  boost::system::error_code ignored;
  client->set_option(tcp::no_delay(true), ignored);
  auto greeted = co_await (greet(*client, self) || clock.sleep(kDialPatience));
  if (greeted.index() != 0) co_return Result<void>{};
  REC_CO_TRY(const auto target, std::get<0>(std::move(greeted)));
  auto dialled = co_await dial(upstream, target, clock, kDialPatience);
  tell(dialled ? "" : dialled.error().text);
  const char verdict = dialled ? '\0' : '\4';
  std::string answer = std::string("\5", 1) + verdict + std::string("\0\1\0\0\0\0\0\0", 8);
  REC_CO_CHECK(co_await say(*client, std::move(answer), kTdlib));
  if (!dialled) co_return Result<void>{};
  ++connections;
  const SocketPtr telegram = *std::move(dialled);
  if (pace.capped())
    setsockopt(telegram->native_handle(), IPPROTO_TCP, TCP_NOTSENT_LOWAT, &kMostUnsent, sizeof kMostUnsent);
  // Whichever ends first ends both.
  const auto line = std::make_shared<Line>(std::move(client), telegram);
  co_await (pump_up(line) || pump_down(line));
  co_return Result<void>{};
}

asio::awaitable<void> UploadRelay::Impl::pump_up(LinePtr line) {
  std::string buffer(kPiece, '\0');
  std::uint64_t place = 0;
  for (;;) {
    const auto [error, size] = co_await line->client->async_read_some(asio::buffer(buffer), kQuiet);
    if (error) co_return;
    for (std::string_view rest(buffer.data(), size); !rest.empty();) {
      const auto chunk = line->frames.up(rest);
      if (chunk.first) place = pace.place_of(chunk.packet);
      const auto now = rest.substr(0, chunk.bytes);
      const bool sent_all = co_await send_up(line, now, place);
      if (!sent_all) co_return;
      rest.remove_prefix(chunk.bytes);
    }
  }
}

asio::awaitable<bool> UploadRelay::Impl::send_up(LinePtr line, std::string_view bytes, std::uint64_t place) {
  while (!bytes.empty()) {
    std::size_t now = bytes.size();
    if (has_hung_up(*line->client)) co_return false;  // what it had sent before it will send again
    if (pace.capped()) {
      // Nobody who cannot write takes a share; and what the kernel holds back is not yet on its way.
      const auto [stuck] = co_await line->telegram->async_wait(tcp::socket::wait_write, kQuiet);
      if (stuck) co_return false;
      line->waits = true;
      now = co_await pace.take(now, place);
      line->waits = false;
      line->waited_until = clock.steady();
    }
    const auto [failed, written] =
        co_await asio::async_write(*line->telegram, asio::buffer(bytes.data(), now), kQuiet);
    sent += written;
    if (failed) co_return false;
    bytes.remove_prefix(now);
  }
  co_return true;
}

/// A connection whose bytes wait here says nothing, and TDLib would take it for dead, open another one and
/// send everything again. So while they wait, and no longer, TDLib hears a word that means nothing.
asio::awaitable<void> UploadRelay::Impl::pump_down(LinePtr line) {
  std::string buffer;
  for (;;) {
    buffer.resize(kPiece);
    const auto heard =
        co_await (line->telegram->async_wait(tcp::socket::wait_read, kQuiet) || clock.sleep(kSignEvery));
    if (heard.index() == 0) {
      const auto [error, size] = co_await line->telegram->async_read_some(asio::buffer(buffer), kQuiet);
      if (error) co_return;
      buffer.resize(size);
      line->frames.down(buffer);
    } else if (holds_back(*line) && line->frames.between()) {
      buffer = line->frames.nop();
    } else {
      continue;
    }
    const auto [failed, written] = co_await asio::async_write(*line->client, asio::buffer(buffer), kQuiet);
    if (failed) co_return;
  }
}

Result<std::unique_ptr<UploadRelay>> UploadRelay::start(std::uint64_t cap,
                                                        std::optional<ProxyAddress> upstream) {
  auto impl = std::make_unique<Impl>(cap);
  impl->upstream = std::move(upstream);
  REC_CHECK(impl->listen());
  impl->supervisor->start("accept", impl->accept());
  impl->thread = std::thread([&io = impl->io] { io.run(); });
  pthread_setname_np(impl->thread.native_handle(), "upload-relay");
  return std::unique_ptr<UploadRelay>(new UploadRelay(std::move(impl)));
}

UploadRelay::UploadRelay(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

UploadRelay::~UploadRelay() {
  asio::post(impl_->io, [impl = impl_.get()] { impl->supervisor->cancel_all(); });
  impl_->thread.join();  // with its last task it has nothing left to do
}

const ProxyAddress& UploadRelay::address() const { return impl_->self; }

void UploadRelay::set_cap(std::uint64_t bytes_per_second) {
  asio::post(impl_->io, [impl = impl_.get(), bytes_per_second] { impl->pace.set_cap(bytes_per_second); });
}

void UploadRelay::set_upstream(std::optional<ProxyAddress> upstream) {
  asio::post(impl_->io, [impl = impl_.get(), upstream = std::move(upstream)] {
    if (impl->upstream == upstream) return;
    impl->upstream = upstream;
    for (const auto number : impl->open) impl->supervisor->cancel(task_name(number));
  });
}

UploadRelay::View UploadRelay::view() const {
  const std::scoped_lock lock(impl_->mutex);
  return {impl_->sent, impl_->connections, impl_->last_trouble};
}

}  // namespace rec
