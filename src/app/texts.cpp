#include "app/texts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "app/names.hpp"
#include "core/gaps.hpp"
#include "core/status.hpp"

namespace rec {
namespace {

struct Words {
  const char *channel, *date, *stream, *category, *duration, *part, *parts, *missing, *published, *second;
  const char *recording, *dropped, *no_room, *processing, *uploading, *done, *error, *unmade;
  const char *window_slid, *fetch_failed, *upstream, *ad, *offline, *disk, *sound;
  const char* beginning;
  const char* encoded;
  const char *waiting, *title, *begins;
  const char *compressing, *commenting, *forwarding, *cancelled;
  const char *compressed, *compressed_sent, *source_post;
};

constexpr Words kEnglish{"Channel",
                         "Date",
                         "Stream",
                         "Category",
                         "Duration",
                         "Part",
                         "Parts",
                         "Missing",
                         "Published",
                         "s",
                         "🔴 Recording",
                         "🟡 Dropped, waiting",
                         "🟠 Paused, the disk is full",
                         "⚙️ Processing",
                         "📤 Uploading",
                         "✅ Done",
                         "❌ Error",
                         "could not be made, see the log",
                         "too late",
                         "not delivered",
                         "not at the source",
                         "ads",
                         "drop",
                         "disk full",
                         "no sound",
                         "the beginning",
                         "encoded anew in places",
                         "⏳ Waiting for the stream",
                         "Title",
                         "Begins",
                         "📦 Compressing",
                         "💬 Comments",
                         "🔄 Backup",
                         "❌ Cancelled",
                         "📦 Compressed version",
                         "✅ Compressed file sent",
                         "source post"};
constexpr Words kRussian{"Канал",
                         "Дата",
                         "Стрим",
                         "Категория",
                         "Длительность",
                         "Часть",
                         "Частей",
                         "Пропущено",
                         "Опубликовано",
                         "с",
                         "🔴 Запись",
                         "🟡 Обрыв, ожидание",
                         "🟠 Пауза, на диске нет места",
                         "⚙️ Обработка",
                         "📤 Отправка",
                         "✅ Готово",
                         "❌ Ошибка",
                         "не удалось собрать, см. журнал",
                         "не успели",
                         "не отдано",
                         "нет у источника",
                         "реклама",
                         "обрыв",
                         "нет места",
                         "нет звука",
                         "начало",
                         "местами перекодировано",
                         "⏳ Ожидание стрима",
                         "Название",
                         "Начало",
                         "📦 Сжатие",
                         "💬 Комментарии",
                         "🔄 Бэкап",
                         "❌ Отменено",
                         "📦 Сжатая версия",
                         "✅ Сжатый файл отправлен",
                         "исходный пост"};

const Words& words(Language language) { return language == Language::ru ? kRussian : kEnglish; }

const char* cause_word(GapCause cause, const Words& w) {
  switch (cause) {
    case GapCause::window_slid:
      return w.window_slid;
    case GapCause::fetch_failed:
      return w.fetch_failed;
    case GapCause::upstream:
      return w.upstream;
    case GapCause::ad:
      return w.ad;
    case GapCause::offline:
      return w.offline;
    case GapCause::disk:
      return w.disk;
    case GapCause::sound:
      return w.sound;
  }
  return "";
}

std::string seconds_text(Micros duration, const Words& w) {
  const auto tenths = std::chrono::duration_cast<Millis>(duration).count() / 100;
  return tenths % 10 == 0 ? fmt::format("{} {}", tenths / 10, w.second)
                          : fmt::format("{}.{} {}", tenths / 10, tenths % 10, w.second);
}

// Of what strangers typed: with several of them the marker still fits into a caption of 1024 UTF-16 units.
constexpr std::size_t kMostCharacters = 200;

class TextBuilder {
 public:
  TextBuilder& line(std::string_view label, std::string_view strangers) {
    const std::string value = one_line(strangers, kMostCharacters);
    if (value.empty()) return *this;
    add(label);
    add(": ");
    bold(value);
    return add("\n");
  }
  TextBuilder& add(std::string_view plain) {
    rich_.text += plain;
    return *this;
  }
  TextBuilder& bold(std::string_view text) {
    rich_.bold.push_back({rich_.text.size(), text.size()});
    return add(text);
  }
  RichText take() && {
    while (!rich_.text.empty() && rich_.text.back() == '\n') rich_.text.pop_back();
    return std::move(rich_);
  }

