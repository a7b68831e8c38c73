// Publishes through TDLib, the official Telegram library, in a process of its own.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "base/secret.hpp"
#include "ports/conversation.hpp"
#include "ports/publisher.hpp"
#include "publish/login_person.hpp"
#include "runtime/clock.hpp"

namespace rec {

struct TdlibOptions {
  std::vector<std::string>
      host{};  ///< the command that runs tdlib_host_main; the library path is added as last argument
  std::string library{};  ///< libtdjson.so, of version 1.8.62
  std::string folder{};   ///< TDLib keeps its databases below, one folder an account; never copy it elsewhere
  std::int32_t api_id = 0;
  std::string api_hash{};
  Secret bot_token{};  ///< empty: a user who has signed in before
  /// Base64; "" = not encrypted. A database that is not takes the key over when it is opened.
  Secret database_key{};
  LoginPerson* person = nullptr;  ///< signs in as a user who has not; null: that is denied
  /// socks5://[user:password@]host:port, http://…, or a tg://proxy or https://t.me/proxy link with a secret.
  /// The first one that answers is used, and another when it dies; "" entries are left out.
  std::vector<std::string> proxies{};
  std::uint64_t upload_cap = 0;  ///< bytes a second of all connections together, 0 = no limit
  /// A post that may have been sent and is not found is looked for once more after this time before it is
  /// sent: what a killed process has written to its socket still arrives.
  Millis look_again_after{5'000};
  /// A killed host, or another program, may hold the database for this long before it is an error.
  Millis lock_patience{15'000};
  /// A message that makes no progress while connected is looked up on the server after this time, and …
  Millis doubt_after{20'000};
  /// … after this one it is given back as conflict.
  Millis give_up_after{600'000};
};

/// One account: it posts, and people may talk to it.
class TelegramPublisher : public Publisher {
 public:
  /// Lives as long as the publisher.
  virtual Conversation& conversation() = 0;
};

/// Starts nothing until it is asked for something. Everything on the decision thread; `clock` must outlive
/// it. The posts it could not finish are completed by TDLib itself when it runs again: call publish() again
/// with maybe_sent.
std::unique_ptr<TelegramPublisher> make_tdlib_publisher(asio::any_io_executor executor, Clock& clock,
                                                        TdlibOptions options);

}  // namespace rec
