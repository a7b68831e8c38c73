// What TDLib may say, of any bytes, a line an update: on its way through the host, and where it is kept. Each
// line is also read as a text, a chat that a person wrote, a proxy, and the words of an error.
#include <chrono>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json.hpp>

#include "publish/account_limits.hpp"
#include "publish/chat_reference.hpp"
#include "publish/file_updates.hpp"
#include "publish/message_search.hpp"
#include "publish/proxy_links.hpp"
#include "publish/rich_text.hpp"
#include "publish/send_book.hpp"
#include "publish/tdlib_errors.hpp"
#include "publish/tdlib_json.hpp"

namespace rec {
namespace {

void expect(bool holds) {
  if (!holds) std::abort();
}

void check_words(std::string_view line) {
  (void)tdlib::parse_chat_reference(line);
  if (const auto proxy = tdlib::parse_proxy_address(line))
    expect(!proxy->host.empty() && !proxy->name().empty());
  expect(!tdlib::error_of(429, line, "posting").text.empty());
  const RichText fitted = fit_text({std::string(line), {}}, "#rmarker", 64);
  expect(utf16_length(fitted.text) <= 64 && has_marker(fitted.text, "#rmarker"));
}

class Receiver {
 public:
  void take(const boost::json::object& update) {
    book_.on_update(update);
    book_.on_sending(update);
    limits_.on_update(update);
    limits_.on_me(update);
    limits_.on_config(update);
    (void)automatic_forward_of(tdlib::child(update, "message"));
    (void)tdlib::error_of(update, "posting");
    const auto& message = tdlib::child(update, "message");
    const std::int64_t chat = tdlib::number(message, "chat_id");
    const auto sent = book_.find(chat, closing_tag(tdlib::message_text(message)));
    for (const std::int64_t id : sent) expect(book_.get(chat, id) != nullptr);
    (void)book_.uploaded(chat, sent);
    if (tdlib::type_of(update) == "updateDeleteMessages") book_.forget(chat, sent);
    expect(limits_.text_limit() > 0);
  }

 private:
  SendBook book_{};
  AccountLimits limits_{};
};

}  // namespace
}  // namespace rec

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace rec;
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  FileUpdateThinner thinner;
  FileUpdateThinner::Time now{};
  std::vector<std::string> lines;
  while (!rest.empty()) {
    const auto end = rest.find('\n');
    const auto line = rest.substr(0, end);
    rest.remove_prefix(end == rest.npos ? rest.size() : end + 1);
    check_words(line);
    thinner.put(line, now, lines);
    now += std::chrono::milliseconds(40);
    thinner.flush(now, lines);
  }
  thinner.flush(now + std::chrono::hours(1), lines);
  Receiver receiver;
  for (const std::string& line : lines) {
    boost::json::error_code error;
    const auto value = boost::json::parse(line, error);
    if (!error && value.is_object()) receiver.take(value.get_object());
  }
  return 0;
}
