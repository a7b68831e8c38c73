// The real web server and the real service on a made-up world, for a real browser: what it shows is what a
// running program would show.
#pragma once
#include <memory>
#include <string>
#include <vector>

namespace rec::web_stage {

struct StageOptions {
  int channels = 0;      ///< so many that are live and as many that are not, instead of the usual picture
  bool empty = false;    ///< nothing is set up yet
  bool trouble = false;  ///< much is wrong at once
  std::string password{};
  std::string language = "en";
};

/// Runs on a thread of its own; figures grow twice a second. Throws std::runtime_error when it cannot begin.
class Stage {
 public:
  explicit Stage(const StageOptions& options);
  ~Stage();
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;
  [[nodiscard]] std::string url() const;
  /// The end of the link that sets the first password.
  [[nodiscard]] std::string set_up() const;
  /// The session actions that were asked for, as JSON.
  [[nodiscard]] std::vector<std::string> actions() const;
  /// The ids of all channels.
  [[nodiscard]] std::vector<std::string> channels() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace rec::web_stage
