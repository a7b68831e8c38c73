#include "world.hpp"

#include <algorithm>
#include <fstream>

#include "ports/append_bytes.hpp"

namespace rec::simulation {
namespace {

const simulation::Broadcast* on_air(const World& world, const std::string& channel) {
  for (const auto& broadcast : world.broadcasts) {
    const bool here = broadcast.channel.empty() || broadcast.channel.str() == channel;
    if (here && world.now() >= broadcast.begins && world.now() < broadcast.ends()) return &broadcast;
  }
  return nullptr;
}

/// "twitch:someone" of "https://www.twitch.tv/someone", "youtube:@x" of "https://www.youtube.com/@x"
std::string channel_of_page(const std::string& page) {
  const char* platform = page.find("youtube") == std::string::npos ? "twitch:" : "youtube:";
  return platform + page.substr(page.rfind('/') + 1);
}

// A playlist outlives its broadcast for a while: who was interrupted and comes back in time finds the rest
// there.
const simulation::Broadcast* still_served(const World& world, const std::string& url) {
  for (const auto& broadcast : world.broadcasts) {
    if (url == "http://origin/" + broadcast.name &&
        world.now() < broadcast.ends() + std::chrono::seconds(12)) {
      return &broadcast;
    }
  }
  return nullptr;
}

std::string read_extent(const Extent& extent) {
  std::ifstream in(extent.file, std::ios::binary);
  in.seekg(static_cast<std::streamoff>(extent.offset));
  std::string bytes(extent.bytes, '\0');
  in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  return bytes;
}

}  // namespace

asio::awaitable<std::vector<Sighting>> ScriptedWatcher::sweep(std::vector<WatchedChannel> channels) {
  std::vector<Sighting> seen;
  for (const WatchedChannel& channel : channels) {
    Sighting sighting;
    sighting.channel = channel.id;
    sighting.platform_id = world_.platform_id;
    sighting.name = world_.called;
    const bool forgets = world_.now() >= world_.forgets_from && world_.now() < world_.forgets_until;
    const auto* broadcast = on_air(world_, channel.id.str());
    const bool lies = world_.now() >= world_.lies_from && world_.now() < world_.lies_until;
    sighting.live = (broadcast != nullptr && !forgets) || lies;
    if (broadcast != nullptr) sighting.broadcast.stream_id = broadcast->stream_id;
    sighting.broadcast.title = "Ranked [до упора] %d";
    const auto shown = std::ranges::find_if(world_.shows.rbegin(), world_.shows.rend(),
                                            [this](const Shown& one) { return one.from <= world_.now(); });
    if (shown != world_.shows.rend()) {
      sighting.broadcast.title = shown->title;
      sighting.broadcast.category = shown->category;
      if (!sighting.live) {
        sighting.broadcast.stream_id = shown->stream_id;
        if (shown->announced) sighting.announced = Announcement{shown->scheduled};
      }
    }
    seen.push_back(std::move(sighting));
  }
  co_return seen;
}

asio::awaitable<CaptureEnd> ScriptedRecorder::record(CaptureRequest request, SegmentSink& sink) {
  const simulation::Broadcast* broadcast = still_served(world_, request.reopen_url);
  if (broadcast == nullptr) broadcast = on_air(world_, channel_of_page(request.page_url));
  if (broadcast == nullptr) co_return CaptureEnd{EndReason::offline, "not live"};
  if (world_.denied) co_return CaptureEnd{EndReason::denied, "subscribers only"};
  auto opened = co_await sink.playlist_opened("http://origin/" + broadcast->name);
  if (!opened) co_return CaptureEnd{EndReason::failed, opened.error().text};
  ++world_.captures;
  std::uint32_t epoch = 1;
  int next = 0;
  bool same = false;
  bool no_room = false;
  for (const SegmentInfo& info : request.recent) {
    epoch = std::max(epoch, info.epoch);
    same = info.identity.starts_with(broadcast->name + "/");
    if (same) next = static_cast<int>(info.sequence - broadcast->first_sequence) + 1;
  }
  if (!same && !request.recent.empty()) ++epoch;
  for (;;) {
    const auto elapsed =
        std::chrono::duration_cast<std::chrono::seconds>(world_.now() - broadcast->begins).count();
    const int available = std::min<int>(broadcast->segments, static_cast<int>(elapsed / 2));
    const bool gone = world_.now() >= broadcast->ends() + std::chrono::seconds(12);
    const int oldest = gone ? broadcast->segments : std::max(0, available - world_.window);
    if (next < oldest) {
      Gap gap;
      gap.epoch = epoch;
      gap.from_sequence = broadcast->first_sequence + next;
      gap.to_sequence = broadcast->first_sequence + oldest - 1;
      gap.duration = std::chrono::seconds(2) * (oldest - next);
      if (no_room) gap.cause = GapCause::disk;
      world_.burn();
      auto noted = co_await sink.gap(gap);
      if (!noted) co_return CaptureEnd{EndReason::failed, noted.error().text};
      next = oldest;
    }
    for (; next < available; ++next) {
      if (world_.gives_up_after >= 0 && next >= world_.gives_up_after) {
        world_.taken[broadcast->name] = next;
        CaptureEnd end{EndReason::denied, "refused, whatever client asked"};
        end.try_other_backend = true;
        co_return end;
      }
      SegmentInfo info;
      info.epoch = epoch;
      info.sequence = broadcast->first_sequence + next;
      info.identity = broadcast->name + "/" + std::to_string(info.sequence);
      info.duration = std::chrono::seconds(2);
      std::string bytes = "<" + info.identity + ">";
      world_.burn();
      auto kept = co_await append_bytes(sink, std::move(info), std::move(bytes));
      world_.burn();
      no_room = !kept && kept.error().code == Errc::no_space;
      if (no_room) break;
      if (!kept) co_return CaptureEnd{EndReason::failed, kept.error().text};
      if (world_.on_segment) world_.on_segment(next + 1);
    }
    if (next >= broadcast->segments) co_return CaptureEnd{EndReason::endlist, "the broadcast is over"};
    co_await world_.clock->sleep(std::chrono::seconds(1));
  }
}

Task<session::PartFile> ScriptedMedia::make_part(MakePartRequest request) {
  std::string content;
  for (const MediaRun& run : request.runs) {
    for (const Extent& extent : run.extents) content += read_extent(extent);
    content.resize(content.size() - run.tail_bytes);  // every segment here begins with a keyframe
  }
  co_await world_.clock->sleep(std::chrono::milliseconds(300));
  world_.burn();
  world_.files[request.output] = content;
  world_.burn();
  session::PartFile file;
  file.path = request.output;
  file.bytes = content.size();
  file.duration = std::chrono::seconds(10);
  co_return file;
}

Task<Account> ScriptedPublisher::account() { co_return Account{}; }
Task<> ScriptedPublisher::check_chat(std::int64_t) { co_return Result<void>(); }
asio::awaitable<void> ScriptedPublisher::close() { co_return; }

std::vector<std::int64_t> ScriptedPublisher::find(const std::string& marker) const {
  std::vector<std::int64_t> ids;
  for (const SentPost& post : world_.posts) {
    if (post.marker == marker) ids.push_back(post.id);
  }
  return ids;
}

Task<std::vector<std::int64_t>> ScriptedPublisher::publish(PostRequest request) {
  co_await world_.clock->sleep(std::chrono::milliseconds(500));
  if (world_.telegram_away) co_return fail(Errc::unavailable, "Telegram cannot be reached");
  if (request.maybe_sent) {
    auto found = find(request.marker);
    if (!found.empty()) co_return found;
  }
  auto marked = co_await request.about_to_send();
  if (!marked) co_return fail(std::move(marked).error());
  SentPost post;
  post.id = static_cast<std::int64_t>(world_.posts.size()) + 1;
  post.marker = request.marker;
  post.text = request.text.text;
  for (const auto& file : request.files) post.contents.push_back(world_.files.at(file.path));
  world_.burn();
  world_.posts.push_back(std::move(post));
  world_.burn();
  co_return std::vector<std::int64_t>{world_.posts.back().id};
}

Task<> ScriptedPublisher::edit_text(std::int64_t, std::int64_t message, RichText text) {
  if (world_.telegram_away) co_return fail(Errc::unavailable, "Telegram cannot be reached");
  for (SentPost& post : world_.posts) {
    if (post.id != message) continue;
    post.text = text.text;
    ++post.edits;
  }
  co_return Result<void>();
}

Task<> ScriptedPublisher::edit_caption(std::int64_t chat, std::int64_t message, RichText text) {
  return edit_text(chat, message, std::move(text));
}

Task<std::optional<CommentPlace>> ScriptedPublisher::comment_place(std::int64_t, std::int64_t) {
  co_return std::nullopt;
}

Task<std::int64_t> ScriptedPublisher::resolve_chat(std::string) {
  co_return fail(Errc::not_found, "no such chat");
}

Task<std::vector<ChatInfo>> ScriptedPublisher::chats() { co_return std::vector<ChatInfo>{}; }

Task<> ScriptedPublisher::remove(std::int64_t, std::int64_t message) {
  co_await world_.clock->sleep(std::chrono::milliseconds(100));
  if (world_.telegram_away) co_return fail(Errc::unavailable, "Telegram cannot be reached");
  world_.burn();
  for (SentPost& post : world_.posts) post.removed = post.removed || post.id == message;
  world_.burn();
  co_return Result<void>();
}

}  // namespace rec::simulation
