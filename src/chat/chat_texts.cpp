#include "chat/chat_texts.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "chat/commands.hpp"
#include "words/russian.hpp"

namespace rec::chat {
namespace {

struct StatusName {
  std::string_view word, icon, english, russian;
};

constexpr StatusName kStatusNames[] = {
    {"offline", "⚪", "offline", "не в эфире"},
    {"waiting", "⏳", "waiting", "ожидание"},
    {"recording", "🔴", "recording", "запись"},
    {"processing", "⚙️", "processing", "обработка"},
    {"uploading", "📤", "uploading", "отправка"},
    {"compressing", "📦", "compressing", "сжатие"},
    {"sending_compressed", "💬", "comments", "комментарии"},
    {"forwarding", "🔄", "backup", "бэкап"},
    {"done", "✅", "done", "готово"},
    {"error", "❌", "error", "ошибка"},
    {"paused", "⏸", "paused", "остановлен"},
};

const StatusName* status_named(std::string_view word) {
  const auto found = std::ranges::find(kStatusNames, word, &StatusName::word);
  return found == std::end(kStatusNames) ? nullptr : found;
}

struct TopicWords {
  std::string_view topic, english, russian;
};

constexpr TopicWords kTopics[] = {
    {"source", "Sources: the channels that are watched", "Источники Twitch, YouTube и других сайтов"},
    {"target", "Targets: the chats that recordings are posted to",
     "Цели: чаты Telegram, куда публикуются записи"},
    {"session",
     "Sessions: what is and was recorded. SESSION is an id, its beginning or end, a source, or "
     "`last`",
     "Сессии: что записывается и записано. SESSION: id, его начало или конец, источник или `last`"},
    {"config", "Configuration", "Настройки"},
};

}  // namespace

std::string status_word(std::string_view status, Language language) {
  const StatusName* name = status_named(status);
  if (name == nullptr) return std::string(status);
  return fmt::format("{} {}", name->icon, language == Language::ru ? name->russian : name->english);
}

std::string part_word(std::string_view state, Language language) {
  if (language == Language::en) return std::string(state);
  const std::pair<std::string_view, const char*> words[] = {
      {"sealed", "собирается"}, {"ready", "готова"}, {"posted", "опубликована"}, {"failed", "не собрана"}};
  for (const auto& [word, russian] : words) {
    if (word == state) return russian;
  }
  return std::string(state);
}

std::string error_text(std::string_view error, Language language) {
  return fmt::format(fmt::runtime(chat_words(language).error),
                     language == Language::ru ? in_russian(error) : std::string(error));
}

std::string_view status_icon(std::string_view status) {
  const StatusName* name = status_named(status);
  return name == nullptr ? "•" : name->icon;
}

std::string role_word(Role role, Language language) {
  const ChatWords& w = chat_words(language);
  switch (role) {
    case Role::admin:
      return w.admin;
    case Role::reader:
      return w.reader;
    case Role::stranger:
      break;
  }
  return w.stranger;
}

std::string help_text(std::string_view topic, std::string_view prefix, Language language) {
  const bool russian = language == Language::ru;
  std::string text;
  for (const TopicWords& each : kTopics) {
    if (!topic.empty() && topic != each.topic) continue;
    text += fmt::format("{}{}\n", text.empty() ? "" : "\n", russian ? each.russian : each.english);
    for (const std::string& usage : usages_of(each.topic)) text += fmt::format("  {}{}\n", prefix, usage);
  }
  if (text.empty()) return help_text("", prefix, language);
  if (!topic.empty()) return text;
  const std::string first = russian
                                ? "Команды:\n{0}status - статус приложения, очередей и активных записей\n"
                                  "{0}sources - источники, {0}targets - цели, {0}sessions - сессии\n"
                                  "{0}whoami - кто я\n\nБыстрые команды: {0}stop last, {0}retry last, "
                                  "{0}skip_upload SESSION\nПодробная помощь: {0}help source, {0}help target, "
                                  "{0}help session, {0}help config\n\n"
                                : "Commands:\n{0}status - what is recorded, missing and posted\n"
                                  "{0}sources, {0}targets, {0}sessions - lists\n"
                                  "{0}whoami - who am I\n\nQuick: {0}stop last, {0}retry last, "
                                  "{0}skip_upload SESSION\nMore: {0}help source, {0}help target, "
                                  "{0}help session, {0}help config\n\n";
  return fmt::format(fmt::runtime(first), prefix) + text;
}

std::string session_outcome(std::string_view action, bool changed, Language language) {
  const ChatWords& w = chat_words(language);
  if (!changed) return w.nothing_changed;
  const std::pair<std::string_view, const char*> done[] = {
      {"stop", w.stop},
      {"cancel", w.cancel},
      {"retry", w.retry},
      {"skip-upload", w.skip_upload},
      {"skip-compression", w.skip_compression},
      {"skip-forwarding", w.skip_forwarding},
      {"clear-flags", w.clear_flags},
      {"reprocess", w.reprocess},
  };
  for (const auto& [word, text] : done) {
    if (word == action) return text;
  }
  return std::string(action);
}

}  // namespace rec::chat
