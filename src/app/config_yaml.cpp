// yaml-cpp's parser events made into a Yaml tree; its exceptions end here.
#include "app/config_yaml.hpp"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <optional>
#include <set>
#include <sstream>

namespace rec {
namespace {

struct YamlProblem {
  int line;
  std::string text;
};

class YamlTreeBuilder : public YAML::EventHandler {
 public:
  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    leaf(mark, anchor, Yaml::Kind::null, "");
  }
  void OnScalar(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                const std::string& value) override {
    leaf(mark, anchor, Yaml::Kind::scalar, value);
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto found = anchors_.find(anchor);
    if (found == anchors_.end()) {
      throw YamlProblem{mark.line + 1, "an alias stands inside what it names; write the value out"};
    }
    add(mark.line + 1, found->second);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(mark, anchor, Yaml::Kind::list);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(mark, anchor, Yaml::Kind::map);
  }
  void OnMapEnd() override {
    merge(*stack_.back().node);
    close();
  }

  [[nodiscard]] std::shared_ptr<const Yaml> root() const { return root_; }

  /// Of what breaks off here.
  std::shared_ptr<const Yaml> root_so_far() {
    while (!stack_.empty()) {
      stack_.back().pending.reset();
      close();
    }
    return root_;
  }

 private:
  struct Frame {
    std::shared_ptr<Yaml> node;
    YAML::anchor_t anchor = 0;
    std::optional<Yaml::Entry> pending{};  // a key that waits for its value
  };

  static std::shared_ptr<Yaml> make(const YAML::Mark& mark, Yaml::Kind kind) {
    auto node = std::make_shared<Yaml>();
    node->kind = kind;
    node->line = mark.line + 1;
    return node;
  }

  void leaf(const YAML::Mark& mark, YAML::anchor_t anchor, Yaml::Kind kind, const std::string& text) {
    auto node = make(mark, kind);
    node->text = text;
    if (anchor != 0) anchors_[anchor] = node;
    add(node->line, node);
  }

  void open(const YAML::Mark& mark, YAML::anchor_t anchor, Yaml::Kind kind) {
    stack_.push_back(Frame{make(mark, kind), anchor, {}});
  }

  void close() {
    Frame done = std::move(stack_.back());
    stack_.pop_back();
    if (done.anchor != 0) anchors_[done.anchor] = done.node;
    add(done.node->line, done.node);
  }

  void add(int line, std::shared_ptr<const Yaml> value) {
    if (stack_.empty()) {
      root_ = std::move(value);
      return;
    }
    Frame& frame = stack_.back();
    Yaml& parent = *frame.node;
    grow(parent, line, value->weight);
    if (parent.kind == Yaml::Kind::list) {
      parent.items.push_back(std::move(value));
    } else if (frame.pending) {
      frame.pending->value = std::move(value);
      parent.entries.push_back(*std::move(frame.pending));
      frame.pending.reset();
    } else {
      if (value->kind == Yaml::Kind::list || value->kind == Yaml::Kind::map) {
        throw YamlProblem{line, "a list or map cannot be a key; write `key: value`"};
      }
      frame.pending = Yaml::Entry{value->kind == Yaml::Kind::null ? "null" : value->text, line, {}};
    }
  }

  static void grow(Yaml& parent, int line, std::size_t weight) {
    parent.weight += weight;
    if (parent.weight > kMaxConfigNodes) {
      throw YamlProblem{line,
                        fmt::format("the file stands for more than {} values with its aliases written out; "
                                    "use fewer aliases",
                                    kMaxConfigNodes)};
    }
  }

  // `<<: *base` or `<<: [*a, *b]`: their keys, where the map has none of its own.
  static void merge(Yaml& map) {
    const auto own = std::ranges::find(map.entries, "<<", &Yaml::Entry::key);
    if (own == map.entries.end()) return;
    const auto [key, line, base] = *own;
    map.entries.erase(own);
    std::set<std::string> has;
    for (const Yaml::Entry& entry : map.entries) has.insert(entry.key);
    const auto take = [&map, &has, at = line](const Yaml& from) {
      if (from.kind != Yaml::Kind::map) throw YamlProblem{at, "<< takes a map; write `<<: *name`"};
      for (const Yaml::Entry& entry : from.entries) {
        if (has.insert(entry.key).second) map.entries.push_back(entry);
      }
    };
    if (base->kind != Yaml::Kind::list) {
      take(*base);
      return;
    }
    for (const auto& item : base->items) take(*item);
  }

