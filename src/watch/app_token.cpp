// One coroutine asks, the others wait for what it gets; if it is cancelled, one of them asks in its place.
#include "watch/app_token.hpp"

#include <algorithm>
#include <vector>

#include <boost/asio/this_coro.hpp>
#include <boost/json/parse.hpp>
#include <boost/url/encode.hpp>
#include <boost/url/rfc/unreserved_chars.hpp>

#include "runtime/waiter.hpp"

namespace rec {
namespace {

namespace json = boost::json;

constexpr const char* kWhereKeysComeFrom =
    "set both from https://dev.twitch.tv/console/apps (your application, Client ID and New Secret)";

std::string form_field(const std::string& text) {
  return boost::urls::encode(text, boost::urls::unreserved_chars);
}

std::string text_member(const json::value& value, const char* name) {
  const auto* object = value.if_object();
  const auto* found = object == nullptr ? nullptr : object->if_contains(name);
  return found != nullptr && found->is_string() ? std::string(found->get_string()) : std::string();
}

}  // namespace

struct AppToken::Flight {
  std::optional<Result<std::string>> outcome;  // empty: whoever asked was cancelled
  std::vector<Waiter*> waiting;

  /// Ends the flight whichever way the asking coroutine ends.
  struct Landing {
    AppToken& owner;
    std::shared_ptr<Flight> flight;
    ~Landing() {
      owner.flight_.reset();
      for (auto* waiter : flight->waiting) waiter->wake();
    }
  };
  struct Place {
    std::shared_ptr<Flight> flight;
    Waiter& waiter;
    Place(std::shared_ptr<Flight> joined, Waiter& mine) : flight(std::move(joined)), waiter(mine) {
      flight->waiting.push_back(&waiter);
    }
    ~Place() { std::erase(flight->waiting, &waiter); }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
  };
};

AppToken::AppToken(HttpClient& http, Clock& clock, const TwitchWatchOptions& options)
    : http_(http), clock_(clock), options_(options) {
  const auto* kept =
      options_.memory && options_.memory->twitch_token() ? &*options_.memory->twitch_token() : nullptr;
  if (kept == nullptr || kept->client_id != options_.client_id || kept->renew_at <= clock_.now()) return;
  token_ = kept->token.reveal();
  renew_at_ = clock_.steady() + (kept->renew_at - clock_.now());
}
AppToken::~AppToken() = default;

void AppToken::reject(const std::string& token) {
  if (token != token_ || token.empty()) return;
  token_.clear();
  if (options_.memory) options_.memory->keep_twitch_token({});
}

Task<std::string> AppToken::get() {
  const auto executor = co_await asio::this_coro::executor;
  for (;;) {
    if (!token_.empty() && clock_.steady() < renew_at_) co_return token_;
    if (!flight_) break;
    const auto flight = flight_;
    Waiter waiter(executor);
    const Flight::Place place(flight, waiter);
    co_await waiter.wait();
    if (flight->outcome) co_return *flight->outcome;
  }
  flight_ = std::make_shared<Flight>();
  const Flight::Landing landing{*this, flight_};
  auto asked = co_await ask();
  landing.flight->outcome = asked;
  co_return asked;
}

Task<std::string> AppToken::ask() {
  HttpRequest request;
  request.url = options_.id_url + "/token";
  request.method = "POST";
  request.headers = {"Content-Type: application/x-www-form-urlencoded"};
  request.body = "client_id=" + form_field(options_.client_id) +
                 "&client_secret=" + form_field(options_.client_secret.reveal()) +
                 "&grant_type=client_credentials";
  request.proxy = options_.proxy;
  request.timeout = Millis(10'000);
  auto fetched = co_await http_.fetch(std::move(request));
  if (!fetched) co_return fail(std::move(fetched).error().in("asking Twitch for an access token"));
  co_return take(*fetched);
}

Result<std::string> AppToken::take(const HttpResponse& response) {
  json::error_code error;
  const auto body = json::parse(response.body, error);
  // 400: no such client; 401 and 403: the secret is not its own.
  if (response.status == 400 || response.status == 401 || response.status == 403) {
    const auto said = error ? std::string() : text_member(body, "message");
    return fail(Errc::denied, "Twitch refuses twitch.client_id and twitch.client_secret (" +
                                  (said.empty() ? std::to_string(response.status) : said) +
                                  "): " + kWhereKeysComeFrom);
  }
  if (response.status / 100 != 2) return fail(http_error(response, "asking Twitch for an access token"));
  auto token = error ? std::string() : text_member(body, "access_token");
  if (token.empty()) return fail(Errc::corrupt, "Twitch answered without an access token");
  const auto* life = body.get_object().if_contains("expires_in");
  const auto seconds =
      life != nullptr && life->is_int64() ? std::max<std::int64_t>(life->get_int64(), 60) : 3600;
  token_ = token;
  const Millis good(seconds * 900);  // nine tenths
  renew_at_ = clock_.steady() + good;
  if (options_.memory)
    options_.memory->keep_twitch_token(
        WatchMemory::TwitchToken{options_.client_id, Secret(token_), clock_.now() + good});
  return token;
}

}  // namespace rec
