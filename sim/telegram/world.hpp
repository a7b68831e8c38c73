// What the simulated Telegram knows: accounts, channels, messages, documents. Plain data and the rules that
// keep it consistent; nothing here knows TL or the network. Not thread-safe: the Api locks.
#pragma once
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "sim/telegram/file_store.hpp"
#include "sim/telegram/sign_ins.hpp"
#include "sim/telegram/tl_value.hpp"

namespace rec::sim {

/// The data centre that TDLib begins with.
constexpr int kFirstDc = 1;

struct Account {
  std::int64_t id = 0;
  bool bot = true;
  std::string secret{};  ///< a bot's token, a user's phone number
  std::string code{};    ///< what a user signs in with
  std::string name{};
  bool premium = false;
  int dc = kFirstDc;
  std::string password{};  ///< of a user who has one beside the code
  std::string hint{};
  bool code_by_email = false;
  bool reads_groups = false;  ///< a bot's privacy mode is off
};

struct Document {
  std::int64_t id = 0;
  std::string name{};
  std::string mime{};
  StoredFile content{};
  std::optional<StoredFile> thumbnail{};
  bool video = false;
  bool photo = false;
  bool supports_streaming = false;
  double duration = 0;
  int width = 0, height = 0;
  TlList attributes{};  ///< as the client sent them
  std::int64_t date = 0;
};

struct ForwardedFrom {
  std::int64_t channel = 0;
  int message = 0;
  std::int64_t date = 0;
  bool automatic = false;  ///< a channel's post that its discussion group got by itself
};

struct Message {
  int id = 0;
  std::int64_t channel = 0;
  std::int64_t sender = 0;  ///< account id
  std::int64_t date = 0, edit_date = 0;
  std::string text{};
  TlList entities{};
  std::shared_ptr<const Document> document{};
  std::int64_t grouped_id = 0;
  int reply_to = 0;
  std::optional<ForwardedFrom> forwarded{};
  bool silent = false, deleted = false;
  bool anonymous = false;  ///< in the name of its group
  int edits = 0;
  TlRef markup{};  ///< buttons below it, as the client sent them
};

/// A button that somebody pressed.
struct Press {
  std::optional<std::string> notice{};  ///< what the bot answered, once it has
};

struct ChannelEvent {
  enum class Kind { posted, edited, deleted };
  std::int64_t channel = 0;
  Kind kind{};
  int message = 0;
  int pts = 0;
  std::int64_t date = 0;
};

struct Channel {
  std::int64_t id = 0;
  std::string title{}, username{};
  bool broadcast = true;
  bool can_post = true;      ///< the accounts' right
  bool administered = true;  ///< by the accounts; else they are members
  bool no_forwards = false;  ///< its content is protected
  std::int64_t linked = 0;   ///< discussion group of a channel, channel of a group
  int pts = 1;
  int next_message = 2;  ///< 1 is the message about the creation
  std::map<int, Message> messages{};
  std::vector<ChannelEvent> events{};
};

class World {
 public:
  explicit World(std::filesystem::path folder) : files(std::move(folder)) {}

  Account& add_account(Account account);
  Channel& add_channel(Channel channel);
  [[nodiscard]] Account* account_by_secret(const std::string& secret);
  [[nodiscard]] Account* account(std::int64_t id);
  [[nodiscard]] Channel* channel(std::int64_t id);

  /// Gives the message an id, a date and a pts. A post of a channel with a discussion group appears there
  /// too.
  std::vector<ChannelEvent> post(Message message);
  ChannelEvent edited(Message& message);
  ChannelEvent remove(Message& message);

  /// The message that this sender made in this channel under this random id, if any.
  [[nodiscard]] Message* sent_before(std::int64_t sender, std::int64_t channel, std::int64_t random_id);
  void remember_sent(std::int64_t sender, std::int64_t channel, std::int64_t random_id, int message);

  static std::int64_t now();

  FileStore files;
  std::map<std::int64_t, Account> accounts;
  std::map<std::int64_t, Channel> channels;
  std::map<std::int64_t, std::shared_ptr<const Document>> documents;
  std::map<std::uint64_t, std::int64_t> signed_in;   ///< authorization key to account
  bool hides_news = false;                           ///< clients are told that they missed nothing, for tests
  std::map<std::string, std::string> refused_files;  ///< name to error, for tests
  std::map<std::string, std::int64_t> exported;      ///< for the key of another data centre, to account
  SignIns sign_ins;                                  ///< those that are under way
  std::map<std::int64_t, Press> presses;             ///< by the query's id

 private:
  ChannelEvent record(Channel& channel, ChannelEvent::Kind kind, int message);
  std::map<std::tuple<std::int64_t, std::int64_t, std::int64_t>, int> sent_;
};

}  // namespace rec::sim
