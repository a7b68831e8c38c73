// The pure pieces: routes and their document, accounts, tries, changes, figures.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <set>

#include <boost/json.hpp>

#include "tests/support/temp_folder.hpp"
#include "web/accounts.hpp"
#include "web/attempts.hpp"
#include "web/changes.hpp"
#include "web/routes.hpp"

namespace rec::web {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;

TEST(OpenApi, TellsEveryRouteAndNothingElse) {
  const json::object document = openapi_document("1.0");
  EXPECT_EQ(document.at("openapi").as_string(), "3.1.0");
  std::size_t told = 0;
  std::set<std::string> operations;
  for (const auto& [path, item] : document.at("paths").as_object()) told += item.as_object().size();
  EXPECT_EQ(told, all_routes().size());
  for (const Route& route : all_routes()) {
    std::string method(route.method);
    for (char& c : method) c = static_cast<char>(c | 0x20);
    const auto& operation = document.at("paths").at(route.path).at(method).as_object();
    EXPECT_TRUE(operations.insert(std::string(operation.at("operationId").as_string())).second);
    EXPECT_EQ(operation.contains("requestBody"), !route.body.empty()) << route.path;
    EXPECT_EQ(operation.contains("x-scope"), route.scope != Scope::none) << route.path;
    for (std::size_t at = 0; (at = route.path.find('{', at)) != std::string_view::npos; ++at) {
      const auto name = route.path.substr(at + 1, route.path.find('}', at) - at - 1);
      bool found = false;
      for (const auto& parameter : operation.at("parameters").as_array())
        found = found || (parameter.at("name") == json::value(name) && parameter.at("in") == "path");
      EXPECT_TRUE(found) << route.path << " " << name;
    }
  }
}

TEST(OpenApi, IsTheOneThatIsDocumented) {
  std::ifstream manual(std::string(REC_SOURCE_DIR) + "/docs/interface.md");
  const std::string text{std::istreambuf_iterator<char>(manual), {}};
  for (const Route& route : all_routes())
    EXPECT_NE(text.find(std::string(route.path)), std::string::npos)
        << route.path << " is not in docs/interface.md";
}

TEST(Routes, AreFoundByMethodAndPath) {
  const Match match = match_route("GET", {"api", "v1", "sessions", "abc", "parts", "7", "video"});
  ASSERT_NE(match.route, nullptr);
  EXPECT_EQ(match.route->role, Role::video);
  EXPECT_EQ(match.arguments.at("session"), "abc");
  EXPECT_EQ(match.arguments.at("number"), "7");
  EXPECT_EQ(match_route("DELETE", {"livez"}).allow, "GET");
  EXPECT_EQ(match_route("GET", {}).allow, "");
}

TEST(Routes, WhateverChangesSomethingNeedsControl) {
  for (const Route& route : all_routes()) {
    // These are how one comes in.
    if (route.role == Role::login || route.role == Role::logout || route.role == Role::set_up) continue;
    EXPECT_EQ(route.method != "GET", route.scope == Scope::control) << route.path;
  }
}

TEST(Accounts, AreKeptForTheirOwnerAloneAndWithoutWhatTheyProve) {
  const test::TempFolder folder;
  const std::string path = folder / "data/web.json";
  EXPECT_TRUE(read_accounts(path)->password.empty());
  Accounts accounts;
  accounts.password = *hash_password(Secret("a long password"));
  const std::string token = fresh_token();
  accounts.tokens.push_back({"backup", Scope::read, token_hash(token), from_unix_ms(1000)});
  ASSERT_TRUE(write_accounts(path, accounts));
  struct stat info{};
  ASSERT_EQ(::stat(path.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0600U);
  const std::string text = test::read_bytes(path);
  EXPECT_EQ(text.find("a long password"), std::string::npos);
  EXPECT_EQ(text.find(token), std::string::npos);
  EXPECT_NE(text.find("$argon2id$"), std::string::npos);
  const auto read = read_accounts(path);
  ASSERT_TRUE(read) << read.error().text;
  EXPECT_TRUE(password_fits(read->password, Secret("a long password")));
  EXPECT_FALSE(password_fits(read->password, Secret("a long passwore")));
  EXPECT_FALSE(password_fits("", Secret("")));
  EXPECT_EQ(scope_of_token(*read, token), Scope::read);
  EXPECT_EQ(scope_of_token(*read, token + "x"), Scope::none);
  EXPECT_EQ(scope_of_token(*read, ""), Scope::none);
}

TEST(Accounts, APasswordThatIsTooShortIsNone) {
  EXPECT_EQ(hash_password(Secret("123456789")).error().code, Errc::invalid);
}

TEST(Accounts, AFileThatIsNoneIsSaidSo) {
  const test::TempFolder folder;
  for (const char* text : {"[]", "{", R"({"tokens": [{"name": "x"}]})", R"({"tokens": [7]})"}) {
    test::write_bytes(folder / "web.json", text);
    EXPECT_EQ(read_accounts(folder / "web.json").error().code, Errc::corrupt) << text;
  }
}

TEST(Attempts, AreFewAndComeBackWithTime) {
  AttemptLimit limit;
  SteadyTime now{1h};
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(limit.take("192.0.2.1", now));
  EXPECT_FALSE(limit.take("192.0.2.1", now));
  EXPECT_TRUE(limit.take("192.0.2.2", now)) << "another one has tries of its own";
  EXPECT_FALSE(limit.take("192.0.2.1", now + 20s));
  EXPECT_TRUE(limit.take("192.0.2.1", now + 60s));
  limit.forgive("192.0.2.1");
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(limit.take("192.0.2.1", now + 60s));
}

TEST(Attempts, OneNetworkOfVersionSixIsOne) {
  EXPECT_EQ(attempt_key("2001:db8::1"), attempt_key("2001:db8::ffff"));
  EXPECT_NE(attempt_key("2001:db8::1"), attempt_key("2001:db8:0:1::1"));
  EXPECT_NE(attempt_key("::ffff:192.0.2.1"), attempt_key("::ffff:192.0.2.2")) << "IPv4 on a socket for both";
}

TEST(Attempts, OfManyAddressesAreLimitedInAllAndForgotten) {
  AttemptLimit limit;
  const SteadyTime now{1h};
  int good = 0;
  for (int i = 0; i < 20000; ++i)
    good += limit.take("10." + std::to_string(i / 65536) + "." + std::to_string(i / 256 % 256) + "." +
                           std::to_string(i % 256),
                       now)
                ? 1
                : 0;
  EXPECT_EQ(good, 30);
  EXPECT_LE(limit.remembered(), 4096u);
  EXPECT_TRUE(limit.take("203.0.113.1", now + 1h));
  EXPECT_EQ(limit.remembered(), 1u);
}

json::object object_of(const char* text) { return json::parse(text).as_object(); }

TEST(Changes, AreOnlyWhatDiffers) {
  const auto before = object_of(
      R"({"at": 1, "live": 1, "old": 1, "channels": [{"id": "a", "n": 1, "t": "x"}, {"id": "b", "n": 1}]})");
  auto now = before;
  EXPECT_TRUE(changes_between(before, now).empty());
  now["at"] = 2;
  EXPECT_TRUE(changes_between(before, now).empty()) << "the time alone is no news";
  now["channels"].as_array()[0].as_object()["n"] = 2;
  EXPECT_EQ(json::serialize(changes_between(before, now)),
            R"({"channels_changed":[{"n":2,"id":"a"}],"at":2})");
  now["channels"].as_array().push_back(object_of(R"({"id": "c"})"));
  now.erase("old");
  const auto more = changes_between(before, now);
  EXPECT_EQ(more.at("channels").as_array().size(), 3u) << "where the list itself differs it comes whole";
  EXPECT_EQ(json::serialize(more.at("gone")), R"(["old"])");
}

}  // namespace
}  // namespace rec::web
