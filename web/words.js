// The page's words in English and Russian, and how numbers, lengths and times are written.

const words = {
  en: {
    skip: "Skip to content", now: "Now", pages: "Pages", history: "History", logout: "Sign out", other: "Русский",
    good: "ALL GOOD", attention: "NEEDS A LOOK", bad: "SOMETHING IS BEING LOST",
    recorded: "{0}/{1} live recorded", nothingLive: "nothing is live", lastByte: "last byte {0} ago",
    missingToday: "Missing today {0}", unposted: "Unposted {0}", disk: "Disk {0} left", diskFree: "Disk {0} free",
    live: "Live", dropped: "Dropped", waiting: "Announced", finishing: "Finishing", off: "Offline", over: "Over", paused: "Paused",
    starts: "starts {0}", announced: "announced",
    missing: "missing {0}", nothingMissing: "nothing missing", posted: "posted {0}", ready: "{0} ready", uploading: "uploading #{0} {1}",
    making: "making #{0}", failedPart: "part {0} failed", stop: "Stop", pause: "Pause", resume: "Resume", remove: "Remove",
    retry: "Try again", skip_upload: "Skip upload", skip_compression: "Skip compression", skip_forwarding: "Skip copies", details: "Details",
    offline: ["{0} offline", "{0} offline"], checked: "checked {0} ago",
    queue: ["Queue: {0} item", "Queue: {0} items"], flood: "flood wait {0}", silentTelegram: "Telegram: no answer for {0}", add: "+ Add link", link: "Link of a channel or a stream",
    addHint: "A Twitch or YouTube channel, any page with a live stream, or an .m3u8", addIt: "Add", cancel: "Cancel",
    sureStop: "Stop recording {0}? What is there is finished and posted.", sureRemove: "Remove {0}? What is being recorded is finished; its history stays.",
    sureSkip: "{1} of {0}? What is done stays, files too.", yes: "Yes", search: "Search titles, categories, channels", find: "Find",
    nothingFound: "Nothing found.", older: "Older", parts: "Parts", story: "What happened", play: "Play part {0}", gone: "posted; the file is gone",
    part: "Part {0}", lost: "No connection, trying again …", password: "Password", wrongPassword: "Wrong password.", signin: "Sign in",
    setUp: "Set a password", setUpHint: "Ten characters or more. From now on it is asked for.", newPassword: "New password", setUpDone: "There is a password already.",
    signinHint: "It is what the command “streamrecorder web password” printed.", noChannels: "No channel yet. Add the first one.",
    timeline: "Recorded, with what is missing", day: "d", hour: "h", minute: "min", second: "s",
    silent: "{0}: no byte for {1}",
    source: "recorded from {0}",
    loading: "Loading …",
    ad: "ads", window_slid: "too late", fetch_failed: "not to be had", upstream: "the platform", offline_gap: "it dropped", disk_gap: "disk", sound: "no sound",
    began: "Began", take: "Recording", title: "Title", gap: "Missing", part_ready: "Part made", part_posted: "Part posted", part_failed: "Part failed",
    file_began: "File begun", file_ended: "File ended", file_aside: "File set aside", file_failed: "File failed", ended_what: "Ended", asked: "Asked", copy_failed: "Copy failed", compression_failed: "Compression failed",
    nextTry: "next try in {0}", droppedFor: "dropped {0}, waiting until {1}", going: "Being recorded and finished", nothingWatched: "NOTHING IS WATCHED YET",
    findChannel: "Find a channel", matching: "{0} of {1}", howToReplace: "How to replace",
    cookies1: "In a private window of a browser sign in, and open a video.",
    cookies2: "Export the site's cookies as cookies.txt (Netscape), with an extension that does only that; then close the window without signing out.",
    cookies3: "Put the file in the place of the one named above, readable by the program alone (chmod 600). It is read anew by itself.",
    firstLink: "Add a link: a channel, or any page with a live stream.", firstTelegram: "To have recordings posted, sign in with “streamrecorder login” on the machine, and say where:",
    firstLive: "That is all. What goes live is recorded within seconds and shown here.",
    settings: "Settings", settingsOf: "Settings of {0}", save: "Save", optional: "empty: as configured", set_quality: "Quality", set_quality_hint: "in order of preference: 1080p60,720p60,best",
    set_target: "Posted to", set_title_filter: "Only titles with", set_title_filter_hint: "a regular expression, as ranked|final", set_hours: "Only at", set_hours_hint: "18:00-02:00, or Mon-Fri 18:00-02:00", set_part_duration: "Length of a part", set_part_duration_hint: "2h, 30m",
    targets: "Where recordings are posted", noTargets: "Nowhere yet: recordings stay in their folder.", addTarget: "+ Add chat", targetName: "Name", targetNameHint: "default is where channels post that pick none", chat: "Chat",
    chatHint: "@name, a t.me link, or a number that begins with -100", test: "Test", testing: "Testing …", usedBy: ["{0} channel", "{0} channels"], sureRemoveTarget: "Remove {0}? Nothing is posted there any more.", ofFile: "in config.yaml",
    openPost: "Open in Telegram", reprocess: "Try what failed again", clear_flags: "Take it back, and post it", notThere: "There is no such recording.",
    status: { offline: "offline", waiting: "announced", recording: "recording", processing: "processing", uploading: "uploading", compressing: "compressing", sending_compressed: "sending compressed", forwarding: "forwarding", done: "done", error: "failed" },
  },
  ru: {
    skip: "К содержимому", now: "Сейчас", pages: "Разделы", history: "История", logout: "Выйти", other: "English",
    good: "ВСЁ ХОРОШО", attention: "НУЖНО ВНИМАНИЕ", bad: "ЧТО-ТО ТЕРЯЕТСЯ",
    recorded: "в эфире {1}, записывается {0}", nothingLive: "никто не в эфире", lastByte: "данные пришли {0} назад",
    missingToday: "Пропущено сегодня {0}", unposted: "Ещё не опубликовано {0}", disk: "Диска хватит на {0}", diskFree: "На диске свободно {0}",
    live: "В эфире", dropped: "Обрыв", waiting: "Анонс", finishing: "Завершение", off: "Не в эфире", over: "Закончился", paused: "Пауза",
    starts: "начало {0}", announced: "анонсирован",
    missing: "пропущено {0}", nothingMissing: "без пропусков", posted: "опубликовано {0}", ready: "готово {0}", uploading: "отправляется №{0} {1}",
    making: "собирается №{0}", failedPart: "часть {0} не собрана", stop: "Остановить", pause: "Пауза", resume: "Продолжить", remove: "Удалить",
    retry: "Повторить", skip_upload: "Не отправлять", skip_compression: "Не сжимать", skip_forwarding: "Не копировать", details: "Подробности",
    offline: ["{0} не в эфире", "{0} не в эфире", "{0} не в эфире"], checked: "проверено {0} назад",
    queue: ["Очередь: {0} задача", "Очередь: {0} задачи", "Очередь: {0} задач"], flood: "Telegram просит ждать {0}", silentTelegram: "Telegram не отвечает уже {0}", add: "+ Добавить ссылку", link: "Ссылка на канал или эфир",
    addHint: "Канал Twitch или YouTube, любая страница с эфиром или .m3u8", addIt: "Добавить", cancel: "Отмена",
    sureStop: "Остановить запись {0}? Записанное будет обработано и опубликовано.", sureRemove: "Удалить {0}? Текущая запись будет завершена, история останется.",
    sureSkip: "{1}: {0}? Сделанное останется, файлы тоже.", yes: "Да", search: "Поиск по названиям, категориям, каналам", find: "Найти",
    nothingFound: "Ничего не найдено.", older: "Показать более ранние", parts: "Части", story: "Ход записи", play: "Смотреть часть {0}", gone: "опубликована; файла уже нет",
    part: "Часть {0}", lost: "Нет связи, пробуем снова …", password: "Пароль", wrongPassword: "Неверный пароль.", signin: "Войти",
    setUp: "Задать пароль", setUpHint: "Не меньше десяти знаков. С этого времени он будет нужен для входа.", newPassword: "Новый пароль", setUpDone: "Пароль уже задан.",
    signinHint: "Его показала команда «streamrecorder web password».", noChannels: "Каналов пока нет. Добавьте первый.",
    timeline: "Записанное и пропуски", day: "д", hour: "ч", minute: "мин", second: "с",
    silent: "{0}: нет данных уже {1}",
    source: "запись с {0}",
    loading: "Загрузка …",
    ad: "реклама", window_slid: "не успели", fetch_failed: "не отдано", upstream: "нет у источника", offline_gap: "обрыв", disk_gap: "нет места", sound: "нет звука",
    began: "Начало", take: "Запись", title: "Название", gap: "Пропуск", part_ready: "Часть готова", part_posted: "Часть опубликована", part_failed: "Часть не собрана",
    file_began: "Файл начат", file_ended: "Файл закончен", file_aside: "Файл отложен", file_failed: "Файл не удался", ended_what: "Конец", asked: "Команда", copy_failed: "Копия не удалась", compression_failed: "Сжатие не удалось",
    nextTry: "новая попытка через {0}", droppedFor: "обрыв {0} назад, ждём до {1}", going: "Записывается и завершается", nothingWatched: "ПОКА НИЧЕГО НЕ ОТСЛЕЖИВАЕТСЯ",
    findChannel: "Найти канал", matching: "{0} из {1}", howToReplace: "Как заменить",
    cookies1: "В приватном окне браузера войдите в аккаунт и откройте любое видео.",
    cookies2: "Сохраните cookies сайта как cookies.txt (Netscape) расширением, которое делает только это; закройте окно, не выходя из аккаунта.",
    cookies3: "Положите файл вместо названного выше, доступным только программе (chmod 600). Он будет прочитан сам.",
    firstLink: "Добавьте ссылку: канал или любую страницу с эфиром.", firstTelegram: "Чтобы записи публиковались, войдите на сервере командой «streamrecorder login» и укажите куда:",
    firstLive: "Это всё. Эфир начнёт записываться через несколько секунд и появится здесь.",
    settings: "Настройки", settingsOf: "Настройки {0}", save: "Сохранить", optional: "пусто: как в настройках программы", set_quality: "Качество", set_quality_hint: "по порядку предпочтения: 1080p60,720p60,best",
    set_target: "Куда публиковать", set_title_filter: "Только названия с", set_title_filter_hint: "регулярное выражение, например ranked|final", set_hours: "Только в часы", set_hours_hint: "18:00-02:00 или Mon-Fri 18:00-02:00", set_part_duration: "Длина части", set_part_duration_hint: "2h, 30m",
    targets: "Куда публикуются записи", noTargets: "Пока никуда: записи остаются в своей папке.", addTarget: "+ Добавить чат", targetName: "Имя", targetNameHint: "default — для каналов, у которых не выбрано другое", chat: "Чат",
    chatHint: "@имя, ссылка t.me или номер, который начинается с -100", test: "Проверить", testing: "Проверяем …", usedBy: ["{0} канал", "{0} канала", "{0} каналов"], sureRemoveTarget: "Удалить {0}? Туда больше ничего не будет публиковаться.", ofFile: "из config.yaml",
    openPost: "Открыть в Telegram", reprocess: "Повторить неудавшееся", clear_flags: "Отменить и опубликовать", notThere: "Такой записи нет.",
    status: { offline: "не в эфире", waiting: "анонс", recording: "запись", processing: "обработка", uploading: "отправка", compressing: "сжатие", sending_compressed: "отправка сжатого", forwarding: "копирование", done: "готово", error: "ошибка" },
  },
};

