#include "program.hpp"

#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "base/log.hpp"
#include "file_world.hpp"

namespace rec::simulation {
namespace {

/// A loop whose suspended coroutines can be taken apart while all that they refer to, and the loop, are still
/// there.
class Loop : public asio::io_context {
 public:
  void take_apart() { shutdown(); }
};

/// What the machine believes: the monotonic clock is right, the other one is off.
class MachineClock final : public Clock {
 public:
  MachineClock(Clock& real, const std::map<Instant, Millis>& off) : real_(real), off_(off) {}
  [[nodiscard]] Instant now() const override {
    const Instant now = real_.now();
    const auto after = off_.upper_bound(now);
    return after == off_.begin() ? now : now + std::prev(after)->second;
  }
  [[nodiscard]] SteadyTime steady() const override { return real_.steady(); }
  asio::awaitable<void> wait_until(Waiter& waiter, SteadyTime when) override {
    return real_.wait_until(waiter, when);
  }

 private:
  Clock& real_;
  const std::map<Instant, Millis>& off_;
};

}  // namespace

Program::Program(std::string name, StoreIn store) {
  log::Level level = log::Level::off;  // REC_SIM_LOG=info: what the program says while a seed is replayed
  if (const char* word = std::getenv("REC_SIM_LOG"); word != nullptr) log::parse_level(word, level);
  log::configure({.level = level});
  // Memory where there is some: thousands of syncs prove nothing on a disk that is not cut off.
  const std::filesystem::path memory = "/dev/shm";
  folder_ = (std::filesystem::exists(memory) ? memory : std::filesystem::temp_directory_path()) /
            ("rec-sim-" + name + "-" + std::to_string(getpid()));
  std::filesystem::remove_all(folder_);
  std::filesystem::create_directories(folder_);
  disk_ = SqliteStore::open(store == StoreIn::memory ? ":memory:" : (folder_ / "state.db").string()).value();
  settings.data_folder = folder_ / "data";
  settings.output_folder = folder_ / "recordings";
  settings.channels = {{ChannelId("twitch:someone"), "twitch", "someone", "https://www.twitch.tv/someone"}};
  settings.channel_policy.offline_grace = std::chrono::seconds(30);
  settings.part_limits.duration = std::chrono::seconds(10);
  settings.target.target.chat.id = -1001;
}

Program::~Program() { std::filesystem::remove_all(folder_); }

bool Program::run_for(std::chrono::seconds duration) {
  bool crashed = false;
  {
    Loop io;
    VirtualClock clock(io, now_);
    world.clock = &clock;
    MachineClock machine(clock, wall_is_off);
    FuseStore store(world, *disk_);
    const auto worker = make_inline_worker();
    FuseWorker disk(world);
    ScriptedWatcher watcher(world, clock);
    ScriptedRecorder recorder(world);
    ScriptedMedia media(world);
    ScriptedPublisher publisher(world);
    ScriptedFileRecorder file_recorder(world);
    ScriptedCutter cutter(world);
    ScriptedCompressor compressor(world);
    App app({io.get_executor(),
             machine,
             store,
             *worker,
             disk,
             disk,
             {&watcher},
             recorder,
             media,
             [this](std::string_view segment) { return world.codecs_of(segment); },
             settings.session_policy.publish ? &publisher : nullptr,
             [this](const std::string&) -> Result<DiskSpace> {
               return DiskSpace{1, world.free_bytes(world.now())};
             },
             &file_recorder,
             &cutter,
             &compressor},
            settings);
    asio::co_spawn(io, app.run(), [](const std::exception_ptr&, Result<void>) {});
    if (person) asio::co_spawn(io, person(app, machine), [](const std::exception_ptr&) {});
    try {
      clock.run_for(duration);
    } catch (const Crash&) {  // in the middle of a step: nothing behind it runs any more
    }
    crashed = clock.stopped();
    now_ = clock.now();
    in_memory_ = app.model().sessions.size();
    io.take_apart();
  }
  world.clock = nullptr;
  return crashed;
}

int Program::run_until(Instant until, std::chrono::seconds pause) {
  int crashes = 0;
  while (now_ < until) {
    if (!run_for(std::chrono::ceil<std::chrono::seconds>(until - now_))) break;
    ++crashes;
    now_ += pause;
  }
  return crashes;
}

std::string Program::posted_media() const {
  std::string media;
  for (const SentPost& post : world.posts) {
    for (const std::string& content : post.contents) {
      if (!post.copy && content.starts_with("<")) media += content;
    }
  }
  return media;
}

std::string Program::posted_media_of(const std::string& broadcast) const {
  std::string media;
  for (const SentPost& post : world.posts) {
    for (const std::string& content : post.contents) {
      if (!post.copy && content.starts_with("<" + broadcast + "/")) media += content;
    }
  }
  return media;
}

std::string Program::files_media() const {
  std::string media;
  for (const auto& [path, content] : world.files) media += content;
  return media;
}

std::string media_of(const Broadcast& broadcast) {
  std::string media;
  for (int i = 0; i < broadcast.segments; ++i) {
    media += "<" + broadcast.name + "/" + std::to_string(broadcast.first_sequence + i) + ">";
  }
  return media;
}

}  // namespace rec::simulation
