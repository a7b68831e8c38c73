#include "web/gate.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <utility>

#include "base/ids.hpp"
#include "base/log.hpp"
#include "web/http_text.hpp"

namespace rec::web {
namespace {

constexpr std::string_view kCookie = "streamrecorder";
constexpr auto kLoginLasts = std::chrono::hours(24 * 30);
constexpr std::size_t kMostLogins = 100;
constexpr auto kLookInterval = std::chrono::seconds(1);
constexpr int kMostHashing = 3;  // 19 MiB each
constexpr std::size_t kCookieCharacters = 32;
constexpr auto kOfferLasts = std::chrono::hours(1);

bool same_text(std::string_view a, std::string_view b) {
  unsigned char different = a.size() == b.size() ? 0 : 1;
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i)
    different = static_cast<unsigned char>(different | (a[i] ^ b[i]));
  return different == 0;
}

/// Changes whenever the file does; "" = there is none. Blocking.
std::string stamp_of(const std::string& path) {
  struct stat info{};
  if (::stat(path.c_str(), &info) != 0) return {};
  return std::to_string(info.st_ino) + "/" + std::to_string(info.st_size) + "/" +
         std::to_string(info.st_mtim.tv_sec) + "." + std::to_string(info.st_mtim.tv_nsec);
}

std::string cookie_line(const std::string& value, const Request& request, long max_age) {
  std::string line = std::string(kCookie) + "=" + value +
                     "; Path=/; HttpOnly; SameSite=Strict; Max-Age=" + std::to_string(max_age);
  if (request.header("origin").starts_with("https://")) line += "; Secure";
  return line;
}

}  // namespace

Gate::Gate(Needs needs) : needs_(std::move(needs)), open_csrf_(random_token(kCookieCharacters)) {
  for (std::string& host : needs_.hosts) host = host_name(host);
}

bool Gate::from_this_machine(const Request& request) {
  return is_loopback(request.peer) && request.header("x-forwarded-for").empty() &&
         request.header("forwarded").empty();
}

std::optional<Refusal> Gate::refuse(const Request& request, bool is_page) const {
  const std::string host = host_name(request.header("host"));
  const bool known = is_ip_literal(host) || host == "localhost" || host.ends_with(".localhost") ||
                     (!host.empty() && std::ranges::find(needs_.hosts, host) != needs_.hosts.end());
  if (!known)
    return Refusal{421, "host",
                   "unknown host; name it under web.hosts in config.yaml if this is the way here"};
  const std::string site = request.header("sec-fetch-site");
  const bool led_here = is_page && request.method == "GET" && request.header("sec-fetch-mode") == "navigate";
  if ((site == "cross-site" || site == "same-site") && !led_here)
    return Refusal{403, "forbidden", "a page of another site may not ask"};
  const std::string origin = request.header("origin");
  if (!origin.empty() && !same_origin(origin, request.header("host")))
    return Refusal{403, "forbidden", "a page of another origin may not ask"};
  return std::nullopt;
}

Task<> Gate::refresh() {
  if (looked_ && needs_.clock.steady() - *looked_ < kLookInterval) co_return Result<void>();
  struct Read {
    std::string stamp;
    std::optional<Accounts> accounts;
  };
  auto job = [path = needs_.accounts_path, stamp = stamp_]() -> Result<Read> {
    Read read{stamp_of(path), {}};
    if (read.stamp == stamp) return read;
    REC_TRY(read.accounts, read_accounts(path));
    return read;
  };
  REC_CO_TRY(Read read, co_await run_on(needs_.files, std::move(job)));
  looked_ = needs_.clock.steady();
  stamp_ = read.stamp;
  if (read.accounts) accounts_ = *std::move(read.accounts);
  co_return Result<void>();
}

void Gate::forget_old() {
  const SteadyTime now = needs_.clock.steady();
  std::erase_if(logins_, [&](const auto& one) {
    return now - one.second.used > kLoginLasts || one.second.password != accounts_.password;
  });
  while (logins_.size() >= kMostLogins) {
    const auto oldest =
        std::ranges::min_element(logins_, {}, [](const auto& one) { return one.second.used; });
    logins_.erase(oldest);
  }
}

Gate::Login* Gate::login_of(const Request& request) {
  if (accounts_.password.empty()) return nullptr;
  const std::string cookie = cookie_value(request.header("cookie"), kCookie);
  const auto login = cookie.empty() ? logins_.end() : logins_.find(token_hash(cookie));
  if (login == logins_.end() || login->second.password != accounts_.password) return nullptr;
  if (needs_.clock.steady() - login->second.used > kLoginLasts) return nullptr;
  return &login->second;
}

Caller Gate::caller_of(const Request& request, const Login* login) const {
  Caller caller;
  const std::string token = bearer_token(request.header("authorization"));
  if (!token.empty()) {
    caller.by_token = true;
    caller.scope = scope_of_token(accounts_, token);
    return caller;
  }
  if (accounts_.password.empty()) {
    if (!needs_.loopback_only || !from_this_machine(request)) return caller;
    caller.needs_password = false;
    caller.scope = Scope::control;
    caller.csrf = open_csrf_;
    return caller;
  }
  if (login != nullptr) {
    caller.scope = Scope::control;
    caller.csrf = login->csrf;
  }
  return caller;
}