export const state = { language: "en", timezone: "UTC" };

function fill(text, values) {
  return text.replace(/\{(\d)\}/g, (_, at) => String(values[at]));
}

export function say(key, ...values) {
  const text = words[state.language][key] ?? words.en[key] ?? key;
  return fill(text, values);
}

export function sayMany(key, count) {
  const forms = words[state.language][key];
  const at = { one: 0, few: 1, many: 2, other: forms.length - 1 }[new Intl.PluralRules(state.language).select(count)];
  return fill(forms[Math.min(at ?? 0, forms.length - 1)], [count]);
}

export const statusWord = (status) => words[state.language].status[status] ?? status;
/** What of its end may be skipped now; "" = nothing. */
export const skipOf = (status) =>
  ({ processing: "skip-upload", uploading: "skip-upload", compressing: "skip-compression", sending_compressed: "skip-compression", forwarding: "skip-forwarding" })[status] ?? "";
export const causeWord = (cause) => say({ offline: "offline_gap", disk: "disk_gap" }[cause] ?? cause);

/** 3:41:07, as a clock. */
export function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (n) => String(n).padStart(2, "0");
  const hours = Math.floor(whole / 3600);
  return hours > 0 ? `${hours}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}` : `${Math.floor(whole / 60)}:${two(whole % 60)}`;
}

