// A Telegram for tests and demos: the real TDLib logs in to it, uploads to it and posts through it.
//
//   auto server = TelegramServer::start(telegram_options(source_tree, folder));
//   (*server)->add_bot("1000:secret");
//   auto chat = (*server)->add_channel({.title = "Recordings"});
//   … a client loads (*server)->library_path() and calls addProxy(socks5, 127.0.0.1, (*server)->proxy_port())
//   before setTdlibParameters …
//   (*server)->posts(chat);
//
// It lives in a thread of its own; every function here may be called from any thread, but for the destructor.
// Its state outlives clients: one that is killed and comes back with its database is still signed in.
#pragma once
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace rec::sim {

struct TelegramServerOptions {
  std::filesystem::path folder{};   ///< uploads, the key and the patched library; made if missing
  std::filesystem::path library{};  ///< the original libtdjson.so
  std::filesystem::path schema{};   ///< the folder of api-schema.json and mtp-schema.json
  std::filesystem::path
      library_folder{};  ///< where key and patched library are kept; "" = `folder`. May be shared by
                         ///< servers and processes: the 57 MB are then copied only once
};
/// The options for packages installed by `npm ci --prefix tools/telegram` in a source tree.
TelegramServerOptions telegram_options(const std::filesystem::path& source_tree,
                                       std::filesystem::path folder);

struct ChannelOptions {
  std::string title = "Channel";
  std::string username{};
  bool broadcast = true;     ///< false: a group
  bool discussion = false;   ///< with a linked group, into which posts are forwarded by themselves
  bool can_post = true;      ///< false: the accounts have no right to
  bool administered = true;  ///< false: the accounts are members as others
  bool no_forwards = false;  ///< what is posted there may not be forwarded
};

struct UserOptions {
  std::string phone{};  ///< as the client gives it, digits only
  std::string code = "12345";
  bool premium = false;
  int dc = 1;              ///< data centre, 1 to 5; those who sign in elsewhere are sent there
  std::string password{};  ///< asked for after the code, when there is one
  std::string hint{};      ///< of the password
  bool code_by_email = false;
};

/// Who says something in a group. An account of an id that is known speaks for itself, as from another
/// device.
struct Speaker {
  std::int64_t id = 400'000'001;
  std::string name = "Somebody";
  bool bot = false;
  bool anonymous = false;       ///< in the name of the group
  bool forwards = false;        ///< what somebody else has said elsewhere
  std::chrono::seconds ago{0};  ///< before it gets there
};

/// What may befall one call.
enum class Strike {
  lose_reply,  ///< it acts, but the connection is cut instead of an answer
  cut,         ///< the connection is cut before it acts
  ignore,      ///< it neither acts nor answers
  mute,        ///< it acts, but never answers
};

/// One message as a visitor would find it.
struct PostSnapshot {
  struct Entity {
    std::string type;            ///< the TL name: messageEntityBold …
    int offset = 0, length = 0;  ///< UTF-16 units
  };
  struct File {
    std::string name, mime;
    std::uint64_t size = 0;
    std::string sha256;  ///< hex, of the content
    std::filesystem::path path;
    bool video = false;
    double duration = 0;  ///< seconds
    int width = 0, height = 0;
    bool supports_streaming = false;
    bool has_thumbnail = false;
  };
  int id = 0;             ///< Telegram's; TDLib shows it shifted left by 20 bits
  std::int64_t date = 0;  ///< UTC seconds
  std::string text;
  std::vector<Entity> entities;
  std::int64_t grouped_id = 0;  ///< equal for the items of an album; 0: alone
  int reply_to = 0;
  std::int64_t forwarded_from = 0;  ///< chat id of a forward's origin, else 0
  bool silent = false;
  int edits = 0;
  bool deleted = false;
  std::vector<File> file;  ///< one or none
  struct Button {
    std::string label, data;
  };
  std::vector<Button> buttons{};  ///< below it, row by row
  std::int64_t sender = 0;        ///< account id
};

class TelegramServer {
 public:
  /// not_found: library or schema are not installed; the text says how. corrupt: not the library this was
  /// made for.
  static Result<std::unique_ptr<TelegramServer>> start(TelegramServerOptions options);
  ~TelegramServer();
  TelegramServer(const TelegramServer&) = delete;
  TelegramServer& operator=(const TelegramServer&) = delete;

  [[nodiscard]] std::uint16_t proxy_port() const;  ///< SOCKS5 on 127.0.0.1
  [[nodiscard]] std::filesystem::path library_path() const;

  /// A token looks like "1000:secret"; others are refused to clients with ACCESS_TOKEN_INVALID or _EXPIRED.
  void add_bot(const std::string& token, int dc = 1);
  /// Its privacy mode is switched off, or on again: clients hear of it when they sign in.
  void let_read_groups(const std::string& token, bool reads);
  void add_user(const UserOptions& user);
  /// As when somebody's Premium begins or ends; clients hear of it with the next message.
  void set_premium(const std::string& phone, bool premium);
  /// The user of this phone scans the QR code of a client that signs in. False: no client shows this link
  /// (any more).
  bool scan_qr(const std::string& link, const std::string& phone);
  /// Returns the chat id as TDLib shows it (-100…). Every account is an administrator.
  std::int64_t add_channel(const ChannelOptions& channel);
  [[nodiscard]] std::int64_t discussion_of(std::int64_t chat) const;  ///< chat id of the linked group, or 0
  /// A text by somebody else, as clients then hear of it. Returns the message id.
  int say(std::int64_t chat, const std::string& text, const Speaker& speaker = {});
  /// The text of somebody's message becomes another one.
  void rewrite(std::int64_t chat, int message, const std::string& text);
  /// Somebody presses a button with this data, whether the message has it or not. Returns the query's id.
  std::int64_t press(std::int64_t chat, int message, const std::string& data, const Speaker& speaker = {});
  /// What a press was answered with; nothing: not yet.
  [[nodiscard]] std::optional<std::string> notice_of(std::int64_t press) const;
  /// Somebody deletes the messages from `first` to `last`.
  void delete_messages(std::int64_t chat, int first, int last);

  /// All messages in order, deleted ones too. Reads the files for their checksums.
  [[nodiscard]] std::vector<PostSnapshot> posts(std::int64_t chat) const;
  [[nodiscard]] int count(const std::string& method) const;   ///< calls so far, failed ones too
  [[nodiscard]] int failed(const std::string& method) const;  ///< of these, the ones that a fault befell
  [[nodiscard]] int calls() const;                            ///< of all methods
  [[nodiscard]] std::uint64_t bytes_received() const;         ///< of file parts, in failed calls too
  [[nodiscard]] std::vector<std::string> unanswered() const;  ///< methods that have no handler here

  /// The next `times` calls of `method` ("*": of any) fail: 420 FLOOD_WAIT_5, 500 INTERNAL …
  void fail_next(const std::string& method, int times, int code, const std::string& text);
  /// After `spared` calls that work, all calls of `method` fail.
  void fail_after(const std::string& method, int spared, int code, const std::string& text);
  /// A document made of a file of this name is refused with the text (400), until clear_faults.
  void fail_file(const std::string& name, const std::string& text);
  /// They act, but the connection is cut instead of an answer.
  void lose_reply(const std::string& method, int times = 1);
  /// The connection is cut before they act.
  void cut_before(const std::string& method, int times = 1);
  /// Answers of `method` ("*": of any) come later by this; they act at once.
  void delay_replies(const std::string& method, std::chrono::milliseconds by);
  /// The `kth` call from now on, the next one being the first, whatever it is.
  void strike_at(int kth, Strike strike);
  /// Which method strike_at met; "" = not yet.
  [[nodiscard]] std::string struck() const;
  /// Each call fails with this chance: errors, floods, lost answers, cuts, delays.
  void fail_by_chance(double share, std::uint64_t seed);
  void clear_faults();
  /// A client that comes back is told that it missed nothing, and the state as if it had all: what a client
  /// believes that was killed between noting a channel's state and its newest message.
  void hide_news(bool hide);
  void drop_connections();
  void refuse_connections(bool refuse);  ///< new ones; established ones go on
  void forget_uploads();                 ///< parts not yet made into a message are lost: FILE_PART_0_MISSING
  /// This part of every file is lost just before the next call of `method`: FILE_PART_…_MISSING.
  void forget_part_before(const std::string& method, int index);
  void slow_down(std::uint64_t bytes_per_second);  ///< what each connection takes in, 0: as it comes
  /// Puts the clock of every simulated Telegram in this process ahead, or behind; until it is set to 0.
  static void skew_clock(std::chrono::seconds by);

 private:
  struct Impl;
  explicit TelegramServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace rec::sim
