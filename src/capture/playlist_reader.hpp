// The parser behind parse_playlist: one pass over the lines, tags by table. Inside of this room only.
#pragma once
#include <string>
#include <unordered_map>

#include "capture/playlist.hpp"

namespace rec::capture {

/// Reads one text, once.
class PlaylistReader {
 public:
  PlaylistReader(std::string_view base, const Defines& imports, const RangeEnds& ranges)
      : base_(base), imports_(imports), ranges_(ranges) {}

  Result<Playlist> read(std::string_view text);

 private:
  Result<void> line(std::string_view text);
  Result<void> tag(std::string_view name, std::string_view value);
  Result<void> segment_uri(std::string_view uri);
  Result<void> variant_uri(std::string_view uri);
  Result<std::string> absolute(std::string_view uri, std::string_view what);
  /// Counts what is kept of the text.
  Result<void> keep(std::size_t bytes);
  Result<std::string> substituted(std::string_view text) const;
  Result<ByteRange> byte_range(std::string_view value, std::string_view url) const;
  void continue_slid_range(std::string_view url);
  Result<Playlist> finish_media();
  Playlist finish_master();

  Result<void> on_extinf(std::string_view value);
  Result<void> on_target(std::string_view value);
  Result<void> on_media_sequence(std::string_view value);
  Result<void> on_discontinuity_sequence(std::string_view value);
  Result<void> on_discontinuity(std::string_view value);
  Result<void> on_date_time(std::string_view value);
  Result<void> on_key(std::string_view value);
  Result<void> on_map(std::string_view value);
  Result<void> on_range(std::string_view value);
  Result<void> on_gap(std::string_view value);
  Result<void> on_endlist(std::string_view value);
  Result<void> on_skip(std::string_view value);
  Result<void> on_server_control(std::string_view value);
  Result<void> on_date_range(std::string_view value);
  Result<void> on_define(std::string_view value);
  Result<void> on_prefetch(std::string_view value);
  Result<void> on_live_sequence(std::string_view value);
  Result<void> on_stream_inf(std::string_view value);
  Result<void> on_rendition(std::string_view value);

  using Handler = Result<void> (PlaylistReader::*)(std::string_view);
  static const std::unordered_map<std::string_view, Handler>& handlers();

  std::string base_;
  std::size_t kept_ = 0;
  const Defines& imports_;
  const RangeEnds& ranges_;
  MediaPlaylist media_;
  MultivariantPlaylist master_;
  bool is_master_ = false;

  MediaSegment pending_;
  bool has_extinf_ = false;
  std::string pending_range_;
  std::optional<std::chrono::sys_time<Micros>> said_time_;
  std::optional<std::chrono::sys_time<Micros>> carried_time_;
  std::optional<double> target_;
  int map_ = -1;
  int key_ = -1;
  std::string range_url_;
  std::uint64_t range_end_ = 0;
  std::optional<Variant> pending_variant_;
};

/// Never negative, at most a day.
Micros micros_of(double seconds);

inline constexpr Micros kDefaultTarget = std::chrono::seconds{6};

}  // namespace rec::capture
