#include "tests/web/stage.hpp"

#include <sys/stat.h>

#include <cstdlib>
#include <future>
#include <stdexcept>
#include <thread>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/json/serialize.hpp>

#include "app/service.hpp"
#include "media/child_picture_maker.hpp"
#include "runtime/supervisor.hpp"
#include "runtime/system_clock.hpp"
#include "store/sqlite_store.hpp"
#include "tests/support/temp_folder.hpp"
#include "tests/web/world.hpp"
#include "web/http_server.hpp"
#include "web/site.hpp"

namespace rec::web_stage {
namespace {

using namespace std::chrono_literals;

namespace fs = std::filesystem;

void make_media(const std::string& film, const std::string& picture) {
  const std::string run = "ffmpeg -nostdin -v error -f lavfi -i testsrc2=size=320x180:rate=10:duration=3 ";
  const std::string made = run + "-c:v libx264 -pix_fmt yuv420p -movflags +faststart " + film + " && " + run +
                           "-frames:v 1 " + picture;
  if (std::system(made.c_str()) != 0) throw std::runtime_error("ffmpeg made no film; run tools/bootstrap");
}

std::string cookies_until(const std::string& path, Instant until) {
  const auto end = unix_ms(until) / 1000;
  test::write_bytes(path, "# Netscape HTTP Cookie File\n.youtube.com\tTRUE\t/\tTRUE\t" + std::to_string(end) +
                              "\tLOGIN_INFO\tx\n.youtube.com\tTRUE\t/\tTRUE\t" + std::to_string(end) +
                              "\tSID\tx\n");
  ::chmod(path.c_str(), 0600);
  return path;
}

}  // namespace

struct Stage::Impl {
  explicit Impl(const StageOptions& options) : store(*SqliteStore::open(":memory:")) {
    const std::string picture = folder / "film.jpg";
    const Instant now = clock.now();
    if (options.channels > 0) {
      world = crowded_world(now, options.channels);
    } else if (options.trouble) {
      world = troubled_world(now, cookies_until(folder / "cookies.txt", now - 30h));
    } else if (!options.empty) {
      film = folder / "film.mp4";
      make_media(film, picture);
      world = usual_world(now, film, picture, cookies_until(folder / "cookies.txt", now + 50h));
    }
    Commit commit;
    for (const SessionRecord& record : world.done) {
      commit.sessions.push_back(record.session);
      commit.takes.insert(commit.takes.end(), record.takes.begin(), record.takes.end());
      for (const Gap& gap : record.gaps) commit.gaps.push_back({record.session.id, gap});
    }
    for (const auto& [id, session] : world.model.sessions) commit.sessions.push_back(session);
    if (const auto kept = store->commit(commit); !kept) throw std::runtime_error(kept.error().text);
    book = std::make_unique<ChannelBook>(world.config, std::vector<ChannelOrder>());
    targets = std::make_unique<TargetBook>(world.config.telegram, std::vector<TargetOrder>());
    service = std::make_unique<Service>(needs());
    open(options);
    tick();
    thread = std::thread([this] { io.run(); });
  }

  Service::Needs needs() {
    Service::Needs needs{world.model, world.settings, clock, *store, *worker};
    needs.progress = [this](const SessionId& id) -> std::optional<SessionProgress> {
      const auto found = world.progress.find(id);
      return found == world.progress.end() ? std::nullopt : std::optional(found->second);
    };
    needs.disks = [this] { return world.disks; };
    needs.uploads = [this] { return world.uploads; };
    needs.targets = targets.get();
    needs.change_targets = [](TargetOrder) -> Task<> { co_return Result<void>(); };
    needs.book = book.get();
    needs.change_channels = [this](ChannelOrder, ChannelPlans plans) { return adopt(std::move(plans)); };
    needs.news = [this](const ChannelId& id) { return world.news[id]; };
    needs.watch = [this] { return world.watch; };
    needs.files = worker.get();
    needs.pictures = pictures.get();
    needs.newest_media = [this](SessionId id) { return newest_of(std::move(id)); };
    return needs;
  }
  Task<MediaRun> newest_of(SessionId id) const {
    MediaRun run;
    if (world.progress.contains(id) && !film.empty()) run.extents = {{film, 0, fs::file_size(film)}};
    co_return run;
  }
  Task<> adopt(ChannelPlans plans) {
    static_cast<ChannelPlans&>(world.settings) = std::move(plans);
    co_return Result<void>();
  }
  Task<boost::json::object> ask(std::string request, boost::json::object arguments) {
    if (request != "session_action" && request != "target_test")
      co_return co_await service->call(std::move(request), std::move(arguments));
    asked.push_back(boost::json::serialize(arguments));
    boost::json::object told;
    if (request == "target_test")
      co_return findings_json({{"telegram", Finding::Level::ok, "signed in as recorder_bot, a bot", ""},
                               {"telegram", Finding::Level::error, "default: the account may not post there",
                                "add recorder_bot to it as an administrator"}});
    told["text"] = "the recording ends; what is there is posted";
    co_return told;
  }

