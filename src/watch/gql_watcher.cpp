// One operation a channel, an array of them a request.
#include "watch/gql_watcher.hpp"

#include "base/log.hpp"
#include "watch/gql_answers.hpp"

namespace rec {
namespace {

constexpr std::size_t kGqlBatch = 35;    // operations the website's server takes in one request
constexpr std::size_t kGqlAMinute = 60;  // requests; nobody says how many are too many
constexpr Millis kLongestHeld{15 * 60'000};
constexpr std::size_t kGqlChannels = 100;  // more want a key
// GraphQL turns away what does not look like a browser.
constexpr const char* kGqlUserAgent =
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
constexpr const char* kGqlCure =
    "set twitch.client_id and twitch.client_secret from https://dev.twitch.tv/console/apps";

}  // namespace

GqlWatcher::GqlWatcher(HttpClient& http, Clock& clock, TwitchWatchOptions options)
    : BatchWatcher(clock, options.interval, kGqlBatch, kGqlAMinute),
      http_(http),
      options_(std::move(options)) {}

std::optional<Error> GqlWatcher::held() const {
  const auto now = clock().steady();
  if (!held_until_ || *held_until_ <= now) return std::nullopt;
  return Error{Errc::rate_limited, "Twitch GraphQL: asked too much",
               std::chrono::ceil<Millis>(*held_until_ - now)};
}

std::string GqlWatcher::note() const {
  std::string text = "without a developer key, through the website's own interface, which may change";
  if (book().entries().size() > kGqlChannels)
    text += "; it is not meant for more than " + std::to_string(kGqlChannels) + " channels";
  return text + ": " + kGqlCure;
}

void GqlWatcher::warn_of_many() {
  if (warned_ || book().entries().size() <= kGqlChannels) return;
  warned_ = true;
  log::warn("watch.twitch.many_without_key",
            {{"channels", book().entries().size()}, {"good_for", kGqlChannels}, {"cure", kGqlCure}});
}

Task<std::vector<ChannelNews>> GqlWatcher::ask(std::vector<TwitchKey> keys) {
  warn_of_many();
  HttpRequest request;
  request.url = options_.gql_url;
  request.method = "POST";
  request.headers = {"Client-ID: " + options_.gql_client_id, "Content-Type: application/json", kGqlUserAgent};
  request.body = gql_request_body(keys);
  request.proxy = options_.proxy;
  request.timeout = Millis(10'000);
  auto response = co_await http_.fetch(std::move(request));
  if (!response) co_return fail(std::move(response).error().in("Twitch GraphQL"));
  if (response->status == 401 || response->status == 403) {
    co_return fail(Errc::denied, "Twitch GraphQL refuses live checks without a key (HTTP " +
                                     std::to_string(response->status) + "): " + kGqlCure);
  }
  if (response->status / 100 != 2) {
    auto error = http_error(*response, "Twitch GraphQL");
    if (error.code == Errc::rate_limited)
      held_until_ = clock().steady() + std::min(error.retry_after.value_or(Millis(60'000)), kLongestHeld);
    co_return fail(std::move(error));
  }
  co_return read_gql(response->body, keys);
}

}  // namespace rec
