// A program that behaves like yt-dlp, written by the test, and a sink that gives it places.
#pragma once
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "base/ids.hpp"
#include "capture/ytdlp_recorder.hpp"
#include "runtime/system_clock.hpp"

namespace rec::capture {

class FolderSink final : public FileSink {
 public:
  explicit FolderSink(std::filesystem::path root) : root_(std::move(root)) {}
  Task<FilePlace> begin_file() override {
    FilePlace place{static_cast<int>(places.size()) + 1, {}};
    place.folder = (root_ / std::to_string(place.number)).string();
    std::filesystem::create_directories(place.folder);
    places.push_back(place);
    co_return place;
  }
  Task<std::uint64_t> measure(FilePlace place) override {
    std::uint64_t bytes = 0;
    for (const auto& entry : std::filesystem::directory_iterator(place.folder)) bytes += entry.file_size();
    if (bytes > 0 && std::exchange(no_room_once, false)) co_return fail(Errc::no_space, "the disk is full");
    co_return bytes;
  }
  void end_file(int number) override { ended.push_back(number); }

  void gap(int number, Micros duration, GapCause cause) override {
    gaps.push_back({number, duration, cause});
  }

  struct ToldGap {
    int number;
    Micros duration;
    GapCause cause;
  };
  std::vector<FilePlace> places;
  std::vector<ToldGap> gaps;
  std::vector<int> ended;
  bool no_room_once = false;

 private:
  std::filesystem::path root_;
};

/// Each test says what the program does on its n-th run: shell lines, with $n, $folder and all of "$@".
class YtDlpRecording : public ::testing::Test {
 protected:
  ~YtDlpRecording() override { std::filesystem::remove_all(folder_); }
  /// `body` is bash.
  void program_does(const std::string& body) {
    std::ofstream script(program());
    script << "#!/bin/bash\n"
           << "cd " << folder_.string() << "\n"
           << "n=$(( $(cat runs 2>/dev/null || echo 0) + 1 )); echo $n > runs\n"
           << "printf '%s\\n' \"$@\" > arguments.$n\n"
           << "env > environment.$n\n"
           << "all=(\"$@\"); for i in \"${!all[@]}\"; do [ \"${all[$i]}\" = -o ] && folder=$(dirname "
              "\"${all[$((i+1))]}\"); done\n"
           << "footage() { head -c 100000 /dev/zero; }\n"
           << body << "\n";
    script.close();
    std::filesystem::permissions(program(), std::filesystem::perms::owner_all);
  }
  std::shared_ptr<const HeldYtDlp> held{};
  [[nodiscard]] std::string program() const { return (folder_ / "yt-dlp").string(); }
  [[nodiscard]] std::string text_of(const std::string& name) const {
    std::ifstream in(folder_ / name);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  std::unique_ptr<FileRecorder> recorder() {
    options.program = [this]() -> Result<YtDlpProgram> {
      YtDlpProgram one;
      one.path = program();
      one.held = held;
      return one;
    };
    return make_ytdlp_recorder(clock, *worker, options);
  }
  CaptureEnd record(bool beginning = false) {
    const auto one = recorder();
    return run(beginning ? one->record_beginning(request, sink) : one->record(request, sink));
  }
  CaptureEnd run(asio::awaitable<CaptureEnd> work) {
    std::optional<CaptureEnd> end;
    asio::co_spawn(io, std::move(work), [&](const std::exception_ptr& thrown, CaptureEnd got) {
      if (thrown) std::rethrow_exception(thrown);
      end = std::move(got);
    });
    io.restart();
    io.run();
    return end.value();
  }

  // Not in /dev/shm: programs may not be run there everywhere.
  std::filesystem::path folder_ = [] {
    auto path = std::filesystem::temp_directory_path() / ("rec-ytdlp-" + random_token(16));
    std::filesystem::create_directories(path);
    return path;
  }();
  asio::io_context io;
  SystemClock clock;
  std::unique_ptr<Worker> worker = make_inline_worker();
  FolderSink sink{folder_};
  FileCaptureRequest request{.channel = ChannelId("url:1"), .page_url = "https://page.invalid/live"};
  YtDlpRecorderOptions options{.measured_every = Millis(50)};
};

}  // namespace rec::capture
