// One run as it goes into a file: its pictures, and its sound, be it among them or beside them. Blocking.
#pragma once
#include <deque>
#include <memory>
#include <optional>
#include <string>

#include "media_av/run_reader.hpp"
#include "media_av/sound_track.hpp"

namespace rec::media {

class RunSource {
 public:
  /// As RunReader::open says. Sound that lies beside the pictures counts from the run's first picture on.
  /// `sound_alone`: its pictures are not handed out, if it has sound; only that one's place goes by them.
  static Result<std::unique_ptr<RunSource>> open(const MediaRun& run, std::string name,
                                                 bool sound_alone = false, bool mixed = false);

  [[nodiscard]] const AVStream* stream(TrackKind kind) const;
  [[nodiscard]] StreamPair streams() const { return {stream(TrackKind::video), stream(TrackKind::audio)}; }
  [[nodiscard]] std::string container(TrackKind kind) const;
  [[nodiscard]] const std::string& name() const { return main_->name(); }
  /// First times of each kind, in the stream's own clock.
  [[nodiscard]] const std::array<RunStart, kTrackKinds>& starts() const { return starts_; }

  /// The packets of about the first `bytes` of the run, not counting sound beside the pictures, and the end
  /// or the error where that comes sooner. next() gives them all the same; until then they are kept in
  /// memory. To be called before the first next().
  const std::deque<Result<RunPacket>>& look_ahead(std::int64_t bytes);
  /// The next packet; without a packet at the end. Sound beside the pictures comes as far as they go.
  Result<RunPacket> next();
  /// Behind that end: the rest of such sound, up to `until`; nullopt = a second behind the
  /// pictures.
  Result<RunPacket> next_sound(std::optional<Ticks90k> until);

  /// When the first picture is shown; nullopt without pictures, or where their times are not known.
  [[nodiscard]] std::optional<Ticks90k> first_picture() const { return first_picture_; }
  /// Where the sound of this run ends when `behind` follows it: with its first picture if both are on one
  /// clock.
  [[nodiscard]] Ticks90k sound_end(const RunSource& behind) const;

  /// What follows in the same run from other streams (RunReader::rest).
  [[nodiscard]] std::optional<MediaRun> rest() const;
  [[nodiscard]] std::int64_t undecodable() const { return main_->undecodable(); }
  /// Sound that could not be used (SoundTrack::missing).
  [[nodiscard]] std::string missing() const { return sound_ ? sound_->missing() : ""; }

 private:
  void note_starts();
  void leave_pictures_out(bool wanted);
  Result<RunPacket> read();
  Result<RunPacket> read_both();

  std::unique_ptr<RunReader> main_;
  std::unique_ptr<SoundTrack> sound_;  // null: the sound is among the pictures
  std::vector<std::vector<Extent>> pieces_;
  bool sound_alone_ = false;
  std::array<RunStart, kTrackKinds> starts_{};
  std::optional<Ticks90k> first_picture_;
  std::deque<Result<RunPacket>> ahead_;           // read already; the end or an error comes last
  RunPacket waiting_{TrackKind::video, nullptr};  // a picture that sound goes before
  Ticks90k shown_until_ = 0;                      // the end of the pictures so far
};

}  // namespace rec::media
