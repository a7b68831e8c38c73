// As the app does it: the mark that a post is on its way is durable before the post, its ids before the next
// step, and every failure that may pass is tried again.
#include "tests/unit/publish/session_child.hpp"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include "base/log.hpp"
#include "publish/tdlib_publisher.hpp"
#include "runtime/system_clock.hpp"

namespace rec::test {
namespace {

constexpr Millis kPause{100};

/// One line a step: its name, whether it was begun, the ids once it is done.
class Journal {
 public:
  explicit Journal(std::filesystem::path file) : file_(std::move(file)) {
    std::ifstream in(file_);
    for (std::string line; std::getline(in, line);) {
      std::istringstream words(line);
      std::string step;
      words >> step;
      Entry& entry = entries_[step];
      for (std::int64_t id = 0; words >> id;) entry.ids.push_back(id);
    }
  }
  struct Entry {
    std::vector<std::int64_t> ids{};
  };
  [[nodiscard]] bool begun(const std::string& step) const { return entries_.contains(step); }
  [[nodiscard]] std::vector<std::int64_t> ids(const std::string& step) const {
    const auto found = entries_.find(step);
    return found == entries_.end() ? std::vector<std::int64_t>() : found->second.ids;
  }
  void note(const std::string& step, std::vector<std::int64_t> ids) {
    entries_[step].ids = std::move(ids);
    const auto fresh = file_.string() + ".new";
    {
      std::ofstream out(fresh);
      for (const auto& [name, entry] : entries_) {
        out << name;
        for (const auto id : entry.ids) out << ' ' << id;
        out << '\n';
      }
    }
    std::filesystem::rename(fresh, file_);
  }

 private:
  std::filesystem::path file_;
  std::map<std::string, Entry> entries_;
};

class PublishingSession {
 public:
  PublishingSession(Publisher& publisher, Clock& clock, SessionOrder order)
      : publisher_(publisher),
        clock_(clock),
        order_(std::move(order)),
        journal_(std::filesystem::path(order_.folder) / "journal") {}

  Task<> run() {
    REC_CO_CHECK(co_await post("status", of_text("#rstatus", "Live")));
    auto album1 = of_files("#ralbum1", {0, 1});
    REC_CO_CHECK(co_await post("album1", std::move(album1)));
    auto album2 = of_files("#ralbum2", {2, 3});
    REC_CO_CHECK(co_await post("album2", std::move(album2)));
    REC_CO_TRY(const auto place, co_await comment_place());
    auto comment = of_files("#rcomment", {4});
    comment.chat = place.chat;
    comment.reply_to = place.reply_to;
    REC_CO_CHECK(co_await post("comment", std::move(comment)));
    auto copy = of_files("#ralbum1", {0, 1});
    copy.chat = order_.backup;
    copy.copy_of = MessageRange{order_.chat, journal_.ids("album1")};
    REC_CO_CHECK(co_await post("copy", std::move(copy)));
    RichText compressed{"Compressed\n#ralbum1", {}};
    REC_CO_CHECK(co_await edit("caption", journal_.ids("album1").at(0), std::move(compressed), true));
    RichText finished{"Done\n#rstatus", {}};
    co_return co_await edit("done", journal_.ids("status").at(0), std::move(finished), false);
  }