Task<Caller> Gate::who(Request request) {
  REC_CO_CHECK(co_await refresh());
  Login* login = login_of(request);
  Caller caller = caller_of(request, login);
  if (login != nullptr && !caller.by_token) login->used = needs_.clock.steady();
  co_return caller;
}

Task<bool> Gate::is_still_welcome(Request request, const Route& route) {
  REC_CO_CHECK(co_await refresh());
  co_return !refuse(request, route, caller_of(request, login_of(request))).has_value();
}

bool Gate::is_open(const Request& request, const Route& route) {
  return route.open_on_loopback && from_this_machine(request);
}

std::optional<Refusal> Gate::refuse(const Request& request, const Route& route, const Caller& caller) const {
  if (is_open(request, route)) return std::nullopt;
  if (caller.scope < route.scope) {
    if (caller.scope == Scope::none) {
      return Refusal{401, "login",
                     caller.by_token ? "nobody knows that token"
                     : accounts_.password.empty()
                         ? "there is no password yet; set one with `streamrecorder web password`"
                         : "sign in first"};
    }
    return Refusal{403, "forbidden", "this token may only read"};
  }
  const bool changes = route.method != "GET" && route.scope != Scope::none;
  if (changes && !caller.by_token && !same_text(request.header("x-csrf-token"), caller.csrf))
    return Refusal{403, "forbidden", "the header X-CSRF-Token is missing or old; load the page anew"};
  return std::nullopt;
}

// Behind a proxy of this machine everybody comes from here: who it was, the proxy says last.
std::string Gate::address_of(const Request& request) {
  const std::string told = request.header("x-forwarded-for");
  if (told.empty() || !is_loopback(request.peer)) return request.peer;
  std::string last = told.substr(told.rfind(',') == std::string::npos ? 0 : told.rfind(',') + 1);
  std::erase(last, ' ');
  return last;
}

Task<std::string> Gate::log_in(Request request, Secret password) {
  REC_CO_CHECK(co_await refresh());
  if (accounts_.password.empty()) co_return fail(Errc::denied, "there is no password to sign in with");
  if (!attempts_.take(address_of(request), needs_.clock.steady()) || hashing_ >= kMostHashing) {
    log::warn("web.too_many_tries", {{"peer", request.peer}});
    Error error{Errc::rate_limited, "too many tries; wait half a minute", std::chrono::seconds(30)};
    co_return fail(std::move(error));
  }
  const std::string encoded = accounts_.password;
  auto job = [encoded, password = std::move(password)]() -> Result<bool> {
    return password_fits(encoded, password);
  };
  ++hashing_;
  auto fits = co_await run_on(needs_.files, std::move(job));
  --hashing_;
  if (!fits || !*fits) {
    log::warn("web.sign_in_refused", {{"peer", request.peer}});
    co_return fail(Errc::denied, "wrong password");
  }
  co_return let_in(request, encoded);
}

std::string Gate::let_in(const Request& request, std::string encoded) {
  attempts_.forgive(address_of(request));
  forget_old();
  const std::string cookie = random_token(kCookieCharacters);
  logins_[token_hash(cookie)] = {random_token(kCookieCharacters), std::move(encoded), needs_.clock.steady()};
  log::info("web.signed_in", {{"peer", request.peer}});
  return cookie_line(cookie, request, std::chrono::seconds(kLoginLasts).count());
}

std::string Gate::offer_set_up() {
  if (!needs_.loopback_only || !accounts_.password.empty()) return {};
  const std::string token = random_token(kCookieCharacters);
  offer_ = Offer{token_hash(token), needs_.clock.steady() + kOfferLasts};
  return token;
}

Task<std::string> Gate::set_up(Request request, Secret token, Secret password) {
  REC_CO_CHECK(co_await refresh());
  if (!attempts_.take(address_of(request), needs_.clock.steady())) {
    Error error{Errc::rate_limited, "too many tries; wait half a minute", std::chrono::seconds(30)};
    co_return fail(std::move(error));
  }
  const auto offer = std::exchange(offer_, std::nullopt);  // whatever comes meanwhile comes too late
  const bool good = offer && needs_.clock.steady() < offer->until && from_this_machine(request) &&
                    same_text(token_hash(token.reveal()), offer->hash);
  if (!good || !accounts_.password.empty()) {
    if (!good) offer_ = offer;
    log::warn("web.sign_in_refused", {{"peer", request.peer}});
    co_return fail(Errc::denied,
                   "this link is used up or too old; `streamrecorder web password` makes a password");
  }
  auto job = [path = needs_.accounts_path, password = std::move(password)]() -> Result<Accounts> {
    REC_TRY(Accounts accounts, read_accounts(path));
    if (!accounts.password.empty()) return fail(Errc::denied, "there is a password already; sign in with it");
    REC_TRY(accounts.password, hash_password(password));
    REC_CHECK(write_accounts(path, accounts));
    return accounts;
  };
  auto kept = co_await run_on(needs_.files, std::move(job));
  if (!kept) {
    if (kept.error().code != Errc::denied) offer_ = offer;
    co_return fail(std::move(kept).error());
  }
  accounts_ = *std::move(kept);
  log::info("web.password_set", {{"peer", request.peer}});
  co_return let_in(request, accounts_.password);
}

std::string Gate::log_out(const Request& request) {
  logins_.erase(token_hash(cookie_value(request.header("cookie"), kCookie)));
  return cookie_line("", request, 0);
}

}  // namespace rec::web
