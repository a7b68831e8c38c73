// Who is let in, what is done once, and what is written down.
#include "tests/unit/chat/door_fixture.hpp"

namespace rec::chat {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

constexpr const char* kAnnSession = "01a2057e-0282-7000-8f41-ece5c5aeb0c0";

TEST_F(DoorTest, AnAdminIsAnsweredAReaderMayLookAndAStrangerMayNothing) {
  EXPECT_EQ(world->group.listens_to, -100);
  say(kAdmin, "/status");
  EXPECT_THAT(last_said(), HasSubstr("All is well"));
  EXPECT_EQ(world->group.said.back().reply_to, message);
  EXPECT_THAT(world->group.said.back().buttons, Not(IsEmpty()));
  say(kReader, "/status");
  EXPECT_THAT(last_said(), HasSubstr("All is well"));
  EXPECT_THAT(world->group.said.back().buttons, IsEmpty()) << "he could not use them";
  say(kReader, "/source pause ann");
  EXPECT_EQ(last_said(), "Read-only: you may not do that.");
  say(kStranger, "/status");
  EXPECT_EQ(last_said(), "No access.");
  const auto told = world->group.said.size();
  for (int i = 0; i < 5; ++i) say(kStranger, "/status");
  EXPECT_EQ(world->group.said.size(), told) << "a stranger cannot have it talk all the time";
  EXPECT_EQ(acts(), 0);
  EXPECT_THAT(audit(), HasSubstr("\t3\tdenied\t/status\tNo access."));
  EXPECT_THAT(audit(), HasSubstr("\t2\tdenied\t/source pause ann\t"));
}

TEST_F(DoorTest, WhatIsNoCommandIsNotAnswered) {
  for (const char* text : {"hello", "what does /status do?", "/status@otherbot", "/"}) say(kAdmin, text);
  say(kStranger, "hello");
  EXPECT_THAT(world->group.said, IsEmpty());
  say(kAdmin, "/status@RECBOT");
  EXPECT_THAT(world->group.said, SizeIs(1));
  say(kAdmin, "/fly");
  EXPECT_EQ(last_said(), "Unknown command. Use /help");
  say(kAdmin, "/source add");
  EXPECT_EQ(last_said(), "Usage: /source add URL [target=NAME] [KEY=VALUE …]");
  say(kAdmin, "/source add \"x");
  EXPECT_THAT(last_said(), HasSubstr("a quotation mark is not closed"));
}

TEST_F(DoorTest, AChangeIsDoneAndWrittenDownWithItsOutcome) {
  say(kAdmin, "/source pause ann");
  EXPECT_EQ(acts(), 1);
  EXPECT_THAT(last_said(), HasSubstr("Source paused: twitch:ann"));
  EXPECT_THAT(audit(), HasSubstr("\t1\tok\t/source pause ann\tSource paused: twitch:ann"));
  say(kAdmin, "/source resume ann");
  EXPECT_EQ(last_said(), "Error: there is no such part");
  EXPECT_THAT(audit(), HasSubstr("\t1\tfailed\t/source resume ann\tthere is no such part"));
}

TEST_F(DoorTest, WhatDestroysIsAskedAboutAndAButtonSaysYes) {
  say(kAdmin, "/stop ann");
  EXPECT_EQ(acts(), 0);
  EXPECT_THAT(last_said(), HasSubstr("Stop the recording of ann «A title»?"));
  ASSERT_THAT(world->group.said.back().buttons, SizeIs(1));
  const std::string yes = world->group.said.back().buttons[0][0].data;
  EXPECT_EQ(yes, std::string("!session stop ") + kAnnSession);
  press(kReader, yes);
  EXPECT_EQ(notice(), "Read-only: you may not do that.");
  press(kStranger, yes);
  EXPECT_EQ(notice(), "No access.");
  press(kStranger, yes);
  EXPECT_EQ(notice(), "No access.") << "a press is always answered";
  EXPECT_EQ(acts(), 0);
  press(kAdmin, yes);
  EXPECT_EQ(acts(), 1);
  EXPECT_THAT(requests.back(), HasSubstr(kAnnSession));
  EXPECT_THAT(notice(), HasSubstr("stopped"));
  ASSERT_THAT(world->group.changed, SizeIs(1));
  EXPECT_THAT(world->group.changed[0].second.text, HasSubstr("(Somebody)"));
  EXPECT_THAT(world->group.changed[0].second.buttons, IsEmpty());
  press(kAdmin, "-");
  EXPECT_EQ(notice(), "Not done.");
  EXPECT_EQ(acts(), 1);
  EXPECT_THAT(audit(), Not(HasSubstr("\tok\t/stop ann"))) << "to be asked is no change";
}

TEST_F(DoorTest, AQuestionIsNotAskedWhereItIsConfirmed) {
  say(kAdmin, "/stop ann --confirm");
  EXPECT_EQ(acts(), 1);
  stop();
  bot = false;
  start();
  say(kAdmin, "/stop ann confirm=yes");
  EXPECT_EQ(acts(), 2);
}

TEST_F(DoorTest, AStatusIsLookedAtAnewInItsPlace) {
  press(kReader, "status");
  ASSERT_THAT(world->group.changed, SizeIs(1));
  EXPECT_EQ(world->group.changed[0].first, 7);
  EXPECT_THAT(world->group.changed[0].second.text, HasSubstr("All is well"));
  press(kAdmin, "source pause twitch:ann");
  EXPECT_EQ(acts(), 1);
  EXPECT_THAT(last_said(), HasSubstr("(Somebody)")) << "the others are to see who did it";
  press(kAdmin, "what nobody made");
  press(kAdmin, "");
  EXPECT_EQ(acts(), 1);
}

TEST_F(DoorTest, ACommandThatIsToldAgainAfterAKillIsNotDoneAgain) {
  say(kAdmin, "/source pause ann");
  EXPECT_EQ(acts(), 1);
  const auto told = message;
  kill();
  start();
  message = told - 1;
  say(kAdmin, "/source pause ann");
  EXPECT_EQ(acts(), 1);
  EXPECT_THAT(world->group.said, IsEmpty());
  say(kAdmin, "/source pause ann");
  EXPECT_EQ(acts(), 2) << "a new one is a new one";
}

TEST_F(DoorTest, WhatAKillHasCutShortIsToldOfAndNotDoneAgain) {
  hangs_at = "session_action";
  say(kAdmin, "/retry last");
  EXPECT_EQ(acts(), 1);
  kill();
  hangs_at.clear();
  start();
  ASSERT_THAT(world->group.said, SizeIs(1));
  EXPECT_THAT(last_said(), HasSubstr("I was restarted while I did this: /retry last"));
  EXPECT_EQ(world->group.said[0].reply_to, message);
  EXPECT_THAT(audit(), HasSubstr("\t1\tinterrupted\t/retry last\t"));
  message -= 1;
  say(kAdmin, "/retry last");
  EXPECT_EQ(acts(), 1);
  kill();
  start();
  EXPECT_THAT(world->group.said, IsEmpty()) << "it is told once";
}

TEST_F(DoorTest, WhatWasSaidWhileItWasAwayIsNotDoneAndThatIsSaidOnce) {
  say(kAdmin, "/stop ann --confirm", std::chrono::hours(2));
  EXPECT_EQ(acts(), 0);
  EXPECT_THAT(last_said(), HasSubstr("I was away when this was said"));
  say(kAdmin, "/retry ann", std::chrono::minutes(5));
  EXPECT_THAT(world->group.said, SizeIs(1));
  say(kAdmin, "/source pause ann", std::chrono::seconds(5));
  EXPECT_EQ(acts(), 1) << "just before the start is meant for this one";
}

TEST_F(DoorTest, WhatIsHeardLateBecauseTheNetworkWasAwayIsNotDone) {
  world->clock.run_for(std::chrono::hours(1));
  say(kAdmin, "/stop last --confirm", std::chrono::minutes(20));
  EXPECT_EQ(acts(), 0);
  EXPECT_THAT(last_said(), HasSubstr("Too old"));
  say(kAdmin, "/source pause ann", std::chrono::minutes(2));
  EXPECT_EQ(acts(), 1);
  say(kAdmin, "/source pause ann", std::chrono::minutes(20));
  EXPECT_EQ(acts(), 1);
  EXPECT_THAT(last_said(), HasSubstr("Too old")) << "each time anew";
}

TEST_F(DoorTest, WhoSaysTooMuchIsSlowedDown) {
  for (int i = 0; i < 30; ++i) {
    Asked asked;
    asked.message = ++message;
    asked.person = kAdmin;
    asked.text = "/source pause ann";
    world->group.hear(std::move(asked));
  }
  run();
  EXPECT_EQ(acts(), 10);
  EXPECT_THAT(world->group.said, SizeIs(11));
  world->clock.run_for(std::chrono::minutes(5));
  say(kAdmin, "/source pause ann");
  EXPECT_EQ(acts(), 11);
}

TEST_F(DoorTest, AnAnonymousAdministratorIsToldWhyHeMayNot) {
  say(0, "/status");
  EXPECT_THAT(last_said(), HasSubstr("Remain anonymous"));
}

TEST_F(DoorTest, IsAnsweredInRussianWhereItIsAskedTo) {
  stop();
  language = Language::ru;
  start();
  say(kAdmin, "/fly");
  EXPECT_EQ(last_said(), "Неизвестная команда. Используйте /help");
  say(kAdmin, "/source pause ann");
  EXPECT_THAT(last_said(), HasSubstr("Источник остановлен: twitch:ann"));
  say(kAdmin, "/source resume ann");
  EXPECT_EQ(last_said(), "Ошибка: такой части нет");
  say(kAdmin, "/source pause \"ann");
  EXPECT_EQ(last_said(), "Некорректная команда: кавычка не закрыта");
  say(kStranger, "/status");
  EXPECT_EQ(last_said(), "Нет доступа.");
}

TEST_F(DoorTest, NothingIsDoneThatCannotBeNotedFirst) {
  std::filesystem::create_directories(folder / "control.json/in the way");
  say(kAdmin, "/source pause ann");
  EXPECT_EQ(acts(), 0);
  EXPECT_THAT(last_said(), HasSubstr("Error: "));
}

TEST_F(DoorTest, AnActIsWrittenDownAlsoWhereItsAnswerGetsLost) {
  world->group.deaf = true;
  say(kAdmin, "/source pause ann");
  EXPECT_EQ(acts(), 1);
  EXPECT_THAT(audit(), HasSubstr("\t1\tok\t/source pause ann"));
}

}  // namespace
}  // namespace rec::chat
