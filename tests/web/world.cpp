#include "tests/web/world.hpp"

#include "app/settings_of.hpp"

namespace rec::web_stage {
namespace {

using namespace std::chrono_literals;
using session::PartState;

constexpr const char* kHostile =
    "<img src=x onerror=\"window.hacked=1\"></script><script>window.hacked=1</script>\u202Eevil";

constexpr const char* kRightToLeft = "بطولة الشطرنج (الجولة 3) - Blitz!";

SessionId session_id(int number) {
  return SessionId("019ab000-0000-7000-8000-" + std::to_string(100000000000 + number));
}

session::Session session_of(const std::string& name, int number, Instant began, session::Phase phase) {
  session::Session session;
  session.id = session_id(number);
  session.channel = ChannelId("twitch:" + name);
  session.channel_name = name;
  session.title = "Ranked until the end";
  session.category = "VALORANT";
  session.titles = {{began, session.title, session.category}};
  session.started_at = began;
  session.phase = phase;
  session.status_marker = "#r";
  session.status_posted = true;
  return session;
}

void add_parts(session::Session& session, int posted, int others, PartState state,
               const std::string& media = "", const std::string& picture = "") {
  for (int i = 1; i <= posted + others; ++i) {
    session::Part part;
    part.number = i;
    part.state = i <= posted ? PartState::posted : state;
    part.file.path = media;
    part.file.thumbnail = picture;
    part.file.width = 1920;
    part.file.height = 1080;
    part.file.rate = 60;
    part.file.bytes = 1'900'000'000;
    part.file.duration = 40min;
    part.ready_at = session.started_at + i * 40min;
    if (part.state == PartState::posted) {
      part.posted_at = session.started_at + i * 40min + 6min;
      part.message_id = (1000LL + i) << 20;  // as Telegram's library numbers them
    }
    session.parts.push_back(part);
  }
}

Gap gap_of(Instant at, std::chrono::seconds length, GapCause cause, std::int64_t sequence) {
  Gap gap;
  gap.noticed_at = at;
  gap.duration = length;
  gap.cause = cause;
  gap.from_sequence = gap.to_sequence = sequence;
  gap.before_ordinal = static_cast<std::uint64_t>(sequence);
  return gap;
}

void add_live(World& world, const session::Session& session, Instant now, channel::State state,
              std::uint64_t bytes) {
  const std::string& name = session.channel_name;
  world.model.channels[session.channel] = {session.channel, "twitch", name, "https://www.twitch.tv/" + name,
                                           std::move(state)};
  SessionProgress progress;
  progress.recorded = now - session.started_at;
  progress.bytes = bytes;
  progress.segment_bytes = 900'000'000;
  progress.last_segment = now;
  world.progress[session.id] = progress;
  world.model.sessions[session.id] = session;
}

void configure(World& world, Instant now, const std::vector<std::string>& names) {
  for (const std::string& name : names) world.config.twitch.channels.push_back({name, {}});
  const ChannelBook book(world.config, {});
  static_cast<ChannelPlans&>(world.settings) = channel_plans_of(world.config, book.entries());
  world.settings.session_policy.publish = true;
  for (const auto& channel : world.settings.channels) world.news[channel.id].looked_at = now - 8s;
}

void add_history(World& world, Instant now, const std::string& media, const std::string& picture) {
  for (int i = 0; i < 60; ++i) {
    SessionRecord record;
    record.session =
        session_of(i % 2 ? "shroud" : "tidy", 100 + i, now - 24h * (60 - i), session::Phase::done);
    record.session.title = i == 59 ? kHostile : "Evening number " + std::to_string(i);
    record.session.titles = {{record.session.started_at, record.session.title, "Chess"}};
    record.session.ended_at = record.session.started_at + 3h;
    add_parts(record.session, 2, i == 59 ? 1 : 0, PartState::ready, media, picture);
    if (i % 7 == 3) record.gaps = {gap_of(record.session.started_at + 1h, 42s, GapCause::offline, 5)};
    record.takes = {{record.session.id, 1, "", record.session.started_at, "the broadcast is over"}};
    world.done.push_back(std::move(record));
  }
}

}  // namespace

World usual_world(Instant now, const std::string& media, const std::string& picture,
                  const std::string& cookies) {
  World world;
  world.config.recording.cookies_file = cookies;
  configure(world, now,
            {"shroud", "broken_off", "hostile", "tidy", "announced", "off1", "off2", "off3", "off4"});
  auto shroud = session_of("shroud", 1, now - 3h - 41min - 7s, session::Phase::recording);
  add_parts(shroud, 4, 1, PartState::ready, media, picture);
  world.model.gaps[shroud.id] = {gap_of(now - 2h, 8s, GapCause::ad, 10),
                                 gap_of(now - 50min, 4s, GapCause::ad, 20)};
  add_live(world, shroud, now, channel::Live{shroud.id, {}}, 11'000'000'000);
  world.progress[shroud.id].uploading_part = 5;
  world.progress[shroud.id].uploaded_bytes = 1'197'000'000;
  auto dropped = session_of("broken_off", 2, now - 48min, session::Phase::recording);
  dropped.title = kRightToLeft;
  dropped.titles = {{dropped.started_at, kRightToLeft, kRightToLeft}};
  add_live(world, dropped, now - 30s, channel::Grace{dropped.id, now + 3min}, 2'400'000'000);
  auto hostile = session_of("hostile", 3, now - 5min, session::Phase::recording);
  hostile.title = kHostile;
  hostile.titles = {{hostile.started_at, kHostile, kHostile}};
  add_live(world, hostile, now, channel::Live{hostile.id, {}}, 90'000'000);
  auto finishing = session_of("tidy", 4, now - 6h, session::Phase::finishing);
  finishing.ended_at = now - 20min;
  add_parts(finishing, 6, 2, PartState::ready, media, picture);
  world.model.sessions[finishing.id] = finishing;
  OutboxRow row{finishing.id, session::PublishPost{7}, 4, now + 20s, false, "Telegram asks to wait 20 s"};
  world.model.outbox = {row, {finishing.id, session::MakePart{9}, 0, now, false, ""}};
  auto announced = session_of("announced", 5, now, session::Phase::recording);
  announced.announcement = true;
  world.model.sessions[announced.id] = announced;
  ChannelRow waiting{announced.channel, "twitch", "announced", "", channel::Waiting{announced.id, {}}};
  waiting.scheduled = now + 90min;
  waiting.shown.title = "Friday marathon";
  world.model.channels[announced.channel] = waiting;
  world.news[ChannelId("twitch:off2")].note = "live, not recorded: title_deny";
  world.news[ChannelId("twitch:off3")].over = true;
  add_history(world, now, media, picture);
  return world;
}

World crowded_world(Instant now, int channels) {
  World world;
  std::vector<std::string> names;
  for (int i = 0; i < channels; ++i) names.push_back("channel" + std::to_string(i));
  for (int i = 0; i < channels; ++i) names.push_back("quiet" + std::to_string(i));
  configure(world, now, names);
  for (int i = 0; i < channels; ++i) {
    auto session = session_of(names[static_cast<std::size_t>(i)], 1000 + i, now - 1min * (i + 1),
                              session::Phase::recording);
    add_parts(session, i % 6, 1, PartState::ready);
    world.model.gaps[session.id] = {gap_of(now - 30s, 4s, GapCause::ad, 10)};
    add_live(world, session, now, channel::Live{session.id, {}}, 1'000'000'000);
  }
  return world;
}

World troubled_world(Instant now, const std::string& cookies) {
  World world;
  world.config.recording.cookies_file = cookies;
  configure(world, now, {"silent_one", "no_part", "lost_one", "a_name_that_is_as_long_as_names_may_be_x"});
  auto silent = session_of("silent_one", 1, now - 2h, session::Phase::recording);
  silent.title = std::string(300, 'W');
  silent.titles = {{silent.started_at, silent.title, "VALORANT"}};
  world.model.gaps[silent.id] = {gap_of(now - 100min, 90s, GapCause::offline, 10),
                                 gap_of(now - 40min, 12min, GapCause::disk, 20),
                                 gap_of(now - 10min, 4s, GapCause::sound, 30)};
  add_live(world, silent, now, channel::Live{silent.id, {}}, 4'000'000'000);
  world.progress[silent.id].last_segment = now - 7min;
  world.still.insert(silent.id);
  auto failing = session_of("no_part", 2, now - 5h, session::Phase::finishing);
  failing.ended_at = now - 1h;
  add_parts(failing, 1, 1, PartState::failed);
  failing.parts[1].error = "no pictures could be read in segments 812 to 977";
  world.model.sessions[failing.id] = failing;
  world.model.outbox = {{failing.id, session::PublishPost{2}, 4, now + 4min, false,
                         "Telegram refuses: need administrator rights in the channel chat"}};
  auto lost = session_of("lost_one", 3, now - 9h, session::Phase::done);
  lost.ended_at = now - 6h;
  add_parts(lost, 1, 1, PartState::failed);
  lost.parts[1].error = "Telegram refuses the file";
  SessionRecord record;
  record.session = lost;
  record.takes = {{lost.id, 1, "", lost.started_at, "the broadcast is over"}};
  world.done.push_back(std::move(record));
  world.disks = {{"/srv/recordings", 6'100'000'000, false, 2h}, {"/var/lib/streamrecorder", 0, true, {}}};
  world.uploads = UploadReport{};
  world.uploads->bytes_per_second = 1'200'000;
  world.uploads->flood_wait_until = now + 14min;
  world.watch = {{"youtube", 3, 60s, "", "HTTP 429 from every page for 12 min"}};
  return world;
}

void World::grow(Instant now) {
  for (auto& [id, one] : progress) {
    const auto& state = model.channels.at(model.sessions.at(id).channel).state;
    if (std::holds_alternative<channel::Grace>(state) || still.contains(id)) continue;
    one.bytes += 400'000;
    one.segment_bytes += 400'000;
    one.recorded += 500ms;
    one.last_segment = now - 1s;
    if (one.uploading_part > 0) one.uploaded_bytes += 2'400'000;
  }
}

}  // namespace rec::web_stage
