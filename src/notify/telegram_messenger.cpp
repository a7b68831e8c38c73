#include "notify/telegram_messenger.hpp"

#include <utility>

#include "notify/http_messengers.hpp"
#include "notify/signature.hpp"

namespace rec::notify {
namespace {

class Telegram final : public Messenger {
 public:
  Telegram(Publisher& publisher, std::variant<std::int64_t, std::string> chat,
           std::vector<std::string> events)
      : publisher_(publisher), chat_(std::move(chat)), events_(std::move(events)) {
    const auto* number = std::get_if<std::int64_t>(&chat_);
    name_ = "telegram " + (number != nullptr ? std::to_string(*number) : std::get<std::string>(chat_));
  }

  [[nodiscard]] const std::string& name() const override { return name_; }
  [[nodiscard]] bool wants(const std::string& event) const override { return wants_event(events_, event); }
  Task<> tell(Notice notice, bool maybe_told, std::function<Task<>()> about_to_tell) override {
    if (const auto* reference = std::get_if<std::string>(&chat_)) {
      REC_CO_TRY(const std::int64_t number, co_await publisher_.resolve_chat(*reference));
      chat_ = number;
    }
    PostRequest request;
    request.chat = std::get<std::int64_t>(chat_);
    request.marker = "#n" + short_hash(notice.id, 10);
    request.text.text = notice.title;
    request.text.bold.push_back({0, notice.title.size()});
    if (!notice.text.empty()) request.text.text += "\n" + notice.text;
    request.text.text += "\n\n" + request.marker;
    request.silent = notice.gravity == Gravity::notice;
    request.maybe_sent = maybe_told;
    request.after_message = newest_;
    request.about_to_send = std::move(about_to_tell);
    REC_CO_TRY(const auto ids, co_await publisher_.publish(std::move(request)));
    if (!ids.empty()) newest_ = ids.front();
    co_return Result<void>();
  }

 private:
  Publisher& publisher_;
  std::variant<std::int64_t, std::string> chat_;
  std::vector<std::string> events_;
  std::string name_;
  std::int64_t newest_ = 0;
};

}  // namespace

std::unique_ptr<Messenger> make_telegram(Publisher& publisher, std::variant<std::int64_t, std::string> chat,
                                         std::vector<std::string> events) {
  return std::make_unique<Telegram>(publisher, std::move(chat), std::move(events));
}

}  // namespace rec::notify
