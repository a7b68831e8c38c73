#include "app/telegram_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include <boost/asio/experimental/awaitable_operators.hpp>

#include "app/names.hpp"
#include "base/ids.hpp"

namespace rec {

using asio::experimental::awaitable_operators::operator||;  // NOLINT(misc-unused-using-decls): used below

namespace {

constexpr const char* kCheck = "telegram";
constexpr std::chrono::seconds kWithin{25};
constexpr std::size_t kLongestTitle = 60;
constexpr std::size_t kMarkerLetters = 8;

Finding good(std::string text) { return {kCheck, Finding::Level::ok, std::move(text), ""}; }
Finding doubtful(std::string text, std::string cure) {
  return {kCheck, Finding::Level::warning, std::move(text), std::move(cure)};
}
Finding bad(std::string text, std::string cure) {
  return {kCheck, Finding::Level::error, std::move(text), std::move(cure)};
}

/// Nothing can be said of the chat, because Telegram was not there.
bool passing(const Error& error) {
  return error.code == Errc::unavailable || error.code == Errc::timed_out || error.code == Errc::rate_limited;
}

std::string text_of(const ChatRef& chat) {
  const auto* number = std::get_if<std::int64_t>(&chat);
  return number != nullptr ? std::to_string(*number) : std::get<std::string>(chat);
}

class TelegramCheck {
 public:
  explicit TelegramCheck(Publisher& publisher) : publisher_(publisher) {}

  Task<> run(std::vector<TargetChats> targets, bool try_it) {
    const auto account = co_await publisher_.account();
    if (!account) {
      say_not_signed_in(account.error());
      co_return Result<void>{};
    }
    found_.push_back(
        good(fmt::format("signed in as {}, {}", account->name, account->bot ? "a bot" : "a user")));
    account_ = account->name;
    for (const TargetChats& target : targets) {
      REC_CO_CHECK(co_await look_at(target, try_it));
    }
    co_return Result<void>{};
  }

  Findings take() { return std::move(found_); }

 private:
  void say_not_signed_in(const Error& error) {
    if (passing(error))
      found_.push_back(
          doubtful("Telegram does not answer: " + error.text, "check the network and telegram.proxy"));
    else
      found_.push_back(bad(error.text, "streamrecorder login"));
  }

  Task<> look_at(TargetChats target, bool try_it) {
    std::int64_t channel = 0;
    if (target.channel) {
      const std::string key = target.key + "channel_id";
      REC_CO_TRY(channel, co_await look_at_chat(key, *target.channel));
      if (channel != 0 && try_it) {
        REC_CO_CHECK(co_await post_and_remove(key, channel));
      }
    }
    if (target.discussion) {
      const std::string key = target.key + "discussion_group_id";
      REC_CO_TRY(const std::int64_t group, co_await look_at_chat(key, *target.discussion));
      if (channel != 0 && group != 0) {
        REC_CO_CHECK(co_await compare_discussion(key, channel, group));
      }
    }
    if (target.backup) {
      const std::string key = target.key + "backup_channel_id";
      REC_CO_TRY(const std::int64_t backup, co_await look_at_chat(key, *target.backup));
      if (backup != 0 && backup == channel)
        found_.push_back(doubtful(key + " is the channel itself: each post would be there twice",
                                  "name another channel, or remove the key"));
    }
    co_return Result<void>{};
  }

  /// The number of a chat that it may post to; 0: it may not, and that is said. An error: Telegram is away.
  Task<std::int64_t> look_at_chat(std::string key, ChatRef chat) {
    const auto* number = std::get_if<std::int64_t>(&chat);
    std::int64_t id = number != nullptr ? *number : 0;
    if (number == nullptr) {
      const auto resolved = co_await publisher_.resolve_chat(std::get<std::string>(chat));
      if (!resolved && passing(resolved.error())) co_return fail(resolved.error());
      if (!resolved) co_return refused(key, chat, resolved.error());
      id = *resolved;
    }
    const auto may = co_await publisher_.check_chat(id);
    if (!may && passing(may.error())) co_return fail(may.error());
    if (!may) co_return refused(key, chat, may.error());
    const ChatInfo info = co_await info_of(id);
    const std::string title = one_line(info.title, kLongestTitle);
    found_.push_back(good(fmt::format("{}: may post to {}{}", key, title.empty() ? "" : title + ", ", id)));
    co_return id;
  }

