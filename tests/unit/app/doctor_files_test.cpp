// What the machine does not allow, and who may read what is secret.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/doctor.hpp"
#include "tests/support/temp_folder.hpp"

namespace rec {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using Level = Finding::Level;

std::string texts_of(const Findings& findings) {
  std::string text;
  for (const Finding& one : findings) text += one.text + " -> " + one.cure + "\n";
  return text;
}

TEST(DoctorLimits, TooFewDescriptorsAndTooLittleMemoryAreToldWithTheirCures) {
  EXPECT_THAT(check_limits({.descriptors = 524'288, .memory = 4'000'000'000}, 300), IsEmpty());
  EXPECT_THAT(check_limits({}, 300), IsEmpty()) << "what cannot be told is no finding";
  const auto few = check_limits({.descriptors = 1024, .memory = 0}, 100);
  EXPECT_THAT(texts_of(few), HasSubstr("at most 1024 files may be open at a time; 100 channels"));
  EXPECT_THAT(check_limits({.descriptors = 1024, .memory = 0}, 5), IsEmpty());
  const auto little = check_limits({.descriptors = 0, .memory = 128'000'000, .by_group = true}, 1);
  EXPECT_THAT(texts_of(little), HasSubstr("128 MB of memory, by the limit of the service or container"));
  EXPECT_THAT(texts_of(little), HasSubstr("MemoryMax="));
}

TEST(DoctorLimits, ThoseOfAProcessAreRead) {
  rlimit limit{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &limit), 0);
  for (const int pid : {0, static_cast<int>(::getpid())}) {
    const MachineLimits limits = limits_of(pid);
    EXPECT_EQ(limits.descriptors, limit.rlim_max == RLIM_INFINITY ? 0 : limit.rlim_max);
    EXPECT_GT(limits.memory, 50'000'000U);
  }
  EXPECT_EQ(limits_of(1 << 30).descriptors, 0U) << "no such process";
}

TEST(DoctorSecrets, WhatOthersMayReadIsTold) {
  const test::TempFolder folder;
  const std::string config = folder / "config.yaml";
  test::write_bytes(folder / "hidden", "hunter2\n");
  test::write_bytes(config,
                    "twitch: {client_id: x, client_secret_file: hidden}\nstate: {path: data/state.db}\n");
  ::chmod(config.c_str(), 0644);
  ::chmod((folder / "hidden").c_str(), 0600);
  EXPECT_THAT(texts_of(check_secrets(*load_config(config))), IsEmpty()) << "it holds none itself";
  ::chmod((folder / "hidden").c_str(), 0644);
  EXPECT_THAT(texts_of(check_secrets(*load_config(config))),
              HasSubstr((folder / "hidden") + " is a secret and can be read by other users"));
  test::write_bytes(config, "twitch: {client_id: x, client_secret: hunter2}\nstate: {path: data/state.db}\n");
  const auto found = check_secrets(*load_config(config));
  ASSERT_THAT(found, SizeIs(1)) << texts_of(found);
  EXPECT_EQ(found[0].level, Level::warning);
  EXPECT_THAT(found[0].text, HasSubstr("holds secrets"));
  EXPECT_EQ(found[0].text.find("hunter2"), std::string::npos);
  ::chmod(config.c_str(), 0640);
  EXPECT_THAT(check_secrets(*load_config(config)), IsEmpty()) << "a group of its own may";
  std::filesystem::create_directories(folder / "data");
  test::write_bytes(folder / "data/telegram.key", "k");
  ::chmod((folder / "data/telegram.key").c_str(), 0640);
  ::chmod((folder / "data").c_str(), 0777);
  EXPECT_THAT(check_secrets(*load_config(config)), SizeIs(2));
}

TEST(DoctorFiles, AHookThatCannotRunAndALogThatCannotBeWrittenAreErrors) {
  const test::TempFolder folder;
  test::write_bytes(folder / "hook", "#!/bin/sh\n");
  Config config;
  config.hooks = {{"gap", {"sh", "-c", "true"}}, {"session.done", {folder / "hook"}}};
  const auto hooks = check_hooks(config);
  ASSERT_THAT(hooks, SizeIs(1)) << texts_of(hooks);
  EXPECT_EQ(hooks[0].level, Level::error);
  EXPECT_THAT(hooks[0].text, HasSubstr("hooks.session.done: "));
  ::chmod((folder / "hook").c_str(), 0700);
  EXPECT_THAT(check_hooks(config), IsEmpty());

  config.logging.file = folder / "logs/recorder.log";
  EXPECT_THAT(check_written_files(config), IsEmpty()) << "it can be made";
  test::write_bytes(folder / "logs", "in the way");
  const auto found = check_written_files(config);
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_THAT(found[0].text, HasSubstr("(logging.file) cannot be written: "));
  EXPECT_EQ(found[0].level, Level::error);
}

TEST(DoctorFiles, AFileSystemInMemoryIsToldOf) {
  Config config;
  config.recording.output_dir = "/proc/recordings";
  config.state.path = "/dev/shm/state.db";
  const std::string told = texts_of(check_file_systems(config));
  EXPECT_THAT(told, HasSubstr("/dev/shm (state.path) lies in memory"));
  EXPECT_THAT(told, HasSubstr("set state.path to a folder on a disk"));
}

}  // namespace
}  // namespace rec
