// The way all of Telegram's connections take when there is a cap: a SOCKS5 proxy of our own on loopback,
// which lets no more than so many bytes a second through to Telegram, over all connections of all TDLibs, and
// goes on through the user's own proxy where there is one.
//
// What it counts is what is written to its outgoing connections: file parts, whatever is sent again after a
// broken connection, and Telegram's own framing. TCP and IP headers, about 3 %, come on top. The other
// direction is not limited; there TDLib hears, while its bytes wait here, that their connection is alive.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "publish/proxy_links.hpp"

namespace rec {

/// Works on a thread of its own: gigabytes are no business of the decision thread. Every function may be
/// called from any thread.
class UploadRelay {
 public:
  /// `cap` in bytes a second, 0 = none. unavailable: no port on 127.0.0.1 can be listened to.
  static Result<std::unique_ptr<UploadRelay>> start(std::uint64_t cap,
                                                    std::optional<tdlib::ProxyAddress> upstream = {});
  ~UploadRelay();
  UploadRelay(const UploadRelay&) = delete;
  UploadRelay& operator=(const UploadRelay&) = delete;

  /// Where it listens, with a password: other users of the machine cannot use it.
  [[nodiscard]] const tdlib::ProxyAddress& address() const;
  void set_cap(std::uint64_t bytes_per_second);
  /// Of SOCKS5 or HTTP; nothing: directly. Another one than before cuts all connections.
  void set_upstream(std::optional<tdlib::ProxyAddress> upstream);

  struct View {
    std::uint64_t sent = 0;         ///< bytes to Telegram so far
    std::uint64_t connections = 0;  ///< to Telegram so far
    std::string trouble{};          ///< why the last attempt to connect failed; "" if it did not
  };
  [[nodiscard]] View view() const;

 private:
  struct Impl;
  explicit UploadRelay(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace rec
