#include "app/templates.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <stdexcept>

#include "app/config_units.hpp"

namespace rec {
namespace {

struct BuiltIn {
  TextKind kind;
  std::string_view name, english, russian;
};

constexpr std::array<BuiltIn, 6> kBuiltIn{{
    {TextKind::waiting, "waiting",
     "**⏳ Waiting for the stream**\n\nChannel: **{channel}**\nTitle: **{title}**\nCategory: **{category}**\n"
     "Begins: **{begins}**",
     "**⏳ Ожидание стрима**\n\nКанал: **{channel}**\nНазвание: **{title}**\nКатегория: **{category}**\n"
     "Начало: **{begins}**"},
    {TextKind::status, "status",
     "{status} · {length}[ · {parts}]\nChannel: **{channel}**\nStream: **{title}**\nCategory: "
     "**{category}**\n"
     "[{picture} · ]began {start}\n📤 Published: {posted}[ · {uploading}]\n[{warning} ]Missing: {missing}\n"
     "{failed}",
     "{status} · {length}[ · {parts}]\nКанал: **{channel}**\nСтрим: **{title}**\nКатегория: **{category}**\n"
     "[{picture} · ]начало {start}\n📤 Опубликовано: {posted}[ · {uploading}]\n[{warning} ]Пропущено: "
     "{missing}\n{failed}"},
    {TextKind::done, "done",
     "{status} · {length}[ · {parts}]\nChannel: **{channel}**\nStream: **{title}**\nCategory: "
     "**{category}**\n"
     "[{warning} ]Missing: {missing}\n{failed}",
     "{status} · {length}[ · {parts}]\nКанал: **{channel}**\nСтрим: **{title}**\nКатегория: **{category}**\n"
     "[{warning} ]Пропущено: {missing}\n{failed}"},
    {TextKind::caption, "caption",
     "Channel: **{channel}**\nDate: **{date}**\nStream: **{title}**\nDuration: **{duration}**\n{titles}\n"
     "{warning} Missing: {missing}\n{compressed}\n\nPart {part}[ · {beginning}][ · {encoded}]",
     "Канал: **{channel}**\nДата: **{date}**\nСтрим: **{title}**\nДлительность: **{duration}**\n{titles}\n"
     "{warning} Пропущено: {missing}\n{compressed}\n\nЧасть {part}[ · {beginning}][ · {encoded}]"},
    {TextKind::album, "album",
     "Channel: **{channel}**\nDate: **{date}**\nStream: **{title}**\nDuration: **{duration}**\n{titles}\n"
     "{warning} Missing: {missing}\n{compressed}\n\nPart {part}[ · {beginning}][ · {encoded}]",
     "Канал: **{channel}**\nДата: **{date}**\nСтрим: **{title}**\nДлительность: **{duration}**\n{titles}\n"
     "{warning} Пропущено: {missing}\n{compressed}\n\nЧасть {part}[ · {beginning}][ · {encoded}]"},
    {TextKind::compressed, "compressed",
     "📦 Compressed version\n\nChannel: **{channel}**\nDate: **{date}**\nStream: **{title}**\n"
     "Duration: **{duration}**\n(source post: {source})",
     "📦 Сжатая версия\n\nКанал: **{channel}**\nДата: **{date}**\nСтрим: **{title}**\n"
     "Длительность: **{duration}**\n(исходный пост: {source})"},
}};

const BuiltIn& built_in(TextKind kind) {
  const auto found = std::ranges::find(kBuiltIn, kind, &BuiltIn::kind);
  if (found == kBuiltIn.end()) throw std::logic_error("a text without a built-in form");
  return *found;
}

std::vector<Placeholder> joined(std::vector<Placeholder> first, std::vector<Placeholder> more) {
  for (Placeholder& one : more) first.push_back(std::move(one));
  return first;
}

std::vector<Placeholder> common() {
  return {{"channel", "the channel's name"},
          {"title", "of the stream; in a status the newest one, in a caption that of its beginning"},
          {"category", "the game or category, as the title"},
          {"date", "the day the recording began, 22.11.2026"},
          {"start", "the time it began, 17:26 MSK, in `timezone`"},
          {"session", "the last eight digits of the session's id, as in file names"}};
}

std::vector<Placeholder> of_status() {
  return joined(
      common(),
      {{"status", "🔴 Recording, ⚙️ Processing, … ✅ Done"},
       {"length", "how long it has been going on, 3:41:07"},
       {"parts",
        "how many parts there are, once it is over: 8 parts, or 7 of 8 parts if some are not posted"},
       {"picture", "size of the picture and how many there are a second, as soon as it is known: 1080p60"},
       {"posted", "parts that are on Telegram; \"after the end\" while post: after_end records"},
       {"made", "parts in all so far"},
       {"uploading", "what is on its way: part 5: 63 %, ~6 min; or until when Telegram asks to wait"},
       {"warning", "⚠️ where something is missing"},
       {"missing", "what is missing and why: 12 s (ads, 19:02)"},
       {"failed", "which parts are missing, and why: a line for each cause"},
       {"size", "of the parts made so far, 3.1 GB"}});
}

std::vector<Placeholder> of_caption() {
  return joined(
      common(),
      {{"duration", "of what is posted, 1:58:12"},
       {"part",
        "its number, 3, or with the total once that is known, 3/8; of an album 1–3/8; none of an only one"},
       {"total", "parts in all, once it is known"},
       {"titles", "what the stream was called later and from when, a line each"},
       {"warning", "⚠️ where something is missing within"},
       {"missing", "what is missing within and why; nothing is missing: empty"},
       {"compressed", "✅ Compressed file sent, once it is"},
       {"beginning", "says that it is what was broadcast before the recording began"},
       {"encoded", "says that pictures were encoded anew"},
       {"picture", "size of the picture and how many there are a second, 1080p60"},
       {"size", "of the files, 1.9 GB"}});
}

std::vector<Placeholder> listed(TextKind kind) {
  switch (kind) {
    case TextKind::waiting:
      return joined(common(), {{"begins", "when it was announced for, if it was"}});
    case TextKind::status:
    case TextKind::done:
      return of_status();
    case TextKind::caption:
    case TextKind::album:
      return of_caption();
    case TextKind::compressed:
      return joined(common(),
                    {{"duration", "of the whole recording"},
                     {"size", "of the file, 1.9 GB"},
                     {"source", "a link to the post it belongs to, where it cannot be a comment on it"}});
  }
  return {};
}

std::map<TextKind, Template> parsed(Language language) {
  std::map<TextKind, Template> texts;
  for (const BuiltIn& each : kBuiltIn) {
    auto made = Template::parse(language == Language::ru ? each.russian : each.english);
    if (!made) throw std::logic_error("a built-in text: " + made.error().text);
    texts.emplace(each.kind, *std::move(made));
  }
  return texts;
}

}  // namespace

const std::vector<Placeholder>& placeholders_of(TextKind kind) {
  static const auto all = [] {
    std::map<TextKind, std::vector<Placeholder>> lists;
    for (const TextKind each : text_kinds()) lists[each] = listed(each);
    return lists;
  }();
  return all.at(kind);
}

std::string_view word(TextKind kind) { return built_in(kind).name; }

const std::vector<TextKind>& text_kinds() {
  static const std::vector<TextKind> all{TextKind::waiting, TextKind::status, TextKind::done,
                                         TextKind::caption, TextKind::album,  TextKind::compressed};
  return all;
}

std::string_view built_in_text(TextKind kind, Language language) {
  return language == Language::ru ? built_in(kind).russian : built_in(kind).english;
}

TextStyle::TextStyle(Language language) : language_(language) {
  static const auto english = std::make_shared<const Texts>(parsed(Language::en));
  static const auto russian = std::make_shared<const Texts>(parsed(Language::ru));
  texts_ = language == Language::ru ? russian : english;
}

Result<TextStyle> TextStyle::with(Language language, const std::map<std::string, std::string>& own) {
  TextStyle style(language);
  Texts texts = *style.texts_;
  for (const auto& [name, text] : own) {
    REC_TRY(Template made, check_template(name, text));
    for (const TextKind kind : text_kinds()) {
      if (word(kind) == name) texts[kind] = made;
    }
  }
  style.texts_ = std::make_shared<const Texts>(std::move(texts));
  return style;
}

Result<Template> check_template(const std::string& name, const std::string& text) {
  std::vector<std::string> names;
  for (const TextKind kind : text_kinds()) names.emplace_back(word(kind));
  const auto found = std::ranges::find(names, name);
  if (found == names.end()) {
    const std::string near = units::nearest(name, names);
    return fail(Errc::invalid, fmt::format("no text is called {}; {}", name,
                                           near.empty() ? fmt::format("there are {}", fmt::join(names, ", "))
                                                        : "did you mean " + near + "?"));
  }
  REC_TRY(Template made, Template::parse(text));
  std::vector<std::string> known;
  for (const Placeholder& one :
       placeholders_of(text_kinds().at(static_cast<std::size_t>(found - names.begin()))))
    known.push_back(one.name);
  for (const std::string& used : made.placeholders()) {
    if (std::ranges::find(known, used) != known.end()) continue;
    const std::string near = units::nearest(used, known);
    return fail(Errc::invalid,
                fmt::format("no placeholder {{{}}} in this text; {}", used,
                            near.empty() ? fmt::format("there are {{{}}}", fmt::join(known, "}, {"))
                                         : "did you mean {" + near + "}?"));
  }
  return made;
}

}  // namespace rec
