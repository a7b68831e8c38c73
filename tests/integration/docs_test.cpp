// What the documents say is so: links and anchors lead somewhere, commands are understood, configurations
// load.
#include <gmock/gmock.h>

#include <cstdlib>
#include <fstream>
#include <functional>
#include <regex>
#include <set>
#include <sstream>

#include "app/config.hpp"
#include "tests/support/program_run.hpp"
#include "tests/support/temp_folder.hpp"

namespace rec {
namespace {

namespace fs = std::filesystem;
using testing_support::run_program;
using testing_support::TempFolder;

/// A fenced block of a document.
struct DocBlock {
  std::string place{};  ///< file:line
  std::string kind{};   ///< "yaml", "sh", …
  std::string text{};
};

struct Document {
  std::string path{};  ///< relative to the source
  std::string text{};  ///< without fenced blocks
  std::vector<DocBlock> blocks{};
};

Document document_of(const fs::path& root, const fs::path& file) {
  Document made;
  made.path = file.lexically_relative(root).generic_string();
  std::ifstream in(file);
  std::string line;
  bool in_block = false;
  for (int number = 1; std::getline(in, line); ++number) {
    if (line.starts_with("```")) {
      in_block = !in_block;
      if (in_block)
        made.blocks.push_back(
            {made.path + ":" + std::to_string(number), line.substr(3, line.find(' ') - 3), ""});
    } else if (in_block) {
      made.blocks.back().text += line + "\n";
    } else {
      made.text += line;
    }
    if (!in_block) made.text += "\n";
  }
  return made;
}

const std::vector<Document>& documents() {
  static const std::vector<Document> all = [] {
    const fs::path root(REC_SOURCE_DIR);
    std::vector<Document> found;
    for (const auto& entry : fs::directory_iterator(root))
      if (entry.path().extension() == ".md") found.push_back(document_of(root, entry.path()));
    for (const auto& entry : fs::recursive_directory_iterator(root / "docs"))
      if (entry.path().extension() == ".md") found.push_back(document_of(root, entry.path()));
    return found;
  }();
  return all;
}

/// As GitHub makes it of a heading: letters in lower case, blanks to dashes, punctuation gone.
std::string anchor_of(std::string heading) {
  heading = std::regex_replace(heading, std::regex(R"(\[([^\]]*)\]\([^)]*\))"), "$1");
  std::string anchor;
  for (std::size_t i = 0; i < heading.size(); ++i) {
    const auto c = static_cast<unsigned char>(heading[i]);
    if (c == 0xD0 && i + 1 < heading.size()) {  // Cyrillic capitals: А to П, Р to Я
      const auto next = static_cast<unsigned char>(heading[++i]);
      if (next >= 0x90 && next <= 0x9F)
        anchor += {static_cast<char>(0xD0), static_cast<char>(next + 0x20)};
      else if (next >= 0xA0 && next <= 0xAF)
        anchor += {static_cast<char>(0xD1), static_cast<char>(next - 0x20)};
      else
        anchor += {static_cast<char>(0xD0), static_cast<char>(next)};
    } else if (c == 0xE2) {  // dashes, quotes and ellipses have three bytes
      i += 2;
    } else if (c >= 0x80 || std::isalnum(c) != 0 || c == '_' || c == '-') {
      anchor += static_cast<char>(std::tolower(c));
    } else if (c == ' ') {
      anchor += '-';
    }
  }
  return anchor;
}

std::set<std::string> anchors_in(const std::string& text) {
  std::set<std::string> anchors;
  std::istringstream lines(text);
  std::string line;
  while (std::getline(lines, line)) {
    const auto from = line.find_first_not_of('#');
    if (from == 0 || from == std::string::npos || line[from] != ' ') continue;
    std::string anchor = anchor_of(line.substr(from + 1));
    for (int again = 1; !anchors.insert(anchor).second; ++again)
      anchor = anchor_of(line.substr(from + 1)) + "-" + std::to_string(again);
  }
  return anchors;
}

TEST(Documents, LinksLeadSomewhere) {
  static const std::regex link(R"(\]\(([^)\s]+)\))");
  const fs::path root(REC_SOURCE_DIR);
  std::map<std::string, std::set<std::string>> anchors;
  for (const Document& document : documents()) anchors[document.path] = anchors_in(document.text);
  int looked_at = 0;
  for (const Document& document : documents()) {
    // A link may stand over two lines.
    for (std::sregex_iterator it(document.text.begin(), document.text.end(), link), end; it != end; ++it) {
      const std::string to = (*it)[1];
      if (to.starts_with("http://") || to.starts_with("https://")) continue;
      ++looked_at;
      const auto hash = to.find('#');
      const std::string file = to.substr(0, hash);
      const std::string target =
          file.empty() ? document.path
                       : (fs::path(document.path).parent_path() / file).lexically_normal().generic_string();
      EXPECT_TRUE(fs::exists(root / target)) << document.path << ": " << to << ": there is no such file";
      if (hash == std::string::npos || !target.ends_with(".md")) continue;
      EXPECT_TRUE(anchors[target].contains(to.substr(hash + 1)))
          << document.path << ": " << to << ": there is no such heading";
    }
  }
  EXPECT_GT(looked_at, 50);
}

/// What a shell would make of a line up to the first operator or comment; nothing: it is no command of ours.
std::vector<std::string> command_in(const std::string& line) {
  std::vector<std::string> words;
  std::string word;
  char quote = 0;
  bool open = false;
  const auto end_word = [&] {
    if (open) words.push_back(word);
    word.clear();
    open = false;
  };
  for (const char c : line) {
    if (quote != 0) {
      if (c == quote)
        quote = 0;
      else
        word += c;
    } else if (c == '"' || c == '\'') {
      quote = c;
      open = true;
    } else if (c == ' ') {
      end_word();
    } else if (c == '|' || c == '&' || c == ';' || c == '<' || c == '>' || (c == '#' && !open)) {
      break;
    } else {
      word += c;
      open = true;
    }
  }
  end_word();
  const auto ours = std::ranges::find_if(words, [](const std::string& one) {
    return one == "streamrecorder" || one == "build/release/streamrecorder";
  });
  for (auto before = words.begin(); before != ours && ours != words.end(); ++before) {
    if (*before != "sudo" && *before != "$" && *before != "do") return {};
  }
  return ours == words.end() ? std::vector<std::string>() : std::vector<std::string>(ours + 1, words.end());
}

/// With a configuration that is not there a command ends as soon as it has understood what was typed.
std::vector<std::string> without_doing(std::vector<std::string> command) {
  const std::string& name = command.front();
  if (name == "demo") command.insert(command.end(), {"--tdlib", "/nowhere", "--schema", "/nowhere"});
  if (name == "version" || name == "help" || name == "man" || name == "completion" || name == "demo")
    return command;
  command.insert(command.end(), {"--config", "/nowhere/config.yaml"});
  return command;
}

TEST(Documents, CommandsAreUnderstood) {
  const TempFolder folder;
  std::set<std::vector<std::string>> commands;
  std::map<std::vector<std::string>, std::string> places;
  for (const Document& document : documents()) {
    for (const DocBlock& block : document.blocks) {
      if (block.kind != "sh" && block.kind != "console") continue;
      std::istringstream lines(block.text);
      std::string line;
      while (std::getline(lines, line)) {
        // The second command of a line, too.
        for (std::size_t from = 0; from != std::string::npos;) {
          const auto next = line.find_first_of("&;", from);
          auto command = command_in(line.substr(from, next == std::string::npos ? next : next - from));
          if (!command.empty()) places.emplace(without_doing(std::move(command)), block.place + ": " + line);
          from = next == std::string::npos ? next : next + 1;
        }
      }
    }
  }
  EXPECT_GT(places.size(), 20U);
  for (const auto& [command, place] : places) {
    if (command == std::vector<std::string>{"help"} || command.front() == "man") continue;
    const auto ended = run_program(folder.path(), command);
    EXPECT_NE(ended.exit_code, 2) << place << "\n" << ended.err;
    EXPECT_NE(ended.exit_code, -1) << place << "\nwas done instead of only being understood";
  }
}

TEST(Documents, ConfigurationsLoad) {
  const TempFolder folder;
  ::setenv("TELEGRAM_API_HASH", "0123456789abcdef0123456789abcdef", 1);
  int loaded = 0;
  std::set<std::string> made;
  for (const Document& document : documents()) {
    for (const DocBlock& block : document.blocks) {
      if (block.kind != "yaml") continue;
      // What a secret's companion names lies beside the file.
      static const std::regex companion(R"((proxy|\w+)_file: ([\w./-]+))");
      for (std::sregex_iterator it(block.text.begin(), block.text.end(), companion), end; it != end; ++it) {
        const std::string name = (*it)[2];
        if (name.starts_with("/") || !made.insert(name).second) continue;
        std::ofstream(folder / name) << ((*it)[1] == "proxy" ? "socks5://user:password@host:1080\n"
                                                             : "secret\n");
      }
      std::ofstream(folder / "config.yaml") << block.text;
      const auto read = load_config((folder / "config.yaml").string());
      EXPECT_TRUE(read) << block.place << "\n" << (read ? "" : read.error().text);
      if (!read) continue;
      for (const std::string& warning : read->warnings)
        EXPECT_THAT(warning, testing::HasSubstr("twitch.client_id")) << block.place;
      ++loaded;
    }
  }
  ::unsetenv("TELEGRAM_API_HASH");
  EXPECT_GT(loaded, 20);
}

TEST(Documents, AWrongLinkCommandOrAnchorWouldBeFound) {
  EXPECT_EQ(anchor_of("What `doctor` finds"), "what-doctor-finds");
  EXPECT_EQ(anchor_of("Переход со старой программы на Python"), "переход-со-старой-программы-на-python");
  EXPECT_EQ(command_in("sudo streamrecorder channel set x 'a b' # so"),
            (std::vector<std::string>{"channel", "set", "x", "a b"}));
  EXPECT_TRUE(command_in("journalctl -eu streamrecorder").empty());
  const TempFolder folder;
  EXPECT_EQ(run_program(folder.path(), without_doing({"channel", "sett", "x"})).exit_code, 2);
  EXPECT_EQ(
      run_program(folder.path(), without_doing({"channel", "add", "https://www.twitch.tv/a"})).exit_code, 4);
  EXPECT_FALSE(fs::exists(folder / "data"));
}

}  // namespace
}  // namespace rec
