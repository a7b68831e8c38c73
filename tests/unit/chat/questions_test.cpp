// Yes without buttons: who may say it, how, how long, and that it counts once.
#include "chat/questions.hpp"

#include "tests/unit/chat/door_fixture.hpp"

namespace rec::chat {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

constexpr std::int64_t kOther = 4;

class WithoutButtons : public DoorTest {
 protected:
  WithoutButtons() {
    stop();
    bot = false;
    rules.allowed_user_ids = {kAdmin, kOther};
    start();
  }
};

TEST_F(WithoutButtons, WhatDestroysIsAskedAboutAndAYesOfTheSamePersonDoesIt) {
  say(kAdmin, "/stop ann");
  EXPECT_EQ(acts(), 0);
  EXPECT_THAT(last_said(), HasSubstr("Stop the recording of ann «A title»?"));
  EXPECT_THAT(last_said(), HasSubstr("Answer “yes” or /confirm 1 within two minutes."));
  EXPECT_THAT(world->group.said.back().buttons, IsEmpty());
  for (const std::int64_t person : {kOther, kReader, kStranger}) say(person, "yes");
  say(kAdmin, "yes, but later");
  EXPECT_EQ(acts(), 0);
  EXPECT_THAT(world->group.said, SizeIs(1)) << "people talk to one another, too";
  say(kAdmin, " Yes. ");
  EXPECT_EQ(acts(), 1);
  EXPECT_THAT(requests.back(), HasSubstr("01a2057e"));
  EXPECT_THAT(last_said(), HasSubstr("stopped"));
  EXPECT_EQ(world->group.said.back().reply_to, message);
  EXPECT_THAT(audit(), HasSubstr("\t1\tok\t/session stop 01a2057e-0282-7000-8f41-ece5c5aeb0c0 --confirm\t"));
  say(kAdmin, "yes");
  EXPECT_EQ(acts(), 1) << "a question is answered once";
}

TEST_F(WithoutButtons, ANumberConfirmsANoTakesBackAndAfterTwoMinutesNothingIsOpen) {
  say(kAdmin, "/stop ann");
  say(kOther, "/confirm 1");
  EXPECT_EQ(last_said(), "Nothing waits for that any more; give the command again.")
      << "it was asked another";
  say(kReader, "/confirm 1");
  EXPECT_EQ(last_said(), "Read-only: you may not do that.");
  for (const char* text : {"/confirm 7", "/confirm x", "/confirm -1"}) {
    say(kAdmin, text);
    EXPECT_EQ(last_said(), "Nothing waits for that any more; give the command again.") << text;
  }
  EXPECT_EQ(acts(), 0);
  say(kAdmin, "/confirm 1");
  EXPECT_EQ(acts(), 1);
  say(kAdmin, "/stop ann");
  say(kAdmin, "нет");
  EXPECT_EQ(last_said(), "Not done.");
  say(kAdmin, "yes");
  EXPECT_EQ(acts(), 1);
  say(kAdmin, "/stop ann");
  world->clock.run_for(std::chrono::minutes(2));
  say(kAdmin, "yes");
  say(kAdmin, "/confirm");
  EXPECT_EQ(last_said(), "Nothing waits for that any more; give the command again.");
  EXPECT_EQ(acts(), 1);
}

TEST_F(WithoutButtons, OfSeveralQuestionsTheOneThatIsMeantHasToBeNamed) {
  say(kAdmin, "/stop ann");
  say(kAdmin, "/cancel ann");
  say(kAdmin, "yes");
  EXPECT_EQ(last_said(), "Which one? /confirm 1, /confirm 2");
  EXPECT_EQ(acts(), 0);
  say(kAdmin, "/confirm 2");
  EXPECT_THAT(requests.back(), HasSubstr("\"cancel\""));
  say(kAdmin, "/confirm");
  EXPECT_THAT(requests.back(), HasSubstr("\"stop\""));
  EXPECT_EQ(acts(), 2);
}

TEST_F(WithoutButtons, WhoIsNoAdminAnyMoreCannotConfirm) {
  say(kAdmin, "/stop ann");
  rules.allowed_user_ids = {kOther};
  world->door->go_by(rules, language, 2);
  say(kAdmin, "yes");
  say(kAdmin, "/confirm 1");
  EXPECT_EQ(last_said(), "No access.");
  EXPECT_EQ(acts(), 0);
}

TEST_F(WithoutButtons, AYesThatAKillHasCutShortIsToldOfAndNotDoneAgain) {
  say(kAdmin, "/stop ann");
  hangs_at = "session_action";
  say(kAdmin, "yes");
  EXPECT_EQ(acts(), 1);
  kill();
  hangs_at.clear();
  start();
  ASSERT_THAT(world->group.said, SizeIs(1));
  EXPECT_THAT(last_said(), HasSubstr("I was restarted while I did this: /session stop"));
  EXPECT_EQ(world->group.listens_since, message) << "what was said since is read";
  message -= 1;
  say(kAdmin, "yes");
  EXPECT_EQ(acts(), 1);
}

TEST_F(WithoutButtons, ALookIsNotAnsweredTwiceEither) {
  say(kAdmin, "/status");
  kill();
  start();
  EXPECT_EQ(world->group.listens_since, message);
}

TEST_F(WithoutButtons, NoAnswerCanBeTakenForACommand) {
  say(kAdmin, "/help");
  EXPECT_THAT(last_said(), Not(testing::StartsWith("/")));
  rules.command_prefix = "E";
  world->door->go_by(rules, language, 2);
  say(kAdmin, "Esource resume ann");
  EXPECT_EQ(last_said(), "· Error: there is no such part");
}

TEST(Questions, AWordAloneIsAnAnswerInEitherLanguage) {
  for (const char* text : {"yes", "YES!", " да ", "Да.", "y"}) EXPECT_EQ(word_of(text), Word::yes) << text;
  for (const char* text : {"no", "Нет", "нет!", "N"}) EXPECT_EQ(word_of(text), Word::no) << text;
  for (const char* text : {"", " ", "...", "yesterday", "да нет", "not", "дай"})
    EXPECT_EQ(word_of(text), Word::other) << text;
}

TEST_F(DoorTest, ACommandThatFitsIntoNoButtonIsConfirmedInWords) {
  const std::string name = "twitch:" + std::string(60, 'a');
  say(kAdmin, "/target remove " + name);
  EXPECT_THAT(last_said(), HasSubstr("Answer “yes” or /confirm 1"));
  EXPECT_THAT(world->group.said.back().buttons, IsEmpty());
  say(kAdmin, "да");
  EXPECT_THAT(requests.back(), HasSubstr("target_remove"));
}

}  // namespace
}  // namespace rec::chat
