// Messengers over HTTP: a webhook, a topic of ntfy, an Apprise API server. Their URLs are secrets and stand
// in no error.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "ports/messenger.hpp"
#include "runtime/http.hpp"

namespace rec::notify {

struct HttpMessengerOptions {
  std::string url{};
  std::string key{};    ///< what a webhook's body is signed with, or ntfy's access token; "" = none
  std::string proxy{};  ///< as HttpRequest::proxy
  std::vector<std::string> events{};  ///< "incident" brings "incident.over" with it; empty = incidents
};

/// POSTs Notice::json; with a key under X-Signature-256: sha256=<HMAC-SHA256 of the body>.
std::unique_ptr<Messenger> make_webhook(HttpClient& http, HttpMessengerOptions options);
/// Publishes to the topic that the URL ends with, as JSON, so that titles may be in any script.
std::unique_ptr<Messenger> make_ntfy(HttpClient& http, HttpMessengerOptions options);
/// {"title", "body", "type"}, as the Apprise API takes it.
std::unique_ptr<Messenger> make_apprise(HttpClient& http, HttpMessengerOptions options);

/// Whether an entry that asks for these events is told of this one.
bool wants_event(const std::vector<std::string>& events, const std::string& event);

/// The text without what may be secret in the URL: all that stands behind its host.
std::string without_secrets(std::string text, const std::string& url);

}  // namespace rec::notify