  std::int64_t refused(const std::string& key, const ChatRef& chat, const Error& error) {
    found_.push_back(
        bad(fmt::format("{}: {}: {}", key, text_of(chat), error.text),
            fmt::format("add {} to it as an administrator that may post, edit and delete messages; "
                        "streamrecorder login lists the chats it knows",
                        account_)));
    return 0;
  }

  Task<> compare_discussion(std::string key, std::int64_t channel, std::int64_t group) {
    const ChatInfo info = co_await info_of(channel);
    if (info.discussion == group)
      found_.push_back(good(key + " is the channel's discussion group: comments go below its posts"));
    else if (info.discussion == 0)
      found_.push_back(
          doubtful(key + ": the channel has no discussion group, or it cannot be seen; what belongs "
                         "below a post is written into the group as a message of its own",
                   "link the group in the channel's settings, under Discussion"));
    else
      found_.push_back(doubtful(
          fmt::format("{}: comments of the channel go to another group, {}", key, info.discussion),
          fmt::format("set it to {}, or link this group in the channel's settings", info.discussion)));
    co_return Result<void>{};
  }

  Task<> post_and_remove(std::string key, std::int64_t chat) {
    PostRequest request;
    request.chat = chat;
    request.marker = "#test" + random_token(kMarkerLetters);
    request.text.text = "Stream Recorder: a test, removed at once. " + request.marker;
    request.silent = true;
    const auto posted = co_await publisher_.publish(std::move(request));
    if (!posted && passing(posted.error())) co_return fail(posted.error());
    if (!posted) {
      found_.push_back(bad(key + ": a message could not be posted: " + posted.error().text,
                           "make " + account_ + " an administrator that may post messages"));
      co_return Result<void>{};
    }
    const auto removed = co_await publisher_.remove(chat, posted->front());
    found_.push_back(removed
                         ? good(key + ": posted a message and removed it")
                         : bad(key + ": posted a message, which cannot be removed: " + removed.error().text,
                               "allow " + account_ + " to delete messages; remove the test by hand"));
    co_return Result<void>{};
  }

  /// What the account knows of a chat that it has just looked at; without a title where it does not.
  asio::awaitable<ChatInfo> info_of(std::int64_t chat) {
    const auto all = co_await publisher_.chats();
    if (!all) co_return ChatInfo{};
    const auto found = std::ranges::find(*all, chat, &ChatInfo::id);
    co_return found == all->end() ? ChatInfo{} : *found;
  }

  Publisher& publisher_;
  std::string account_{};
  Findings found_{};
};

}  // namespace

std::vector<TargetChats> target_chats_of(const Config& config) {
  std::vector<TargetChats> all;
  const TelegramConfig& telegram = config.telegram;
  if (telegram.channel_id) {
    all.push_back(
        {"telegram.", telegram.channel_id, telegram.discussion_group_id, telegram.backup_channel_id});
  }
  for (const auto& [name, target] : telegram.targets) {
    all.push_back({"telegram.targets." + name + ".", target.channel_id, target.discussion_group_id,
                   target.backup_channel_id});
  }
  return all;
}

Task<Findings> check_telegram(Publisher& publisher, Clock& clock, std::vector<TargetChats> targets,
                              bool try_it) {
  TelegramCheck check(publisher);
  const auto ended = co_await (check.run(std::move(targets), try_it) || clock.sleep(kWithin));
  Findings found = check.take();
  const auto* run = std::get_if<0>(&ended);
  if (run == nullptr)
    found.push_back(doubtful("Telegram does not answer in time", "check the network and telegram.proxy"));
  else if (!*run)
    found.push_back(
        doubtful("Telegram was lost: " + run->error().text, "check the network and telegram.proxy"));
  co_return found;
}

}  // namespace rec
