// Proxy addresses as people write them.
#include "publish/proxy_links.hpp"

#include <gtest/gtest.h>

#include "publish/tdlib_json.hpp"

namespace rec::tdlib {
namespace {

TEST(ProxyLinks, ASocksAddressWithAPassword) {
  const auto proxy = parse_proxy("socks5://me:p%40ss@10.0.0.1:1080");
  ASSERT_TRUE(proxy) << proxy.error().text;
  EXPECT_EQ(text(*proxy, "server"), "10.0.0.1");
  EXPECT_EQ(number(*proxy, "port"), 1080);
  EXPECT_EQ(type_of(child(*proxy, "type")), "proxyTypeSocks5");
  EXPECT_EQ(text(child(*proxy, "type"), "username"), "me");
  EXPECT_EQ(text(child(*proxy, "type"), "password"), "p@ss");
}

TEST(ProxyLinks, HttpAndIpv6) {
  const auto proxy = parse_proxy("http://[::1]:3128/");
  ASSERT_TRUE(proxy);
  EXPECT_EQ(text(*proxy, "server"), "::1");
  EXPECT_EQ(type_of(child(*proxy, "type")), "proxyTypeHttp");
}

TEST(ProxyLinks, AnMtprotoLinkInBothForms) {
  for (const char* link : {"tg://proxy?server=p.example&port=443&secret=ee00",
                           "https://t.me/proxy?port=443&secret=ee00&server=p.example"}) {
    const auto proxy = parse_proxy(link);
    ASSERT_TRUE(proxy) << link;
    EXPECT_EQ(text(*proxy, "server"), "p.example");
    EXPECT_EQ(text(child(*proxy, "type"), "secret"), "ee00");
  }
}

TEST(ProxyLinks, ABadOneNamesTheSettingAndNotThePassword) {
  for (const char* link : {"", "me:secret@host:1", "socks5://me:secret@host", "socks5://host:0", "ftp://h:1",
                           "tg://proxy?server=h&port=1", "socks5://:1080"}) {
    const auto proxy = parse_proxy(link);
    ASSERT_FALSE(proxy) << link;
    EXPECT_EQ(proxy.error().code, Errc::invalid);
    EXPECT_NE(proxy.error().text.find("telegram.proxy"), std::string::npos);
    EXPECT_EQ(proxy.error().text.find("secret"), std::string::npos);
  }
}

}  // namespace
}  // namespace rec::tdlib
