// Texts with holes: what they become, and what is said of those that cannot be understood.
#include "app/template.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/templates.hpp"
#include "config_testing.hpp"

namespace rec {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

RichText filled(std::string_view text, const Template::Values& values) {
  auto made = Template::parse(text);
  EXPECT_TRUE(made.has_value()) << (made ? "" : made.error().text);
  return made ? made->fill(values) : RichText{};
}

std::vector<std::string> bold_spans(const RichText& rich) {
  std::vector<std::string> spans;
  for (const auto& span : rich.bold) spans.push_back(rich.text.substr(span.offset, span.length));
  return spans;
}

TEST(Template, HolesAreFilled) {
  EXPECT_EQ(filled("a {x} b", {{"x", "1"}}).text, "a 1 b");
  EXPECT_EQ(filled("{{x}} [[y]] {x}", {{"x", "1"}}).text, "{x} [y] 1");
}

TEST(Template, ALineWhoseValueIsEmptyIsLeftOut) {
  EXPECT_EQ(filled("a\nTitle: **{x}**\nb", {}).text, "a\nb");
  EXPECT_EQ(filled("a\nTitle: {x}", {}).text, "a");
  EXPECT_EQ(filled("{x}\nb", {}).text, "b");
  EXPECT_EQ(filled("a\n\n{x}\n\nb", {}).text, "a\n\nb") << "no hole in its place";
}

TEST(Template, BracketsAreLeftOutAlone) {
  EXPECT_EQ(filled("[{x} · ]b", {}).text, "b");
  EXPECT_EQ(filled("[{x} · ]b[ ({y})]", {{"x", "1"}}).text, "1 · b");
  EXPECT_TRUE(filled("[**{x}** and {y}]b", {{"x", "1"}}).bold.empty());
}

TEST(Template, BoldIsWhereTheTemplateHasItAndNowhereElse) {
  const RichText rich = filled("**A**: **{x}** {x}", {{"x", "**no** `x` __y__ [z](http://a)"}});
  EXPECT_EQ(rich.text, "A: **no** `x` __y__ [z](http://a) **no** `x` __y__ [z](http://a)");
  EXPECT_THAT(bold_spans(rich), ElementsAre("A", "**no** `x` __y__ [z](http://a)"));
}

TEST(Template, AValueIsNeverReadAsATemplate) {
  EXPECT_EQ(filled("{x}{y}", {{"x", "{y}[{z}]"}, {"y", "1"}}).text, "{y}[{z}]1");
}

TEST(Template, WhatIsWrongIsSaidWithTheCure) {
  for (const auto& [text, says] :
       std::vector<std::pair<std::string, std::string>>{{"{title", "is no placeholder; write {title}"},
                                                        {"{Ti tle}", "is no placeholder"},
                                                        {"a } b", "write }} for a brace"},
                                                        {"[a", "write ] behind it"},
                                                        {"[a\n]", "not closed on its line"},
                                                        {"[a[b]]]", "within another"},
                                                        {"a]", "write ]] for a bracket"},
                                                        {"**a", "write ** behind"}}) {
    const auto made = Template::parse(text);
    ASSERT_FALSE(made.has_value()) << text;
    EXPECT_THAT(made.error().text, HasSubstr(says));
  }
}

TEST(Template, EveryBuiltInTextUsesPlaceholdersThatAreListed) {
  for (const TextKind kind : text_kinds()) {
    for (const Language language : {Language::en, Language::ru}) {
      const auto made = check_template(std::string(word(kind)), std::string(built_in_text(kind, language)));
      EXPECT_TRUE(made.has_value()) << word(kind) << ": " << (made ? "" : made.error().text);
    }
  }
}

TEST(Template, AMistakeInTheConfigurationIsToldWithItsLine) {
  const std::string said = config_testing::problems(
      "telegram:\n  templates:\n    caption: \"{titel}\"\n    captoin: x\n    status: \"[{title}\"\n");
  EXPECT_THAT(said,
              HasSubstr("config.yaml:3: telegram.templates.caption: no placeholder {titel} in this text; did "
                        "you mean {title}?"));
  EXPECT_THAT(said,
              HasSubstr("config.yaml:4: telegram.templates.captoin: no text is called captoin; did you mean "
                        "caption?"));
  EXPECT_THAT(said, HasSubstr("config.yaml:5: telegram.templates.status: a [ is not closed"));
}

TEST(NotifyKeys, MistakesAreToldWithTheCure) {
  EXPECT_THAT(config_testing::problems("hooks: {part.redy: [/bin/true]}\n"),
              HasSubstr("hooks.part.redy: no such event; did you mean part.ready?"));
  EXPECT_THAT(config_testing::problems("hooks: {gap: []}\n"), HasSubstr("hooks.gap: no program"));
  EXPECT_THAT(config_testing::problems("notify: [{ntfy: \"https://ntfy.sh/x\", events: [sesion.done]}]\n"),
              HasSubstr("did you mean session.done?"));
  EXPECT_THAT(config_testing::problems("notify: [{ntfy: \"https://ntfy.sh/x\", digest: \"25:00\"}]\n"),
              HasSubstr("a time of day"));
  EXPECT_THAT(config_testing::problems("notify: [{ntfy: \"https://ntfy.sh/x\", secret: x}]\n"),
              HasSubstr("secret goes with webhook"));
}

}  // namespace
}  // namespace rec
