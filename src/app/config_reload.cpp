#include "app/config_reload.hpp"

#include <fmt/format.h>

#include <utility>

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/multiple_exceptions.hpp>
#include <boost/json/array.hpp>

#include "base/log.hpp"

namespace rec {

using asio::experimental::awaitable_operators::operator||;  // NOLINT(misc-unused-using-decls): used below

namespace {

namespace json = boost::json;

constexpr std::chrono::seconds kLooksAtFile{1};
constexpr std::chrono::seconds kTriesWrongFile{30};
constexpr std::chrono::milliseconds kWhileWritten{200};
constexpr std::chrono::milliseconds kLooksForAnswer{50};
constexpr int kMostReads = 10;

json::array text_list_json(const std::vector<std::string>& texts) {
  json::array out;
  for (const std::string& text : texts) out.emplace_back(text);
  return out;
}

json::array changes_json(const ConfigChanges& changes) {
  json::array out;
  for (const ConfigChange& change : changes) {
    json::object one;
    one["key"] = change.key;
    one["was"] = change.was;
    one["is"] = change.is;
    one["counts"] = word(change.counts);
    out.push_back(std::move(one));
  }
  return out;
}

std::string reload_text(const std::string& path, const ConfigChanges& taken,
                        const std::vector<std::string>& waiting) {
  std::vector<std::string> texts;
  for (const ConfigChange& change : taken) texts.push_back(change_text(change));
  std::string text = taken.empty() ? fmt::format("{}: nothing to change", path)
                                   : fmt::format("{} is in effect: {}", path, fmt::join(texts, "; "));
  if (!waiting.empty()) text += fmt::format("; after a restart: {}", fmt::join(waiting, ", "));
  return text;
}

}  // namespace

ConfigReload::ConfigReload(Needs needs, LoadedConfig started)
    : needs_(std::move(needs)),
      started_(started.config),
      now_(std::move(started.config)),
      said_something_(!started.origins.empty()),
      path_(std::move(started.path)),
      stamp_(std::move(started.stamp)),
      seen_(stamp_),
      read_at_(needs_.clock.now()),
      warnings_(std::move(started.warnings)),
      wake_(needs_.executor) {}

// A file that is being written is read again; what the last reading finds is what there is.
Task<LoadedConfig> ConfigReload::read() {
  struct Reading {
    Result<LoadedConfig> loaded;
    std::string before;
    std::string after;
  };
  for (int times = 1;; ++times) {
    auto job = [path = path_, find = needs_.find, load = needs_.load]() -> Result<Reading> {
      const std::string file = path.empty() ? find() : path;
      std::string before = file_stamp(file);
      auto loaded = file.empty() ? Result<LoadedConfig>(default_config()) : load(file);
      std::string after = file_stamp(file);
      return Reading{std::move(loaded), std::move(before), std::move(after)};
    };
    REC_CO_TRY(Reading reading, co_await run_on(needs_.files, std::move(job)));
    stamp_ = seen_ = reading.before;
    tried_at_ = needs_.clock.steady();
    if (reading.before == reading.after || times >= kMostReads) co_return std::move(reading.loaded);
    co_await needs_.clock.sleep(kWhileWritten);
  }
}

// An editor empties the file before it writes it: that there is nothing in it any more is no wish.
Result<void> ConfigReload::is_whole(const LoadedConfig& read) const {
  if (!said_something_ || !read.origins.empty()) return {};
  return fail(Errc::invalid,
              path_ + ": says nothing any more; write it again, or restart streamrecorder if that is meant");
}

void ConfigReload::note_trouble(const std::string& text) {
  if (std::exchange(trouble_, text) == text) return;
  if (text.empty()) {
    log::info("config.good_again", {{"file", path_}});
    return;
  }
  log::error("config.wrong", {{"file", path_}, {"error", text}, {"text", "what was read before counts"}});
}

// What is begun is done, whoever asked: it is watch() that does it.
Task<json::object> ConfigReload::reload() {
  ask();
  const std::uint64_t mine = asked_;
  while (answered_ < mine) co_await needs_.clock.sleep(kLooksForAnswer);
  co_return answer_;
}

Task<json::object> ConfigReload::read_and_take_up() {
  auto loaded = co_await read();
  if (loaded) {
    const auto whole = is_whole(*loaded);
    if (!whole) loaded = fail(whole.error());
  }
  if (!loaded) co_return fail(Errc::invalid, loaded.error().text);
  co_return co_await take_up(*std::move(loaded));
}

Task<json::object> ConfigReload::take_up(LoadedConfig read) {
  path_ = read.path;
  read_at_ = needs_.clock.now();
  said_something_ = !read.origins.empty();
  if (warnings_ != read.warnings) {
    for (const std::string& warning : read.warnings) log::warn("config.warning", {{"text", warning}});
    warnings_ = read.warnings;
  }
  const ConfigChanges changes = config_changes(now_, read.config);
  Config next = taken_up(now_, read.config);
  const ConfigChanges taken = config_changes(now_, next);
  if (!taken.empty()) {
    Config applied = next;
    ConfigChanges what = taken;
    REC_CO_CHECK(co_await needs_.apply(std::move(applied), std::move(what)));
    now_ = std::move(next);
  }
  const auto waited_before =
      std::exchange(needs_restart_, wants_restart(started_, read.config, needs_.publishing));
  const std::string text = reload_text(path_, taken, needs_restart_);
  log::info("config.read", {{"text", text}});
  if (!needs_restart_.empty() && needs_restart_ != waited_before)
    log::warn("config.needs_restart", {{"keys", fmt::format("{}", fmt::join(needs_restart_, ", "))}});
  json::object answer;
  answer["file"] = path_;
  answer["changed"] = !taken.empty();
  answer["changes"] = changes_json(changes);
  answer["needs_restart"] = text_list_json(needs_restart_);
  answer["warnings"] = text_list_json(warnings_);
  answer["text"] = text;
  co_return answer;
}

json::object ConfigReload::state() const {
  json::object out;
  out["file"] = path_.empty() ? json::value(nullptr) : json::value(path_);
  out["read_at"] = iso8601(read_at_);
  out["error"] = trouble_.empty() ? json::value(nullptr) : json::value(trouble_);
  out["needs_restart"] = text_list_json(needs_restart_);
  return out;
}

void ConfigReload::ask() {
  ++asked_;
  wake_.notify();
}

Task<> ConfigReload::watch() {
  for (;;) {
    REC_CO_TRY(const bool wanted, co_await has_changed());
    const std::uint64_t covers = asked_;
    if (wanted || answered_ < covers) {
      answer_ = co_await read_and_take_up();
      answered_ = covers;
      note_trouble(answer_ ? "" : answer_.error().text);
    }
    co_await until_next_look();
  }
}

asio::awaitable<void> ConfigReload::until_next_look() {
  try {
    co_await (wake_.wait() || needs_.clock.sleep(kLooksAtFile));
  } catch (const asio::multiple_exceptions& both) {  // a cancellation unwinds the two of them
    std::rethrow_exception(both.first_exception());
  }
}

Task<bool> ConfigReload::has_changed() {
  auto look = [path = path_, find = needs_.find]() -> Result<std::string> {
    return file_stamp(path.empty() ? find() : path);
  };
  REC_CO_TRY(const std::string stamp, co_await run_on(needs_.files, std::move(look)));
  const bool quiet = std::exchange(seen_, stamp) == stamp;
  const bool again = !trouble_.empty() && needs_.clock.steady() - tried_at_ >= kTriesWrongFile;
  co_return again || (stamp != stamp_ && quiet);
}

}  // namespace rec
