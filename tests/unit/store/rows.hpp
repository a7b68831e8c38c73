// Rows with every field set to something of its own, so that one which is lost or swapped shows.
#pragma once
#include <string>

#include "core/store_rows.hpp"

namespace rec::test {

inline Instant at_second(int second) { return Instant{Millis(1'800'000'000'000 + second * 1000LL)}; }

inline session::Part full_part(int number) {
  session::Part part;
  part.number = number;
  part.first_ordinal = static_cast<std::uint64_t>(number) * 100;
  part.last_ordinal = part.first_ordinal + 99;
  part.first_sequence = number * 1000;
  part.last_sequence = number * 1000 + 99;
  part.state = session::PartState::posted;
  part.file = {.path = "/out/ünï 'quoted\" " + std::to_string(number) + ".mp4",
               .bytes = 3'000'000'000ULL + static_cast<std::uint64_t>(number),
               .duration = Millis(7'200'123),
               .width = 1920,
               .height = 1080,
               .rate = 60,
               .sha256 = "ab12",
               .thumbnail = "/out/t.jpg",
               .thumbnail_width = 320,
               .thumbnail_height = 180};
  part.file.further.resize(1, part.file);
  part.file.further[0].path += "_02";
  part.file.encoded = number == 2;
  part.file.further[0].encoded = number == 1;
  part.error = "none; really";
  part.message_id = 5'000'000'000 + number;
  part.ready_at = at_second(10 + number);
  part.posted_at = at_second(20 + number);
  part.behind = number + 7;
  part.most_bytes = 2'000'000'000ULL + static_cast<std::uint64_t>(number);
  part.whole = "/out/whole '" + std::to_string(number) + ".mp4";
  return part;
}

inline session::FileTake full_file(int number) {
  return {.number = number,
          .beginning = number == 1,
          .folder = "/data/takes/s/" + std::to_string(number),
          .stem = "Someone part" + std::to_string(number),
          .state = session::FileState::aside,
          .started_at = at_second(30 + number),
          .ended_at = at_second(40 + number),
          .note = "repeats 'the end'"};
}

inline Target full_target() {
  return {
      .name = "second \"one\"",
      .chat = {0, "@somewhere"},
      .discussion = {-1002, ""},
      .backup = {-1003, ""},
      .compression = {.enabled = true, .target_bytes = 4'000'000'000ULL, .audio_kbps = 96, .two_pass = false},
      .file_bytes = 3'900'000'000ULL};
}

inline session::Session full_session(const std::string& id, session::Phase phase) {
  session::Session session;
  session.id = SessionId(id);
  session.channel = ChannelId("twitch:someone");
  session.channel_name = "Someone";
  session.title = "a title; DROP TABLE sessions; --";
  session.category = "Chess";
  session.folder = "/out/someone";
  session.continues = SessionId("yesterday's");
  session.started_at = at_second(1);
  session.ended_at = at_second(99);
  session.phase = phase;
  session.status_posted = true;
  session.status_message = 77;
  session.status_marker = "mark0";
  session.parts = {full_part(1), full_part(2)};
  session.posts = {
      {.number = 1,
       .first_part = 1,
       .last_part = 1,
       .marker = "mark1",
       .posted = true,
       .messages = {5'000'000'001, 7},
       .caption = session::Stage::done,
       .copy = session::Stage::failed,
       .copies = {-3, 4},
       .error = "it's gone"},
      {.number = 2, .first_part = 2, .last_part = 2, .marker = "mark2", .posted = false},
  };
  session.files = {full_file(1), full_file(2)};
  session.files[1].ended_at.reset();
  session.scheduled = at_second(3);
  session.titles = {{at_second(1), "a title", ""}, {at_second(2), "another", "Chess"}};
  session.parts[1].file_take = 2;
  session.target = full_target();
  session.flags = {.cancelled = true, .skip_compression = true};
  session.place = {session::Stage::done, -1002, 5'000'000'009};
  session.compressed = {.made = session::Stage::done,
                        .file = full_part(9).file,
                        .error = "none",
                        .marker = "markc",
                        .posted = session::Stage::wanted,
                        .chat = -1002,
                        .message = 5'000'000'010,
                        .copy = session::Stage::failed,
                        .copied = 12};
  session.compressed.file.further.clear();
  return session;
}

inline GapRow full_gap(const std::string& session) {
  return {.session = SessionId(session),
          .gap = {.take = 2,
                  .epoch = 3,
                  .from_sequence = -4,
                  .to_sequence = 5,
                  .duration = Micros(6'000'007),
                  .cause = GapCause::upstream,
                  .noticed_at = at_second(8),
                  .before_ordinal = 9}};
}

inline TakeRow full_take(const std::string& session) {
  return {.session = SessionId(session),
          .number = 2,
          .playlist_url = "https://example.invalid/p.m3u8?x=1",
          .started_at = at_second(3),
          .end_reason = "endlist",
          .picture = {1280, 720, 50}};
}

}  // namespace rec::test
