// What strangers call their broadcasts and channels, of any bytes, parted by %%: title, channel, what an
// operator made a pattern or a template of. Names of folders and files stay names below their folder; what is
// posted is text that Telegram takes.
#include <climits>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>

#include "app/names.hpp"
#include "app/texts.hpp"
#include "core/channel_filter.hpp"

namespace rec {
namespace {

void expect(bool holds) {
  if (!holds) std::abort();
}

void check_path(const session::Session& session, const Settings& settings, const std::string& file) {
  const auto whole = std::filesystem::path(session.folder) / file;
  expect(whole.parent_path() == session.folder && whole.lexically_normal() == whole);
  const auto below = whole.lexically_relative(settings.output_folder);
  for (const auto& component : below) {
    const std::string name = component.string();
    expect(!name.empty() && name != "." && name != ".." && name.size() + 5 <= NAME_MAX);
    expect(name.find('\0') == name.npos && name.find('/') == name.npos);
  }
}

void check_text(const RichText& text) {
  for (const auto& bold : text.bold) expect(bold.offset + bold.length <= text.text.size());
}

}  // namespace
}  // namespace rec

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace rec;
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  const auto next = [&rest] {
    const auto cut = rest.find("%%");
    std::string piece(rest.substr(0, cut));
    rest.remove_prefix(cut == rest.npos ? rest.size() : cut + 2);
    return piece;
  };
  Settings settings;
  settings.output_folder = "/srv/out";
  session::Session session;
  session.id = SessionId("019ab000-0000-7000-8000-0000deadbeef");
  session.title = next();
  session.channel_name = next();
  session.category = session.channel_name;
  session.titles = {{Instant{}, session.title, session.category}};
  const std::string pattern = next();
  session.folder = session_folder(session, settings);
  check_path(session, settings, part_file_name(session, 1, settings));
  check_path(session, settings, compressed_file_name(session, settings));
  const std::string line = one_line(session.title, 100);
  expect(line.find('\n') == line.npos && line.find('\0') == line.npos);
  for (const Language language : {Language::en, Language::ru}) {
    check_text(status_text(session, {}, language));
    session::Post post;
    post.marker = "#rfuzzing";
    check_text(caption(session, post, {}, language));
    check_text(compressed_text(session, {}, session.title, "#rfuzzing", language));
  }
  if (const auto parsed = Template::parse(pattern)) {
    Template::Values values;
    for (const std::string& name : parsed->placeholders()) values[name] = session.title;
    check_text(parsed->fill(values));
  }
  if (auto compiled = TextPattern::compile(pattern)) {
    ChannelFilter filter;
    filter.title = *compiled;
    filter.category_deny = *compiled;
    const auto said = verdict(filter, {"", session.title, session.category}, {});
    expect(said.allowed || !said.reason.empty());
  }
  return 0;
}
