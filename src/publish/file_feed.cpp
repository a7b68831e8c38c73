// One file after the other is shown, in the order in which TDLib asked for them, which is that of its
// uploads.
#include "publish/file_feed.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <vector>

#include "base/log.hpp"
#include "publish/tdlib_json.hpp"
#include "runtime/signal.hpp"
#include "runtime/supervisor.hpp"
#include "runtime/worker.hpp"

namespace rec {
namespace {

namespace json = boost::json;
namespace fs = std::filesystem;

constexpr std::uint64_t kSmallestPart = 32 * 1024;
constexpr std::uint64_t kLargestFeedPart = 512 * 1024;
constexpr std::uint64_t kMostParts = 4000;
constexpr Millis kLookEvery{50};
/// Of a part: from when it may be sent to when it has left. TDLib waits seven seconds for an answer, of which
/// up to two may have gone by since the last pong when the part begins.
constexpr double kLongestSeconds = 4.7;
constexpr double kLeadSeconds = 1;
constexpr std::chrono::seconds kForgetAfter{60};

struct Fed {
  std::int64_t generation = 0;
  std::string destination{};
  std::int64_t file = 0;  ///< TDLib's id, once known
  std::uint64_t size = 0;
  std::uint64_t shown = 0;
  std::uint64_t confirmed = 0;
  bool finished = false;   ///< TDLib sees all of it
  SteadyTime forget_at{};  ///< then, whatever Telegram has confirmed: it may have been taken back
};

/// Puts the recording where TDLib wants to find what is being made; how many bytes it has.
Result<std::uint64_t> put_link(const std::string& original, const std::string& destination) {
  std::error_code error;
  const auto size = fs::file_size(original, error);
  if (error) return fail(errno_error(error.value(), "reading " + original));
  ::unlink(destination.c_str());  // TDLib has made an empty one
  if (::symlink(original.c_str(), destination.c_str()) != 0)
    return fail(errno_error(errno, "linking " + destination));
  return size;
}

/// TDLib keeps the links of what it has sent, under names of its own.
void sweep_links(const std::string& destination) {
  std::error_code error;
  const auto files = fs::path(destination).parent_path().parent_path();
  for (const char* folder : {"videos", "temp"}) {
    for (const auto& entry : fs::directory_iterator(files / folder, error)) {
      std::error_code ignored;
      if (entry.is_symlink(ignored) && !fs::exists(entry.path(), ignored)) fs::remove(entry.path(), ignored);
    }
  }
}

}  // namespace

std::uint64_t generated_part_bytes(std::uint64_t file_bytes) {
  std::uint64_t part = kSmallestPart;
  while (part < kLargestFeedPart && (file_bytes + part - 1) / part > kMostParts) part *= 2;
  return std::min(part * 2, kLargestFeedPart);  // TDLib leaves room for a wrong guess
}

std::uint64_t may_be_shown(const FeedWindow& window, std::uint64_t cap) {
  if (cap == 0) return window.size;
  const std::uint64_t part = generated_part_bytes(window.size);
  const auto rate = static_cast<double>(cap);
  // While the last part leaves, the next one shares the line with it, and so does the one after that.
  const double spare = (kLongestSeconds - static_cast<double>(part) / rate) / 2;
  const auto lead = static_cast<std::uint64_t>(rate * std::clamp(spare, 0.0, kLeadSeconds));
  if (window.underway > lead) return window.shown;
  const std::uint64_t more = ((lead - window.underway) / part + 1) * part;
  return std::min(window.size, window.shown + more);
}

struct FileFeed::State {
  State(const asio::any_io_executor& ex, Clock& c, Needs n)
      : clock(c), needs(std::move(n)), changed(ex), supervisor(ex, [](const std::string&, const Error&) {}) {}

  Clock& clock;
  Needs needs;
  Signal changed;
  std::vector<Fed> files{};
  std::uint64_t passed_before = 0;  ///< when Telegram last confirmed something, or a connection was made anew
  std::uint64_t connections = 0;
  std::unique_ptr<Worker> worker{};
  bool over = false;
  Supervisor supervisor;

