// What a command has answered with --json.
#pragma once
#include <gtest/gtest.h>

#include <utility>

#include <boost/json.hpp>

#include "tests/support/program_run.hpp"

namespace rec::testing_support {

/// The object on its stdout. The test fails, and it is empty, where there is none or the command has failed.
inline boost::json::object json_answer(const Output& output) {
  EXPECT_EQ(output.exit_code, 0) << output.err;
  boost::system::error_code error;
  auto value = boost::json::parse(output.out, error);
  if (!error && value.is_object()) return std::move(value.get_object());
  ADD_FAILURE() << "no object: " << output.out << output.err;
  return {};
}

}  // namespace rec::testing_support
