#include "app/texts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "app/names.hpp"
#include "app/picture_view.hpp"
#include "core/gaps.hpp"
#include "core/status.hpp"
#include "words/russian.hpp"

namespace rec {
namespace {

struct Words {
  const char *part, *parts, *second, *minute, *hour;
  const char *recording, *dropped, *no_room, *processing, *uploading, *done, *error, *unmade;
  const char *window_slid, *fetch_failed, *upstream, *ad, *offline, *disk, *sound;
  const char *compressing, *commenting, *forwarding, *cancelled;
  const char *beginning, *encoded, *compressed, *silent;
};

constexpr Words kEnglish{.part = "Part",
                         .parts = "part",
                         .second = "s",
                         .minute = "min",
                         .hour = "h",
                         .recording = "🔴 Recording",
                         .dropped = "🟡 Dropped, waiting",
                         .no_room = "🟠 Paused, the disk is full",
                         .processing = "⚙️ Processing",
                         .uploading = "📤 Uploading",
                         .done = "✅ Done",
                         .error = "❌ Error",
                         .unmade = "could not be made, see the log",
                         .window_slid = "too late",
                         .fetch_failed = "not delivered",
                         .upstream = "not at the source",
                         .ad = "ads",
                         .offline = "drop",
                         .disk = "disk full",
                         .sound = "no sound",
                         .compressing = "📦 Compressing",
                         .commenting = "💬 Comments",
                         .forwarding = "🔄 Backup",
                         .cancelled = "❌ Cancelled",
                         .beginning = "the beginning",
                         .encoded = "encoded anew in places",
                         .compressed = "✅ Compressed file sent",
                         .silent = "no answer from Telegram"};
constexpr Words kRussian{.part = "Часть",
                         .parts = "часть",
                         .second = "с",
                         .minute = "мин",
                         .hour = "ч",
                         .recording = "🔴 Запись",
                         .dropped = "🟡 Обрыв, ожидание",
                         .no_room = "🟠 Пауза, на диске нет места",
                         .processing = "⚙️ Обработка",
                         .uploading = "📤 Отправка",
                         .done = "✅ Готово",
                         .error = "❌ Ошибка",
                         .unmade = "не удалось собрать, см. журнал",
                         .window_slid = "не успели",
                         .fetch_failed = "не отдано",
                         .upstream = "нет у источника",
                         .ad = "реклама",
                         .offline = "обрыв",
                         .disk = "нет места",
                         .sound = "нет звука",
                         .compressing = "📦 Сжатие",
                         .commenting = "💬 Комментарии",
                         .forwarding = "🔄 Бэкап",
                         .cancelled = "❌ Отменено",
                         .beginning = "начало",
                         .encoded = "местами перекодировано",
                         .compressed = "✅ Сжатый файл отправлен",
                         .silent = "Telegram не отвечает"};

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

std::string size_for_people(std::uint64_t bytes, Language language) {
  const auto size = static_cast<double>(bytes);
  const bool russian = language == Language::ru;
  return bytes < 1'000'000'000 ? fmt::format("{:.0f} {}", size / 1e6, russian ? "МБ" : "MB")
                               : fmt::format("{:.1f} {}", size / 1e9, russian ? "ГБ" : "GB");
}

std::string zoned_time(Instant at, const char* format, Language language) {
  std::string text = local_time(at, format);
  const std::size_t moscow = language == Language::ru ? text.find("MSK") : std::string::npos;
  if (moscow != std::string::npos) text.replace(moscow, 3, "МСК");
  return text;
}

std::string parts_text(std::size_t count, Language language) {
  if (language == Language::en) return fmt::format("{} {}", count, count == 1 ? "part" : "parts");
  return fmt::format("{} {}", count, russian_plural(count, "часть|части|частей"));
}

namespace {

std::string remaining_text(std::chrono::seconds left, const Words& w) {
  const auto minutes = std::max<std::int64_t>(1, (left.count() + 30) / 60);
  if (minutes < 90) return fmt::format("~{} {}", minutes, w.minute);
  return fmt::format("~{} {}", (minutes + 30) / 60, w.hour);
}

std::string uploading_text(const StatusFacts& facts, const Words& w) {
  if (facts.uploading_part == 0 || facts.upload_size == 0) return "";
  const auto percent = std::min<std::uint64_t>(100, facts.uploaded_bytes * 100 / facts.upload_size);
  std::string text = fmt::format("{} {}: {} %", w.parts, facts.uploading_part, percent);
  if (facts.upload_silent) return text + ", " + w.silent;
  if (facts.upload_left) text += ", " + remaining_text(*facts.upload_left, w);
  return text;
}

// When the newest hole was noticed, where there is but one reason: with several the line is full already.
std::string missing_text(const std::vector<Gap>& gaps, Language language) {
  std::string text = gap_text(gaps, language);
  const Gap* newest = nullptr;
  for (const Gap& gap : gaps) {
    if (newest == nullptr || gap.noticed_at > newest->noticed_at) newest = &gap;
  }
  const bool one_reason = missing_by_cause(gaps).size() == 1 && text.ends_with(')');
  if (newest == nullptr || newest->noticed_at == Instant{} || !one_reason) return text;
  text.insert(text.size() - 1, ", " + local_time(newest->noticed_at, "%H:%M"));
  return text;
}

std::string failed_lines(const session::Session& session, const Words& w) {
  std::string lines;
  for (const auto& part : session.parts) {
    if (part.state != session::PartState::failed) continue;
    lines += fmt::format("{}❌ {} {}: {}", lines.empty() ? "" : "\n", w.part, part.number, w.unmade);
  }
  return lines;
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

/// "1", "1–3"; with the number of all parts once it is known: "1/8", "1–3/8". A single one needs no number.
std::string which_parts(const session::Post& post, const CaptionTotals& totals) {
  if (totals.parts == 1) return {};
  std::string text = std::to_string(post.first_part);
  if (post.last_part != post.first_part) text += fmt::format("–{}", post.last_part);
  return totals.parts == 0 ? text : text + fmt::format("/{}", totals.parts);
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
  values["length"] = clock_text(
      std::chrono::duration_cast<Millis>(session.ended_at.value_or(facts.now) - session.started_at));
  std::uint64_t bytes = 0;
  int posted = 0;
  for (const auto& part : session.parts) {
    posted += part.state == session::PartState::posted ? 1 : 0;
    bytes += bytes_of(part.file);
  }
  values["picture"] = name_of(facts.picture);
  values["posted"] = std::to_string(posted);
  values["made"] = std::to_string(session.parts.size());
  values["size"] = size_for_people(bytes, style.language());
  if (session.ended_at) values["parts"] = parts_text(session.parts.size(), style.language());
  values["uploading"] = uploading_text(facts, w);
  values["warning"] = facts.gaps.empty() ? "" : "⚠️";
  values["missing"] = missing_text(facts.gaps, style.language());
  values["failed"] = failed_lines(session, w);
  const bool over = session.phase == session::Phase::done;
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
  values["part"] = which_parts(post, totals);
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
