// Each of the ten statuses in which the Python program may have left a session: taken over, it ends well, and
// what is posted is posted once.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "app/import_plan.hpp"
#include "core/status.hpp"
#include "crash_steps.hpp"
#include "program.hpp"
#include "store/old_database.hpp"
#include "tests/support/old_program.hpp"

namespace rec::simulation {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;
using std::chrono::seconds;
using test::old_session;

constexpr std::int64_t kOldChat = -1001;
constexpr std::int64_t kOldGroup = -1002;
constexpr std::int64_t kOldBackup = -1003;

std::string bytes_of_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

/// The old program's folder, and ours beside it with nothing in it.
class Moving {
 public:
  explicit Moving(const std::string& name) : program(name), old(program.folder() / "old") {
    old.write(
        "config.yaml",
        "platform: twitch\ntelegram: {api_id: 1, api_hash: x, channel_id: -1001, backup_channel_id: -1003}\n"
        "twitch: {channels: [someone]}\ncompression: {enabled: yes}\n");
    config.state.path = (program.folder() / "data/state.db").string();
    config.recording.output_dir = (program.folder() / "recordings").string();
    config.telegram.api_id = 1;
    config.telegram.api_hash = Secret("x");
    config.telegram.channel_id = kOldChat;
    program.world.groups[kOldChat] = kOldGroup;
    program.settings.session_policy.mode = session::PostMode::after_end;
  }

  std::string file(const std::string& name, const std::string& content) const {
    return old.write(name, content);
  }
  /// A message that the old program posted.
  void posted(int message, const std::string& content, std::int64_t chat = kOldChat) {
    SentPost post;
    post.id = tdlib_message(message);
    post.chat = chat;
    post.text = "Канал: someone";
    if (!content.empty()) post.contents = {content};
    program.world.posts.push_back(post);
  }

  void import(const json::object& session) {
    old.write_json({session}, {});
    const ImportSources sources = read_import_sources(old.path(), "UTC", old_rows);
    ImportWish wish{config};
    wish.now = program.now();
    auto plan = plan_import(sources, wish);
    ASSERT_TRUE(plan) << plan.error().text;
    told = json::serialize(import_json(plan->lines));
    for (PlannedSession& each : plan->sessions) take(each.session);
  }
  void take(ImportedSession& imported) {
    ASSERT_TRUE(lay_links(imported));
    for (const ImportLink& link : imported.links)
      program.world.files[link.folder + "/" + link.name] = bytes_of_file(link.file);
    if (!imported.compressed.empty()) {
      session::PartFile& made = imported.session.compressed.file;
      made.path = imported.session.folder + "/compressed.mp4";
      fs::copy_file(imported.compressed, made.path);
      program.world.files[made.path] = bytes_of_file(made.path);
    }
    Commit commit;
    commit.sessions = {imported.session};
    for (const auto& effect : imported.effects) commit.effects.emplace_back(imported.session.id, effect);
    ASSERT_TRUE(program.disk().commit(commit));
  }

  /// What is in the chat, in order, without copies and texts.
  [[nodiscard]] std::string contents(std::int64_t chat) const {
    std::string all;
    for (const SentPost& post : program.world.posts) {
      for (const std::string& content : post.contents) {
        if (post.chat == chat && !post.removed) all += content;
      }
    }
    return all;
  }
  [[nodiscard]] bool untouched(const std::string& path, const std::string& content) const {
    return bytes_of_file(path) == content;
  }
  /// The word of the only session there is; "" = there is none.
  [[nodiscard]] std::string status() {
    const auto past = program.history();
    const auto open = program.stored().sessions;
    if (past.size() + open.size() != 1) return past.empty() && open.empty() ? "" : "several";
    return std::string(word(status_of(past.empty() ? open[0] : past[0], program.settings.session_policy)));
  }
  void run(int crash = -1) {
    program.world.fuse = crash;
    program.run_until(program.now() + seconds(900), seconds(1));
  }