  Fed* by_generation(std::int64_t generation);
  void give(const char* type, std::int64_t generation, json::object fields);
  void confirm(const json::object& file);
  [[nodiscard]] std::uint64_t underway() const;
  void show_more();
  static Task<> link(std::shared_ptr<State> self, json::object start);
  static Task<> run(std::shared_ptr<State> self);
};

Fed* FileFeed::State::by_generation(std::int64_t generation) {
  const auto found = std::ranges::find(files, generation, &Fed::generation);
  return found == files.end() ? nullptr : &*found;
}

void FileFeed::State::give(const char* type, std::int64_t generation, json::object fields) {
  fields["@type"] = type;
  fields["generation_id"] = std::to_string(generation);
  // A host that has just ended asks again.
  if (const auto posted = needs.post(std::move(fields)); !posted)
    log::debug("telegram.feed_lost", {{"text", posted.error().text}});
}

void FileFeed::State::confirm(const json::object& file) {
  const auto id = tdlib::number(file, "id");
  const auto path = tdlib::text(tdlib::child(file, "local"), "path");
  const auto found = std::ranges::find_if(files, [&](const Fed& fed) {
    return fed.file != 0 ? fed.file == id : !path.empty() && path == fed.destination;
  });
  if (found == files.end()) return;
  found->file = id;
  const auto told = tdlib::number(tdlib::child(file, "remote"), "uploaded_size");
  const bool whole = tdlib::flag(tdlib::child(file, "remote"), "is_uploading_completed");
  const auto now = whole
                       ? found->shown
                       : std::min(found->shown, static_cast<std::uint64_t>(std::max<std::int64_t>(0, told)));
  if (now > found->confirmed) passed_before = needs.passed();
  found->confirmed = std::max(found->confirmed, now);
}

/// What TDLib sees and Telegram has not confirmed, less what has left since the last confirmation.
std::uint64_t FileFeed::State::underway() const {
  std::uint64_t sum = 0;
  for (const Fed& fed : files) sum += fed.shown - fed.confirmed;
  return sum - std::min(sum, needs.passed() - std::min(needs.passed(), passed_before));
}

void FileFeed::State::show_more() {
  std::erase_if(files, [at = clock.steady()](const Fed& fed) {
    return fed.finished && (fed.confirmed == fed.shown || at > fed.forget_at);
  });
  const auto now = std::ranges::find(files, false, &Fed::finished);
  if (now == files.end()) return;
  if (const auto made = needs.connections(); made != connections) {
    connections = made;
    passed_before = needs.passed();
  }
  const bool quiet = std::ranges::all_of(files, [](const Fed& fed) { return fed.shown == fed.confirmed; });
  if (quiet) passed_before = needs.passed();
  const FeedWindow window{now->size, now->shown, underway()};
  const auto shown = may_be_shown(window, needs.cap());
  if (shown == now->shown && shown < now->size) return;
  now->shown = shown;
  json::object progress;
  progress["expected_size"] = now->size;
  progress["local_prefix_size"] = now->shown;
  give("setFileGenerationProgress", now->generation, std::move(progress));
  if (now->shown < now->size) return;
  now->finished = true;
  now->forget_at = clock.steady() + kForgetAfter;
  give("finishFileGeneration", now->generation, {});
}

Task<> FileFeed::State::link(std::shared_ptr<State> self, json::object start) {
  if (!self->worker) self->worker = make_thread_worker("telegram-feed");
  const std::string original(tdlib::text(start, "original_path"));
  const std::string destination(tdlib::text(start, "destination_path"));
  auto job = [original, destination] {
    sweep_links(destination);
    return put_link(original, destination);
  };
  const auto size = co_await run_on(*self->worker, std::move(job));
  const auto generation = tdlib::number(start, "generation_id");
  Fed* fed = self->by_generation(generation);
  if (fed == nullptr) co_return Result<void>{};  // stopped meanwhile
  if (!size) {
    json::object error = tdlib::request("error");
    error["code"] = 400;
    error["message"] = size.error().text;
    json::object fields;
    fields["error"] = std::move(error);
    self->give("finishFileGeneration", generation, std::move(fields));
    std::erase_if(self->files, [&](const Fed& each) { return each.generation == generation; });
    co_return Result<void>{};
  }
  fed->size = *size;
  fed->destination = destination;
  self->supervisor.start("feed", run(self));
  co_return Result<void>{};
}

Task<> FileFeed::State::run(std::shared_ptr<State> self) {
  while (!self->over && std::ranges::any_of(self->files, [](const Fed& fed) { return !fed.finished; })) {
    const auto first = std::ranges::find(self->files, false, &Fed::finished);
    if (!first->destination.empty()) self->show_more();
    co_await self->changed.wait_until(self->clock, self->clock.steady() + kLookEvery);
  }
  co_return Result<void>{};
}

FileFeed::FileFeed(const asio::any_io_executor& executor, Clock& clock, Needs needs)
    : state_(std::make_shared<State>(executor, clock, std::move(needs))) {}

FileFeed::~FileFeed() {
  state_->over = true;
  const auto nothing = [] { return std::uint64_t{0}; };
  state_->needs = {[](json::object) { return Result<void>(); }, nothing, nothing, nothing};
  state_->changed.notify();  // its tasks end by themselves, or with their io_context
}

void FileFeed::take_over(json::object& send, const PostRequest& post) {
  const auto replace = [&](json::object& content) {
    auto* video = content.if_contains("video");
    if (video == nullptr || !video->is_object()) return;
    const auto path = tdlib::text(video->get_object(), "path");
    const auto file = std::ranges::find(post.files, path, &session::PartFile::path);
    if (file == post.files.end()) return;
    json::object made = tdlib::request("inputFileGenerated");
    made["original_path"] = file->path;
    // TDLib takes files of the same path and conversion for one and the same.
    made["conversion"] = "feed " + (file->sha256.empty() ? std::to_string(file->bytes) : file->sha256);
    made["expected_size"] = file->bytes;
    content["video"] = std::move(made);
  };
  if (auto* one = send.if_contains("input_message_content")) replace(one->as_object());
  if (auto* all = send.if_contains("input_message_contents"))
    for (auto& content : all->as_array()) replace(content.as_object());
}

void FileFeed::on_update(const json::object& update) {
  const auto type = tdlib::type_of(update);
  if (type == "updateFile") {
    state_->confirm(tdlib::child(update, "file"));
  } else if (type == "updateFileGenerationStart") {
    const auto generation = tdlib::number(update, "generation_id");
    if (state_->by_generation(generation) != nullptr) return;
    Fed fed;
    fed.generation = generation;
    state_->files.push_back(std::move(fed));
    state_->supervisor.start("link " + std::to_string(generation), State::link(state_, update));
  } else if (type == "updateFileGenerationStop") {
    const auto generation = tdlib::number(update, "generation_id");
    std::erase_if(state_->files,
                  [&](const Fed& fed) { return fed.generation == generation && !fed.finished; });
  }
  state_->changed.notify();
}

void FileFeed::clear() {
  state_->files.clear();
  state_->changed.notify();
}

}  // namespace rec