 private:
  RichText rich_;
};

const char* headline(const session::Session& session, const StatusFacts& facts, const Words& w) {
  bool failed = false;
  bool unmade = false;
  bool unposted = facts.uploading_part > 0;
  for (const auto& part : session.parts) {
    failed = failed || part.state == session::PartState::failed;
    unmade = unmade || part.state == session::PartState::sealed;
    unposted = unposted || part.state == session::PartState::ready;
  }
  if (session.flags.cancelled) return w.cancelled;
  switch (session.phase) {
    case session::Phase::recording:
      if (facts.no_room) return w.no_room;
      return facts.dropped ? w.dropped : w.recording;
    case session::Phase::finishing:
      break;
    case session::Phase::done:
      return failed ? w.error : w.done;
  }
  if (unmade) return w.processing;
  if (unposted && !session.flags.skip_upload) return w.uploading;
  switch (status_of(session, {})) {
    case StatusWord::compressing:
      return w.compressing;
    case StatusWord::sending_compressed:
      return w.commenting;
    case StatusWord::forwarding:
      return w.forwarding;
    default:
      break;
  }
  return failed ? w.error : w.done;
}

RichText waiting_text(const session::Session& session, const Words& w) {
  TextBuilder text;
  text.bold(w.waiting).add("\n\n");
  text.line(w.channel, session.channel_name).line(w.title, session.title).line(w.category, session.category);
  if (session.scheduled) text.line(w.begins, local_time(*session.scheduled, "%d.%m.%Y %H:%M %Z"));
  text.add("\n").add(session.status_marker);
  return std::move(text).take();
}

// What was fetched of the time before the recording began comes behind parts that are shown after it.
bool of_the_beginning(const session::Session& session, const session::Post& post) {
  return std::ranges::any_of(session.parts, [&](const session::Part& part) {
    if (!belongs(part, post)) return false;
    const auto file = std::ranges::find(session.files, part.file_take, &session::FileTake::number);
    return file != session.files.end() && file->beginning;
  });
}

/// "1", "1–3"; with the number of all parts once it is known: "1/8", "1–3/8". A single one needs no number.
std::string which_parts(const session::Post& post, const CaptionTotals& totals, const Words& w) {
  if (totals.parts == 1) return {};
  std::string text = fmt::format("{} {}", w.part, post.first_part);
  if (post.last_part != post.first_part) text += fmt::format("–{}", post.last_part);
  return totals.parts == 0 ? text : text + fmt::format("/{}", totals.parts);
}

}  // namespace

std::string clock_text(Millis duration) {
  // A clock that was set back makes negative ones.
  const auto s = std::chrono::duration_cast<std::chrono::seconds>(std::max(duration, Millis(0))).count();
  return fmt::format("{}:{:02}:{:02}", s / 3600, s / 60 % 60, s % 60);
}

std::string gap_seconds(const std::vector<Gap>& gaps, Language language) {
  return seconds_text(missing_in_all(gaps), words(language));
}

std::string gap_text(const std::vector<Gap>& gaps, Language language) {
  const Words& w = words(language);
  const auto by_cause = missing_by_cause(gaps);
  std::vector<std::pair<Micros, GapCause>> causes;
  for (const auto& [cause, missing] : by_cause) causes.emplace_back(missing, cause);
  std::ranges::sort(causes, std::greater<>());
  std::string why;
  for (const auto& [missing, cause] : causes) {
    why += fmt::format("{}{}", why.empty() ? "" : ", ", cause_word(cause, w));
    if (causes.size() > 1) why += " " + seconds_text(missing, w);
  }
  return seconds_text(missing_in_all(gaps), w) + (why.empty() ? "" : " (" + why + ")");
}

RichText status_text(const session::Session& session, const StatusFacts& facts, Language language) {
  const Words& w = words(language);
  if (session.announcement) return waiting_text(session, w);
  const session::Title title = session.newest_title();
  TextBuilder text;
  const Instant until = session.ended_at.value_or(facts.now);
  // Whole minutes while it runs: a text that changes every second would spend the edits that Telegram allows.
  auto spent = std::chrono::duration_cast<Millis>(until - session.started_at);
  if (!session.ended_at) spent = std::chrono::floor<std::chrono::minutes>(spent);
  const auto length = clock_text(spent);
  text.add(headline(session, facts, w)).add(" · ").add(length).add("\n");
  text.line(w.channel, session.channel_name).line(w.stream, title.title).line(w.category, title.category);
  int posted = 0;
  for (const auto& part : session.parts) posted += part.state == session::PartState::posted ? 1 : 0;
  text.add(fmt::format("📤 {}: {}/{}", w.published, posted, session.parts.size()));
  if (facts.uploading_part > 0 && facts.upload_size > 0) {
    text.add(fmt::format(" · {} {}: {} %", w.part, facts.uploading_part,
                         std::min<std::uint64_t>(100, facts.uploaded_bytes * 100 / facts.upload_size)));
  }
  text.add("\n");
  text.add(facts.gaps.empty() ? "" : "⚠️ ")
      .add(fmt::format("{}: {}\n", w.missing, gap_text(facts.gaps, language)));
  for (const auto& part : session.parts) {
    if (part.state == session::PartState::failed) {
      text.add(fmt::format("❌ {} {}: {}\n", w.part, part.number, w.unmade));
    }
  }
  text.add("\n").add(session.status_marker);
  return std::move(text).take();
}

RichText caption(const session::Session& session, const session::Post& post,
                 const std::vector<Gap>& gaps_within, Language language, CaptionTotals totals) {
  const Words& w = words(language);
  TextBuilder text;
  Millis length{0};
  bool encoded = false;
  for (const auto& part : session.parts) {
    if (!belongs(part, post)) continue;
    length += duration_of(part.file);
    encoded = encoded || encoded_of(part.file) > 0;
  }
  text.line(w.channel, session.channel_name);
  text.line(w.date, local_time(session.started_at, "%d.%m.%Y"));
  text.line(w.stream, session.title);
  text.line(w.duration, clock_text(length));
  if (!gaps_within.empty()) text.add(fmt::format("⚠️ {}: {}\n", w.missing, gap_text(gaps_within, language)));
  if (totals.compressed) text.add("\n").add(w.compressed_sent).add("\n");
  text.add("\n");
  text.add(which_parts(post, totals, w));
  if (of_the_beginning(session, post)) text.add(" · ").add(w.beginning);
  if (encoded) text.add(" · ").add(w.encoded);
  text.add(" ").add(post.marker);
  return std::move(text).take();
}

RichText compressed_text(const session::Session& session, const session::PartFile& file,
                         const std::string& source, const std::string& marker, Language language) {
  const Words& w = words(language);
  TextBuilder text;
  text.add(w.compressed).add("\n");
  text.line(w.channel, session.channel_name).line(w.stream, session.title);
  text.line(w.duration, clock_text(duration_of(file)));
  if (!source.empty()) text.add(fmt::format("({}: {})\n", w.source_post, source));
  text.add("\n").add(marker);
  return std::move(text).take();
}

}  // namespace rec
