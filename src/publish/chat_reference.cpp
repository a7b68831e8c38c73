// Links as https://core.telegram.org/api/links lists them.
#include "publish/chat_reference.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace rec::tdlib {
namespace {

constexpr std::int64_t kChannelBase = -1'000'000'000'000;
constexpr std::string_view kHosts[] = {"t.me", "telegram.me", "telegram.dog"};

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool cut_prefix(std::string_view& text, std::string_view prefix) {
  const bool same = text.size() >= prefix.size() && std::equal(prefix.begin(), prefix.end(), text.begin(),
                                                               [](char a, char b) { return a == lower(b); });
  if (same) text.remove_prefix(prefix.size());
  return same;
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n";
  const auto first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

std::optional<std::int64_t> whole_number(std::string_view text) {
  std::int64_t number = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size() || number == 0) return std::nullopt;
  return number;
}

/// Letters, digits and underscores; four at the least (names that are bought may be that short), 32 at most.
bool is_name(std::string_view text) {
  const auto fits = [](char c) {
    return (lower(c) >= 'a' && lower(c) <= 'z') || (c >= '0' && c <= '9') || c == '_';
  };
  return text.size() >= 4 && text.size() <= 32 && std::all_of(text.begin(), text.end(), fits) &&
         (text[0] < '0' || text[0] > '9');
}

Failure not_a_chat(std::string_view written) {
  return fail(Errc::invalid,
              "'" + std::string(written) + "' names no chat: write its number (-100…), @name or a t.me link");
}

Failure an_invite(std::string_view written) {
  return fail(Errc::invalid,
              "'" + std::string(written) +
                  "' is an invite link, which only lets people in: let the account in with it, "
                  "then write the chat's number (-100…), which streamrecorder login lists");
}

/// What comes behind the host: name, name/123, c/123/4, s/name, +hash, joinchat/hash.
Result<ChatReference> of_path(std::string_view path, std::string_view written) {
  path = path.substr(0, path.find_first_of("?#"));
  if (path.starts_with('+') || cut_prefix(path, "joinchat/")) return an_invite(written);
  if (cut_prefix(path, "c/")) {
    const auto number = whole_number(path.substr(0, path.find('/')));
    if (!number || *number < 0) return not_a_chat(written);
    return ChatReference(kChannelBase - *number);
  }
  cut_prefix(path, "s/");
  const auto name = path.substr(0, path.find('/'));
  if (!is_name(name)) return not_a_chat(written);
  return ChatReference(std::string(name));
}

Result<ChatReference> of_scheme(std::string_view rest, std::string_view written) {
  if (cut_prefix(rest, "join?")) return an_invite(written);
  constexpr std::string_view kDomain = "domain=";
  const auto at = rest.find(kDomain);
  if (at == std::string_view::npos) return not_a_chat(written);
  rest = rest.substr(at + kDomain.size());
  return of_path(rest.substr(0, rest.find('&')), written);
}

}  // namespace

Result<ChatReference> parse_chat_reference(std::string_view written) {
  std::string_view rest = trimmed(written);
  if (const auto number = whole_number(rest)) return ChatReference(*number);
  if (rest.starts_with('@')) {
    rest.remove_prefix(1);
    if (!is_name(rest)) return not_a_chat(written);
    return ChatReference(std::string(rest));
  }
  if (cut_prefix(rest, "tg://")) return of_scheme(rest, written);
  const bool link = cut_prefix(rest, "https://") || cut_prefix(rest, "http://");
  cut_prefix(rest, "www.");
  for (const std::string_view host : kHosts) {
    std::string_view path = rest;
    if (cut_prefix(path, host) && path.starts_with('/')) return of_path(path.substr(1), written);
  }
  const auto dot = rest.find(".t.me");
  if (dot != std::string_view::npos && is_name(rest.substr(0, dot)))
    return ChatReference(std::string(rest.substr(0, dot)));
  if (rest.starts_with('+')) return an_invite(written);
  if (link || !is_name(rest)) return not_a_chat(written);
  return ChatReference(std::string(rest));
}

}  // namespace rec::tdlib
