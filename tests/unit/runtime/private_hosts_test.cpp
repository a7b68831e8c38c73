#include "runtime/private_hosts.hpp"

#include <gtest/gtest.h>

namespace rec {
namespace {

TEST(PrivateHosts, C09_AreAllThatTheRegistriesDoNotGiveToThePublic) {
  for (const char* host : {"0.0.0.0",
                           "10.0.0.1",
                           "100.64.0.1",
                           "100.127.255.255",
                           "127.0.0.1",
                           "127.255.255.255",
                           "169.254.169.254",
                           "172.16.0.1",
                           "172.31.255.255",
                           "192.0.0.1",
                           "192.0.2.1",
                           "192.168.1.1",
                           "198.18.0.1",
                           "198.51.100.1",
                           "203.0.113.1",
                           "224.0.0.1",
                           "240.0.0.1",
                           "255.255.255.255",
                           "2130706433",
                           "0177.0.0.1",
                           "0x7f000001",
                           "127.1",
                           "10.1",
                           "::",
                           "::1",
                           "[::1]",
                           "fc00::1",
                           "fd12:3456::1",
                           "fe80::1",
                           "fe80::1%eth0",
                           "ff02::1",
                           "::ffff:10.0.0.1",
                           "::ffff:a00:1",
                           "::127.0.0.1",
                           "64:ff9b::7f00:1",
                           "64:ff9b:1::1",
                           "2002:a00:1::",
                           "2001:db8::1",
                           "2001::1",
                           "localhost",
                           "LocalHost.",
                           "a.localhost"})
    EXPECT_TRUE(is_private_host(host)) << host;
  for (const char* host :
       {"1.1.1.1", "100.63.255.255", "100.128.0.1", "172.15.0.1", "172.32.0.1", "192.0.1.1", "198.20.0.1",
        "223.255.255.255", "2606:4700::1111", "[2a00:1450::1]", "::ffff:1.1.1.1", "64:ff9b::101:101",
        "2002:101:101::", "example.com", "localhost.example.com", "10.example.com", ""})
    EXPECT_FALSE(is_private_host(host)) << host;
}

}  // namespace
}  // namespace rec
