#include "notify/http_messengers.hpp"

#include <algorithm>
#include <utility>

#include <boost/json.hpp>

#include "notify/signature.hpp"

namespace rec::notify {
namespace {

namespace json = boost::json;

constexpr Millis kTimeout{20'000};
constexpr std::size_t kMostOfAnswer = 1U << 20U;
// ntfy makes an attachment of longer messages.
constexpr std::size_t kMostOfNtfy = 3'500;

class HttpMessenger : public Messenger {
 public:
  HttpMessenger(HttpClient& http, std::string kind, HttpMessengerOptions options)
      : http_(http), options_(std::move(options)), name_(std::move(kind) + " " + short_hash(options_.url)) {}

  [[nodiscard]] const std::string& name() const override { return name_; }
  [[nodiscard]] bool wants(const std::string& event) const override {
    return wants_event(options_.events, event);
  }
  Task<> tell(Notice notice, bool /*maybe_told*/, std::function<Task<>()> /*about_to_tell*/) override {
    HttpRequest request = request_for(notice);
    request.method = "POST";
    request.proxy = options_.proxy;
    request.timeout = kTimeout;
    request.max_bytes = kMostOfAnswer;
    request.max_redirects = 0;  // a POST that is sent elsewhere arrives as a GET
    auto answer = co_await http_.fetch(std::move(request));
    if (!answer) {
      Error error = std::move(answer).error();
      error.text = without_secrets(std::move(error.text), options_.url);
      co_return fail(std::move(error));
    }
    if (answer->status / 100 == 2) co_return Result<void>();
    co_return fail(http_error(*answer, name_));
  }

 protected:
  [[nodiscard]] virtual HttpRequest request_for(const Notice& notice) const = 0;
  [[nodiscard]] const HttpMessengerOptions& options() const { return options_; }

 private:
  HttpClient& http_;
  HttpMessengerOptions options_;
  std::string name_;
};

class Webhook final : public HttpMessenger {
 public:
  Webhook(HttpClient& http, HttpMessengerOptions options)
      : HttpMessenger(http, "webhook", std::move(options)) {}

 private:
  [[nodiscard]] HttpRequest request_for(const Notice& notice) const override {
    HttpRequest request;
    request.url = options().url;
    request.headers = {"Content-Type: application/json"};
    request.body = notice.json;
    if (!options().key.empty())
      request.headers.push_back("X-Signature-256: sha256=" + hmac_sha256(options().key, request.body));
    return request;
  }
};

class Ntfy final : public HttpMessenger {
 public:
  Ntfy(HttpClient& http, HttpMessengerOptions options) : HttpMessenger(http, "ntfy", std::move(options)) {}

 private:
  [[nodiscard]] HttpRequest request_for(const Notice& notice) const override {
    std::string server = options().url;
    while (server.ends_with('/')) server.pop_back();
    const std::size_t slash = server.rfind('/');
    json::object body;
    body["topic"] = server.substr(slash + 1);
    body["title"] = notice.title;
    body["message"] = notice.text.empty() ? notice.title : notice.text.substr(0, kMostOfNtfy);
    body["priority"] = notice.gravity == Gravity::error ? 5 : notice.gravity == Gravity::warning ? 4 : 3;
    HttpRequest request;
    request.url = server.substr(0, slash + 1);
    request.headers = {"Content-Type: application/json"};
    if (!options().key.empty()) request.headers.push_back("Authorization: Bearer " + options().key);
    request.body = json::serialize(body);
    return request;
  }
};

class Apprise final : public HttpMessenger {
 public:
  Apprise(HttpClient& http, HttpMessengerOptions options)
      : HttpMessenger(http, "apprise", std::move(options)) {}

 private:
  static const char* type_of(const Notice& notice) {
    if (notice.event == "incident.over" || notice.event == "session.done") return "success";
    return notice.gravity == Gravity::error     ? "failure"
           : notice.gravity == Gravity::warning ? "warning"
                                                : "info";
  }
  [[nodiscard]] HttpRequest request_for(const Notice& notice) const override {
    json::object body;
    body["title"] = notice.title;
    body["body"] = notice.text.empty() ? notice.title : notice.text;
    body["type"] = type_of(notice);
    body["format"] = "text";
    HttpRequest request;
    request.url = options().url;
    request.headers = {"Content-Type: application/json"};
    request.body = json::serialize(body);
    return request;
  }
};

}  // namespace

bool wants_event(const std::vector<std::string>& events, const std::string& event) {
  const std::string asked = event == "incident.over" ? "incident" : event;
  if (events.empty()) return asked == "incident";
  return std::ranges::find(events, event) != events.end() || std::ranges::find(events, asked) != events.end();
}

std::string without_secrets(std::string text, const std::string& url) {
  const std::size_t scheme = url.find("://");
  const std::size_t at = scheme == std::string::npos ? url.find('/') : url.find('/', scheme + 3);
  const std::string host = url.substr(0, at);
  const std::string secret = at == std::string::npos ? "" : url.substr(at + 1);
  const std::string path = secret.substr(0, secret.find('?'));
  for (const std::string& each : {secret, path}) {
    if (each.empty()) continue;
    for (std::size_t found = text.find(each); found != std::string::npos; found = text.find(each))
      text.replace(found, each.size(), "…");
  }
  if (const std::size_t user = host.find('@'); user != std::string::npos && scheme != std::string::npos) {
    const std::string login = host.substr(scheme + 3, user - scheme - 2);
    for (std::size_t found = text.find(login); found != std::string::npos; found = text.find(login))
      text.erase(found, login.size());
  }
  return text;
}

std::unique_ptr<Messenger> make_webhook(HttpClient& http, HttpMessengerOptions options) {
  return std::make_unique<Webhook>(http, std::move(options));
}
std::unique_ptr<Messenger> make_ntfy(HttpClient& http, HttpMessengerOptions options) {
  return std::make_unique<Ntfy>(http, std::move(options));
}
std::unique_ptr<Messenger> make_apprise(HttpClient& http, HttpMessengerOptions options) {
  return std::make_unique<Apprise>(http, std::move(options));
}

}  // namespace rec::notify