  std::vector<Frame> stack_;
  std::map<YAML::anchor_t, std::shared_ptr<const Yaml>> anchors_;
  std::shared_ptr<const Yaml> root_ = std::make_shared<Yaml>();
};

// The line, or the last one before it that holds anything: the parser may notice at the end only.
std::string_view yaml_line(std::string_view source, int line) {
  std::string_view found;
  for (int at = 1; at <= line && !source.empty(); ++at) {
    const std::size_t end = std::min(source.find('\n'), source.size());
    const std::string_view here = source.substr(0, end);
    if (here.find_first_not_of(" \r") != std::string_view::npos) found = here;
    source.remove_prefix(std::min(end + 1, source.size()));
  }
  return found;
}

// What people most often get wrong, from the looks of the line.
std::string yaml_cure(std::string_view line) {
  const std::size_t start = line.find_first_not_of(' ');
  if (start == std::string_view::npos) return "check the quotes and brackets above it";
  const std::string_view rest = line.substr(start);
  if (rest.front() == '\t' ||
      line.substr(0, line.find_first_not_of(" \t")).find('\t') != std::string_view::npos) {
    return "indent with spaces, not with tabs";
  }
  for (const std::string_view bad : {"@", "`", "%", "*"}) {
    if (rest.starts_with(bad) || rest.find(fmt::format(": {}", bad)) != std::string_view::npos ||
        rest.find(fmt::format("- {}", bad)) != std::string_view::npos ||
        rest.find(fmt::format("[{}", bad)) != std::string_view::npos ||
        rest.find(fmt::format(", {}", bad)) != std::string_view::npos) {
      return fmt::format("put a value that begins with {} in quotes, like \"{}name\"", bad, bad);
    }
  }
  if (std::ranges::count(rest, '"') % 2 != 0) return "close the quote";
  if (std::ranges::count(rest, '[') != std::ranges::count(rest, ']')) return "close the bracket";
  if (std::ranges::count(rest, '{') != std::ranges::count(rest, '}')) return "close the brace";
  if (rest.find(": ") != rest.rfind(": ")) return "put a value that holds `: ` in quotes";
  return "check the indentation, a space after each colon, and the quotes here and on the line above";
}

}  // namespace

std::shared_ptr<const Yaml> try_yaml(std::string_view source, YamlMistake& mistake) {
  if (source.size() > kMaxConfigBytes) {
    mistake = {0, fmt::format("larger than {} bytes; is it the right file?", kMaxConfigBytes)};
    return nullptr;
  }
  try {
    std::istringstream stream{std::string(source)};
    YAML::Parser parser(stream);
    YamlTreeBuilder builder;
    if (!parser.HandleNextDocument(builder)) return std::make_shared<Yaml>();
    YamlTreeBuilder second;
    if (parser.HandleNextDocument(second) && second.root()->kind != Yaml::Kind::null) {
      mistake = {second.root()->line, "a second document begins; keep one and remove the line ---"};
      return nullptr;
    }
    return builder.root();
  } catch (const YamlProblem& problem) {
    mistake = {problem.line, problem.text};
  } catch (const YAML::Exception& error) {
    const int line = error.mark.line + 1;
    mistake = {line, fmt::format("not valid YAML: {}; {}", error.msg, yaml_cure(yaml_line(source, line)))};
  }
  return nullptr;
}

Result<std::shared_ptr<const Yaml>> parse_yaml(std::string_view source, const std::string& file) {
  YamlMistake mistake;
  auto root = try_yaml(source, mistake);
  if (root) return root;
  const std::string place = mistake.line > 0 ? fmt::format("{}:{}", file, mistake.line) : file;
  return fail(Errc::invalid, place + ": " + mistake.what);
}

std::shared_ptr<const Yaml> yaml_as_far_as_it_goes(std::string_view source, std::string_view wanted) {
  source = source.substr(0, kMaxConfigBytes);
  const auto so_far = [](YamlTreeBuilder& builder) -> std::shared_ptr<const Yaml> {
    try {
      return builder.root_so_far();
    } catch (const YamlProblem&) {
      return std::make_shared<Yaml>();
    }
  };
  int wrong_line = 0;  // from 0
  const auto read = [&](std::string_view text) {
    YamlTreeBuilder builder;
    try {
      std::istringstream stream{std::string(text)};
      YAML::Parser parser(stream);
      parser.HandleNextDocument(builder);
      return so_far(builder);
    } catch (const YAML::Exception& error) {
      wrong_line = error.mark.line;
      return so_far(builder);
    } catch (const YamlProblem&) {
      return so_far(builder);
    }
  };
  const auto has = [&](const Yaml& map) {
    return std::ranges::find(map.entries, wanted, &Yaml::Entry::key) != map.entries.end();
  };
  auto root = read(source);
  // The mistake may have swallowed what stands right before it.
  std::size_t before = 0;
  for (; wrong_line > 0 && before != std::string_view::npos; --wrong_line)
    before = source.find('\n', before == 0 ? 0 : before + 1);
  if (auto above = read(source.substr(0, before)); has(*above)) return above;
  if (has(*root)) return root;
  const auto behind = source.find(fmt::format("\n{}:", wanted));
  if (behind == std::string_view::npos) return root;
  auto below = read(source.substr(behind + 1));
  return has(*below) ? below : root;
}

std::string yaml_quote(std::string_view text) {
  const auto safe = [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '_' || c == '-' || c == '.' || c == '/';
  };
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  const bool word = !text.empty() && std::ranges::all_of(text, safe) &&
                    (std::isalpha(static_cast<unsigned char>(text.front())) != 0 || text.front() == '/' ||
                     text.starts_with("./"));
  const bool other_meaning = lower == "null" || lower == "true" || lower == "false" || lower == "yes" ||
                             lower == "no" || lower == "on" || lower == "off" || lower == "y" || lower == "n";
  if (word && !other_meaning) return std::string(text);
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    if (c == '\n')
      quoted += "\\n";
    else if (static_cast<unsigned char>(c) < ' ' || c == 0x7F)
      quoted += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    else
      quoted += c;
  }
  return quoted + '"';
}

}  // namespace rec