 private:
  [[nodiscard]] PostRequest of_text(const std::string& marker, const std::string& text) const {
    PostRequest made;
    made.chat = order_.chat;
    made.marker = marker;
    made.text.text = text + "\n" + marker;
    return made;
  }
  [[nodiscard]] PostRequest of_files(const std::string& marker, const std::vector<int>& numbers) const {
    auto made = of_text(marker, "Part");
    for (const int number : numbers) {
      session::PartFile file;
      file.path = order_.files + "/" + std::to_string(number) + ".mp4";
      file.bytes = std::filesystem::file_size(file.path);
      file.duration = Millis(12'000);
      file.width = 1280;
      file.height = 720;
      made.files.push_back(file);
    }
    return made;
  }
  [[nodiscard]] std::int64_t newest() const {
    std::int64_t id = 0;
    for (const auto* step : {"status", "album1", "album2"})
      for (const auto known : journal_.ids(step)) id = std::max(id, known);
    return id;
  }
  /// Nothing: it is worth another try, after a pause.
  Task<> wait_after(Error error) {
    const bool passes = error.code == Errc::unavailable || error.code == Errc::timed_out ||
                        error.code == Errc::conflict || error.code == Errc::rate_limited;
    if (!passes) co_return fail(std::move(error));
    log::warn("session.waits", {{"error", error.text}});
    co_await clock_.sleep(error.retry_after.value_or(kPause));
    co_return Result<void>{};
  }
  Task<> post(std::string step, PostRequest request) {
    while (journal_.ids(step).empty()) {
      request.maybe_sent = journal_.begun(step);
      request.after_message = request.chat == order_.chat ? newest() : 0;
      request.about_to_send = [this, step]() -> Task<> {
        journal_.note(step, {});
        co_return Result<void>{};
      };
      auto ids = co_await publisher_.publish(request);
      if (ids) journal_.note(step, *ids);
      if (!ids) REC_CO_CHECK(co_await wait_after(ids.error()));
    }
    co_return Result<void>{};
  }
  Task<CommentPlace> comment_place() {
    const auto deadline = clock_.steady() + std::chrono::seconds(60);
    while (clock_.steady() < deadline) {
      auto place = co_await publisher_.comment_place(order_.chat, journal_.ids("album1").at(0));
      if (place && *place) co_return **place;
      if (!place) REC_CO_CHECK(co_await wait_after(place.error()));
      co_await clock_.sleep(kPause);
    }
    co_return fail(Errc::not_found, "no place for comments");
  }
  Task<> edit(std::string step, std::int64_t message, RichText text, bool caption) {
    while (journal_.ids(step).empty()) {
      auto done = caption ? co_await publisher_.edit_caption(order_.chat, message, text)
                          : co_await publisher_.edit_text(order_.chat, message, text);
      if (done) journal_.note(step, {message});
      if (!done) REC_CO_CHECK(co_await wait_after(done.error()));
    }
    co_return Result<void>{};
  }

  Publisher& publisher_;
  Clock& clock_;
  SessionOrder order_;
  Journal journal_;
};

TdlibOptions options_of(const SessionOrder& order) {
  TdlibOptions options;
  options.host = {std::filesystem::read_symlink("/proc/self/exe").string(), "tdlib-host"};
  options.library = order.library;
  options.folder = order.folder;
  options.api_id = 1;
  options.api_hash = "0123456789abcdef0123456789abcdef";
  options.bot_token = Secret(order.token);
  options.proxies = {order.proxy};
  options.look_again_after = Millis(100);
  options.doubt_after = Millis(1000);
  return options;
}

asio::awaitable<void> run_and_tell(PublishingSession& session, Publisher& publisher, std::string& said,
                                   asio::io_context& loop) {
  const auto done = co_await session.run();
  co_await publisher.close();
  said = done ? "complete" : "failed " + std::string(word(done.error().code)) + " " + done.error().text;
  loop.stop();  // the publisher has tasks that end with it
}

}  // namespace

std::vector<std::string> SessionOrder::to_arguments() const {
  return {"session-child",        library, folder, proxy, token, std::to_string(chat),
          std::to_string(backup), files};
}

SessionOrder SessionOrder::from_arguments(int argc, char** argv) {
  const std::vector<std::string> all(argv + 1, argv + argc);
  return {all.at(1), all.at(2), all.at(3), all.at(4), std::stoll(all.at(5)), std::stoll(all.at(6)),
          all.at(7)};
}

int session_child_main(const SessionOrder& order) {
  log::Options logging;
  logging.level = std::getenv("REC_SESSION_LOG") != nullptr ? log::Level::warn : log::Level::error;
  log::configure(logging);
  asio::io_context loop;
  SystemClock clock;
  const auto publisher = make_tdlib_publisher(loop.get_executor(), clock, options_of(order));
  PublishingSession session(*publisher, clock, order);
  std::string said;
  asio::co_spawn(loop, run_and_tell(session, *publisher, said, loop), asio::detached);
  loop.run_for(std::chrono::minutes(10));
  std::printf("%s\n", said.c_str());
  std::fflush(stdout);
  return 0;
}

}  // namespace rec::test
