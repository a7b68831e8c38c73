// The simulated Telegram that the real program, with the real TDLib, is pointed at.
#pragma once
#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "live_page.hpp"
#include "sim/telegram/telegram_server.hpp"

namespace rec::testing_support {

inline constexpr const char* kBotToken = "1000:secret";

/// With a bot; null, and the test has failed, when it does not start. What it is sent lies below `folder`.
inline std::unique_ptr<sim::TelegramServer> simulated_telegram(const std::filesystem::path& folder) {
  auto options = sim::telegram_options(REC_SOURCE_DIR, folder / "simulated-telegram");
  options.library_folder = std::filesystem::path(REC_BINARY).parent_path() / "tests" / "simulated-telegram";
  auto started = sim::TelegramServer::start(std::move(options));
  if (!started) {
    ADD_FAILURE() << started.error().text;
    return nullptr;
  }
  (*started)->add_bot(kBotToken);
  return *std::move(started);
}

/// Lines of the telegram section: the way there.
inline std::string way_to(const sim::TelegramServer& telegram) {
  return "  tdlib: " + telegram.library_path().string() +
         "\n  proxy: [\"socks5://127.0.0.1:" + std::to_string(telegram.proxy_port()) + "\"]\n";
}

/// The same with an account, by default the bot's.
inline std::string way_as_bot(const sim::TelegramServer& telegram, const std::string& token = kBotToken) {
  return "  api_id: 1\n  api_hash: 0123456789abcdef0123456789abcdef\n  bot_token: \"" + token + "\"\n" +
         way_to(telegram);
}

inline std::vector<sim::PostSnapshot> videos_in(const sim::TelegramServer& telegram, std::int64_t chat) {
  auto posts = telegram.posts(chat);
  std::erase_if(posts, [](const sim::PostSnapshot& one) { return one.file.empty() || one.deleted; });
  return posts;
}

/// The numbers on the frames of these videos.
inline std::vector<int> posted_frames_in(const sim::TelegramServer& telegram, std::int64_t chat) {
  std::vector<std::filesystem::path> paths;
  for (const auto& one : videos_in(telegram, chat)) paths.push_back(one.file[0].path);
  return frames_in(paths);
}

}  // namespace rec::testing_support
