#include "app/session_story.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <optional>
#include <vector>

#include <boost/json/object.hpp>

#include "app/names.hpp"

namespace rec {
namespace {

namespace json = boost::json;

constexpr std::size_t kMostWords = 1000;

struct Happening {
  std::optional<Instant> at{};
  json::object told{};
};
using Story = std::vector<Happening>;

/// As apps and links number a message; the library counts in steps of 2^20.
std::int64_t number_in_chat(std::int64_t message) {
  return message % (1 << 20) == 0 ? message >> 20 : message;
}

class Storyteller {
 public:
  Story tell(const SessionRecord& record) && {
    const session::Session& session = record.session;
    add(session.started_at, "began",
        session.continues.empty() ? std::string("the broadcast was seen")
                                  : fmt::format("goes on from session {}", session.continues.str()));
    for (const session::Title& title : session.titles)
      add(title.at, "title", title.title + (title.category.empty() ? "" : " · " + title.category));
    takes(record);
    for (const Gap& gap : record.gaps) {
      const double seconds = std::chrono::duration<double>(gap.duration).count();
      auto& told = add(gap.noticed_at, "gap", fmt::format("{:.1f} s missing ({})", seconds, word(gap.cause)));
      told["seconds"] = seconds;
      told["cause"] = word(gap.cause);
    }
    parts(session);
    files(session);
    aftermath(session);
    return std::move(story_);
  }

 private:
  json::object& add(std::optional<Instant> at, const char* what, const std::string& text) {
    json::object told;
    told["at"] = at ? json::value(iso8601(*at)) : json::value(nullptr);
    told["what"] = what;
    told["text"] = one_line(text, kMostWords);
    story_.push_back({at, std::move(told)});
    return story_.back().told;
  }

  void takes(const SessionRecord& record) {
    std::string before;
    for (const TakeRow& take : record.takes) {
      std::string text = fmt::format("recording run {}", take.number);
      if (!take.source.empty()) text += fmt::format(" on the page of {}", take.source.str());
      if (take.number > 1)
        text += fmt::format("; the one before ended: {}", before.empty() ? "the program was killed" : before);
      add(take.started_at, "take", text)["number"] = take.number;
      before = take.end_reason;
    }
    if (record.session.ended_at)
      add(record.session.ended_at, "ended",
          before.empty() ? std::string("the broadcast was over") : fmt::format("it was over: {}", before));
  }

  void parts(const session::Session& session) {
    for (const session::Part& part : session.parts) {
      const auto numbered = [&part](json::object& told) {
        told["number"] = part.number;
        told["bytes"] = session::bytes_of(part.file);
      };
      if (part.ready_at)
        numbered(add(part.ready_at, "part_ready", fmt::format("part {} was made", part.number)));
      if (part.posted_at)
        numbered(add(
            part.posted_at, "part_posted",
            fmt::format("part {} was posted as message {}", part.number, number_in_chat(part.message_id))));
      if (part.state == session::PartState::failed)
        numbered(add(std::nullopt, "part_failed", fmt::format("part {}: {}", part.number, part.error)));
    }
  }

  void files(const session::Session& session) {
    for (const session::FileTake& file : session.files) {
      const std::string name = fmt::format("file {} of yt-dlp", file.number);
      add(file.started_at, "file_began", name + (file.beginning ? ", of what was broadcast before" : ""));
      if (file.ended_at) add(file.ended_at, "file_ended", name + " ended");
      if (file.state == session::FileState::aside) add(std::nullopt, "file_aside", name + ": " + file.note);
      if (file.state == session::FileState::failed) add(std::nullopt, "file_failed", name + ": " + file.note);
    }
  }

  /// What came behind the parts; nobody noted when.
  void aftermath(const session::Session& session) {
    if (session.flags.cancelled) add(std::nullopt, "asked", "cancelled: nothing more is made or posted");
    if (session.flags.skip_upload) add(std::nullopt, "asked", "skip-upload: the rest is not posted");
    if (session.flags.skip_compression) add(std::nullopt, "asked", "skip-compression");
    if (session.flags.skip_forwarding) add(std::nullopt, "asked", "skip-forwarding");
    for (const session::Post& post : session.posts) {
      if (!post.error.empty())
        add(std::nullopt, "copy_failed", fmt::format("the copy of post {}: {}", post.number, post.error));
    }
    const session::Compressed& compressed = session.compressed;
    if (compressed.copy == session::Stage::failed)
      add(std::nullopt, "copy_failed",
          fmt::format("the copy of the compressed version: {}", compressed.error));
    else if (!compressed.error.empty())
      add(std::nullopt, "compression_failed", compressed.error);
  }

  Story story_{};
};

/// Of the same time the one that was told first.
std::vector<std::size_t> in_order(const Story& story) {
  std::vector<std::size_t> order(story.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&story](std::size_t one) {
    return std::pair(story[one].at.value_or(Instant::max()), one);
  });
  return order;
}

}  // namespace

json::array story_json(const SessionRecord& record) {
  Story story = Storyteller().tell(record);
  json::array out;
  for (const std::size_t one : in_order(story)) out.push_back(std::move(story[one].told));
  return out;
}

}  // namespace rec
