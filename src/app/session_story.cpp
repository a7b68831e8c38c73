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

/// Tells it in the language of its reader; what programs and platforms said stays as it is.
class Storyteller {
 public:
  explicit Storyteller(Language language) : russian_(language == Language::ru) {}

  Story tell(const SessionRecord& record) && {
    const session::Session& session = record.session;
    add(session.started_at, "began",
        session.continues.empty()
            ? say("the broadcast was seen", "эфир замечен")
            : filled("goes on from session {}", "продолжение записи {}", session.continues.str()));
    for (const session::Title& title : session.titles)
      add(title.at, "title", title.title + (title.category.empty() ? "" : " · " + title.category));
    takes(record);
    for (const Gap& gap : record.gaps) {
      const double seconds = std::chrono::duration<double>(gap.duration).count();
      auto& told = add(gap.noticed_at, "gap",
                       filled("{:.1f} s missing ({})", "пропущено {:.1f} с ({})", seconds, word(gap.cause)));
      told["seconds"] = seconds;
      told["cause"] = word(gap.cause);
    }
    parts(session);
    files(session);
    aftermath(session);
    return std::move(story_);
  }

 private:
  [[nodiscard]] std::string say(const char* english, const char* russian) const {
    return russian_ ? russian : english;
  }
  template <class... Values>
  [[nodiscard]] std::string filled(const char* english, const char* russian, const Values&... values) const {
    return fmt::format(fmt::runtime(russian_ ? russian : english), values...);
  }

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
      std::string text = filled("recording run {}", "запись, подход {}", take.number);
      if (!take.source.empty()) text += filled(" on the page of {}", " на странице {}", take.source.str());
      if (take.number > 1)
        text += filled("; the one before ended: {}", "; предыдущий закончился: {}",
                       before.empty() ? say("the program was killed", "программа была прервана") : before);
      add(take.started_at, "take", text)["number"] = take.number;
      before = take.end_reason;
    }
    if (record.session.ended_at)
      add(record.session.ended_at, "ended",
          before.empty() ? say("the broadcast was over", "эфир закончился")
                         : filled("it was over: {}", "закончилось: {}", before));
  }

  void parts(const session::Session& session) {
    for (const session::Part& part : session.parts) {
      const auto numbered = [&part](json::object& told) {
        told["number"] = part.number;
        told["bytes"] = session::bytes_of(part.file);
      };
      if (part.ready_at)
        numbered(
            add(part.ready_at, "part_ready", filled("part {} was made", "часть {} собрана", part.number)));
      if (part.posted_at)
        numbered(add(part.posted_at, "part_posted",
                     filled("part {} was posted as message {}", "часть {} опубликована, сообщение {}",
                            part.number, number_in_chat(part.message_id))));
      if (part.state == session::PartState::failed)
        numbered(
            add(std::nullopt, "part_failed", filled("part {}: {}", "часть {}: {}", part.number, part.error)));
    }
  }

  void files(const session::Session& session) {
    for (const session::FileTake& file : session.files) {
      const std::string name = filled("file {} of yt-dlp", "файл {} от yt-dlp", file.number);
      add(file.started_at, "file_began",
          name +
              (file.beginning ? say(", of what was broadcast before", ", то, что было в эфире раньше") : ""));
      if (file.ended_at) add(file.ended_at, "file_ended", name + say(" ended", " закончен"));
      if (file.state == session::FileState::aside) add(std::nullopt, "file_aside", name + ": " + file.note);
      if (file.state == session::FileState::failed) add(std::nullopt, "file_failed", name + ": " + file.note);
    }
  }

  /// What came behind the parts; nobody noted when.
  void aftermath(const session::Session& session) {
    if (session.flags.cancelled)
      add(std::nullopt, "asked",
          say("cancelled: nothing more is made or posted",
              "отменено: больше ничего не собирается и не публикуется"));
    if (session.flags.skip_upload)
      add(std::nullopt, "asked",
          say("skip-upload: the rest is not posted", "skip-upload: остальное не публикуется"));
    if (session.flags.skip_compression) add(std::nullopt, "asked", "skip-compression");
    if (session.flags.skip_forwarding) add(std::nullopt, "asked", "skip-forwarding");
    for (const session::Post& post : session.posts) {
      if (!post.error.empty())
        add(std::nullopt, "copy_failed",
            filled("the copy of post {}: {}", "копия публикации {}: {}", post.number, post.error));
    }
    if (!session.compressed.error.empty()) add(std::nullopt, "compression_failed", session.compressed.error);
  }

  bool russian_;
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

json::array story_json(const SessionRecord& record, Language language) {
  Story story = Storyteller(language).tell(record);
  json::array out;
  for (const std::size_t one : in_order(story)) out.push_back(std::move(story[one].told));
  return out;
}

}  // namespace rec
