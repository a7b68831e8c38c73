#include "chat/chat_texts.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "words/russian.hpp"

namespace rec::chat {
namespace {

constexpr ChatWords kEnglishChat{
    .no_access = "No access.",
    .anonymous = "No access: it cannot be told who you are. Switch “Remain anonymous” off for yourself.",
    .read_only = "Read-only: you may not do that.",
    .too_many = "Too many commands; wait a moment.",
    .unknown = "Unknown command. Use {}help",
    .malformed = "Malformed command: {}",
    .usage = "Usage: {}",
    .error = "Error: {}",
    .was_away = "I was away when this was said, and did nothing. Say it again if it still holds.",
    .interrupted = "I was restarted while I did this: {}\nSee with {}status whether it was done.",
    .busy = "Too much to do at once; say it again in a moment.",
    .good = "🟢 All is well",
    .attention = "🟡 Somebody should look",
    .bad = "🔴 Something is being lost",
    .live = "{} of {} live",
    .posted = "posted {}/{}",
    .missing = "missing {} s",
    .queues = "Queues: {} parts to make, {} posts, {} messages, {} to compress, {} copies",
    .tried = "tried {}×: {}",
    .disk = "Disk: {} free",
    .disk_full = "Disk is full, recording pauses: {} free",
    .today = "Missing today: {} s",
    .sources = "Sources: {}",
    .no_sources = "No sources match.",
    .targets = "Targets: {}",
    .no_targets = "Nothing is posted: there is no target.",
    .sessions = "Sessions: {}",
    .no_sessions = "No sessions match.",
    .page = "page {} of {}",
    .looked = "looked at {}",
    .no_looked = "not looked at yet",
    .added = "Source added: {}",
    .watched = "{} is watched already",
    .paused = "Source paused: {}. What is being recorded goes on to its end",
    .paused_already = "{} is paused already",
    .resumed = "Source enabled: {}",
    .not_paused = "{} is not paused",
    .removed = "Source removed: {}. What was being recorded is finished and posted",
    .set = "{}: set, of the next recording on",
    .no_change = "{} is so already",
    .bound = "Source {} posts to {}, of the next recording on",
    .notes = "Note updated: {}",
    .tags = "Tags updated: {} -> {}",
    .target_added = "Target added: {}",
    .target_set = "Target updated: {}",
    .target_removed = "Target removed: {}",
    .target_renamed = "Target renamed: {} -> {}",
    .no_source = "no source {}; {}sources shows them",
    .no_target = "no target {}; {}targets shows them",
    .stop = "stopped: what is recorded is made and posted; this broadcast is not taken up again",
    .cancel =
        "cancelled: nothing more of it is made or posted, nothing is removed; clear-flags takes it back",
    .retry = "what waited is tried now",
    .skip_upload = "nothing more of it is posted; finished files stay in its folder",
    .skip_compression = "no compressed version is made or posted",
    .skip_forwarding = "nothing more of it is copied to the backup chat",
    .clear_flags = "what was cancelled or skipped is taken up again, as far as its files are there",
    .reprocess = "what was given up is tried anew",
    .nothing_changed = "nothing to do: it is over, or so already",
    .ask_stop = "Stop the recording of {}? What is there is made and posted.",
    .ask_cancel = "Cancel {}? Nothing more of it is made or posted.",
    .ask_skip = "{} of {}?",
    .ask_remove = "Remove {}?",
    .yes = "Yes",
    .no = "No",
    .not_done = "Not done.",
    .type_confirm = "Say it again with --confirm",
    .button_stop = "⏹ Stop {}",
    .button_pause = "⏸ Pause {}",
    .button_resume = "▶️ Resume {}",
    .button_retry = "🔁 Retry {}",
    .button_refresh = "🔄 Refresh",
    .whoami = "{}, id {}: {}",
    .admin = "may do everything",
    .reader = "may look",
    .stranger = "may do nothing",
    .elsewhere =
        "Not here. What commands changed is kept in the data folder, beside config.yaml: copy both. "
        "`streamrecorder import DIR` takes over a folder of the predecessor.",
    .summary = "{} sources, {} of them paused; {} targets; {} sessions not done",
    .part = "part {}: {}, {}, {}",
    .folder = "folder",
    .flags = "flags",
    .posted_to = "posted to",
    .length = "recorded",
    .from_config = "config.yaml",
    .by_command = "by command",
    .no_channels = "no source posts to it",
    .set_by_command = "(set)"};

constexpr ChatWords kRussianChat{
    .no_access = "Нет доступа.",
    .anonymous = "Нет доступа: не видно, кто вы. Отключите у себя «Анонимность».",
    .read_only = "Только чтение: команда запрещена.",
    .too_many = "Слишком много команд, подождите немного.",
    .unknown = "Неизвестная команда. Используйте {}help",
    .malformed = "Некорректная команда: {}",
    .usage = "Формат: {}",
    .error = "Ошибка: {}",
    .was_away = "Меня не было, когда это сказали, и я ничего не сделал. Повторите, если ещё нужно.",
    .interrupted = "Меня перезапустили во время команды: {}\nСделано ли, покажет {}status",
    .busy = "Слишком много дел сразу, повторите чуть позже.",
    .good = "🟢 Всё в порядке",
    .attention = "🟡 Нужно внимание",
    .bad = "🔴 Что-то теряется",
    .live = "в эфире {} из {}",
    .posted = "отправлено {}/{}",
    .missing = "потеряно {} с",
    .queues = "Очереди: собрать {}, отправить {}, сообщений {}, сжать {}, копий {}",
    .tried = "попыток {}: {}",
    .disk = "Диск: свободно {}",
    .disk_full = "Диск полон, запись на паузе: свободно {}",
    .today = "Потеряно сегодня: {} с",
    .sources = "Источники: {}",
    .no_sources = "Источников нет по заданному фильтру.",
    .targets = "Цели: {}",
    .no_targets = "Ничего не публикуется: цель не задана.",
    .sessions = "Сессии: {}",
    .no_sessions = "Сессий нет по заданному фильтру.",
    .page = "страница {} из {}",
    .looked = "проверен {}",
    .no_looked = "ещё не проверен",
    .added = "Добавлен источник {}",
    .watched = "Источник уже отслеживается: {}",
    .paused = "Источник остановлен: {}. Текущая запись дойдёт до конца",
    .paused_already = "Источник уже остановлен: {}",
    .resumed = "Источник включён: {}",
    .not_paused = "Источник не остановлен: {}",
    .removed = "Источник удалён: {}. Записанное будет обработано и отправлено",
    .set = "{}: задано, со следующей записи",
    .no_change = "{}: уже так",
    .bound = "Источник {} привязан к {}, со следующей записи",
    .notes = "Заметка обновлена: {}",
    .tags = "Теги обновлены: {} -> {}",
    .target_added = "Добавлена цель {}",
    .target_set = "Цель изменена: {}",
    .target_removed = "Цель удалена: {}",
    .target_renamed = "Цель переименована: {} -> {}",
    .no_source = "Источник не найден: {}; список: {}sources",
    .no_target = "Цель не найдена: {}; список: {}targets",
    .stop = "остановлено: записанное будет обработано и отправлено; этот эфир больше не записывается",
    .cancel =
        "отменено: больше ничего не собирается и не отправляется, ничего не удаляется; вернёт "
        "clear-flags",
    .retry = "то, что ждало, пробуем сейчас",
    .skip_upload = "больше ничего не отправляется; готовые файлы остаются в папке",
    .skip_compression = "сжатая версия не делается и не отправляется",
    .skip_forwarding = "в бэкап больше ничего не копируется",
    .clear_flags = "отменённое и пропущенное снова в работе, насколько есть файлы",
    .reprocess = "то, от чего отказались, пробуем заново",
    .nothing_changed = "делать нечего: уже закончено или уже так",
    .ask_stop = "Остановить запись {}? Записанное будет обработано и отправлено.",
    .ask_cancel = "Отменить {}? Больше ничего не будет собрано и отправлено.",
    .ask_skip = "{}: {}?",
    .ask_remove = "Удалить {}?",
    .yes = "Да",
    .no = "Нет",
    .not_done = "Не сделано.",
    .type_confirm = "Повторите с --confirm",
    .button_stop = "⏹ Стоп {}",
    .button_pause = "⏸ Пауза {}",
    .button_resume = "▶️ Включить {}",
    .button_retry = "🔁 Повторить {}",
    .button_refresh = "🔄 Обновить",
    .whoami = "{}, id {}: {}",
    .admin = "можно всё",
    .reader = "только чтение",
    .stranger = "нет доступа",
    .elsewhere =
        "Не здесь. Изменённое командами хранится в папке данных, рядом с config.yaml: копируйте обе. "
        "Папку прежней программы берёт `streamrecorder import DIR`.",
    .summary = "источников: {}, из них остановлено: {}; целей: {}; незаконченных сессий: {}",
    .part = "часть {}: {}, {}, {}",
    .folder = "папка",
    .flags = "флаги",
    .posted_to = "куда",
    .length = "записано",
    .from_config = "config.yaml",
    .by_command = "командой",
    .no_channels = "нет источников",
    .set_by_command = "(командой)"};

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

const ChatWords& chat_words(Language language) {
  return language == Language::ru ? kRussianChat : kEnglishChat;
}

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
                                ? "{0}status - статус приложения, очередей и активных записей\n"
                                  "{0}sources - источники, {0}targets - цели, {0}sessions - сессии\n"
                                  "{0}whoami - кто я\n\nБыстрые команды: {0}stop last, {0}retry last, "
                                  "{0}skip_upload SESSION\nПодробная помощь: {0}help source, {0}help target, "
                                  "{0}help session, {0}help config\n\n"
                                : "{0}status - what is recorded, missing and posted\n"
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
