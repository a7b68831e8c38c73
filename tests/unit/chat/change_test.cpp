// Other rules, and another group, while people talk.
#include "tests/unit/chat/door_fixture.hpp"

namespace rec::chat {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

TEST_F(DoorTest, OtherRulesCountFromTheNextCommandOn) {
  say(kReader, "/source pause ann");
  EXPECT_EQ(last_said(), "Read-only: you may not do that.");
  rules.allowed_user_ids = {kReader};
  rules.readonly_user_ids = {};
  rules.command_prefix = "!";
  rules.audit_log_file = folder / "another.log";
  world->door->go_by(rules, Language::ru, 2);
  say(kReader, "/source pause ann");
  EXPECT_EQ(acts(), 0) << "no command any more";
  say(kReader, "!source pause ann");
  EXPECT_THAT(last_said(), HasSubstr("Источник остановлен"));
  EXPECT_THAT(audit(), HasSubstr("\t2\tok\t!source pause ann\t"));
  say(kAdmin, "!status");
  EXPECT_EQ(last_said(), "Нет доступа.");
  say(kReader, "!fly");
  EXPECT_EQ(last_said(), "Неизвестная команда. Используйте !help");
}

TEST_F(DoorTest, WhatIsUnderWayWhenTheGroupIsLeftIsAnsweredThere) {
  hangs_at = "session_action";
  hangs_for = std::chrono::seconds(20);
  say(kAdmin, "/retry last");
  say(kAdmin, "/retry ann");
  say(kAdmin, "/source pause ann");
  ASSERT_THAT(world->group.said, SizeIs(0)) << "two at a time";
  bool retired = false;
  asio::co_spawn(world->io, world->door->retire(), [&](const std::exception_ptr&) { retired = true; });
  run();
  EXPECT_FALSE(retired);
  say(kAdmin, "/retry last");
  world->clock.run_for(std::chrono::seconds(30));
  EXPECT_TRUE(retired);
  EXPECT_THAT(world->group.said, SizeIs(3)) << "all but what was said after";
  EXPECT_EQ(acts(), 3);
  EXPECT_EQ(world->group.listens_to, 0);
}

TEST_F(DoorTest, WhatDoesNotEndHoldsNobodyInAGroup) {
  hangs_at = "session_action";
  say(kAdmin, "/retry last");
  bool retired = false;
  asio::co_spawn(world->io, world->door->retire(), [&](const std::exception_ptr&) { retired = true; });
  world->clock.run_for(std::chrono::minutes(2));
  EXPECT_TRUE(retired);
}

}  // namespace
}  // namespace rec::chat
