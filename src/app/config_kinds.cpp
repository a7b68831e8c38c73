// The scalar kinds.
#include "app/config_kinds.hpp"

#include <cctype>

namespace rec::kinds {
namespace {

boost::json::object number_or_text() { return {{"type", {"number", "string"}}}; }
boost::json::object plain_text() { return {{"type", {"string", "number", "boolean", "null"}}}; }

std::string show_secret(const Secret& secret) { return secret.empty() ? "\"\"" : "\"***\""; }

// Only what stands before the @ is secret, and the port says enough to recognise it by. An mtproto link is
// all secret.
std::string show_proxy(const Secret& secret) {
  const std::string& url = secret.reveal();
  const std::size_t scheme = url.find("://");
  if (secret.empty() || scheme == std::string::npos || url.find('?') != std::string::npos)
    return show_secret(secret);
  const std::size_t host = url.rfind('@');
  return yaml_quote(host == std::string::npos ? url : url.substr(0, scheme + 3) + "***" + url.substr(host));
}

bool is_http(const std::string& url) {
  const std::string low = units::lower(url);
  return (low.starts_with("http://") && low.size() > 7) || (low.starts_with("https://") && low.size() > 8);
}

bool is_proxy(const std::string& url, bool mtproto) {
  const std::string low = units::lower(url);
  if (mtproto && (low.starts_with("tg://proxy?") || low.starts_with("https://t.me/proxy?"))) return true;
  for (const char* scheme : {"http://", "https://", "socks4://", "socks4a://", "socks5://", "socks5h://"}) {
    if (!low.starts_with(scheme)) continue;
    const std::string rest = low.substr(std::string_view(scheme).size());
    // In a password they end the host for whoever reads the URL, and it would be told in errors.
    const auto name_ends = rest.rfind('@');
    const bool plain =
        name_ends == std::string::npos || rest.find_first_of(mtproto ? "/" : "/?#") > name_ends;
    return !rest.empty() && plain;
  }
  return false;
}

bool is_chat_name(std::string_view name) {
  const auto good = [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; };
  return name.size() >= 4 && name.size() <= 32 && std::ranges::all_of(name, good);
}

std::optional<OptionalChat> parse_chat(const std::string& raw, std::string& why) {
  const std::string text(units::trim(raw));
  if (text.empty()) return OptionalChat();
  if (const auto id = units::parse_integer(text)) {
    if (*id != 0) return OptionalChat(*id);
    why = "0 is no chat; a channel's number begins with -100, and to have none leave the key out";
    return std::nullopt;
  }
  if (text.starts_with('@') && is_chat_name(std::string_view(text).substr(1))) return OptionalChat(text);
  for (const std::string_view site : {"https://t.me/", "http://t.me/", "t.me/", "https://telegram.me/"}) {
    if (text.starts_with(site) && text.size() > site.size()) return OptionalChat(text);
  }
  return std::nullopt;
}

}  // namespace

Kind<bool> yes_no() {
  const Parse<bool> parse = [](const std::string& text, std::string&) { return units::parse_bool(text); };
  return scalar<bool>("true or false", {{"type", {"boolean", "string", "integer"}}}, parse,
                      [](const bool& value) { return std::string(value ? "true" : "false"); });
}

Kind<double> number(double min) {
  const Parse<double> parse = [min](const std::string& text, std::string&) -> std::optional<double> {
    const auto value = units::parse_number(text);
    return value && *value >= min ? value : std::nullopt;
  };
  boost::json::object schema = number_or_text();
  schema["minimum"] = min;
  return scalar<double>(fmt::format("a number of at least {}", min), std::move(schema), parse,
                        [](const double& value) { return units::format_number(value); });
}

Kind<std::string> text() {
  const Parse<std::string> parse = [](const std::string& text, std::string&) { return std::optional(text); };
  return scalar<std::string>(
      "text", plain_text(), parse, [](const std::string& value) { return yaml_quote(value); }, Empty::value);
}

Kind<std::string> text_like(std::string words,
                            std::function<bool(const std::string&, std::string& why)> fits) {
  const Parse<std::string> parse = [fits = std::move(fits)](const std::string& raw, std::string& why) {
    std::string text(units::trim(raw));
    return fits(text, why) ? std::optional(std::move(text)) : std::nullopt;
  };
  return scalar<std::string>(
      std::move(words), plain_text(), parse, [](const std::string& value) { return yaml_quote(value); },
      Empty::value);
}

Kind<std::string> path() {
  Kind<std::string> kind = text();
  kind.words = "a path";
  kind.path = true;
  kind.read = [read = kind.read](const Yaml& node, ConfigReader& reader,
                                 const std::string& key) -> std::optional<std::string> {
    auto value = read(node, reader, key);
    if (value) value = reader.resolve(*value);
    return value;
  };
  return kind;
}

Kind<std::string> program() {
  Kind<std::string> kind = text();
  kind.words = "auto, or the path of a program";
  kind.read = [read = kind.read](const Yaml& node, ConfigReader& reader,
                                 const std::string& key) -> std::optional<std::string> {
    auto value = read(node, reader, key);
    if (value && value->find('/') != std::string::npos) value = reader.resolve(*value);
    if (value && value->empty()) value = "auto";
    return value;
  };
  return kind;
}

Kind<Secret> secret() {
  const Parse<Secret> parse = [](const std::string& text, std::string&) {
    return std::optional(Secret(std::string(units::trim(text))));
  };
  return scalar<Secret>("text", plain_text(), parse, show_secret, Empty::value, true);
}

Kind<Secret> proxy(bool mtproto) {
  const Parse<Secret> parse = [mtproto](const std::string& raw, std::string&) -> std::optional<Secret> {
    std::string text(units::trim(raw));
    if (!text.empty() && !is_proxy(text, mtproto)) return std::nullopt;
    return Secret(std::move(text));
  };
  const std::string words = mtproto
                                ? "socks5://user:pass@host:port, http://… or an mtproto link (tg://proxy?…)"
                                : "a proxy's URL, like socks5://user:pass@host:port or http://host:port";
  return scalar<Secret>(words, plain_text(), parse, show_proxy, Empty::value, true);
}

Kind<Secret> secret_url() {
  const Parse<Secret> parse = [](const std::string& raw, std::string&) -> std::optional<Secret> {
    std::string text(units::trim(raw));
    return is_http(text) ? std::optional(Secret(std::move(text))) : std::nullopt;
  };
  return scalar<Secret>("a URL that begins with http:// or https://", plain_text(), parse, show_secret,
                        Empty::wrong, true);
}

Kind<std::string> http_url() {
  const Parse<std::string> parse = [](const std::string& raw, std::string&) -> std::optional<std::string> {
    std::string text(units::trim(raw));
    while (text.ends_with('/')) text.pop_back();
    return is_http(text) ? std::optional(std::move(text)) : std::nullopt;
  };
  return scalar<std::string>("a URL that begins with http:// or https://", plain_text(), parse,
                             [](const std::string& value) { return yaml_quote(value); });
}

Kind<Millis> duration(Millis bare, bool positive) {
  const Parse<Millis> parse = [bare, positive](const std::string& text, std::string& why) {
    auto value = units::parse_duration(text, bare, why);
    if (!value || !positive || value->count() > 0) return value;
    why = "must be more than 0";
    return std::optional<Millis>();
  };
  const char* words = bare == std::chrono::hours(1)
                          ? "a duration, like 90s or 1h30m (a bare number is hours)"
                          : "a duration, like 90s or 1h30m (a bare number is seconds)";
  return scalar<Millis>(words, number_or_text(), parse,
                        [](const Millis& value) { return units::format_duration(value); });
}

Kind<std::uint64_t> size(std::uint64_t bare, bool positive) {
  const Parse<std::uint64_t> parse = [bare, positive](const std::string& text, std::string& why) {
    auto value = units::parse_size(text, bare, why);
    if (!value || !positive || *value > 0) return value;
    why = "must be more than 0";
    return std::optional<std::uint64_t>();
  };
  const std::string unit = bare == 0             ? ""
                           : bare == 1ULL << 30U ? " (a bare number is GiB)"
                                                 : " (a bare number is MiB)";
  return scalar<std::uint64_t>("a size, like 5GB or 1.5GiB" + unit, number_or_text(), parse,
                               [](const std::uint64_t& value) { return units::format_size(value); });
}

Kind<std::optional<std::uint64_t>> size_or_unlimited() {
  using Size = std::optional<std::uint64_t>;
  const Parse<Size> parse = [](const std::string& text, std::string& why) -> std::optional<Size> {
    if (units::lower(units::trim(text)) == "unlimited") return Size();
    const auto value = units::parse_size(text, 0, why);
    return value ? std::optional<Size>(value) : std::nullopt;
  };
  return scalar<Size>("a size, like 500GB, or unlimited", number_or_text(), parse, [](const Size& value) {
    return value ? units::format_size(*value) : std::string("unlimited");
  });
}

std::string show_chat(const OptionalChat& chat) {
  if (!chat) return "null";
  if (const auto* id = std::get_if<std::int64_t>(&*chat)) return std::to_string(*id);
  return yaml_quote(std::get<std::string>(*chat));
}

Kind<OptionalChat> chat() {
  return scalar<OptionalChat>("a chat: its number (-100…), @name or t.me link",
                              {{"type", {"integer", "string", "null"}}}, parse_chat, show_chat, Empty::value);
}

Kind<log::Level> log_level() {
  const Parse<log::Level> parse = [](const std::string& text, std::string&) -> std::optional<log::Level> {
    log::Level level{};
    return log::parse_level(units::trim(text), level) ? std::optional(level) : std::nullopt;
  };
  return scalar<log::Level>(
      "DEBUG, INFO, WARNING or ERROR", plain_text(), parse, [](const log::Level& level) {
        constexpr std::string_view kWords[] = {"DEBUG", "INFO", "WARNING", "ERROR", "OFF"};
        return std::string(kWords[static_cast<std::size_t>(level)]);
      });
}

}  // namespace rec::kinds
