// A stream of events that stays open: for as long as who listens may come in, and no longer.
#include "tests/unit/web/site_fixture.hpp"

namespace rec::web {
namespace {

using namespace std::chrono_literals;

class AnOpenPage : public SiteOnLoopback {
 protected:
  /// Listens, and has been told all there is.
  Fd listening(const std::string& lines = "") {
    Fd fd = connected();
    const std::string text = "GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\n" + lines + "\r\n";
    EXPECT_GT(::send(fd.get(), text.data(), text.size(), MSG_NOSIGNAL), 0);
    const std::string all = read_until(fd, [](const std::string& got) {
      return got.find("event: overview") != std::string::npos && got.ends_with("\n\n");
    });
    EXPECT_NE(all.find("event: overview"), std::string::npos) << all;
    return fd;
  }
  std::string signed_in() {
    const std::string cookie =
        ask("POST", "/api/v1/login", "", R"({"password": "correct horse"})").header("Set-Cookie");
    return "Cookie: " + cookie.substr(0, cookie.find(';')) + "\r\n";
  }
  /// The server has closed it within `limit`; what was told meanwhile is dropped.
  bool ends_within(const Fd& fd, std::chrono::seconds limit) {
    read_until(fd, [](const std::string&) { return false; }, limit);
    char byte = 0;
    return ::recv(fd.get(), &byte, 1, MSG_DONTWAIT | MSG_PEEK) == 0;
  }
  void take_back_tokens() {
    Accounts accounts = *read_accounts(folder / "web.json");
    accounts.tokens.clear();
    ASSERT_TRUE(write_accounts(folder / "web.json", accounts));
  }
};

TEST_F(AnOpenPage, IsToldNothingMoreOnceItsTokenIsTakenBack) {
  set_password("correct horse");
  const std::string token = add_token(Scope::read);
  open();
  const Fd page = listening("Authorization: Bearer " + token + "\r\n");
  take_back_tokens();
  EXPECT_TRUE(ends_within(page, 10s));
}

TEST_F(AnOpenPage, IsToldNothingMoreOnceItHasSignedOut) {
  set_password("correct horse");
  open();
  const std::string line = signed_in();
  const Fd page = listening(line);
  EXPECT_EQ(ask("POST", "/api/v1/logout", line).status, 204);
  EXPECT_TRUE(ends_within(page, 10s));
}

TEST_F(AnOpenPage, IsToldNothingMoreOnceThereIsAnotherPassword) {
  set_password("correct horse");
  open();
  const Fd page = listening(signed_in());
  set_password("another horse");
  EXPECT_TRUE(ends_within(page, 10s));
}

TEST_F(AnOpenPage, OfSomebodyWhoNeededNoPasswordIsToldNothingMoreOnceThereIsOne) {
  open();
  const Fd page = listening();
  set_password("correct horse");
  EXPECT_TRUE(ends_within(page, 10s));
}

TEST_F(AnOpenPage, StaysOpenWhileOthersSignOut) {
  set_password("correct horse");
  open();
  const std::string other = signed_in();
  const Fd page = listening(signed_in());
  EXPECT_EQ(ask("POST", "/api/v1/logout", other).status, 204);
  EXPECT_FALSE(ends_within(page, 3s));
}

}  // namespace
}  // namespace rec::web
