// The relay alone: real sockets on loopback, a Telegram that only counts.
#include "publish/upload_relay.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

#include "tests/unit/publish/frames_client.hpp"

namespace rec::test {
namespace {

using boost::asio::ip::tcp;
using std::chrono::milliseconds;
using std::chrono::seconds;
using Steady = std::chrono::steady_clock;

/// Accepts, reads and counts; answers every byte 'p' with one of its own.
class Listener {
 public:
  Listener() : acceptor_(io_, {boost::asio::ip::address_v4::loopback(), 0}) {
    thread_ = std::thread([this] { run(); });
  }
  ~Listener() {
    stopping_ = true;
    boost::system::error_code ignored;
    tcp::socket wake(io_);
    wake.connect(acceptor_.local_endpoint(), ignored);
    thread_.join();
    for (auto& socket : sockets_) socket->shutdown(tcp::socket::shutdown_both, ignored);
    for (auto& reader : readers_) reader.join();
  }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;
  [[nodiscard]] std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
  [[nodiscard]] std::uint64_t received() const { return received_; }

 private:
  void run() {
    for (;;) {
      auto socket = std::make_shared<tcp::socket>(acceptor_.accept());
      if (stopping_) return;
      sockets_.push_back(socket);
      readers_.emplace_back([this, socket] {
        std::vector<char> buffer(65536);
        boost::system::error_code error;
        while (const auto size = socket->read_some(boost::asio::buffer(buffer), error)) {
          received_ += size;
          const auto pings = std::count(buffer.begin(), buffer.begin() + static_cast<long>(size), 'p');
          if (pings > 0) boost::asio::write(*socket, boost::asio::buffer(buffer.data(), 1), error);
        }
      });
    }
  }

  boost::asio::io_context io_;
  tcp::acceptor acceptor_;
  std::atomic<bool> stopping_{false};
  std::atomic<std::uint64_t> received_{0};
  std::vector<std::shared_ptr<tcp::socket>> sockets_;
  std::vector<std::thread> readers_;
  std::thread thread_;
};

/// What TDLib does: SOCKS5 with a password, then an address in numbers.
class Client {
 public:
  explicit Client(const tdlib::ProxyAddress& relay, std::uint16_t to, std::string password = "")
      : socket_(io_) {
    socket_.connect({boost::asio::ip::make_address(relay.host), relay.port});
    if (password.empty()) password = relay.password;
    std::string greeting("\5\2\0\2", 4);
    greeting += '\1' + std::string(1, static_cast<char>(relay.user.size())) + relay.user;
    greeting += std::string(1, static_cast<char>(password.size())) + password;
    greeting += std::string("\5\1\0\1\x7f\0\0\1", 8);
    greeting += std::string{static_cast<char>(to >> 8U), static_cast<char>(to & 0xFFU)};
    write(greeting);
    std::string reply(14, '\0');
    boost::system::error_code error;
    boost::asio::read(socket_, boost::asio::buffer(reply), error);
    accepted_ = !error && reply[3] == 0 && reply[5] == 0;
  }
  [[nodiscard]] bool accepted() const { return accepted_; }
  void write(const std::string& bytes) {
    boost::system::error_code error;
    boost::asio::write(socket_, boost::asio::buffer(bytes), error);
  }
  /// Writes without end, until the other side is gone.
  void flood() {
    const std::string bytes(65536, 'x');
    boost::system::error_code error;
    while (!error) boost::asio::write(socket_, boost::asio::buffer(bytes), error);
  }
  /// How long it takes until an answer is there.
  milliseconds ping() {
    const auto begun = Steady::now();
    write("p");
    char answer = 0;
    boost::system::error_code error;
    boost::asio::read(socket_, boost::asio::buffer(&answer, 1), error);
    return std::chrono::duration_cast<milliseconds>(Steady::now() - begun);
  }
  /// Counts what comes, until the connection ends.
  void listen() {
    std::vector<char> buffer(65536);
    boost::system::error_code error;
    while (const auto size = socket_.read_some(boost::asio::buffer(buffer), error)) heard_ += size;
  }
  [[nodiscard]] std::uint64_t heard() const { return heard_; }
  bool cut() {
    char answer = 0;
    boost::system::error_code error;
    boost::asio::read(socket_, boost::asio::buffer(&answer, 1), error);
    return error.failed();
  }
  void close() {
    boost::system::error_code ignored;
    socket_.shutdown(tcp::socket::shutdown_both, ignored);
  }

 private:
  boost::asio::io_context io_;
  tcp::socket socket_;
  bool accepted_ = false;
  std::atomic<std::uint64_t> heard_{0};
};

/// What a connection of TDLib begins with, and a packet; its content is plain, nobody here reads it.
std::string large_packet(std::size_t bytes) {
  for (;;) {  // until there is nothing in it that the listener answers
    FramesClient client;
    const auto all = client.greeting() + client.packet(std::string(bytes, 'x')).substr(0, 4);
    if (all.find('p') == std::string::npos) return all + std::string(bytes, 'x');
  }
}

std::unique_ptr<UploadRelay> relay_with(std::uint64_t cap) {
  auto relay = UploadRelay::start(cap);
  EXPECT_TRUE(relay) << relay.error().text;
  return relay ? *std::move(relay) : nullptr;
}

/// Eight connections that send as fast as they can, as TDLib's do, for as long as it lives.
class Flood {
 public:
  Flood(const UploadRelay& relay, std::uint16_t to) {
    for (int i = 0; i < 8; ++i) clients_.push_back(std::make_unique<Client>(relay.address(), to));
    for (auto& client : clients_) threads_.emplace_back([&client] { client->flood(); });
  }
  ~Flood() {
    for (auto& client : clients_) client->close();
    for (auto& thread : threads_) thread.join();
  }
  Flood(const Flood&) = delete;
  Flood& operator=(const Flood&) = delete;

