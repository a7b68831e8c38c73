#include "file_world.hpp"

#include <fstream>
#include <ranges>
#include <sstream>

namespace rec::simulation {
namespace {

std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

/// What the page shows: the newest, or what it showed last.
const simulation::Broadcast* recorded_broadcast(const World& world) {
  for (const auto& broadcast : world.broadcasts | std::views::reverse) {
    if (world.now() >= broadcast.begins && world.now() < broadcast.ends() + std::chrono::seconds(12))
      return &broadcast;
  }
  return nullptr;
}

std::string segment_text(const simulation::Broadcast& broadcast, int index) {
  return "<" + broadcast.name + "/" + std::to_string(broadcast.first_sequence + index) + ">";
}

constexpr int kMostRuns = 200;            // far more than any broadcast here needs
constexpr std::size_t kPadding = 20'000;  // what a file has besides: the app takes less for a file's head

}  // namespace

asio::awaitable<CaptureEnd> ScriptedFileRecorder::record(FileCaptureRequest, FileSink& sink) {
  for (int runs = 0; runs < kMostRuns; ++runs) {
    const auto* broadcast = recorded_broadcast(world_);
    if (broadcast == nullptr) co_return CaptureEnd{EndReason::offline, "not live"};
    if (world_.taken[broadcast->name] >= broadcast->segments)
      co_return CaptureEnd{EndReason::endlist, "the broadcast is over"};
    const auto place = co_await sink.begin_file();
    if (!place) co_return CaptureEnd{EndReason::failed, place.error().text};
    world_.burn();
    for (int written = 0; world_.taken[broadcast->name] < broadcast->segments;) {
      const auto elapsed =
          std::chrono::duration_cast<std::chrono::seconds>(world_.now() - broadcast->begins).count();
      int& next = world_.taken[broadcast->name];
      if (next < elapsed / 2) {
        std::ofstream file(place->folder + "/media.ts", std::ios::app | std::ios::binary);
        if (file.tellp() == 0) file << std::string(kPadding, '.');
        file << segment_text(*broadcast, next++);
        file.close();
        world_.burn();
        (void)co_await sink.measure(*place);
        if (++written == world_.segments_a_run) break;  // it breaks off, and is begun anew
        continue;
      }
      co_await world_.clock->sleep(std::chrono::seconds(1));
    }
    sink.end_file(place->number);
    world_.burn();
  }
  co_return CaptureEnd{EndReason::failed, "too many runs"};
}

asio::awaitable<CaptureEnd> ScriptedFileRecorder::record_beginning(FileCaptureRequest request,
                                                                   FileSink& sink) {
  const auto* broadcast = recorded_broadcast(world_);
  if (broadcast == nullptr || !request.until_sequence) co_return CaptureEnd{EndReason::offline, "not live"};
  const auto place = co_await sink.begin_file();
  if (!place) co_return CaptureEnd{EndReason::failed, place.error().text};
  world_.burn();
  co_await world_.clock->sleep(std::chrono::seconds(3));
  if (world_.beginning_fails) co_return CaptureEnd{EndReason::failed, "requested format is not available"};
  std::ofstream file(place->folder + "/media.ts", std::ios::binary);
  file << std::string(kPadding, '.');
  for (std::int64_t i = broadcast->first_sequence; i < *request.until_sequence; ++i)
    file << segment_text(*broadcast, static_cast<int>(i - broadcast->first_sequence));
  file.close();
  world_.burn();
  sink.end_file(place->number);
  co_return CaptureEnd{EndReason::endlist, "the beginning is there"};
}

Task<> ScriptedFileRecorder::end_leftovers(std::string) {
  world_.burn();
  co_return Result<void>();
}

Task<std::vector<session::PartFile>> ScriptedCutter::cut(CutFileRequest request) {
  std::string content = read_file(request.input);
  if (content.starts_with('.')) content.erase(0, kPadding);
  const std::uint64_t most = request.bytes / world_.scale;
  co_await world_.clock->sleep(std::chrono::milliseconds(300));
  std::vector<session::PartFile> parts;
  for (std::size_t at = 0; at < content.size();) {
    std::size_t end = at;
    for (int i = 0; i < 5 && end < content.size(); ++i) {
      const std::size_t next = content.find('>', end) + 1;
      if (i > 0 && next - at > most) break;
      end = next;
    }
    session::PartFile part;
    part.path = request.output_folder + "/" + request.stem + "-" + std::to_string(parts.size() + 1) + ".mp4";
    part.bytes = (end - at) * world_.scale;
    part.duration = std::chrono::seconds(10);
    world_.burn();
    std::ofstream file(part.path);
    if (!file)  // its folder went with the last file in it, while this was under way
      co_return fail(Errc::not_found, "cannot write " + part.path);
    world_.files[part.path] = content.substr(at, end - at);
    file << world_.files[part.path];
    file.close();
    world_.burn();
    parts.push_back(std::move(part));
    at = end;
  }
  if (parts.empty()) co_return fail(Errc::corrupt, request.input + ": no keyframe in it");
  co_return parts;
}

Task<FileLook> ScriptedCutter::look(FileLookRequest request) {
  FileLook look;
  if (world_.looking > std::chrono::seconds(0)) co_await world_.clock->sleep(world_.looking);
  const std::string content = read_file(request.file);
  look.bytes = content.size();
  look.duration = std::chrono::seconds(100);
  if (!request.previous.empty())
    look.repeats = read_file(request.previous).ends_with(content.substr(std::min(kPadding, content.size())));
  co_return look;
}

}  // namespace rec::simulation
