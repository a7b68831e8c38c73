// A destination for finished parts. The app commits an intent, then calls; the publisher makes it true
// exactly once.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/session.hpp"
#include "runtime/task.hpp"

namespace rec {

struct Account {
  std::string name{};
  bool bot = true;
  bool premium = false;
  std::uint64_t max_file_bytes = 2000ULL << 20U;
  int caption_limit = 1024;  ///< UTF-16 units
};

/// Text with markup-free formatting: spans of bold, in UTF-8 byte offsets of `text`.
struct RichText {
  struct Bold {
    std::size_t offset = 0, length = 0;
  };
  std::string text{};
  std::vector<Bold> bold{};
};

/// A chat as a person would choose it.
struct ChatInfo {
  std::int64_t id = 0;
  std::string title{};
  std::string username{};  ///< without @, "" = none
  bool channel = true;     ///< false: a group
  bool can_post = false;
  std::int64_t discussion = 0;  ///< of a channel: its linked group, 0 = none or not known
};

/// Where a comment on a channel's post is written: as a reply to that post's own copy in the discussion
/// group.
struct CommentPlace {
  std::int64_t chat = 0;
  std::int64_t reply_to = 0;
};

/// Messages of a chat, in order.
struct MessageRange {
  std::int64_t chat = 0;
  std::vector<std::int64_t> messages{};
};

/// The way to the destination, for people to look at.
struct Uplink {
  std::uint64_t cap = 0;      ///< what may leave, bytes a second; 0: no limit
  std::string cap_trouble{};  ///< why the limit does not hold, "" = it does
  std::string way{};          ///< "" directly, else the proxy, without its password
  std::string trouble{};      ///< why nothing gets there at present, "" = all is well
};

/// Why Telegram does not take a file. too_large: for this account; unusable: what it is.
enum class FileRefusal { too_large, unusable };

struct PostRequest {
  std::int64_t chat = 0;
  std::string marker{};                    ///< stands in text or first caption; unique to this post
  RichText text{};                         ///< the message, or the caption of the first file
  std::vector<session::PartFile> files{};  ///< none: a text message; one: a video; more, up to 10: an album
  /// Instead of text and files: copies of these messages, made by Telegram itself without an upload, an album
  /// as an album. Their first caption or text holds the marker already. `files` then tells what they are
  /// (sizes count, paths do not).
  std::optional<MessageRange> copy_of{};
  std::int64_t reply_to = 0;  ///< a message of the same chat, 0 = none
  bool silent = false;
  /// An earlier try may have reached Telegram: find out before sending.
  bool maybe_sent = false;
  /// Everything with an id up to this one is known to be something else: where the search for the marker
  /// begins.
  std::int64_t after_message = 0;
  /// Called once, just before the request leaves for the first time; the post goes out only after it
  /// succeeds.
  std::function<Task<>()> about_to_send{};
  /// Called when Telegram has plainly refused it, before publish() returns the error: nothing of it is there.
  std::function<Task<>()> not_sent{};
  /// Bytes uploaded so far, of all files.
  std::function<void(std::uint64_t)> progress{};
  /// Which file it was, before publish() returns invalid because of it; nothing of the post is on Telegram
  /// then.
  std::function<void(std::size_t file, FileRefusal)> file_refused{};
};

class Publisher {
 public:
  virtual ~Publisher() = default;
  /// Signs in if needed, waits until the service is usable. denied: token or rights; a person must act.
  virtual Task<Account> account() = 0;
  /// Checks that it may post there. denied or not_found name chat and cure.
  virtual Task<> check_chat(std::int64_t chat) = 0;
  /// Returns the message ids, one per file (or one for a text). rate_limited carries retry_after; conflict:
  /// its fate is unclear, ask again with maybe_sent; invalid or denied: a person must act. Posts of one chat
  /// are to be made one after the other by the caller: that is what keeps their order.
  virtual Task<std::vector<std::int64_t>> publish(PostRequest request) = 0;
  /// "Nothing changed" counts as done.
  virtual Task<> edit_text(std::int64_t chat, std::int64_t message, RichText text) = 0;
  /// The same for the caption of a file.
  virtual Task<> edit_caption(std::int64_t chat, std::int64_t message, RichText text) = 0;
  /// Where comments on a channel's post go. Nothing: there is no discussion group, or Telegram has not put
  /// the post there yet, or this account cannot know; to be asked again for a while after the post was made.
  virtual Task<std::optional<CommentPlace>> comment_place(std::int64_t chat, std::int64_t message) = 0;
  /// The number of a chat given as @name or t.me link. not_found names it and the cure.
  virtual Task<std::int64_t> resolve_chat(std::string reference) = 0;
  /// The chats this account is in and may be able to post to; a bot's: those it has heard of.
  virtual Task<std::vector<ChatInfo>> chats() = 0;
  /// Already gone counts as done.
  virtual Task<> remove(std::int64_t chat, std::int64_t message) = 0;
  /// From now on no more than so many bytes a second leave, of all posts together; 0: no limit.
  virtual void set_upload_cap(std::uint64_t /*bytes_per_second*/) {}
  [[nodiscard]] virtual Uplink uplink() const { return {}; }
  /// Closes the session cleanly; nothing may be called afterwards.
  virtual asio::awaitable<void> close() = 0;
};

}  // namespace rec
