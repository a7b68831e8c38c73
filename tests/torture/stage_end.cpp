// What comes behind the posts: comments and copies.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <random>

#include "stage.hpp"

namespace rec::torture {
namespace {

constexpr const char* kCompressedMark = "📦";

std::vector<sim::PostSnapshot> standing(std::vector<sim::PostSnapshot> posts) {
  std::erase_if(posts, [](const sim::PostSnapshot& post) { return post.deleted; });
  return posts;
}

/// Of each channel the checksums of its videos, in order, and how many smaller versions there are.
struct ChatVideos {
  std::map<std::string, std::vector<std::string>> parts{};
  std::map<std::string, int> compressed{};
};

}  // namespace

const char* post_mode(unsigned seed) {
  constexpr std::array kPostModes = {"each", "album", "after_end"};
  return kPostModes.at(seed % kPostModes.size());
}

RoundPlan drawn_plan(unsigned seed) {
  std::mt19937 lots(seed);
  const auto happens = [&](unsigned percent) { return lots() % 100 < percent; };
  RoundPlan plan{seed, post_mode(seed)};
  plan.as_user = happens(35);
  const bool all = happens(50);
  plan.comments = all || happens(50);
  plan.backup = all || happens(40);
  plan.compressed = plan.comments && (all || happens(50));
  return plan;
}

std::string word(const RoundPlan& plan) {
  return fmt::format("{} {}{}{}{}", plan.post, plan.as_user ? "user" : "bot",
                     plan.comments ? " comments" : "", plan.backup ? " backup" : "",
                     plan.compressed ? " compressed" : "");
}

std::string Stage::login_of(const sim::PostSnapshot& post) const {
  for (const char* login : {kSteady, kDropping})
    if (post.text.find(login) != std::string::npos) return login;
  return {};
}

void Stage::judge_comments(std::vector<std::string>& faults) const {
  if (!plan_.comments) return;
  std::map<std::string, int> comments;
  std::map<int, std::string> below;  // forwards of posts in the group, by their ids: whose post
  for (const auto& post : standing(telegram_->posts(telegram_->discussion_of(chat_)))) {
    if (post.forwarded_from != 0) below[post.id] = login_of(post);
    if (post.forwarded_from != 0 || !post.text.starts_with(kCompressedMark)) continue;
    const std::string login = login_of(post);
    ++comments[login];
    if (!below.contains(post.reply_to) || below[post.reply_to] != login)
      faults.push_back(login + ": its comment is not below a post of it");
    if (post.file.empty() || post.file.front().duration < 1)
      faults.push_back(login + ": its comment has no video");
  }
  for (const char* login : {kSteady, kDropping}) {
    const int wanted = plan_.compressed ? 1 : 0;
    if (comments[login] != wanted) faults.push_back(fmt::format("{}: {} comments", login, comments[login]));
  }
}

void Stage::judge_copies(std::vector<std::string>& faults) const {
  if (!plan_.backup) return;
  const auto videos_of = [this](std::int64_t chat) {
    ChatVideos videos;
    std::string login;
    std::int64_t album = 0;
    for (const auto& post : standing(telegram_->posts(chat))) {
      if (post.file.empty()) continue;
      if (post.grouped_id == 0 || post.grouped_id != album)
        login = login_of(post);  // the first has the caption
      album = post.grouped_id;
      if (post.text.starts_with(kCompressedMark))
        ++videos.compressed[login];
      else
        videos.parts[login].push_back(post.file.front().sha256);
    }
    return videos;
  };
  ChatVideos posted = videos_of(chat_);
  ChatVideos copied = videos_of(backup_);
  for (const char* each : {kSteady, kDropping}) {
    if (posted.parts[each] != copied.parts[each])
      faults.push_back(fmt::format("{}: {} copies of {} videos, or in another order", each,
                                   copied.parts[each].size(), posted.parts[each].size()));
    if (copied.compressed[each] != (plan_.compressed ? 1 : 0))
      faults.push_back(fmt::format("{}: {} copies of its smaller version", each, copied.compressed[each]));
  }
}

}  // namespace rec::torture
