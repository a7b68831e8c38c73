// Uploads of a bot that must stay slow. TDLib keeps 4 MiB in flight over up to eight connections, and closes
// a bot's connection that has heard nothing for seven seconds, to send its parts again: below 5 Mbit/s that
// never ends. So TDLib is told that such a file is still being made (inputFileGenerated, through a symbolic
// link: nothing is copied), and gets to see no more of it than is about to leave.
//
// What that costs: the upload of a file that is still being made is not kept over a restart, it begins anew.
#pragma once
#include <functional>
#include <memory>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/json/object.hpp>

#include "ports/publisher.hpp"
#include "runtime/clock.hpp"

namespace rec {

/// With a lower cap than this, in bytes a second, a bot's files are fed: 8 Mbit/s. With 4 MiB in flight that
/// leaves four of the seven seconds.
inline constexpr std::uint64_t kFeedBelow = 1'000'000;

/// The part size TDLib 1.8.62 chooses for a file that is being made and will have so many bytes.
std::uint64_t generated_part_bytes(std::uint64_t file_bytes);

/// A file that TDLib sees the first `shown` bytes of, and `underway`: what it sees, of this and others, that
/// has not left yet.
struct FeedWindow {
  std::uint64_t size = 0, shown = 0, underway = 0;
};
/// How many bytes it may see now: whole parts, so that the next one is ready when the last one has left, and
/// none waits long. Pure. `cap` in bytes a second, 0: all.
std::uint64_t may_be_shown(const FeedWindow& window, std::uint64_t cap);

/// Lives on the decision thread.
class FileFeed {
 public:
  struct Needs {
    std::function<Result<void>(boost::json::object)> post;  ///< to TDLib
    std::function<std::uint64_t()> cap;                     ///< bytes a second now, 0 = none
    std::function<std::uint64_t()> passed;                  ///< bytes that left so far, of everything
    std::function<std::uint64_t()> connections;  ///< made so far: what a broken one had sent is sent again
  };
  FileFeed(const asio::any_io_executor& executor, Clock& clock, Needs needs);
  ~FileFeed();
  FileFeed(const FileFeed&) = delete;
  FileFeed& operator=(const FileFeed&) = delete;

  /// Makes the videos of a sendMessage or sendMessageAlbum such files.
  static void take_over(boost::json::object& send, const PostRequest& post);
  /// updateFileGenerationStart, updateFileGenerationStop and updateFile; others are ignored. What an earlier
  /// run has begun is fed as well.
  void on_update(const boost::json::object& update);
  /// TDLib has ended: what it needs it will ask for again.
  void clear();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace rec
