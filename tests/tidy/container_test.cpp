// What a container image may not have: a base that is another one tomorrow, root, secrets. As hadolint would
// say it, for the rules that matter here; tools/test-package runs its steps.
#include <gtest/gtest.h>

#include <algorithm>
#include <regex>

#include "tests/tidy/source_tree.hpp"

namespace rec::tidy {
namespace {

const std::string& container_file(const std::string& path) {
  static const std::string kNone;
  const auto found = std::ranges::find(every_file(), path, &SourceFile::path);
  if (found == every_file().end()) ADD_FAILURE() << path << " is not there";
  return found == every_file().end() ? kNone : found->text;
}

/// The instructions, each on one line, without comments.
std::vector<std::string> instructions_of(const std::string& dockerfile) {
  std::vector<std::string> all;
  std::istringstream text(dockerfile);
  std::string line;
  bool goes_on = false;
  while (std::getline(text, line)) {
    if (line.empty() || line.starts_with('#')) continue;
    const bool more = line.ends_with('\\');
    if (more) line.pop_back();
    if (goes_on)
      all.back() += line;
    else
      all.push_back(line);
    goes_on = more;
  }
  return all;
}

std::vector<std::string> container_faults(const std::string& dockerfile, const std::string& entry_point) {
  static const std::regex pinned(R"(FROM [\w./-]+(:[\w-]*\d+\.\d+[\w.-]*|@sha256:[0-9a-f]{64})( AS \w+)?)");
  static const std::regex secret("(ENV|ARG) .*(token|hash|password|secret|key)", std::regex::icase);
  std::vector<std::string> faults;
  bool drops_root = false, healthy = false;
  for (const std::string& one : instructions_of(dockerfile)) {
    if (one.starts_with("FROM ")) {
      drops_root = healthy = false;  // only the last stage runs
      if (!std::regex_match(one, pinned)) faults.push_back("a base without an exact version: " + one);
    }
    if (std::regex_search(one, secret)) faults.push_back("a secret would lie in the image: " + one);
    if (one.starts_with("ADD ")) faults.push_back("COPY does not fetch and unpack: " + one);
    if (one.find("apt-get install") != std::string::npos &&
        (one.find("--no-install-recommends") == std::string::npos || one.find("-y") == std::string::npos ||
         one.find("apt-get update") == std::string::npos ||
         one.find("rm -rf /var/lib/apt/lists") == std::string::npos))
      faults.push_back("apt-get: update and install in one step, without recommendations, lists removed: " +
                       one);
    if (std::regex_search(one, std::regex(R"(\b(curl|wget)\b.*\|\s*(ba)?sh)")))
      faults.push_back("runs what it fetched: " + one);
    if (std::regex_search(one, std::regex(R"(\bsudo\b)"))) faults.push_back("sudo: " + one);
    if (one.starts_with("USER ") && one != "USER root" && one != "USER 0") drops_root = true;
    if (one.starts_with("ENTRYPOINT [") && one.find("container-entrypoint") != std::string::npos)
      // What passes signals on runs as who they are for: root without CAP_KILL may send none to another user.
      drops_root =
          std::regex_search(entry_point, std::regex("exec setpriv --reuid .* /usr/bin/tini -s --")) &&
          entry_point.find("--no-new-privs") != std::string::npos &&
          entry_point.find("must not be 0") != std::string::npos;
    if (one.starts_with("HEALTHCHECK ") && one.find("NONE") == std::string::npos) healthy = true;
    if (std::regex_search(one, std::regex("^(ENTRYPOINT|CMD) [^\\[]")) ||
        (one.starts_with("ENTRYPOINT [") && one.find("tini") != std::string::npos))
      faults.push_back("signals do not reach it: " + one);
  }
  if (!drops_root) faults.push_back("it runs as root");
  if (!healthy) faults.push_back("nobody notices when it hangs: no HEALTHCHECK");
  return faults;
}

TEST(Container, TheImageIsPinnedHealthyAndNotRoot) {
  const auto faults = container_faults(container_file("packaging/Dockerfile"),
                                       container_file("packaging/container-entrypoint"));
  for (const std::string& fault : faults) ADD_FAILURE() << "packaging/Dockerfile: " << fault;
}

TEST(Container, ABadImageIsTold) {
  const std::string bad =
      "FROM debian:latest\nENV BOT_TOKEN=1\nADD https://x/y /\nRUN apt-get install -y curl\n"
      "RUN curl https://x | sh\nCMD streamrecorder run\n";
  EXPECT_EQ(container_faults(bad, "").size(), 8U);
  EXPECT_EQ(container_faults("FROM debian:12\nUSER 1000\nHEALTHCHECK CMD true\n", "").size(), 1U);
  EXPECT_TRUE(container_faults("FROM debian:12.11-slim\nUSER 1000\nHEALTHCHECK CMD true\n", "").empty());
}

TEST(Container, WhatIsPrivateIsNotSentToTheBuild) {
  const std::string ignored = "\n" + container_file(".dockerignore");
  for (const char* path : {".git", "data", "packaging/data", "recordings", "config.yaml", "**/cookies*.txt"})
    EXPECT_NE(ignored.find("\n" + std::string(path) + "\n"), std::string::npos) << path;
}

TEST(Container, ComposeGivesItNoMoreThanItNeeds) {
  const std::string& compose = container_file("packaging/compose.yaml");
  for (const char* line :
       {"cap_drop: [ALL]", "no-new-privileges:true", "read_only: true", "stop_grace_period:", "restart:"})
    EXPECT_NE(compose.find(line), std::string::npos) << line;
  EXPECT_FALSE(
      std::regex_search(compose, std::regex("privileged|docker\\.sock|network_mode: *\"?host|:latest")));
  // What tools/test-package tries it with.
  EXPECT_NE(compose.find("cap_add: [CHOWN, DAC_OVERRIDE, SETGID, SETUID]"), std::string::npos);
  EXPECT_NE(container_file("tools/test-package").find("-all,+chown,+dac_override,+setgid,+setuid"),
            std::string::npos);
}

}  // namespace
}  // namespace rec::tidy
