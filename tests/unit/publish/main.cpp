// The test binary is also the programs its tests start: the TDLib host, and publishers that may be killed.
#include <gtest/gtest.h>

#include <string_view>

#include "publish/tdlib_host.hpp"
#include "tests/unit/publish/publish_child.hpp"
#include "tests/unit/publish/session_child.hpp"

int main(int argc, char** argv) {
  const std::string_view command = argc > 1 ? argv[1] : "";
  if (command == "tdlib-host") return rec::tdlib_host_main(argv[2]);
  if (command == "publish-child")
    return rec::test::publish_child_main(rec::test::ChildOrder::from_arguments(argc, argv));
  if (command == "session-child")
    return rec::test::session_child_main(rec::test::SessionOrder::from_arguments(argc, argv));
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
