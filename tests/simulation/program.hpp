// The whole program on fakes: run it, let it crash, start it again on what is left.
#pragma once
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "app/app.hpp"
#include "store/sqlite_store.hpp"
#include "world.hpp"

namespace rec::simulation {

class Program {
 public:
  enum class StoreIn { memory, file };
  explicit Program(std::string name, StoreIn store = StoreIn::memory);
  ~Program();

  World world{};
  Settings settings{};
  /// What somebody asks of the program while it runs; begun at each start.
  std::function<asio::awaitable<void>(App&, Clock&)> person{};
  /// From these instants on the program's wall clock is off by so much; everybody else's is right.
  std::map<Instant, Millis> wall_is_off{};

  /// Runs for that much virtual time, from a start, to a crash or a kill at the end. True if it crashed on
  /// the way.
  bool run_for(std::chrono::seconds duration);
  /// Runs again and again until `until`; each crash is followed by a start after `pause`. Returns the
  /// crashes.
  int run_until(Instant until, std::chrono::seconds pause);

  /// Time passes while the program does not run.
  void skip(std::chrono::seconds duration) { now_ += duration; }

  /// Sessions that the last run still had in memory at its end.
  [[nodiscard]] std::size_t sessions_in_memory() const { return in_memory_; }

  [[nodiscard]] Instant now() const { return now_; }
  /// All media that was posted, in the order of the posts.
  [[nodiscard]] std::string posted_media() const;
  [[nodiscard]] std::string posted_media_of(const std::string& broadcast) const;
  [[nodiscard]] std::string files_media() const;
  [[nodiscard]] std::vector<session::Session> history() { return disk_->history(100).value(); }
  /// What it finds at its next start.
  [[nodiscard]] Store& disk() { return *disk_; }
  [[nodiscard]] StoreSnapshot stored() { return disk_->load().value(); }
  [[nodiscard]] std::vector<Gap> gaps_of(const SessionId& session) { return disk_->gaps(session).value(); }
  [[nodiscard]] std::filesystem::path folder() const { return folder_; }

 private:
  std::filesystem::path folder_;
  std::unique_ptr<Store> disk_;
  std::size_t in_memory_ = 0;
  Instant now_{std::chrono::seconds(1'800'000'000)};
};

/// What a whole recording of the broadcast reads like.
std::string media_of(const Broadcast& broadcast);

}  // namespace rec::simulation
