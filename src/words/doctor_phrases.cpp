// Russian for what doctor finds, and the cures.
#include "words/phrases.hpp"

namespace rec::phrases {
namespace {

constexpr Phrase kDoctor[] = {
    {"{} loads", "{} загружается"},
    {"no channel to watch", "нет ни одного канала"},
    {"streamrecorder channel add URL, or add one under twitch.channels, youtube.channels or channels",
     "streamrecorder channel add URL или впишите канал в twitch.channels, youtube.channels или channels"},
    {"streamrecorder runs", "streamrecorder работает"},
    {"streamrecorder does not run at present", "streamrecorder сейчас не работает"},
    {"{} has changed, and counts after a restart", "{}: изменение вступит в силу после перезапуска"},
    {"restart streamrecorder, best when /idlez says that nothing is recorded",
     "перезапустите streamrecorder, лучше когда /idlez говорит, что записи не идут"},
    {"streamrecorder config example > config.yaml, and change what you need",
     "streamrecorder config example > config.yaml и измените, что нужно"},
    {"docs/configuration.md lists all keys; streamrecorder config example too",
     "все ключи перечислены в docs/configuration.md; их печатает и streamrecorder config example"},
    {"sudo streamrecorder doctor", "sudo streamrecorder doctor"},
    {"streamrecorder login", "streamrecorder login"},
    {"streamrecorder ytdlp update", "streamrecorder ytdlp update"},
    {"streamrecorder target add default CHAT", "streamrecorder target add default ЧАТ"},
    {"apt install ffmpeg", "apt install ffmpeg"},
    {"chmod 600 {}", "chmod 600 {}"},
    // Folders, disks, the clock
    {"{} ({}) cannot be written: {*}", "в {} ({}) нельзя писать: {}"},
    {"give the user that runs streamrecorder the right to write there, or change {}",
     "дайте пользователю, от имени которого работает streamrecorder, право писать туда или измените {}"},
    {"{} ({}) can be written", "в {} ({}) можно писать"},
    {"{} GB are free for {} ({}): {} hours of one 6 Mbit/s stream",
     "свободно {} ГБ для {} ({}): {} {3|час|часа|часов} одного эфира в 6 Мбит/с"},
    {"{*}; recording.min_free asks for {} GB", "{}; recording.min_free требует {} ГБ"},
    {"make room, or lower recording.min_free", "освободите место или уменьшите recording.min_free"},
    {"the clock says {}", "на часах {}"},
    {"the clock says {}, which cannot be", "на часах {}, такого быть не может"},
    {"{} was written in the future: the clock was set back", "{} записан в будущем: часы переводили назад"},
    {"nothing keeps the clock right (no NTP, says the kernel)",
     "часы никто не сверяет (ядро говорит: нет NTP)"},
    {"the clock differs from that of {} by {} s", "часы расходятся с часами {} на {} с"},
    {"the clock agrees with that of {}", "часы сходятся с часами {}"},
    {"set the clock: timedatectl set-ntp true (or install chrony)",
     "поставьте часы: timedatectl set-ntp true (или установите chrony)"},
    {"{} answers", "{} отвечает"},
    {"check the network, the name server, and proxy in the configuration",
     "проверьте сеть, сервер имён и proxy в конфигурации"},
    // Programs
    {"parts are made by {}", "части собирает {}"},
    {"{}, which makes the parts, does not run as {} ({*})",
     "{}, которая собирает части, не запускается как {} ({})"},
    {"tools/bootstrap installs its libraries; build again (cmake --workflow --preset release), or copy it "
     "beside the program",
     "её библиотеки поставит tools/bootstrap; соберите заново (cmake --workflow --preset release) или "
     "положите её рядом с программой"},
    {"{} is missing, and parts are made by it; it belongs beside the program: build again (cmake --workflow "
     "--preset release), or copy both files",
     "{} нет, а она собирает части; она должна лежать рядом с программой: соберите заново (cmake --workflow "
     "--preset release) или скопируйте оба файла"},
    {"no yt-dlp that runs ({*})", "нет работающего yt-dlp ({})"},
    {"no yt-dlp that runs ({*}); Twitch needs it only when its own way fails",
     "нет работающего yt-dlp ({}); для Twitch он нужен, только когда свой способ не срабатывает"},
    {"correct recording.ytdlp, or set it to auto", "исправьте recording.ytdlp или поставьте auto"},
    {"yt-dlp {} ({}): its version is no date", "yt-dlp {} ({}): его версия — не дата"},
    {"yt-dlp {} ({}) is {} days old", "yt-dlp {} ({}), ему {} {2|день|дня|дней}"},
    {"yt-dlp {} (our own, {}) is {} days old", "yt-dlp {} (свой, {}), ему {} {2|день|дня|дней}"},
    {"yt-dlp {} (our own, {}): its version is no date", "yt-dlp {} (свой, {}): его версия — не дата"},
    {"{*}; sites change faster than that", "{}; сайты меняются быстрее"},
    {"update it, or set recording.ytdlp to auto and: streamrecorder ytdlp update",
     "обновите его или поставьте recording.ytdlp: auto и выполните streamrecorder ytdlp update"},
    {"of {} it is not known whether it would use {}", "неизвестно, возьмёт ли {} программу {}"},
    {"install deno 2 or newer (https://deno.com), or: streamrecorder ytdlp update",
     "установите deno 2 или новее (https://deno.com) или выполните streamrecorder ytdlp update"},
    {"install deno 2 or newer (https://deno.com), or node 20 or newer",
     "установите deno 2 или новее (https://deno.com) либо node 20 или новее"},
    {"yt-dlp can solve YouTube's puzzles with {}", "загадки YouTube yt-dlp решает с помощью {}"},
    {"{*}; yt-dlp needs one for YouTube", "{}; yt-dlp она нужна для YouTube"},
    {"{*}; only YouTube would need one", "{}; нужна она только для YouTube"},
    {"no JavaScript runtime", "нет среды JavaScript"},
    {"only too old a JavaScript runtime: {}", "среда JavaScript слишком старая: {}"},
    {"ffmpeg is missing, which yt-dlp records with", "нет ffmpeg, а с ним записывает yt-dlp"},
    {"ffmpeg is missing, which makes the compressed versions", "нет ffmpeg, а он делает сжатые версии"},
    {"no ffmpeg, and nothing needs it", "ffmpeg нет, но он и не нужен"},
    {"ffmpeg version {}", "ffmpeg, версия {}"},
    // Cookies
    {"correct cookies_file, or make the file readable", "исправьте cookies_file или дайте право читать файл"},
    {"{} can be read by other users of this machine", "{} могут прочитать другие пользователи этой машины"},
    {"export the cookies again from a browser that is signed in, as cookies.txt in Netscape format",
     "экспортируйте cookies заново из браузера, где выполнен вход: cookies.txt в формате Netscape"},
    {"{} holds no cookie in Netscape format (seven fields, tabs)",
     "в {} нет cookies в формате Netscape (семь полей через табуляцию)"},
    {"{} lines are no cookies (seven fields, tabs between them)",
     "{} {0|строка|строки|строк} — не cookies (нужно семь полей через табуляцию)"},
    {"{} expired on {}", "срок {} истёк {}"},
    {"{} cookies, {} expires in {} days", "{} cookies, {} истекает через {} {2|день|дня|дней}"},
    {"{} cookies", "{} cookies"},
    {"{} cookies, no login of Twitch or YouTube among them",
     "{} cookies, входа в Twitch или YouTube среди них нет"},
    // Platforms and Telegram
    {"register an application at https://dev.twitch.tv/console and set twitch.client_id and "
     "twitch.client_secret",
     "зарегистрируйте приложение на https://dev.twitch.tv/console и задайте twitch.client_id и "
     "twitch.client_secret"},
    {"a Twitch developer key is set", "ключ разработчика Twitch задан"},
    {"{} is missing beside {}", "нет {}, хотя есть {}"},
    {"no Twitch developer key: Twitch is asked as its website does, which nobody promises to last",
     "нет ключа разработчика Twitch: спрашиваем так же, как его сайт, и никто не обещает, что так будет "
     "всегда"},
    {"it is said where to post, and nobody has signed in to Telegram: nothing is posted, recordings stay in "
     "{}",
     "куда публиковать, указано, а вход в Telegram не выполнен: ничего не публикуется, записи остаются в {}"},
    {"somebody has signed in to Telegram, and it is not said where to post: recordings stay in {}",
     "вход в Telegram выполнен, а куда публиковать, не указано: записи остаются в {}"},
    {"Telegram is not set up: recordings stay in {}", "Telegram не настроен: записи остаются в {}"},
    {"libtdjson.so, the Telegram library, is missing", "нет libtdjson.so, библиотеки Telegram"},
    {"libtdjson.so is missing; run tools/bootstrap, or set telegram.tdlib to its path",
     "нет libtdjson.so; выполните tools/bootstrap или укажите путь в telegram.tdlib"},
    {"run tools/bootstrap, or set telegram.tdlib to its path",
     "выполните tools/bootstrap или укажите путь в telegram.tdlib"},
    {"the Telegram library is {}", "библиотека Telegram: {}"},
    {"telegram.upload_speed_limit_mbps does not hold through an MTProto proxy of telegram.proxy",
     "telegram.upload_speed_limit_mbps не действует через прокси MTProto из telegram.proxy"},
    {"use a SOCKS5 or HTTP proxy", "возьмите прокси SOCKS5 или HTTP"},
    {"with less than 0.3 Mbit/s large files may never arrive: Telegram's library gives up on 4 MiB that take "
     "longer than two minutes",
     "при скорости меньше 0.3 Мбит/с большие файлы могут не дойти: библиотека Telegram бросает 4 МиБ, если "
     "они идут дольше двух минут"},
    {"raise telegram.upload_speed_limit_mbps to 0.3 or more",
     "поднимите telegram.upload_speed_limit_mbps до 0.3 или выше"},
    {"{} YouTube channel by their pages, without a key: each is looked at every {} s",
     "{} канал YouTube, по его странице, без ключа: проверяется раз в {} с"},
    {"{} YouTube channels by their pages, without a key: each is looked at every {} s",
     "{} {0|канал|канала|каналов} YouTube, по страницам, без ключа: каждый проверяется раз в {} с"},
    {"{*}, not every {} s: youtube.requests_per_minute is {}",
     "{}, а не раз в {} с: youtube.requests_per_minute равен {}"},
    {"watch fewer channels from this address, or raise youtube.requests_per_minute at the risk that YouTube "
     "refuses; what is announced, was live lately or has dropped goes first in any case",
     "отслеживайте с этого адреса меньше каналов или поднимите youtube.requests_per_minute, рискуя, что "
     "YouTube откажет; объявленное, недавно бывшее в эфире и оборвавшееся в любом случае проверяется первым"},
};

}  // namespace

std::span<const Phrase> doctor_phrases() { return kDoctor; }

}  // namespace rec::phrases
