// What `record` says at its end, on a terminal and with --json.
#include "cli/record_view.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace rec::cli {
namespace {

TEST(RecordView, WhatIsMissingAndWhatWasLeftOutIsSaid) {
  RecordOutcome outcome;
  outcome.segments = 30;
  Gap gap;
  gap.cause = GapCause::fetch_failed;
  gap.duration = std::chrono::seconds(12);
  gap.from_sequence = 7;
  gap.to_sequence = 12;
  outcome.gaps = {gap};
  session::FileTake repeated;
  repeated.number = 2;
  repeated.state = session::FileState::aside;
  repeated.note = "it repeats file 1";
  outcome.session.files = {repeated};

  const auto told = boost::json::parse(outcome_json(outcome));
  const auto& gaps = told.at("gaps").as_array();
  ASSERT_EQ(gaps.size(), 1U);
  EXPECT_EQ(gaps[0].at("seconds").to_number<double>(), 12) << boost::json::serialize(gaps);
  EXPECT_EQ(gaps[0].at("cause").as_string(), word(GapCause::fetch_failed));
  ASSERT_EQ(told.at("set_aside").as_array().size(), 1U);
  EXPECT_EQ(told.at("set_aside").at(0).at("file").to_number<int>(), 2);

  const std::string text = outcome_text(outcome);
  EXPECT_NE(text.find("left out: file 2: it repeats file 1"), std::string::npos) << text;
  EXPECT_NE(text.find("30 segments, gaps 12 s"), std::string::npos) << text;
}

}  // namespace
}  // namespace rec::cli
