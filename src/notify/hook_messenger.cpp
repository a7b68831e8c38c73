#include "notify/hook_messenger.hpp"

#include <fmt/format.h>

#include <utility>

#include "base/last_line.hpp"

namespace rec::notify {
namespace {

constexpr Millis kHookTimeout{600'000};
constexpr std::size_t kMostOfStderr = 200;

class Hook final : public Messenger {
 public:
  Hook(std::string event, std::vector<std::string> argv, RunChild run)
      : event_(std::move(event)), argv_(std::move(argv)), run_(std::move(run)), name_("hook " + event_) {}

  [[nodiscard]] const std::string& name() const override { return name_; }
  [[nodiscard]] bool wants(const std::string& event) const override { return event == event_; }
  [[nodiscard]] int most_tries() const override { return 3; }
  Task<> tell(Notice notice, bool /*maybe_told*/, std::function<Task<>()> /*about_to_tell*/) override {
    ChildRequest request;
    request.argv = argv_;
    request.stdin_text = notice.json + "\n";
    request.timeout = kHookTimeout;
    request.nice = 5;
    request.extra_environment = {"STREAMRECORDER_EVENT=" + notice.event};
    auto ended = co_await run_(std::move(request));
    if (!ended) co_return fail(std::move(ended).error());
    if (ended->exit_code == 0) co_return Result<void>();
    const std::string said = last_line_of(std::move(ended->err)).substr(0, kMostOfStderr);
    co_return fail(Errc::unavailable, fmt::format("{} ended with {}{}{}", argv_.front(), ended->exit_code,
                                                  said.empty() ? "" : ": ", said));
  }

 private:
  std::string event_;
  std::vector<std::string> argv_;
  RunChild run_;
  std::string name_;
};

}  // namespace

std::unique_ptr<Messenger> make_hook(std::string event, std::vector<std::string> argv, RunChild run) {
  return std::make_unique<Hook>(std::move(event), std::move(argv), std::move(run));
}

}  // namespace rec::notify