/** 12 s, 4 min, 9 h, 3 d. */
export function length(seconds) {
  const s = Math.max(0, seconds);
  if (s < 90) return `${s < 10 && s % 1 ? s.toFixed(1) : Math.round(s)} ${say("second")}`;
  if (s < 5400) return `${Math.round(s / 60)} ${say("minute")}`;
  if (s < 172800) return `${Math.round(s / 3600)} ${say("hour")}`;
  return `${Math.round(s / 86400)} ${say("day")}`;
}

export function bytes(count) {
  const units = state.language === "ru" ? ["Б", "КБ", "МБ", "ГБ", "ТБ"] : ["B", "KB", "MB", "GB", "TB"];
  let at = 0;
  let value = count;
  while (value >= 1000 && at < units.length - 1) {
    value /= 1000;
    ++at;
  }
  return `${at > 0 && value < 100 ? value.toFixed(1) : Math.round(value)} ${units[at]}`;
}

export function rate(bitsPerSecond) {
  const unit = state.language === "ru" ? "Мбит/\u2060с" : "Mbit/s";
  return `${(bitsPerSecond / 1e6).toFixed(bitsPerSecond < 1e7 ? 1 : 0)} ${unit}`;
}

const formats = new Map();
function format(kind, options) {
  const name = `${kind} ${state.language} ${state.timezone}`;
  if (!formats.has(name)) {
    let zone = state.timezone;
    try {
      new Intl.DateTimeFormat("en", { timeZone: zone });
    } catch {
      zone = undefined;
    }
    formats.set(name, new Intl.DateTimeFormat(state.language === "ru" ? "ru" : "en-GB", { ...options, timeZone: zone }));
  }
  return formats.get(name);
}

/** As people write it, where the browser says only how far it is from Greenwich. */
const moscow = (text) => (state.language === "ru" && state.timezone === "Europe/Moscow" ? text.replace(/GMT\+3|MSK/, "МСК") : text);

export const timeOf = (iso) => format("time", { hour: "2-digit", minute: "2-digit" }).format(new Date(iso));
export const startOf = (iso) => {
  const soon = Math.abs(new Date(iso) - Date.now()) < 12 * 3600 * 1000;
  return soon
    ? moscow(format("start", { hour: "2-digit", minute: "2-digit", timeZoneName: "short" }).format(new Date(iso)))
    : format("day", { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" }).format(new Date(iso));
};
export const dayOf = (iso) =>
  format("whole", { day: "2-digit", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit" }).format(new Date(iso));
export const exactOf = (iso) =>
  format("exact", { day: "2-digit", month: "short", hour: "2-digit", minute: "2-digit", second: "2-digit" }).format(new Date(iso));
