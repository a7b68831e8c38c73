// A simulated YouTube on loopback: the pages that a player stands on, HLS manifests, live media. Small: as
// much as a recorder reads. Thread-safe; serves from a thread of its own until it is destroyed.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/time.hpp"
#include "sim/origin/origin.hpp"

namespace rec::sim {

struct SimYoutubeOptions {
  std::uint16_t port = 0;
  Millis segment{5'000};
  std::size_t window = 6;  ///< segments listed: 30 s, as YouTube does
  Millis url_life{21'600'000};
  /// The bytes of a segment; if not given, one transport stream packet that names itag, start and number.
  std::function<std::string(int itag, int start, std::int64_t sequence)> media{};
};

class SimYoutube {
 public:
  explicit SimYoutube(SimYoutubeOptions options = {});
  ~SimYoutube();

  /// What endpoints.youtube is set to.
  [[nodiscard]] std::string url() const;

  /// A channel ("@handle", "channel/UC…") that exists and has nothing live.
  void add_channel(const std::string& channel);
  /// On air from now on: the channel's /live page and /watch?v= show it.
  void set_live(const std::string& channel, const std::string& video_id, const std::string& title);
  void set_upcoming(const std::string& channel, const std::string& video_id, const std::string& title,
                    Instant begins);
  /// The same of an ordinary video that will be shown as if it were live.
  void set_premiere(const std::string& channel, const std::string& video_id, const std::string& title,
                    Instant begins);
  /// What is announced goes on air by itself then.
  void go_live_at(const std::string& video_id, SteadyTime when);
  void set_poll_delay(const std::string& video_id, Millis delay);
  /// The channel's id: its pages say it, and /channel/UC…/live is another name of /@handle/live.
  void set_channel_id(const std::string& handle, const std::string& channel_id);
  /// Called otherwise from now on; the old handle is 404.
  void rename(const std::string& handle, const std::string& new_handle);
  /// The broadcast is over: manifests are 404, the page says was live.
  void set_over(const std::string& video_id);
  /// The player's word instead of OK: "LOGIN_REQUIRED", "Sign in to confirm you’re not a bot" …
  void set_playability(const std::string& video_id, const std::string& status, const std::string& reason);
  /// Who sends this cookie ("LOGIN=me") gets OK all the same.
  void open_to(const std::string& video_id, const std::string& cookie);
  /// Pages lead to the captcha on google.com.
  void take_for_robots(bool all);
  /// Pages lead to consent.youtube.com where no SOCS cookie is sent.
  void ask_for_consent(bool ask);
  /// Pages are as large as this.
  void pad_pages(std::size_t bytes);
  /// How many pages were asked for, and the most in any span of that length.
  [[nodiscard]] std::size_t pages_asked() const;
  [[nodiscard]] std::size_t most_pages_in(Millis span) const;
  /// The page's player gets no HLS manifest.
  void hide_manifest(const std::string& video_id, bool hidden = true);
  /// Sound in a rendition of its own (itag 234), pictures without.
  void separate_audio(const std::string& video_id, bool separate = true);
  /// The encoder starts anew: /id/VIDEO.N becomes N+1, and sq begins with 0.
  void restart_encoder(const std::string& video_id);

  /// URLs that a client was given are 403 once they are so old. The page's own player is the client "page".
  void refuse(const std::string& client, std::optional<Millis> after);
  /// The manifest as that client is given it: what a yt-dlp of a test answers with.
  [[nodiscard]] std::string manifest_url(const std::string& video_id, const std::string& client);

  /// Faults and the log by path: "/@handle/live", "/watch" …
  Origin& origin();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace rec::sim