 private:
  std::vector<std::unique_ptr<Client>> clients_;
  std::vector<std::thread> threads_;
};

TEST(UploadRelay, AllConnectionsTogetherKeepTheLimitAndUseIt) {
  Listener telegram;
  const auto relay = relay_with(400'000);
  const Flood flood(*relay, telegram.port());
  const auto begun = Steady::now();
  const auto before = telegram.received();
  std::this_thread::sleep_for(seconds(3));
  const double rate = static_cast<double>(telegram.received() - before) /
                      std::chrono::duration<double>(Steady::now() - begun).count();
  EXPECT_LT(rate, 400'000 * 1.03);
  EXPECT_GT(rate, 400'000 * 0.6) << "on a machine that does other things as well";
  EXPECT_EQ(relay->view().connections, 8U);
}

TEST(UploadRelay, APauseSavesNothingUpForLater) {
  Listener telegram;
  const auto relay = relay_with(200'000);
  Client client(relay->address(), telegram.port());
  std::this_thread::sleep_for(seconds(2));
  std::thread sender([&] { client.flood(); });
  std::this_thread::sleep_for(milliseconds(500));
  const auto sent = telegram.received();
  client.close();
  sender.join();
  EXPECT_LT(sent, 140'000U) << "half a second of it, and a twentieth";
}

TEST(UploadRelay, APingDoesNotWaitBehindTheUploads) {
  Listener telegram;
  const auto relay = relay_with(125'000);
  const Flood flood(*relay, telegram.port());
  Client other(relay->address(), telegram.port());
  std::this_thread::sleep_for(seconds(1));
  for (int i = 0; i < 3; ++i) EXPECT_LT(other.ping(), seconds(3));
}

TEST(UploadRelay, AConnectionWhoseBytesWaitIsHeardOfAndNoLonger) {
  Listener telegram;
  const auto relay = relay_with(50'000);
  Client client(relay->address(), telegram.port());
  std::thread sender([&] { client.write(large_packet(100'000)); });  // two seconds of the limit
  std::thread listener([&] { client.listen(); });
  std::this_thread::sleep_for(milliseconds(1700));
  EXPECT_GE(client.heard(), 2U * 8U);
  while (telegram.received() < 100'000) std::this_thread::sleep_for(milliseconds(50));
  std::this_thread::sleep_for(seconds(1));
  const auto at_its_end = client.heard();
  std::this_thread::sleep_for(milliseconds(1700));
  EXPECT_EQ(client.heard(), at_its_end) << "what has left gets no sign of life from us";
  client.close();
  sender.join();
  listener.join();
}

TEST(UploadRelay, APacketLeavesAsAWholeBeforeTheNextOneBegins) {
  Listener first, second;
  const auto relay = relay_with(50'000);
  Client one(relay->address(), first.port());
  Client other(relay->address(), second.port());
  one.write(large_packet(100'000));
  while (first.received() < 5'000) std::this_thread::sleep_for(milliseconds(10));
  other.write(large_packet(100'000));
  while (first.received() < 80'000) std::this_thread::sleep_for(milliseconds(10));
  EXPECT_LT(second.received(), 10'000U);
  while (second.received() < 100'000) std::this_thread::sleep_for(milliseconds(10));
}

TEST(UploadRelay, TheLimitCanBeChangedAndLiftedWhileBytesFlow) {
  Listener telegram;
  const auto relay = relay_with(20'000);
  const Flood flood(*relay, telegram.port());
  std::this_thread::sleep_for(seconds(1));
  EXPECT_LT(telegram.received(), 60'000U);
  relay->set_cap(1'000'000);
  auto before = telegram.received();
  std::this_thread::sleep_for(seconds(2));
  EXPECT_GT(telegram.received() - before, 500'000U);
  relay->set_cap(0);
  before = telegram.received();
  std::this_thread::sleep_for(seconds(1));
  EXPECT_GT(telegram.received() - before, 4'000'000U);
}

TEST(UploadRelay, OtherUsersOfTheMachineCannotUseIt) {
  Listener telegram;
  const auto relay = relay_with(0);
  EXPECT_TRUE(Client(relay->address(), telegram.port()).accepted());
  EXPECT_FALSE(Client(relay->address(), telegram.port(), "a guess").accepted());
}

TEST(UploadRelay, WhereNobodyListensIsSaidAndTheClientIsToldAtOnce) {
  const auto relay = relay_with(0);
  EXPECT_FALSE(Client(relay->address(), 1).accepted());
  EXPECT_NE(relay->view().trouble.find("127.0.0.1"), std::string::npos) << relay->view().trouble;
}

TEST(UploadRelay, AnotherWayCutsTheConnectionsOfTheOldOne) {
  Listener telegram;
  const auto relay = relay_with(0);
  Client client(relay->address(), telegram.port());
  ASSERT_TRUE(client.accepted());
  relay->set_upstream(tdlib::ProxyAddress{tdlib::ProxyAddress::Kind::http, "127.0.0.1", 1, "", ""});
  EXPECT_TRUE(client.cut());
  EXPECT_FALSE(Client(relay->address(), telegram.port()).accepted());
  EXPECT_NE(relay->view().trouble.find("http://127.0.0.1:1"), std::string::npos) << relay->view().trouble;
}

TEST(UploadRelay, EndsAtOnceWithConnectionsOpen) {
  Listener telegram;
  auto relay = relay_with(1'000);
  Flood flood(*relay, telegram.port());
  std::this_thread::sleep_for(milliseconds(100));
  const auto begun = Steady::now();
  relay.reset();
  EXPECT_LT(Steady::now() - begun, seconds(5));
}

}  // namespace
}  // namespace rec::test
