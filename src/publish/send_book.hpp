// Which messages TDLib is sending, and how each ended: what its updates tell, kept until somebody asks. Pure.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/json/object.hpp>

namespace rec {

/// A message that was handed to TDLib in this run of it, or that it took up again from its own log.
struct SendEntry {
  enum class State { pending, sent, failed };
  State state = State::pending;
  std::string text{};
  std::int64_t album = 0;
  std::int64_t file = 0;        ///< TDLib's id of the video, 0 = none
  std::uint64_t bytes = 0;      ///< of that file
  std::int64_t message_id = 0;  ///< once sent
  std::int64_t error_code = 0;
  std::string error{};
};

class SendBook {
 public:
  using TempIds = std::vector<std::int64_t>;

  /// updateNewMessage (of pending ones), updateMessageSendSucceeded, updateMessageSendFailed, updateFile;
  /// others are ignored. True when it changed something.
  bool on_update(const boost::json::object& update);
  /// The answer to sendMessage; may come after its own updates.
  void on_sending(const boost::json::object& message);
  /// The pending or sent message whose text holds the marker, with all of its album, in order; empty when
  /// there is none.
  [[nodiscard]] TempIds find(std::int64_t chat, std::string_view marker) const;
  [[nodiscard]] const SendEntry* get(std::int64_t chat, std::int64_t temp_id) const;
  /// Bytes uploaded so far; whole files for the messages that were sent.
  [[nodiscard]] std::uint64_t uploaded(std::int64_t chat, const TempIds& temp_ids) const;
  /// Goes up with every upload that gets on, whosever it is.
  [[nodiscard]] std::uint64_t progress() const { return progress_; }
  void forget(std::int64_t chat, const TempIds& temp_ids);
  /// TDLib has ended: the next one tells anew what it takes up.
  void clear();

 private:
  using Key = std::pair<std::int64_t, std::int64_t>;  ///< chat, temporary id; temporary ids grow
  std::map<Key, SendEntry> entries_;
  std::map<std::int64_t, std::uint64_t> uploaded_;
  std::uint64_t progress_ = 0;
};

}  // namespace rec
