#include "seed_story.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <random>

namespace rec::simulation {
namespace {

using std::chrono::seconds;

constexpr std::int64_t kSeedChat = -1001, kSeedGroup = -1002, kSeedBackup = -1003, kSeedOther = -2001;

/// Same engine, same numbers everywhere: the library's distributions are not fixed by the standard.
class Lots {
 public:
  explicit Lots(unsigned seed) : engine_(seed) {}
  /// From `least` to `most`.
  int number(int least, int most) {
    return least + static_cast<int>(engine_() % static_cast<unsigned>(most - least + 1));
  }
  bool happens(int percent) { return number(1, 100) <= percent; }
  seconds time(int least, int most) { return seconds(number(least, most)); }

 private:
  std::mt19937 engine_;
};

class Writer {
 public:
  Writer(unsigned seed, Program& program) : lots_(seed), program_(program), world_(program.world) {}

  SeedStory write() {
    draw_settings();
    draw_channels();
    draw_telegram();
    draw_platform();
    draw_crashes();
    draw_wishes();
    story_.end += seconds(60);
    return std::move(story_);
  }

 private:
  void draw_settings() {
    Settings& settings = program_.settings;
    settings.channel_policy.offline_grace = kSeedGrace;
    settings.channel_policy.waiting_timeout = std::chrono::minutes(10);
    settings.part_limits.duration = lots_.time(6, 24);
    settings.session_policy.mode = static_cast<session::PostMode>(lots_.number(0, 2));
    settings.session_policy.album_wait = lots_.time(5, 40);
    settings.keep_status = lots_.happens(85);
    settings.newest_segments_kept = static_cast<std::uint64_t>(lots_.number(8, 200));
    story_.rolls = lots_.happens(20);
    if (story_.rolls) settings.session_duration = lots_.time(20, 80);
    Target& target = settings.target.target;
    target.chat.id = kSeedChat;
    if (lots_.happens(70)) world_.groups[kSeedChat] = kSeedGroup;
    if (lots_.happens(40)) target.backup.id = kSeedBackup;
    if (lots_.happens(40)) target.compression = {true, 1000};
  }

  void broadcasts_of(const ChannelId& channel, const std::string& name) {
    Instant at = program_.now() + lots_.time(3, 30);
    const bool numbered = lots_.happens(80);
    int stream = 1;
    for (int count = lots_.number(1, 4); count > 0; --count) {
      Broadcast broadcast;
      broadcast.begins = at;
      broadcast.segments = lots_.number(3, 45);
      broadcast.first_sequence = static_cast<std::int64_t>(world_.broadcasts.size() + 1) * 10'000;
      broadcast.name = name + std::to_string(world_.broadcasts.size());
      if (numbered) broadcast.stream_id = name + std::to_string(stream);
      broadcast.channel = channel;
      at = broadcast.ends() + (lots_.happens(50) ? lots_.time(4, 16) : lots_.time(150, 240));
      if (at > broadcast.ends() + kSeedGrace) ++stream;
      story_.end = std::max(story_.end, broadcast.ends());
      world_.broadcasts.push_back(std::move(broadcast));
    }
  }

  void draw_channels() {
    Settings& settings = program_.settings;
    const ChannelId someone{"twitch:someone"};
    broadcasts_of(someone, "some");
    const int kind = lots_.number(1, 100);
    if (kind <= 25) {
      const ChannelId other{"twitch:else"};
      settings.channels.push_back({other, "twitch", "else", "https://www.twitch.tv/else"});
      settings.targets["other"].target.chat.id = kSeedOther;
      settings.targets["other"].target.name = "other";
      settings.target_of[other] = "other";
      broadcasts_of(other, "else");
    } else if (kind <= 45) {
      story_.cross = true;
      const ChannelId tube{"youtube:@x"};
      const WatchedChannel partner = settings.channels.front();
      settings.channels = {{tube, "youtube", "@x", "https://www.youtube.com/@x"}};
      settings.partners = {partner};
      settings.main_of = {{partner.id, tube}};
      broadcasts_of(tube, "tube");
    } else if (kind <= 60) {
      world_.platform_id = "4711";
      world_.called = "someone";
      // The configuration knows but one name: no broadcast is of a certain one.
      for (Broadcast& broadcast : world_.broadcasts) broadcast.channel = ChannelId();
      story_.renamed = true;
    } else if (kind <= 70) {
      world_.gives_up_after = lots_.number(0, 12);
      world_.segments_a_run = lots_.number(2, 9);
    }
  }

  [[nodiscard]] Instant sometime() {
    const auto length = std::chrono::duration_cast<seconds>(story_.end - program_.now()).count();
    return program_.now() + lots_.time(0, static_cast<int>(length) + 60);
  }

  void draw_telegram() {
    for (int count = lots_.number(0, 2); count > 0; --count) {
      const Instant from = sometime();
      world_.outages.push_back({from, from + lots_.time(1, 150)});
    }
    for (int count = lots_.number(0, 2); count > 0; --count) {
      const Instant from = sometime();
      world_.floods.push_back({from, from + lots_.time(1, 60)});
    }
    if (lots_.happens(30)) world_.lost_answers = lots_.number(2, 6);
    if (lots_.happens(12)) {  // it takes no file that is longer
      world_.most_bytes = static_cast<std::uint64_t>(lots_.number(40, 120));
      world_.scale = 1U << 20U;
    }
  }