  Program program;
  test::OldProgramFolder old;
  Config config;
  std::string told;
};

json::object two_parts_posted(Moving& moving, const std::string& status) {
  json::object session = old_session("someone", status);
  session["recording_files"] = json::array{moving.file("recordings/a.ts", "<a/1><a/2>")};
  session["split_files"] =
      json::array{moving.file("temp/p1.mp4", "<a/1>"), moving.file("temp/p2.mp4", "<a/2>")};
  test::set_uploaded(session, moving.old.at("temp/p1.mp4"), 21);
  test::set_uploaded(session, moving.old.at("temp/p2.mp4"), 22);
  session["message_ids"].as_object()["status_msg"] = 20;
  moving.posted(20, "");
  moving.posted(21, "<a/1>");
  moving.posted(22, "<a/2>");
  return session;
}

/// Once without a crash, then with one at each step, or at some where the world's long tests are not asked
/// for.
void killed_at_steps(const std::string& name, const std::function<json::object(Moving&)>& left,
                     const std::function<void(Moving&)>& expect) {
  int steps = 0;
  for (int k = -1; k < steps; k = next_crash(k, 3)) {
    SCOPED_TRACE("crash at step " + std::to_string(k));
    Moving moving(name);
    moving.import(left(moving));
    moving.run(k);
    expect(moving);
    EXPECT_TRUE(moving.program.stored().outbox.empty());
    if (k < 0) steps = moving.program.world.steps;
    if (testing::Test::HasFailure()) return;  // one is enough to read
  }
  EXPECT_GT(steps, 4);
}

TEST(ImportedStatus, OfflineIsNothing) {
  Moving moving("offline");
  moving.import(old_session("someone", "offline"));
  moving.run();
  EXPECT_EQ(moving.status(), "");
  EXPECT_TRUE(moving.program.world.posts.empty());
}

TEST(ImportedStatus, WaitingsMessageIsRemoved) {
  const auto left = [](Moving& moving) {
    json::object session = old_session("someone", "waiting");
    session["message_ids"].as_object()["waiting_msg"] = 7;
    moving.posted(7, "");
    return session;
  };
  killed_at_steps("waiting", left, [](Moving& moving) {
    ASSERT_EQ(moving.program.world.posts.size(), 1U);
    EXPECT_TRUE(moving.program.world.posts[0].removed);
    EXPECT_TRUE(moving.program.stored().sessions.empty());
  });
}

TEST(ImportedStatus, RecordingIsPostedWithWhatWasNotFinished) {
  Moving moving("recording");
  json::object session = old_session("someone", "recording");
  session["recording_files"] = json::array{moving.file("recordings/a.ts", "<a/1><a/2>")};
  const std::string half = moving.file("temp/temp_someone_2026-01-10_13-30-00_t.ts", "<b/1>");
  moving.import(session);
  moving.run();
  EXPECT_EQ(moving.contents(kOldChat), "<a/1><a/2><b/1>") << moving.told;
  EXPECT_EQ(moving.status(), "done");
  EXPECT_TRUE(moving.untouched(half, "<b/1>"));
  EXPECT_TRUE(moving.untouched(moving.old.at("recordings/a.ts"), "<a/1><a/2>"));
}

TEST(ImportedStatus, ProcessingIsPostedFromItsRecordingsInOrder) {
  Moving moving("processing");
  json::object session = old_session("someone", "processing");
  session["recording_files"] =
      json::array{moving.file("recordings/a.ts", "<a/1>"), moving.file("recordings/b.ts", "<b/1>")};
  session["linked_recording_files"] = json::array{moving.file("recordings/c.ts", "<c/1>")};
  moving.import(session);
  moving.run();
  EXPECT_EQ(moving.contents(kOldChat), "<a/1><b/1><c/1>") << moving.told;
  EXPECT_EQ(moving.contents(kOldBackup), "<a/1><b/1><c/1>compressed:<a/1><b/1><c/1>");
  EXPECT_EQ(moving.program.world.compressions, 1) << "as it was configured there";
  EXPECT_EQ(moving.status(), "done");
}

TEST(ImportedStatus, UploadingPostsWhatIsMissingOnceWhereverItIsKilled) {
  const auto left = [](Moving& moving) {
    json::object session = two_parts_posted(moving, "uploading");
    session["split_files"].as_array().emplace_back(moving.file("temp/p3.mp4", "<a/3>"));
    return session;
  };
  killed_at_steps("uploading", left, [](Moving& moving) {
    EXPECT_EQ(moving.contents(kOldChat), "<a/1><a/2><a/3>") << moving.told;
    EXPECT_EQ(moving.contents(kOldBackup), "<a/1><a/2><a/3>compressed:<a/1><a/2><a/3>");
    EXPECT_EQ(moving.contents(kOldGroup), "compressed:<a/1><a/2><a/3>");
    EXPECT_EQ(moving.status(), "done");
    EXPECT_TRUE(moving.untouched(moving.old.at("temp/p1.mp4"), "<a/1>"));
    EXPECT_TRUE(moving.untouched(moving.old.at("temp/p3.mp4"), "<a/3>"));
    std::size_t texts = 0;
    for (const SentPost& post : moving.program.world.posts) texts += post.contents.empty() ? 1 : 0;
    EXPECT_EQ(texts, 1U) << "its status message goes on";
  });
}

TEST(ImportedStatus, CompressingIsCompressedAnewAndNothingIsPostedTwice) {
  Moving moving("compressing");
  moving.import(two_parts_posted(moving, "compressing"));
  moving.run();
  EXPECT_EQ(moving.contents(kOldChat), "<a/1><a/2>") << moving.told;
  EXPECT_EQ(moving.contents(kOldGroup), "compressed:<a/1><a/2>");
  EXPECT_EQ(moving.status(), "done");
  EXPECT_TRUE(moving.untouched(moving.old.at("temp/p1.mp4"), "<a/1>"));
}

TEST(ImportedStatus, CompressingWithoutItsFilesGoesOnWithoutACompressedVersion) {
  Moving moving("gone");
  const json::object session = two_parts_posted(moving, "compressing");
  fs::remove(moving.old.at("temp/p2.mp4"));
  moving.import(session);
  moving.run();
  EXPECT_EQ(moving.contents(kOldGroup), "");
  EXPECT_EQ(moving.contents(kOldBackup), "<a/1><a/2>") << moving.told;
  EXPECT_EQ(moving.status(), "done");
}

TEST(ImportedStatus, SendingCompressedPostsTheFileThatIsThere) {
  const auto left = [](Moving& moving) {
    json::object session = two_parts_posted(moving, "sending_compressed");
    session["compressed_file"] = moving.file("recordings/a_compressed.mp4", "compressed:old");
    return session;
  };
  killed_at_steps("sending", left, [](Moving& moving) {
    EXPECT_EQ(moving.contents(kOldGroup), "compressed:old") << moving.told;
    EXPECT_EQ(moving.program.world.compressions, 0);
    EXPECT_EQ(moving.contents(kOldChat), "<a/1><a/2>");
    EXPECT_EQ(moving.status(), "done");
    EXPECT_TRUE(moving.untouched(moving.old.at("recordings/a_compressed.mp4"), "compressed:old"));
  });
}

TEST(ImportedStatus, SendingCompressedWithNowhereToSendItGoesOnAndKeepsTheFile) {
  Moving moving("nowhere");
  moving.program.world.groups.clear();
  json::object session = two_parts_posted(moving, "sending_compressed");
  session["compressed_file"] = moving.file("recordings/a_compressed.mp4", "compressed:old");
  moving.import(session);
  moving.run();
  EXPECT_EQ(moving.contents(kOldBackup), "<a/1><a/2>") << moving.told;
  EXPECT_EQ(moving.status(), "done");
  const auto past = moving.program.history();
  ASSERT_EQ(past.size(), 1U);
  EXPECT_NE(past[0].compressed.error.find("no discussion group"), std::string::npos);
  EXPECT_TRUE(moving.untouched(past[0].compressed.file.path, "compressed:old"));
}

TEST(ImportedStatus, ForwardingCopiesAndDoesNothingElse) {
  const auto left = [](Moving& moving) {
    json::object session = two_parts_posted(moving, "forwarding");
    session["message_ids"].as_object()["compressed_msg"] = 5;
    return session;
  };
  killed_at_steps("forwarding", left, [](Moving& moving) {
    EXPECT_EQ(moving.contents(kOldBackup), "<a/1><a/2>") << moving.told;
    EXPECT_EQ(moving.contents(kOldChat), "<a/1><a/2>");
    EXPECT_EQ(moving.program.world.compressions, 0);
    EXPECT_EQ(moving.status(), "done");
  });
}

TEST(ImportedStatus, ForwardingThatWasNotedIsNotDoneAgain) {
  Moving moving("forwarded");
  json::object session = two_parts_posted(moving, "forwarding");
  session["message_ids"].as_object()["backup_msgs"] = json::array{31, 32};
  moving.import(session);
  moving.run();
  EXPECT_EQ(moving.contents(kOldBackup), "");
  EXPECT_EQ(moving.status(), "done");
}

TEST(ImportedStatus, DoneIsHistory) {
  Moving moving("done");
  moving.import(two_parts_posted(moving, "done"));
  const std::size_t posts = moving.program.world.posts.size();
  moving.run();
  EXPECT_EQ(moving.status(), "done");
  EXPECT_EQ(moving.program.world.posts.size(), posts);
  for (const SentPost& post : moving.program.world.posts) EXPECT_EQ(post.edits, 0);
}

TEST(ImportedStatus, ErrorIsPostedWhereItsFilesAreThere) {
  Moving moving("error");
  json::object session = old_session("someone", "error");
  session["recording_files"] = json::array{moving.file("recordings/a.ts", "<a/1>")};
  session["error_message"] = "FloodWait";
  moving.import(session);
  moving.run();
  EXPECT_EQ(moving.contents(kOldChat), "<a/1>") << moving.told;
  EXPECT_EQ(moving.status(), "done");
}

TEST(ImportedStatus, ErrorWithoutFilesIsHistoryThatSaysSo) {
  Moving moving("lost");
  json::object session = old_session("someone", "error");
  session["recording_files"] = json::array{moving.old.at("recordings/a.ts")};
  moving.import(session);
  moving.run();
  EXPECT_EQ(moving.status(), "error") << moving.told;
  EXPECT_TRUE(moving.program.world.posts.empty());
}

TEST(ImportedStatus, WhatWasCancelledIsNotPosted) {
  Moving moving("cancelled");
  json::object session = old_session("someone", "processing");
  session["recording_files"] = json::array{moving.file("recordings/a.ts", "<a/1>")};
  session["abort_requested"] = true;
  moving.import(session);
  moving.run();
  EXPECT_EQ(moving.status(), "error");
  EXPECT_TRUE(moving.program.world.posts.empty());
}

}  // namespace
}  // namespace rec::simulation