  void open(const StageOptions& options) {
    const std::string accounts = web::accounts_path(folder.path());
    if (!options.password.empty()) {
      web::Accounts kept;
      kept.password = *web::hash_password(Secret(options.password));
      if (!web::write_accounts(accounts, kept)) throw std::runtime_error("no accounts");
    }
    auto carry = [this](std::string request, boost::json::object arguments) {
      return ask(std::move(request), std::move(arguments));
    };
    web::Gate::Needs gate{clock, *worker, accounts};
    web::Site::Needs site_needs{clock, *worker, std::move(carry), std::move(gate)};
    site_needs.language = options.language;
    site_needs.rates_every = 500ms;
    site = std::make_shared<web::Site>(std::move(site_needs));
    web::Handler handler = [kept = site](web::Request request) { return kept->answer(std::move(request)); };
    tasks.start("rates", site->watch_rates());
    set_up = site->offer_set_up();
    auto opened = web::HttpServer::open(io.get_executor(), {"127.0.0.1", 0}, std::move(handler));
    if (!opened) throw std::runtime_error(opened.error().text);
    server = *std::move(opened);
  }
  void tick() {
    world.grow(clock.now());
    timer.expires_after(500ms);
    timer.async_wait([this](const boost::system::error_code& error) {
      if (!error) tick();
    });
  }
  /// Runs on the stage's thread and waits for it.
  template <class F>
  auto on_thread(F job) {
    std::promise<decltype(job())> done;
    asio::post(io, [&] { done.set_value(job()); });
    return done.get_future().get();
  }

  test::TempFolder folder;
  SystemClock clock;
  std::unique_ptr<Store> store;
  std::unique_ptr<Worker> worker = make_thread_worker("stage");
  World world;
  std::string film;  ///< what is live shows that
  std::unique_ptr<PictureMaker> pictures = media::make_child_picture_maker(
      {fs::path(REC_BINARY).parent_path() / "streamrecorder-media", "worker"});
  std::unique_ptr<ChannelBook> book;
  std::unique_ptr<TargetBook> targets;
  std::unique_ptr<Service> service;
  std::shared_ptr<web::Site> site;
  std::vector<std::string> asked;
  asio::io_context io{1};
  asio::executor_work_guard<asio::io_context::executor_type> work{io.get_executor()};
  asio::steady_timer timer{io};
  Supervisor tasks{io.get_executor(), [](const std::string&, const Error&) {}};
  std::string set_up;
  std::unique_ptr<web::HttpServer> server;
  std::thread thread;
};

Stage::Stage(const StageOptions& options) : impl_(std::make_unique<Impl>(options)) {}

Stage::~Stage() {
  impl_->io.stop();
  impl_->thread.join();
  impl_->tasks.cancel_all();
  impl_->io.restart();
  while (impl_->tasks.running("rates")) impl_->io.run_one_for(10ms);
  impl_->worker.reset();  // what it still does ends while the loop is there
}

std::string Stage::url() const { return "http://127.0.0.1:" + std::to_string(impl_->server->port()); }

std::string Stage::set_up() const { return impl_->set_up; }

std::vector<std::string> Stage::actions() const {
  return impl_->on_thread([this] { return impl_->asked; });
}

std::vector<std::string> Stage::channels() const {
  return impl_->on_thread([this] {
    std::vector<std::string> ids;
    for (const auto& entry : impl_->book->entries()) ids.push_back(entry.watched.id.str());
    return ids;
  });
}

}  // namespace rec::web_stage
