#include "world.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "ports/append_bytes.hpp"

namespace rec::simulation {
namespace {

const simulation::Broadcast* on_air(const World& world, const std::string& channel) {
  for (const auto& broadcast : world.broadcasts) {
    if (world.now() < broadcast.begins || world.now() >= broadcast.ends()) continue;
    if (broadcast.channel.empty() || broadcast.channel.str() == channel) return &broadcast;
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

bool begins_group(std::string_view segment, int every) {
  return std::stoi(std::string(segment.substr(segment.rfind('/') + 1))) % every == 0;
}

/// Between segments ("<name/7>"), as many of them as fit.
std::vector<std::string> split(const std::string& content, std::uint64_t most) {
  std::vector<std::string> pieces{""};
  for (std::size_t at = 0; at < content.size();) {
    const std::size_t end = content.find('>', at) + 1;
    const std::string segment = content.substr(at, end - at);
    if (!pieces.back().empty() && pieces.back().size() + segment.size() > most) pieces.emplace_back();
    pieces.back() += segment;
    at = end;
  }
  return pieces;
}

}  // namespace

std::string World::codecs_of(std::string_view segment) const {
  if (keyframe_every == 1) return codecs;
  return begins_group(segment, keyframe_every) ? codecs : codecs.substr(0, codecs.find(':'));
}

std::string World::whole_groups(const std::string& segments, std::uint64_t tail) const {
  if (keyframe_every == 1) return segments.substr(0, segments.size() - tail);
  std::string out;
  for (std::size_t at = 0; at < segments.size();) {
    const std::size_t end = segments.find('>', at) + 1;
    const std::string segment = segments.substr(at, end - at);
    const bool keyframe = begins_group(segment, keyframe_every);
    if (at >= segments.size() - tail && keyframe) break;
    if (keyframe || !out.empty()) out += segment;
    at = end;
  }
  return out;
}

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
    if (world_.untold.holds(world_.now())) sighting.broadcast = {};
    seen.push_back(std::move(sighting));
  }
  co_return seen;
}

asio::awaitable<CaptureEnd> ScriptedRecorder::record(CaptureRequest request, SegmentSink& sink) {
  if (world_.opening > std::chrono::seconds(0)) co_await world_.clock->sleep(world_.opening);
  const simulation::Broadcast* broadcast = still_served(world_, request.reopen_url);
  if (broadcast == nullptr) broadcast = on_air(world_, channel_of_page(request.page_url));
  if (broadcast == nullptr) co_return CaptureEnd{EndReason::offline, "not live"};
  if (world_.denied) co_return CaptureEnd{EndReason::denied, "subscribers only"};
  const Picture picture;
  auto opened = co_await sink.playlist_opened("http://origin/" + broadcast->name, picture);
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
    std::string segments;
    for (const Extent& extent : run.extents) segments += read_extent(extent);
    content += world_.whole_groups(segments, run.tail_bytes);
  }
  co_await world_.clock->sleep(world_.making);
  if (world_.unmakable.contains(content)) co_return fail(Errc::corrupt, "nothing in it can be decoded");
  // A smaller limit gives more files, a segment each at least.
  std::vector<std::string> pieces{content};
  const std::uint64_t most = request.most_bytes / world_.scale;
  if (request.most_bytes > 0 && content.size() > most) pieces = split(content, most);
  world_.burn();
  std::vector<session::PartFile> made;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    session::PartFile file;
    file.path = i == 0 ? request.output : request.output + "_" + std::to_string(i + 1);
    file.bytes = pieces[i].size() * world_.scale;
    file.duration = std::chrono::seconds(10);
    world_.files[file.path] = pieces[i];
    std::ofstream(file.path) << pieces[i];
    made.push_back(std::move(file));
  }
  world_.burn();
  session::PartFile file = made.front();
  file.further.assign(made.begin() + 1, made.end());
  co_return file;
}

Task<session::PartFile> ScriptedCompressor::compress(CompressRequest request) {
  if (world_.no_ffmpeg) co_return fail(Errc::not_found, "ffmpeg: no such program");
  std::string content = "compressed:";
  for (const std::string& input : request.inputs) {
    if (!std::filesystem::exists(input)) co_return fail(Errc::corrupt, input + " is not there");
    content += world_.files.at(input);
  }
  co_await world_.clock->sleep(std::chrono::seconds(5));
  world_.burn();
  ++world_.compressions;
  world_.files[request.output] = content;
  std::ofstream(request.output) << content;
  world_.burn();
  session::PartFile file;
  file.path = request.output;
  file.bytes = content.size();
  file.duration = std::chrono::seconds(10);
  co_return file;
}

Task<Account> ScriptedPublisher::account() {
  Account account;
  account.premium = world_.premium;
  co_return account;
}
Task<> ScriptedPublisher::check_chat(std::int64_t chat) { co_return usable(chat); }
asio::awaitable<void> ScriptedPublisher::close() { co_return; }

std::vector<std::int64_t> ScriptedPublisher::find(const PostRequest& request) const {
  std::vector<std::int64_t> ids;
  for (const SentPost& post : world_.posts) {
    const bool behind = post.id > request.after_message;
    if (behind && post.chat == request.chat && post.marker == request.marker) ids.push_back(post.id);
  }
  return ids;
}