  void draw_platform() {
    world_.shows = {{program_.now(), "Title 0", ""}};
    for (int count = lots_.number(0, 3); count > 0; --count)
      world_.shows.push_back({sometime(), "Title " + std::to_string(count), ""});
    if (lots_.happens(25)) {
      const Instant from = sometime();
      world_.shows.push_back({from, "Soon", "Chess", true, "soon", from + lots_.time(10, 200)});
    }
    std::ranges::sort(world_.shows, {}, &Shown::from);
    if (lots_.happens(20)) {
      world_.forgets_from = sometime();
      world_.forgets_until = world_.forgets_from + lots_.time(2, 60);
    }
    if (lots_.happens(15)) {
      world_.lies_from = story_.end + seconds(100);
      world_.lies_until = world_.lies_from + lots_.time(5, 60);
      story_.end = world_.lies_until;
    }
    story_.disk_fills = lots_.happens(20) && world_.most_bytes == 0;
    if (story_.disk_fills) {
      program_.settings.min_free = 1000;
      const Instant from = sometime();
      const Span full{from, from + lots_.time(5, 90)};
      world_.free_bytes = [full](Instant now) { return full.holds(now) ? 999U : 1ULL << 40U; };
    }
  }

  void draw_crashes() {
    for (int count = lots_.number(0, 6); count > 0; --count) story_.fuses.push_back(lots_.number(0, 150));
    for (int count = lots_.number(0, 3); count > 0; --count)
      story_.kills.push_back({sometime(), lots_.happens(70) ? lots_.time(1, 4) : lots_.time(5, 25)});
    if (story_.renamed) story_.kills.push_back({sometime(), lots_.time(1, 4), true});
    std::ranges::sort(story_.kills, {}, &SeedKill::at);
    world_.window = lots_.happens(50) ? 6 : 100;
    world_.disk_counts = lots_.happens(30);
  }

  void draw_wishes() {
    if (!lots_.happens(30)) return;
    for (int count = lots_.number(1, 3); count > 0; --count)
      story_.wishes.push_back({sometime(), static_cast<SessionAction>(lots_.number(0, 7))});
    std::ranges::sort(story_.wishes, {}, &SeedWish::at);
  }

  Lots lots_;
  Program& program_;
  World& world_;
  SeedStory story_{};
};

}  // namespace

SeedStory written_story(unsigned seed, Program& program) { return Writer(seed, program).write(); }

std::string told_story(unsigned seed) {
  Program program("told-" + std::to_string(seed));
  const SeedStory story = written_story(seed, program);
  const World& world = program.world;
  const auto at = [&](Instant when) {
    return std::chrono::duration_cast<seconds>(when - program.now()).count();
  };
  std::string text =
      fmt::format("seed {}: mode {}, part {} s, window {}{}{}{}{}\n", seed,
                  static_cast<int>(program.settings.session_policy.mode),
                  std::chrono::duration_cast<seconds>(program.settings.part_limits.duration).count(),
                  world.window, story.cross ? ", cross" : "", story.rolls ? ", rolls" : "",
                  story.disk_fills ? ", full disk" : "", story.renamed ? ", renamed" : "");
  for (const Broadcast& one : world.broadcasts)
    text += fmt::format("  {:4} to {:4} {} \"{}\" ({}), from {}\n", at(one.begins), at(one.ends()), one.name,
                        one.stream_id, one.channel.str(), one.first_sequence);
  for (const Span& span : world.outages)
    text += fmt::format("  {:4} to {:4} Telegram away\n", at(span.from), at(span.until));
  for (const Span& span : world.floods)
    text += fmt::format("  {:4} to {:4} flood\n", at(span.from), at(span.until));
  if (world.gives_up_after >= 0)
    text += fmt::format("  the native engine gets {} segments\n", world.gives_up_after);
  if (world.most_bytes > 0) text += fmt::format("  Telegram takes files of {} bytes\n", world.most_bytes);
  if (world.lost_answers > 0) text += fmt::format("  each answer of {} is lost\n", world.lost_answers);
  if (world.forgets_until > world.forgets_from)
    text += fmt::format("  {:4} to {:4} forgets\n", at(world.forgets_from), at(world.forgets_until));
  if (world.lies_until > world.lies_from)
    text += fmt::format("  {:4} to {:4} lies\n", at(world.lies_from), at(world.lies_until));
  for (const SeedKill& kill : story.kills)
    text += fmt::format("  {:4} killed for {} s{}\n", at(kill.at), kill.away.count(),
                        kill.renamed ? ", renamed" : "");
  for (const int fuse : story.fuses) text += fmt::format("  a crash after {} steps\n", fuse);
  for (const SeedWish& wish : story.wishes)
    text += fmt::format("  {:4} {}\n", at(wish.at), word(wish.action));
  return text;
}

}  // namespace rec::simulation
