// Writes groups of pictures into parts, one behind the other, each within the limits. Blocking.
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/session.hpp"
#include "media/cut_request.hpp"
#include "media_av/durable_file.hpp"
#include "media_av/gop_queue.hpp"
#include "media_av/mp4_size.hpp"
#include "media_av/mp4_writer.hpp"
#include "media_av/packet_times.hpp"
#include "media_av/remux.hpp"

namespace rec::media {

/// What finish() has not handed out is removed with it.
class PartCutter {
 public:
  PartCutter(const StreamPair& streams, const CutRequest& request);
  ~PartCutter();
  PartCutter(const PartCutter&) = delete;
  PartCutter& operator=(const PartCutter&) = delete;

  /// Into the open part where it fits, else into the next. false: no part can hold it; it was not touched,
  /// and no part is open.
  Result<bool> add(Gop& gop);
  /// What comes from here on is of other streams, and lies in other parts.
  Result<bool> go_on_with(const StreamPair& streams, bool encoded);
  /// All parts. corrupt: there are none.
  Result<std::vector<session::PartFile>> finish();

  /// How to tell of a group of so many bytes at that second.
  [[nodiscard]] Error too_large(std::uint64_t bytes, double seconds) const;

 private:
  // What a part would be with another group in it.
  struct Plan {
    Timeline timeline;
    Mp4Size size;
    std::vector<PacketTimes> times;  // of the group planned last
  };
  struct OpenPart {
    std::string path;
    std::unique_ptr<DurableFile> file;
    std::unique_ptr<Mp4Writer> writer;
    RemuxReport report;
  };
  [[nodiscard]] std::string next_path() const;
  [[nodiscard]] bool within_bytes(const Mp4Size& size) const;
  [[nodiscard]] bool fits(const Plan& plan) const;
  [[nodiscard]] Plan with(const Gop& gop, const Plan& before) const;
  Result<bool> begin(const Gop& gop);
  [[nodiscard]] std::vector<RunStart> starts_in(const Gop& gop) const;
  [[nodiscard]] bool leads_a_little(const std::vector<RunStart>& starts) const;
  Result<bool> write(Gop gop, Plan plan);
  Result<bool> finish_current();

  StreamPair streams_;
  std::string input_;
  std::string folder_;
  std::string stem_;
  std::string title_;
  std::function<std::string(std::size_t)> path_;
  CutLimits limits_;
  OpenPart part_;
  std::unique_ptr<Plan> plan_;
  std::vector<session::PartFile> parts_;
  bool encoded_ = false;
  bool kept_ = false;
};

}  // namespace rec::media
