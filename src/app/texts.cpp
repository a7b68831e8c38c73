#include "app/texts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "app/names.hpp"
#include "app/picture_view.hpp"
#include "core/status.hpp"

namespace rec {
namespace {

struct Words {
  const char *part, *minute, *hour;
  const char *recording, *dropped, *no_room, *processing, *uploading, *done, *error;
  const char *compressing, *commenting, *forwarding, *cancelled;
  const char *beginning, *encoded, *compressed, *silent, *small, *wait, *at_end;
};

constexpr Words kEnglish{.part = "part",
                         .minute = "min",
                         .hour = "h",
                         .recording = "🔴 Recording",
                         .dropped = "🟡 Dropped, waiting",
                         .no_room = "🟠 Paused, the disk is full",
                         .processing = "⚙️ Processing",
                         .uploading = "📤 Uploading",
                         .done = "✅ Done",
                         .error = "❌ Error",
                         .compressing = "📦 Compressing",
                         .commenting = "💬 Comments",
                         .forwarding = "🔄 Backup",
                         .cancelled = "❌ Cancelled",
                         .beginning = "the beginning",
                         .encoded = "encoded anew in places",
                         .compressed = "✅ Compressed file sent",
                         .silent = "no answer from Telegram",
                         .small = "compressed version",
                         .wait = "Telegram asks to wait until",
                         .at_end = "after the end"};
constexpr Words kRussian{.part = "часть",
                         .minute = "мин",
                         .hour = "ч",
                         .recording = "🔴 Запись",
                         .dropped = "🟡 Обрыв, ожидание",
                         .no_room = "🟠 Пауза, на диске нет места",
                         .processing = "⚙️ Обработка",
                         .uploading = "📤 Отправка",
                         .done = "✅ Готово",
                         .error = "❌ Ошибка",
                         .compressing = "📦 Сжатие",
                         .commenting = "💬 Комментарии",
                         .forwarding = "🔄 Бэкап",
                         .cancelled = "❌ Отменено",
                         .beginning = "начало",
                         .encoded = "местами перекодировано",
                         .compressed = "✅ Сжатый файл отправлен",
                         .silent = "Telegram не отвечает",
                         .small = "сжатая версия",
                         .wait = "Telegram просит подождать до",
                         .at_end = "после окончания"};

const Words& words(Language language) { return language == Language::ru ? kRussian : kEnglish; }

// Of what strangers typed: with several of them the marker still fits into a caption of 1024 UTF-16 units.
constexpr std::size_t kMostCharacters = 200;

std::string shown(std::string_view strangers) { return one_line(strangers, kMostCharacters); }

Template::Values common_values(const session::Session& session, Language language) {
  const std::string id = session.id.str();
  return {{"channel", shown(session.channel_name)},
          {"title", shown(session.title)},
          {"category", shown(session.category)},
          {"date", local_time(session.started_at, "%d.%m.%Y")},
          {"start", zoned_time(session.started_at, "%H:%M %Z", language)},
          {"session", id.size() > 8 ? id.substr(id.size() - 8) : id}};
}

RichText with_marker(RichText text, std::string_view between, const std::string& marker) {
  if (marker.empty()) return text;
  if (!text.text.empty()) text.text += between;
  text.text += marker;
  return text;
}

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

// What was fetched of the time before the recording began comes behind parts that are shown after it.
bool of_the_beginning(const session::Session& session, const session::Post& post) {
  return std::ranges::any_of(session.parts, [&](const session::Part& part) {
    if (!belongs(part, post)) return false;
    const auto file = std::ranges::find(session.files, part.file_take, &session::FileTake::number);
    return file != session.files.end() && file->beginning;
  });
}

}  // namespace

std::string clock_text(Millis duration) {
  // A clock that was set back makes negative ones.
  const auto s = std::chrono::duration_cast<std::chrono::seconds>(std::max(duration, Millis(0))).count();
  return fmt::format("{}:{:02}:{:02}", s / 3600, s / 60 % 60, s % 60);
}

std::string decimal(double number, Language language) {
  std::string text = fmt::format("{:.1f}", number);
  if (language == Language::ru) std::ranges::replace(text, '.', ',');
  return text;
}

std::string size_for_people(std::uint64_t bytes, Language language) {
  const auto size = static_cast<double>(bytes);
  const bool russian = language == Language::ru;
  return bytes < 1'000'000'000 ? fmt::format("{:.0f} {}", size / 1e6, russian ? "МБ" : "MB")
                               : decimal(size / 1e9, language) + (russian ? " ГБ" : " GB");
}

std::string zoned_time(Instant at, const char* format, Language language) {
  std::string text = local_time(at, format);
  const std::size_t moscow = language == Language::ru ? text.find("MSK") : std::string::npos;
  if (moscow != std::string::npos) text.replace(moscow, 3, "МСК");
  return text;
}

namespace {

std::string remaining_text(std::chrono::seconds left, const Words& w) {
  const auto minutes = std::max<std::int64_t>(1, (left.count() + 30) / 60);
  if (minutes < 90) return fmt::format("~{} {}", minutes, w.minute);
  return fmt::format("~{} {}", (minutes + 30) / 60, w.hour);
}

/// What is on its way, or being made to go there, or why nothing is.
std::string uploading_text(const session::Session& session, const StatusFacts& facts,
                           const TextStyle& style) {
  const Words& w = words(style.language());
  const bool waits = session.compressed.posted == session::Stage::wanted ||
                     std::ranges::any_of(session.posts, [](const auto& post) { return !post.posted; });
  if (facts.compression) return fmt::format("{}: {:.0f} %", w.small, std::floor(*facts.compression * 100));
  if (facts.upload_size == 0 && facts.wait_until && waits)
    return fmt::format("{} {}", w.wait, zoned_time(*facts.wait_until, "%H:%M %Z", style.language()));
  if (facts.upload_size == 0) return "";
  const auto percent = std::min<std::uint64_t>(100, facts.uploaded_bytes * 100 / facts.upload_size);
  const std::string what =
      facts.uploading_part == 0 ? w.small : fmt::format("{} {}", w.part, facts.uploading_part);
  std::string text = fmt::format("{}: {} %", what, percent);
  if (facts.upload_silent) return text + ", " + w.silent;
  if (facts.upload_left) text += ", " + remaining_text(*facts.upload_left, w);
  return text;
}

// What it was called after it had begun, the newest of them.
std::string later_titles(const session::Session& session) {
  constexpr std::size_t kMost = 4;
  constexpr std::size_t kMostOfLater = 80;
  std::vector<std::string> lines;
  std::string before = shown(session.title);
  for (const session::Title& title : session.titles) {
    const std::string now = shown(title.title);
    if (title.at <= session.started_at || now.empty() || now == before) continue;
    before = now;
    lines.push_back(fmt::format("{} {}", local_time(title.at, "%H:%M"), one_line(now, kMostOfLater)));
  }
  if (lines.size() > kMost) lines.erase(lines.begin(), lines.end() - static_cast<std::ptrdiff_t>(kMost));
  return fmt::format("{}", fmt::join(lines, "\n"));
}

/// "1", "1–3, 5"; with the number of all parts once it is known: "1/8", "1–3, 5/8". A single one needs no
/// number.
std::string which_parts(const session::Session& session, const session::Post& post,
                        const CaptionTotals& totals) {
  if (totals.parts == 1) return {};
  std::vector<int> numbers;
  for (const session::Part& part : session.parts) {
    if (belongs(part, post) && part.state != session::PartState::failed) numbers.push_back(part.number);
  }
  return numbers_text(numbers) + (totals.parts == 0 ? "" : fmt::format("/{}", totals.parts));
}

RichText waiting_text(const session::Session& session, const TextStyle& style) {
  auto values = common_values(session, style.language());
  if (session.scheduled)
    values["begins"] = zoned_time(*session.scheduled, "%d.%m.%Y %H:%M %Z", style.language());
  return with_marker(style.of(TextKind::waiting).fill(values), "\n\n", session.status_marker);
}

}  // namespace

RichText status_text(const session::Session& session, const StatusFacts& facts, const TextStyle& style) {
  if (session.announcement) return waiting_text(session, style);
  const Words& w = words(style.language());
  auto values = common_values(session, style.language());
  const session::Title title = session.newest_title();
  values["title"] = shown(title.title);
  values["category"] = shown(title.category);
  values["status"] = headline(session, facts, w);
  const bool over = session.phase == session::Phase::done;
  std::uint64_t bytes = 0;
  std::size_t posted = 0;
  Millis plays{0};
  for (const auto& part : session.parts) {
    posted += part.state == session::PartState::posted ? 1 : 0;
    bytes += bytes_of(part.file);
    plays += duration_of(part.file);
  }
  // Files that were there before have no time of their own.
  const bool nothing_passed = session.ended_at == session.started_at;
  const Instant until = session.ended_at.value_or(facts.now);
  values["length"] = clock_text(nothing_passed ? plays : until - session.started_at);
  values["picture"] = name_of(facts.picture);
  const bool later = facts.posted_at_end && posted == 0 && session.phase == session::Phase::recording;
  values["posted"] = later ? w.at_end : std::to_string(posted);
  values["made"] = std::to_string(session.parts.size());
  values["size"] = size_for_people(bytes, style.language());
  const std::size_t count = session.parts.size();
  if (session.ended_at) values["parts"] = posted_parts_text(over ? posted : count, count, style.language());
  values["uploading"] = uploading_text(session, facts, style);
  values["warning"] = facts.gaps.empty() ? "" : "⚠️";
  if (!nothing_passed || !facts.gaps.empty())  // of a file nobody knows what it lacks
    values["missing"] = newest_gap_text(facts.gaps, style.language());
  values["failed"] = missing_parts_text(session, style.language());
  return with_marker(style.of(over ? TextKind::done : TextKind::status).fill(values), "\n\n",
                     session.status_marker);
}

RichText caption(const session::Session& session, const session::Post& post,
                 const std::vector<Gap>& gaps_within, const TextStyle& style, CaptionTotals totals) {
  const Words& w = words(style.language());
  auto values = common_values(session, style.language());
  Millis length{0};
  std::uint64_t bytes = 0;
  bool encoded = false;
  for (const auto& part : session.parts) {
    if (!belongs(part, post)) continue;
    length += duration_of(part.file);
    bytes += bytes_of(part.file);
    encoded = encoded || encoded_of(part.file) > 0;
    if (const std::string picture = name_of(picture_of(part.file)); !picture.empty())
      values["picture"] = picture;
  }
  const bool album = post.first_part != post.last_part;
  values["duration"] = clock_text(length);
  values["size"] = size_for_people(bytes, style.language());
  values["part"] = which_parts(session, post, totals);
  if (totals.parts > 0) values["total"] = std::to_string(totals.parts);
  values["titles"] = later_titles(session);
  if (!gaps_within.empty()) {
    values["warning"] = "⚠️";
    values["missing"] = gap_text(gaps_within, style.language());
  }
  if (totals.compressed) values["compressed"] = w.compressed;
  if (of_the_beginning(session, post)) values["beginning"] = w.beginning;
  if (encoded) values["encoded"] = w.encoded;
  return with_marker(style.of(album ? TextKind::album : TextKind::caption).fill(values),
                     values["part"].empty() ? "\n\n" : " ", post.marker);
}

RichText compressed_text(const session::Session& session, const session::PartFile& file,
                         const std::string& source, const std::string& marker, const TextStyle& style) {
  auto values = common_values(session, style.language());
  values["duration"] = clock_text(duration_of(file));
  values["size"] = size_for_people(bytes_of(file), style.language());
  values["source"] = source;
  return with_marker(style.of(TextKind::compressed).fill(values), "\n\n", marker);
}

}  // namespace rec