Result<void> ScriptedPublisher::reachable() const {
  const auto now = [this](const Span& span) { return span.holds(world_.now()); };
  if (world_.telegram_away || std::ranges::any_of(world_.outages, now))
    return fail(Errc::unavailable, "Telegram cannot be reached");
  if (const auto flood = std::ranges::find_if(world_.floods, now); flood != world_.floods.end())
    return fail(Error{Errc::rate_limited, "too many requests", flood->until - world_.now()});
  return {};
}

Result<void> ScriptedPublisher::usable(std::int64_t chat) const {
  REC_CHECK(reachable());
  if (world_.closed_chats.contains(chat))
    return fail(Errc::denied, "may not post to chat " + std::to_string(chat));
  return {};
}

Result<SentPost> ScriptedPublisher::post_of(const PostRequest& request) const {
  SentPost post;
  post.chat = request.chat;
  post.reply_to = request.reply_to;
  post.silent = request.silent;
  post.marker = request.marker;
  post.text = request.text.text;
  post.at = world_.now();
  if (request.copy_of) {
    post.copy = true;
    for (const std::int64_t id : request.copy_of->messages) {
      const auto source = std::ranges::find_if(world_.posts, [&](const SentPost& each) {
        return each.chat == request.copy_of->chat && each.id == id;
      });
      if (source == world_.posts.end()) return fail(Errc::invalid, "there is nothing to be copied");
      if (post.text.empty()) post.text = source->text;
      post.contents.insert(post.contents.end(), source->contents.begin(), source->contents.end());
    }
    return post;
  }
  for (const auto& file : request.files) post.contents.push_back(world_.files.at(file.path));
  return post;
}

Task<std::vector<std::int64_t>> ScriptedPublisher::publish(PostRequest request) {
  const bool text = request.files.empty() || request.copy_of;
  co_await world_.clock->sleep(text ? std::chrono::milliseconds(500)
                                    : world_.posting * static_cast<int>(request.files.size()));
  auto ready = reachable();
  if (!ready) co_return fail(std::move(ready).error());
  if (request.maybe_sent) {
    auto found = find(request);
    if (!found.empty()) co_return found;
  }
  auto marked = co_await request.about_to_send();
  if (!marked) co_return fail(std::move(marked).error());
  ready = usable(request.chat);  // only Telegram itself says what is not allowed
  if (!ready && ready.error().code == Errc::denied) REC_CO_CHECK(co_await request.not_sent());
  if (!ready) co_return fail(std::move(ready).error());
  REC_CO_TRY(SentPost post, post_of(request));
  for (std::size_t i = 0; i < post.contents.size() && !post.copy; ++i) {
    const bool large = world_.most_bytes > 0 && post.contents[i].size() > world_.most_bytes;
    if (!large && !world_.unusable.contains(post.contents[i])) continue;
    if (request.file_refused) request.file_refused(i, large ? FileRefusal::too_large : FileRefusal::unusable);
    co_return fail(Errc::invalid, "Telegram does not take the file");
  }
  world_.burn();
  post.id = world_.posts.empty() ? 1 : world_.posts.back().id + 1;
  world_.posts.push_back(std::move(post));
  world_.burn();
  if (world_.lost_answers > 0 && world_.posts.size() % static_cast<std::size_t>(world_.lost_answers) == 0)
    co_return fail(Errc::unavailable, "the connection was lost before the answer came");
  co_return std::vector<std::int64_t>{world_.posts.back().id};
}

Task<> ScriptedPublisher::edit_text(std::int64_t chat, std::int64_t message, RichText text) {
  if (world_.editing.count() > 0) co_await world_.clock->sleep(world_.editing);
  auto ready = usable(chat);
  if (!ready) co_return fail(std::move(ready).error());
  for (SentPost& post : world_.posts) {
    if (post.id != message || post.chat != chat) continue;
    post.text = text.text;
    ++post.edits;
    post.edited = world_.now();
  }
  co_return Result<void>();
}

Task<> ScriptedPublisher::edit_caption(std::int64_t chat, std::int64_t message, RichText text) {
  return edit_text(chat, message, std::move(text));
}

// A post comes into the group three seconds after it was made.
Task<std::optional<CommentPlace>> ScriptedPublisher::comment_place(std::int64_t chat, std::int64_t message) {
  auto ready = usable(chat);
  if (!ready) co_return fail(std::move(ready).error());
  const auto group = world_.groups.find(chat);
  const auto post = std::ranges::find(world_.posts, message, &SentPost::id);
  if (group == world_.groups.end() || post == world_.posts.end()) co_return std::nullopt;
  if (world_.now() < post->at + std::chrono::seconds(3)) co_return std::nullopt;
  CommentPlace place{group->second, message};
  co_return std::optional(place);
}

Task<std::int64_t> ScriptedPublisher::resolve_chat(std::string reference) {
  ++world_.names_asked;
  const auto found = world_.names.find(reference);
  if (found == world_.names.end()) co_return fail(Errc::not_found, "no such chat: " + reference);
  co_return found->second;
}

Task<std::vector<ChatInfo>> ScriptedPublisher::chats() { co_return std::vector<ChatInfo>{}; }

Task<> ScriptedPublisher::remove(std::int64_t chat, std::int64_t message) {
  co_await world_.clock->sleep(std::chrono::milliseconds(100));
  auto ready = usable(chat);
  if (!ready) co_return fail(std::move(ready).error());
  world_.burn();
  for (SentPost& post : world_.posts) post.removed = post.removed || post.id == message;
  world_.burn();
  co_return Result<void>();
}

}  // namespace rec::simulation
