// Sound that lies by itself, beside pictures on the same clock. Blocking.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "media_av/packed_aac.hpp"
#include "media_av/run_reader.hpp"

namespace rec::media {

class SoundTrack {
 public:
  /// As MediaRun::sound says. Pieces that cannot be read are left out, and named in missing().
  SoundTrack(std::vector<std::vector<Extent>> pieces, std::string name)
      : pieces_(std::move(pieces)), name_(std::move(name)) {}

  /// Goes to the first packet at or behind `from`. False: there is none.
  Result<bool> begin(Ticks90k from);
  /// The stream, in whose clock the packets are; null without sound.
  [[nodiscard]] const AVStream* stream() const { return first_ ? first_->stream(TrackKind::audio) : nullptr; }
  [[nodiscard]] std::string container() const { return first_ ? first_->container() : ""; }
  /// The packet that next() would give, null = none. Its time runs on with `from`, whatever has wrapped.
  [[nodiscard]] const AVPacket* front() const { return front_.get(); }
  /// The next packet if it lies before `until`, else null.
  Result<AvPacket> next(Ticks90k until);
  /// What could not be used, one line; "" = all.
  [[nodiscard]] const std::string& missing() const { return missing_; }

 private:
  Result<bool> open_next();
  Result<AvPacket> read();
  Result<bool> advance();
  [[nodiscard]] Ticks90k time_of(const AVPacket& packet) const;

  std::vector<std::vector<Extent>> pieces_;
  std::string name_;
  std::size_t next_piece_ = 0;
  std::shared_ptr<RunReader> first_;  // whose stream speaks for all
  std::shared_ptr<RunReader> reader_;
  std::unique_ptr<PackedAac> packed_;
  AvPacket front_;
  std::optional<std::int64_t> wraps_;  // of the clock between this piece's times and `from`
  Ticks90k from_ = 0;
  std::string missing_;
};

}  // namespace rec::media
