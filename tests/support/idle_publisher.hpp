// A Telegram that takes everything and does nothing: tests overrule what they are about.
#pragma once
#include "ports/publisher.hpp"

namespace rec::test {

class IdlePublisher : public Publisher {
 public:
  Task<Account> account() override { co_return Account(); }
  Task<> check_chat(std::int64_t) override { co_return Result<void>(); }
  Task<std::vector<std::int64_t>> publish(PostRequest) override { co_return std::vector<std::int64_t>(); }
  Task<> edit_text(std::int64_t, std::int64_t, RichText) override { co_return Result<void>(); }
  Task<> edit_caption(std::int64_t, std::int64_t, RichText) override { co_return Result<void>(); }
  Task<std::optional<CommentPlace>> comment_place(std::int64_t, std::int64_t) override {
    co_return std::optional<CommentPlace>();
  }
  Task<std::int64_t> resolve_chat(std::string) override { co_return std::int64_t{-100}; }
  Task<std::vector<ChatInfo>> chats() override { co_return std::vector<ChatInfo>(); }
  Task<> remove(std::int64_t, std::int64_t) override { co_return Result<void>(); }
  asio::awaitable<void> close() override { co_return; }
};

}  // namespace rec::test
