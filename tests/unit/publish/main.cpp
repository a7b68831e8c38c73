// The test binary is also the two programs its tests start: the TDLib host, and a publisher that may be
// killed.
#include <gtest/gtest.h>

#include <string_view>

#include "publish/tdlib_host.hpp"
#include "tests/unit/publish/publish_child.hpp"

int main(int argc, char** argv) {
  const std::string_view command = argc > 1 ? argv[1] : "";
  if (command == "tdlib-host") return rec::tdlib_host_main(argv[2]);
  if (command == "publish-child")
    return rec::test::publish_child_main(rec::test::ChildOrder::from_arguments(argc, argv));
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
