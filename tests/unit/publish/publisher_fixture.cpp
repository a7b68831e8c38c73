// Bot or user, the rest is the same.
#include "tests/unit/publish/publisher_fixture.hpp"

#include "tests/unit/publish/user_login.hpp"

namespace rec::test {

void PublisherTest::close() {
  auto closing = [](Publisher& publisher) -> Task<> {
    co_await publisher.close();
    co_return Result<void>{};
  };
  EXPECT_TRUE(run(closing(*publisher_)));
  publisher_.reset();
}

void PublisherTest::open_as_user(bool premium) {
  close();
  const sim::UserOptions user{.phone = "79990000001", .premium = premium};
  server_->add_user(user);
  const auto o = order("");
  ASSERT_EQ(sign_in_user({o.library, o.folder, o.proxy, user.phone, user.code}), "");
  token_.clear();
  open(options());
}

}  // namespace rec::test
