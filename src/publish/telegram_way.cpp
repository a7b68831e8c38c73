// One task watches the connection; all else are answers to calls.
#include "publish/telegram_way.hpp"

#include <algorithm>

#include "base/log.hpp"
#include "publish/proxy_dial.hpp"
#include "publish/tdlib_json.hpp"
#include "runtime/signal.hpp"
#include "runtime/supervisor.hpp"

namespace rec {
namespace {

using tdlib::ProxyAddress;

/// TDLib connects anew by itself, within a second or two when somebody answers.
constexpr Millis kNextAfter{5'000};
constexpr Millis kTellAfter{30'000};
constexpr Millis kProbePatience{3'000};

}  // namespace

struct TelegramWay::State {
  State(const asio::any_io_executor& ex, Clock& c, std::vector<std::string> proxy_links, std::uint64_t wanted,
        Post to_tdlib)
      : clock(c),
        links(std::move(proxy_links)),
        cap(wanted),
        post(std::move(to_tdlib)),
        changed(ex),
        supervisor(ex, [](const std::string&, const Error&) {}) {}

  Clock& clock;
  std::vector<std::string> links;
  std::uint64_t cap = 0;
  Post post;
  Signal changed;
  std::vector<ProxyAddress> proxies{};
  std::size_t active = 0;  ///< of `proxies`
  std::unique_ptr<UploadRelay> relay{};
  std::optional<ProxyAddress> relay_upstream{};
  bool host = false;  ///< one is there, and heard of `applied`
  bool connected = false;
  bool over = false;
  SteadyTime lost_at{};
  std::optional<ProxyAddress> applied{};
  std::string trouble{};  ///< told of, and not yet over
  std::string cap_trouble{};
  Supervisor supervisor;

  [[nodiscard]] const ProxyAddress* own() const { return proxies.empty() ? nullptr : &proxies[active]; }
  [[nodiscard]] std::string way() const { return own() == nullptr ? "" : own()->name(); }
  Result<void> read_links();
  Result<std::optional<ProxyAddress>> wanted_way();
  Result<void> apply();
  void weigh_cap();
  void note_loss();
  void note_return();
  static Task<> watch(std::shared_ptr<State> self);
  static asio::awaitable<void> next_proxy(std::shared_ptr<State> self);
};

Result<void> TelegramWay::State::read_links() {
  std::vector<ProxyAddress> read;
  for (const std::string& link : links) {
    if (link.empty()) continue;
    REC_TRY(auto address, tdlib::parse_proxy_address(link));
    read.push_back(std::move(address));
  }
  proxies = std::move(read);
  active = std::min(active, proxies.empty() ? 0 : proxies.size() - 1);
  return {};
}

void TelegramWay::State::weigh_cap() {
  const bool by_mtproto = own() != nullptr && own()->kind == ProxyAddress::Kind::mtproto;
  std::string now;
  if (cap > 0 && by_mtproto)
    now =
        "telegram.upload_speed_limit_mbps does not hold through an MTProto proxy: use a SOCKS5 or HTTP proxy";
  if (!now.empty() && now != cap_trouble) log::warn("telegram.limit_not_held", {{"text", now}});
  cap_trouble = now;
}

Result<std::optional<ProxyAddress>> TelegramWay::State::wanted_way() {
  const ProxyAddress* proxy = own();
  const bool by_mtproto = proxy != nullptr && proxy->kind == ProxyAddress::Kind::mtproto;
  auto upstream = proxy == nullptr ? std::nullopt : std::optional(*proxy);
  if (cap == 0 || by_mtproto) return upstream;
  if (!relay) {
    REC_TRY(relay, UploadRelay::start(cap, upstream));
    relay_upstream = upstream;
  }
  relay->set_cap(cap);
  const bool another = std::exchange(relay_upstream, upstream) != upstream;
  relay->set_upstream(upstream);
  if (another && host && applied == relay->address()) {
    // Its connections are cut; without this TDLib would wait longer and longer before it tries again.
    auto type = tdlib::request("setNetworkType");
    type["type"] = tdlib::request("networkTypeOther");
    REC_CHECK(post(std::move(type)));
  }
  return relay->address();
}

Result<void> TelegramWay::State::apply() {
  weigh_cap();
  REC_TRY(const auto way_now, wanted_way());
  if (host && applied == way_now) return {};
  auto change = tdlib::request(way_now ? "addProxy" : "disableProxy");
  if (way_now) {
    change["proxy"] = tdlib::proxy_object(*way_now);
    change["enable"] = true;
  }
  // Before setTdlibParameters it is answered only after that, but done in its place, before any connection.
  REC_CHECK(post(std::move(change)));
  applied = way_now;
  return {};
}

void TelegramWay::State::note_loss() {
  if (!trouble.empty()) return;
  const std::string said = relay && cap > 0 ? relay->view().trouble : "";
  trouble = own() == nullptr ? "no connection to Telegram" : "no connection to Telegram through " + way();
  if (!said.empty()) trouble += ": " + said;
  log::warn("telegram.unreachable", {{"text", trouble}});
}

void TelegramWay::State::note_return() {
  if (trouble.empty()) return;
  log::info("telegram.reachable", {{"by", own() == nullptr ? "no proxy" : way()}});
  trouble.clear();
}

Task<> TelegramWay::State::watch(std::shared_ptr<State> self) {
  while (!self->over) {
    if (!self->host || self->connected) {
      if (self->connected) self->note_return();
      co_await self->changed.wait();
      continue;
    }
    const bool choice = self->proxies.size() > 1;
    const auto due = self->lost_at + (choice ? kNextAfter : kTellAfter);
    if (self->clock.steady() < due) {
      co_await self->changed.wait_until(self->clock, due);
      continue;
    }
    self->note_loss();
    if (choice) co_await next_proxy(self);
    self->lost_at = self->clock.steady();
  }
  co_return Result<void>{};
}

/// The next in the list that accepts a connection; the same one if none does.
asio::awaitable<void> TelegramWay::State::next_proxy(std::shared_ptr<State> self) {
  const std::size_t count = self->proxies.size();
  for (std::size_t step = 1; step < count; ++step) {
    const std::size_t candidate = (self->active + step) % count;
    const auto accepts = co_await proxy_accepts(self->proxies[candidate], self->clock, kProbePatience);
    if (self->over || self->connected || !self->host) co_return;
    if (!accepts) continue;
    self->active = candidate;
    if (const auto changed = self->apply(); !changed)
      log::warn("telegram.proxy_unusable", {{"text", changed.error().text}});
    co_return;
  }
}

TelegramWay::TelegramWay(const asio::any_io_executor& executor, Clock& clock,
                         std::vector<std::string> proxies, std::uint64_t cap, Post post)
    : state_(std::make_shared<State>(executor, clock, std::move(proxies), cap, std::move(post))) {}

TelegramWay::~TelegramWay() {
  state_->over = true;
  state_->post = [](boost::json::object) { return Result<void>(); };
  state_->changed.notify();  // its task ends by itself, or with its io_context
}

Result<void> TelegramWay::begin() {
  REC_CHECK(state_->read_links());
  state_->host = state_->connected = false;
  REC_CHECK(state_->apply());
  state_->host = true;
  state_->lost_at = state_->clock.steady();
  state_->supervisor.start("telegram_way", State::watch(state_));
  state_->changed.notify();
  return {};
}

void TelegramWay::on_connected(bool connected) {
  if (state_->connected && !connected) state_->lost_at = state_->clock.steady();
  if (state_->connected != connected) state_->changed.notify();
  state_->connected = connected;
}

void TelegramWay::on_host_ended() {
  state_->host = state_->connected = false;
  state_->changed.notify();
}

void TelegramWay::set_cap(std::uint64_t bytes_per_second) {
  if (std::exchange(state_->cap, bytes_per_second) == bytes_per_second || !state_->host) return;
  if (const auto done = state_->apply(); !done)
    log::error("telegram.limit_not_held", {{"text", done.error().text}});
}

Uplink TelegramWay::uplink() const {
  return {state_->cap, state_->cap_trouble, state_->way(), state_->trouble};
}

}  // namespace rec
